package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StateLockTest {
  private final StateLock lock = new StateLock();
  private int counter;

  @Test
  @Timeout(60)
  void letsOneThreadInAtATime() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      var thread = new Thread(() -> {
        for (int n = 0; n < 20_000; n++) {
          lock.lock();
          lock.lock();
          counter++;
          lock.unlock();
          lock.unlock();
        }
      });
      threads.add(thread);
      thread.start();
    }
    for (var thread : threads) {
      thread.join();
    }

    assertEquals(160_000, counter);
    assertFalse(lock.isHeldByCurrentThread());
  }

  @Test
  @Timeout(60)
  void servesThoseWhoWaitInTheirOrder() throws Exception {
    var served = new ArrayList<Integer>();
    var threads = new ArrayList<Thread>();
    lock.lock();
    for (int i = 0; i < 4; i++) {
      int number = i;
      var thread = new Thread(() -> {
        lock.lock();
        served.add(number);
        lock.unlock();
      });
      threads.add(thread);
      thread.start();
      while (thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
    }
    lock.unlock();
    for (var thread : threads) {
      thread.join();
    }

    assertEquals(List.of(0, 1, 2, 3), served);
  }

  @Test
  @Timeout(60)
  void keepsAnInterruptForAfterTheWait() throws Exception {
    var entered = new CountDownLatch(1);
    var interrupted = new boolean[1];
    lock.lock();
    var thread = new Thread(() -> {
      lock.lock();
      interrupted[0] = Thread.currentThread().isInterrupted();
      lock.unlock();
      entered.countDown();
    });
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();

    assertTrue(entered.await(30, TimeUnit.SECONDS));
    assertTrue(interrupted[0]);
  }
}
