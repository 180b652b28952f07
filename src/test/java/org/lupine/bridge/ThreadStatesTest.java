package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that share a lock without a state. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadStatesTest {
  /** Contexts at whose end another thread looks at which threads are inside. */
  private final class LookedAt implements StateLock.Contexts {
    @Override
    public void open(ThreadState state, ThreadState outer) {}

    @Override
    public void resume(ThreadState state) {}

    @Override
    public void close(ThreadState state) {
      lookFromElsewhere();
    }

    @Override
    public void abandon(ThreadState state) {
      lookFromElsewhere();
    }

    @Override
    public void stop(ThreadState state) {}

    @Override
    public long timeLimit() {
      return 0;
    }
  }

  private final StateLock lock = new StateLock(new LookedAt());
  private final CountDownLatch looked = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean blocked;

  /** Looks as the watchdog does, which holds the lock that the end of a context waits for. */
  private void lookFromElsewhere() {
    new Thread(
            () -> {
              lock.inside.all();
              looked.countDown();
            })
        .start();
    blocked |= !waited(looked, 30);
  }

  private static boolean waited(CountDownLatch latch, int seconds) {
    try {
      return latch.await(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  private static Thread started(Runnable work, Thread.State state) {
    var thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != state) {
      Thread.onSpinWait();
    }
    return thread;
  }

  /** A thread that is inside, in a call from Lua to Java, until it is told to end. */
  private Thread inJava() {
    return started(
        () -> {
          lock.share();
          var state = lock.mine();
          int before = StateLock.leaveForJava(state);
          waited(end, 60);
          lock.returnFromJava(state, before);
          lock.unlock();
        },
        Thread.State.TIMED_WAITING);
  }

  // fails if the first waiter polls without a pause because there is no owner
  @Test
  void waitersForThreadsInCallsOfJavaAreParked() throws Exception {
    var first = inJava();
    lock.share();
    lock.unlock();
    var waits =
        new Thread(
            () -> {
              lock.lock();
              lock.unlock();
            });
    waits.start();
    var threads = ManagementFactory.getThreadMXBean();
    Thread.sleep(500);
    long used = threads.getThreadCpuTime(waits.getId());
    end.countDown();
    waits.join();
    first.join();

    assertTrue(used <= 100_000_000, () -> used + " ns of half a second");
  }

  // fails if a context ends while other threads cannot look
  @Test
  void theContextOfADeadOwnerEndsWhileOthersLook() throws Exception {
    inJava();
    var dead = new Thread(lock::share);
    dead.start();
    dead.join();
    lock.share();
    lock.unlock();
    end.countDown();

    assertTrue(waited(looked, 40));
    assertFalse(blocked, "others could not look");
  }

  @Test
  void theContextOfADeadThreadInACallOfJavaEndsWhileOthersLook() throws Exception {
    inJava();
    var dead =
        new Thread(
            () -> {
              lock.share();
              StateLock.leaveForJava(lock.mine());
            });
    dead.start();
    dead.join();
    lock.share();
    var waits = started(lock::lock, Thread.State.TIMED_WAITING);

    assertTrue(waited(looked, 40));
    assertFalse(blocked, "others could not look");
    end.countDown();
    lock.unlock();
    waits.join();
  }
}
