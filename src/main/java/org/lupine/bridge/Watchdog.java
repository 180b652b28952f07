package org.lupine.bridge;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The daemon thread that looks after states in use. It costs those nothing, and ends by itself
 * when none has been used for a while.
 *
 * <p>It allocates nothing, so that it goes on where the heap is exhausted: what it needs is
 * allocated by those who have it look after a state. Whatever is thrown in it, it goes on; should
 * it end all the same, another begins, or else each state has one begin at its next use.
 */
final class Watchdog implements Runnable {
  /** Nanoseconds between two looks while a stop is under way. */
  static final long HURRY = 1_000_000;

  private static final long TICK = 10_000_000;
  private static final long PATIENCE = 1_000_000_000L;

  // under the monitor of the class; nothing is allocated when it is initialized
  @SuppressWarnings("NullAway")
  private static Interrupter[] watches;
  private static int count;
  private static @Nullable Thread thread;  // null: none is needed, or none could be had
  private static boolean hurry;

  private Watchdog() {}

  /**
   * Looks after a state from now on, as {@link Interrupter#watched} then says.
   *
   * @throws OutOfMemoryError if there can be no thread for that, and then it does not
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

  /** Under the monitor. */
  private static void start() {
    var started = new Thread(null, new Watchdog(), "lupine-watchdog", 0, false);
    started.setDaemon(true);
    started.setContextClassLoader(null);
    started.start();
    thread = started;
  }

  /** Looks at once. */
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
          look();
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

  /** Leaves whoever needs the processor, or the memory, more some time; allocates nothing. */
  private static void backOff() {
    Thread.interrupted();           // nobody has a reason to interrupt this
    LockSupport.parkNanos(TICK);
  }

  /** Has another thread go on, or else each state ask for one when it is used next. */
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

  /** Looks at the states until there has been none for a while. */
  private static void look() throws InterruptedException {
    long pause = TICK;
    while (await(pause)) {
      pause = TICK;
      long now = System.nanoTime();
      for (int i = last(); i >= 0; i--) {   // backwards: others add behind, only this one removes
        long next = lookAt(i, now);
        if (next < 0) {
          remove(i);
        } else {
          pause = Math.min(pause, next);
        }
      }
    }
  }

  /** Looks at one state; one that cannot be looked at now keeps no other from it. */
  private static long lookAt(int index, long now) {
    try {
      return at(index).look(now, TICK);
    } catch (Throwable e) {
      return TICK;
    }
  }

  /** Waits for the next look; false if there is none. */
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

  /** Puts the last one in the place of one that is watched no more; it was looked at already. */
  private static void remove(int index) {
    synchronized (Watchdog.class) {
      watches[index] = watches[--count];
      watches[count] = null;
    }
  }
}
