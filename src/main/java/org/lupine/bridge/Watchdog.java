package org.lupine.bridge;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The daemon thread that watches the states in use. It costs them nothing, and ends by itself when
 * no state has been used for a while.
 *
 * <p>It allocates nothing, so that it works when the heap is exhausted; the threads that register a
 * state allocate its memory. It survives whatever is thrown in it. If the thread dies nevertheless,
 * another one is started: immediately if possible, otherwise when a state is next used.
 */
final class Watchdog implements Runnable {
  /** Nanoseconds between two polls while a stop is pending. */
  static final long HURRY = 1_000_000;

  private static final long TICK = 10_000_000;
  private static final long PATIENCE = 1_000_000_000L;

  // guarded by the monitor of the class; initializing them allocates nothing
  @SuppressWarnings("NullAway") // null until the first call of add, before any other use
  private static Interrupter[] watches;

  private static int count;
  private static @Nullable Thread thread; // null: none is needed, or none could be created
  private static boolean hurry;

  private Watchdog() {}

  /**
   * Watches a state from now on, until {@link Interrupter#poll} returns that it need not be polled.
   *
   * @throws OutOfMemoryError if no thread can be created for that; then the state is not watched
   */
  static void add(Interrupter interrupter) {
    synchronized (Watchdog.class) {
      if (watches == null) {
        watches = new Interrupter[64];
      }
      if (count == watches.length) {
        watches = Arrays.copyOf(watches, count * 2);
      }
      if (thread == null || !thread.isAlive()) {
        start();
      }
      watches[count++] = interrupter;
      interrupter.watched(true);
      if (count == 1) {
        Watchdog.class.notifyAll();
      }
    }
  }

  /** Starts the thread. Under the monitor. */
  private static void start() {
    var started = new Thread(null, new Watchdog(), "lupine-watchdog", 0, false);
    started.setDaemon(true);
    started.setContextClassLoader(null);
    started.start();
    thread = started;
  }

  /** Polls at once. */
  static void hurry() {
    synchronized (Watchdog.class) {
      hurry = true;
      Watchdog.class.notifyAll();
    }
  }

  @Override
  public void run() {
    boolean over = false;
    try {
      while (!over) {
        try {
          poll();
          over = true;
        } catch (Throwable e) {
          backOff();
        }
      }
    } finally {
      if (!over) {
        died();
      }
    }
  }

  /** Sleeps, to leave processor and memory to other threads; allocates nothing. */
  private static void backOff() {
    Thread.interrupted(); // there is no reason to interrupt this thread
    LockSupport.parkNanos(TICK);
  }

  /**
   * Starts another thread in place of one that died. If that fails, no state counts as watched, so
   * the next use of each registers it again.
   */
  private static void died() {
    synchronized (Watchdog.class) {
      if (thread != Thread.currentThread()) {
        return;
      }
      thread = null;
      boolean goesOn = false;
      try {
        start();
        goesOn = true;
      } finally {
        while (!goesOn && count > 0) {
          var last = watches[--count];
          watches[count] = null;
          last.watched(false);
        }
      }
    }
  }

  /** Polls the states until there has been none for a while. */
  private static void poll() throws InterruptedException {
    long pause = TICK;
    while (await(pause)) {
      pause = TICK;
      long now = System.nanoTime();
      // backwards: other threads append, and only this one removes
      for (int i = last(); i >= 0; i--) {
        long next = poll(i, now);
        if (next < 0) {
          remove(i);
        } else {
          pause = Math.min(pause, next);
        }
      }
    }
  }

  /** Polls one state; a failure does not keep the others from being polled. */
  private static long poll(int index, long now) {
    try {
      return at(index).poll(now, TICK);
    } catch (Throwable e) {
      return TICK;
    }
  }

  /** Waits for the next poll; returns false if no state is watched any longer. */
  private static boolean await(long pause) throws InterruptedException {
    synchronized (Watchdog.class) {
      if (count == 0) {
        Watchdog.class.wait(PATIENCE / 1_000_000);
      }
      if (count == 0) {
        thread = null;
        return false;
      }
      if (!hurry && pause > 0) {
        Watchdog.class.wait(pause / 1_000_000, (int) (pause % 1_000_000));
      }
      hurry = false;
      return true;
    }
  }

  private static int last() {
    synchronized (Watchdog.class) {
      return count - 1;
    }
  }

  private static Interrupter at(int index) {
    synchronized (Watchdog.class) {
      return watches[index];
    }
  }

  /**
   * Replaces a state that is no longer watched by the last one, which was polled already.
   */
  private static void remove(int index) {
    synchronized (Watchdog.class) {
      watches[index] = watches[--count];
      watches[count] = null;
    }
  }
}
