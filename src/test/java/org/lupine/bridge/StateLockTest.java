package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.host.JavaHost;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaInterruptedException;

class StateLockTest {
  /** The contexts of a lock that belongs to no state. */
  private static final class NoContexts implements StateLock.Contexts {
    @Override
    public void open(ThreadState state, ThreadState outer) {}

    @Override
    public void resume(ThreadState state) {}

    @Override
    public void close(ThreadState state) {}

    @Override
    public void abandon(ThreadState state) {}

    @Override
    public void stop(ThreadState state) {}

    @Override
    public long timeLimit() {
      return 0;
    }
  }

  private final StateLock lock = new StateLock(new NoContexts());
  private final ExecutorService pool = Executors.newSingleThreadExecutor();
  private int counter;

  @Test
  @Timeout(60)
  void letsOneThreadInAtATime() throws Exception {
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      var thread =
          new Thread(
              () -> {
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

  /**
   * A thread requests the lock while its owner leaves and the lock becomes biased. Compilers merge
   * the two reads, so the method must be interpreted.
   */
  @Test
  void canBeRequestedWhileItBecomesBiased() {
    var command =
        ChildProcess.java(
            List.of(
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=exclude,org.lupine.bridge.StateLock::enter"),
            Asked.class);
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(1), "", command);

    assertEquals("asked", child.out().trim(), child::toString);
  }

  /** Requests a lock in a JVM of its own. */
  static final class Asked {
    public static void main(String[] arguments) throws Exception {
      var lock = new StateLock(new NoContexts());
      lock.lock();
      set(lock, "acquisitionsInRow", 1 << 20);
      var nextBias = field(lock, "nextBias");
      var asks =
          new FutureTask<>(
              () -> {
                for (int n = 0; n < 1_000_000; n++) {
                  assertFalse(lock.tryLock());
                }
                return "asked";
              });
      new Thread(asks).start();
      while (!asks.isDone()) {
        nextBias.set(lock, null); // as the owner does
      }
      System.out.println(asks.get());
    }
  }

  @Test
  @Timeout(60)
  void servesWaitersInOrder() throws Exception {
    var served = new ArrayList<Integer>();
    var threads = new ArrayList<Thread>();
    lock.lock();
    for (int i = 0; i < 4; i++) {
      int number = i;
      var thread =
          new Thread(
              () -> {
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
  void canBeWaitedForUntilAnInterrupt() throws Exception {
    var ended = new CountDownLatch(1);
    var interrupted = new boolean[1];
    lock.lock();
    var thread =
        started(
            () -> {
              assertThrows(LuaInterruptedException.class, lock::lock);
              interrupted[0] = Thread.currentThread().isInterrupted();
              ended.countDown();
            });
    thread.interrupt();

    assertTrue(ended.await(30, TimeUnit.SECONDS));
    assertTrue(interrupted[0]);
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();
    assertTrue(lock.tryLock());
  }

  private Thread started(Runnable work) {
    var thread = new Thread(work);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    return thread;
  }

  // BEHAVIOURS 193
  @Test
  @Timeout(60)
  void canBeWaitedForWithATimeout() throws Exception {
    var got = Collections.synchronizedList(new ArrayList<Object>());
    assertTrue(lock.tryLock(0));
    assertTrue(lock.tryLock(Long.MAX_VALUE));
    assertEquals(2, lock.depth());
    var thread =
        started(
            () -> {
              try {
                got.add(lock.tryLock(20_000_000));
                got.add(lock.tryLock(Long.MAX_VALUE));
              } catch (InterruptedException e) {
                got.add(e);
              }
            });
    while (true) { // until the first attempt is over
      if (!got.isEmpty() && thread.getState() == Thread.State.TIMED_WAITING) {
        break;
      }
      Thread.onSpinWait();
    }
    lock.unlock();
    lock.unlock();
    thread.join();

    assertEquals(List.of(false, true), got);
  }

  // BEHAVIOURS 193: a waiter that gives up does not block the others
  @Test
  @Timeout(60)
  void servesTheOtherWaitersWhenOneGivesUp() throws Exception {
    var got = new ArrayList<Object>();
    lock.lock();
    var gone =
        started(
            () -> {
              try {
                got.add(lock.tryLock(Long.MAX_VALUE));
              } catch (InterruptedException e) {
                got.add("gave up");
              }
            });
    var second =
        started(
            () -> {
              lock.lock();
              got.add("second");
              lock.unlock();
            });
    gone.interrupt();
    gone.join();
    lock.unlock();
    second.join();

    assertEquals(List.of("gave up", "second"), got);
    assertTrue(lock.tryLock());
  }

  private static void count(StateLock lock, int[] counter, int times) {
    for (int i = 0; i < times; i++) {
      lock.lock();
      lock.lock();
      int before = counter[0];
      lock.unlock();
      for (int wait = 0; wait < 1; wait++) {
        Thread.onSpinWait(); // who is inside at the same time counts the same number
      }
      counter[0] = before + 1;
      lock.unlock();
    }
  }

  // fails without Native.fenceAll: with each lock the biased owner may be overlooked
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void revokesTheBiasOnlyWhileTheOwnerIsOutside() throws Exception {
    // on one processor a turn lasts a time slice
    var locks = new StateLock[Runtime.getRuntime().availableProcessors() > 1 ? 20_000 : 200];
    var counters = new int[locks.length][1];
    var reached = new AtomicInteger();
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new StateLock(new NoContexts());
    }
    var biased =
        new Thread(
            () -> {
              for (int i = 0; i < locks.length; i++) {
                count(locks[i], counters[i], 100); // it is biased from now on
                reached.set(i + 1);
                count(locks[i], counters[i], 100);
              }
            });
    biased.setDaemon(true);
    biased.start();
    for (int i = 0; i < locks.length; i++) {
      while (reached.get() <= i) {
        Thread.onSpinWait();
      }
      if (i % 2 == 0 || locks[i].tryLock()) {
        count(locks[i], counters[i], 1);
        if (i % 2 != 0) {
          locks[i].unlock();
        }
      } else {
        count(locks[i], counters[i], 1);
      }
    }
    biased.join();

    for (var counter : counters) {
      assertEquals(201, counter[0]);
    }
  }

  @Test
  @Timeout(60)
  void knowsItsOwnerWhateverTheBias() throws Exception {
    count(lock, new int[1], 1000);
    assertFalse(lock.isHeldByCurrentThread());
    assertNull(lock.owner());
    lock.lock();
    assertTrue(lock.isHeldByCurrentThread());
    assertEquals(1, lock.depth());
    var other = started(lock::lock);
    lock.lock();
    assertEquals(2, lock.depth());
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();
    lock.unlock();
    other.join();
    assertTrue(lock.isHeldByOther());
    assertFalse(lock.tryLock());
  }

  private static int work(int value) {
    for (int i = 0; i < 50; i++) {
      value = 31 * value + i;
    }
    return value;
  }

  /** Returns how often the given number of threads take turns within some milliseconds. */
  private static long turns(int threads, Runnable turn) throws Exception {
    var over = new AtomicBoolean();
    var turns = new AtomicLong();
    var all = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      all.add(
          new Thread(
              () -> {
                long n = 0;
                while (!over.get()) {
                  turn.run();
                  n++;
                }
                turns.addAndGet(n);
              }));
    }
    all.forEach(Thread::start);
    Thread.sleep(50);
    over.set(true);
    for (var thread : all) {
      thread.join();
    }
    return turns.get();
  }

  // a lock that goes to the next in the queue at each unlock reaches a hundredth
  @Test
  @Timeout(60)
  void isNearlyAsFastAsAMonitorForMoreThreadsThanProcessors() throws Exception {
    int threads = 4 * Runtime.getRuntime().availableProcessors();
    double best = 0;
    long start = System.nanoTime();
    // beside other processes, a thread that the lock is handed to waits for a processor
    while (best < 0.25 && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(40)) {
      long monitor =
          turns(
              threads,
              () -> {
                synchronized (this) {
                  counter = work(counter);
                }
              });
      long ours =
          turns(
              threads,
              () -> {
                lock.lock();
                counter = work(counter);
                lock.unlock();
              });
      best = Math.max(best, (double) ours / monitor);
    }

    double reached = best;
    assertTrue(reached >= 0.25, () -> reached + " of what synchronized does");
  }

  /** Returns how long the threads, which are alive, kept processors busy. */
  private static long busy(List<Thread> threads) {
    var bean = ManagementFactory.getThreadMXBean();
    return threads.stream().mapToLong(each -> bean.getThreadCpuTime(each.getId())).sum();
  }

  // fails where each of them polls every few milliseconds
  @Test
  @Timeout(60)
  void costsLittleWhileManyWaitToReturnToLua() throws Exception {
    int threads = 100;
    var all = new ArrayList<Thread>();
    var end = new CountDownLatch(1);
    var inside = new CountDownLatch(threads);
    for (int i = 0; i < threads; i++) {
      var thread =
          new Thread(
              () -> {
                lock.share();
                var state = lock.mine();
                int before = StateLock.leaveForJava(state);
                inside.countDown();
                try {
                  end.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                lock.returnFromJava(state, before);
                counter++;
                lock.unlock();
              });
      all.add(thread);
      thread.start();
    }
    inside.await();
    lock.share();
    end.countDown();
    double best = 1;
    for (int round = 0; round < 20 && best > 0.15; round++) {
      long start = System.nanoTime();
      long busy = busy(all);
      Thread.sleep(200);
      busy = busy(all) - busy;
      best = Math.min(best, (double) busy / (System.nanoTime() - start));
    }
    lock.unlock();
    for (var thread : all) {
      thread.join();
    }

    assertEquals(threads, counter);
    double used = best;
    assertTrue(used <= 0.15, () -> used + " of a processor");
  }

  private static Field field(Object of, String name) throws ReflectiveOperationException {
    var found = of.getClass().getDeclaredField(name);
    found.setAccessible(true);
    return found;
  }

  private static void set(Object of, String field, Object value) throws Exception {
    field(of, field).set(of, value);
  }

  private static Thread dead() throws InterruptedException {
    var thread = new Thread(() -> {});
    thread.start();
    thread.join();
    return thread;
  }

  // a thread that may not be overtaken can leave without the lock: interrupted, or out of time
  @EachFlavour
  void isTakenByACloseWhoeverStarves(Flavour flavour) throws Exception {
    var state = LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS);
    state.enter();
    var queue = ((StateLock) field(state, "lock").get(state)).queue;
    set(queue, "starving", new LockQueue.Waiter(idle(), queue, false));
    state.close();
    state.exit();

    assertEquals(0L, field(state, "address").get(state));
  }

  /** Returns a thread that is in no method of the library or of its tests. */
  private Thread idle() throws Exception {
    return pool.submit(Thread::currentThread).get();
  }

  @AfterEach
  void endThreads() {
    pool.shutdownNow();
  }

  /** Recurses until the stack overflows; then waits for the state a few times on its way up. */
  private static int overflow(LuaState state, AtomicInteger failed, AtomicInteger waited) {
    int depth = 0;
    try {
      depth = overflow(state, failed, waited) + 1;
    } catch (StackOverflowError e) {
      // now there is room for very little
    }
    if (waited.getPlain() < 20) {
      try {
        if (!state.tryEnter(1_000_000)) {
          waited.getAndIncrement();
        }
      } catch (StackOverflowError e) {
        failed.setPlain(failed.getPlain() + 1);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
    return depth;
  }

  // Regression: such a waiter stayed the first in the queue, and no thread got the lock any more
  @EachFlavour
  @Timeout(60)
  void isGivenOutAfterTheStacksOfWaitersOverflowed(Flavour flavour) throws Exception {
    try (var state = LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS)) {
      state.enter();
      var failed = new AtomicInteger();
      var waited = new AtomicInteger();
      var overflows =
          new Thread(null, () -> overflow(state, failed, waited), "overflows", 256 * 1024);
      overflows.start();
      overflows.join();
      assertTrue(failed.get() > 0, "none overflowed");
      assertEquals(20, waited.get());
      var next =
          started(
              () -> {
                state.enter();
                state.exit();
              });
      state.exit();
      next.join();

      assertTrue(((StateLock) field(state, "lock").get(state)).queue.isEmpty());
    }
  }

  @Test
  @Timeout(60)
  void isTakenAgainByAnOwnerThatNeverEntered() throws Exception {
    set(lock, "owner", Thread.currentThread());
    lock.lock();
    assertTrue(lock.isHeldByCurrentThread());
    lock.unlock();
    set(lock, "owner", Thread.currentThread()); // it left, and did not get to say so
    lock.share();
    lock.unlock();
    assertTrue(lock.isFree());
  }

  @Test
  @Timeout(60)
  void isTakenFromAnOwnerThatNeverEntered() throws Exception {
    var idle = idle();
    for (var owner : List.of(dead(), idle)) {
      set(lock, "owner", owner);
      lock.lock();
      assertTrue(lock.isHeldByCurrentThread());
      lock.unlock();
    }
  }

  /** An owner that seems to be outside may be about to enter, and not see that it is not watched. */
  @Test
  void isWatchedWhileItHasAnOwnerWhereThereIsNoFence() throws Exception {
    var interrupter = new Interrupter(lock, 1);
    interrupter.watched(true);

    set(lock, "owner", idle());
    pollOften(interrupter);
    assertEquals(!Native.fenceAll(), interrupter.isWatched());

    set(lock, "owner", null);
    pollOften(interrupter);
    assertFalse(interrupter.isWatched());
  }

  private static void pollOften(Interrupter interrupter) {
    for (int i = 0; i < 100; i++) {
      interrupter.poll(0, 0);
    }
  }

  @Test
  @Timeout(60)
  void completesAnInterruptedChangeOfOwner() throws Exception {
    var idle = idle();
    for (var changing : List.of(Thread.currentThread(), dead(), idle)) {
      set(lock.inside, "changing", changing);
      set(lock.inside, "shared", true);
      assertEquals(List.of(), lock.inside.threads());
      set(lock.inside, "changing", changing);
      set(lock, "owner", dead());
      lock.share();
      lock.unlock();
    }
  }

  private static int recurse(int depth) {
    return depth == 0 ? 0 : recurse(depth - 1) + 1;
  }

  /** Recurses until a check of the stack fails, then on from where the last one succeeded. */
  private static boolean checkAndRecurse() {
    try {
      LuaState.checkStack();
    } catch (StackOverflowError e) {
      return false;
    }
    if (!checkAndRecurse()) {
      recurse(300);
    }
    return true;
  }

  @EachFlavour
  void checksThatAsMuchOfTheStackIsLeftWhetherCompiledOrNot(Flavour flavour) {
    try (var state = LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS)) {
      for (int i = 0; i < 50_000; i++) { // so that the check is compiled
        LuaState.checkStack();
      }
      assertTrue(checkAndRecurse());
    }
  }
}
