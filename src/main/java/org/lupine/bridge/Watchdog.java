package org.lupine.bridge;

import java.util.ArrayList;
import java.util.List;

/**
 * The daemon thread that looks after states in use. It costs those nothing, and ends by itself
 * when none has been used for a while.
 */
final class Watchdog implements Runnable {
  /** Nanoseconds between two looks while a stop is under way. */
  static final long HURRY = 1_000_000;

  private static final long TICK = 10_000_000;
  private static final long PATIENCE = 1_000_000_000L;

  private static final List<Watch> WATCHES = new ArrayList<>();
  private static boolean running;
  private static boolean hurry;

  private Watchdog() {}

  /** Looks after a state from now on. */
  static void add(Watch watch) {
    synchronized (WATCHES) {
      WATCHES.add(watch);
      if (!running) {
        start();
        running = true;
      } else if (WATCHES.size() == 1) {
        WATCHES.notifyAll();
      }
    }
  }

  private static void start() {
    var thread = new Thread(null, new Watchdog(), "lupine-watchdog", 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(null);
    thread.start();
  }

  /** Looks at once. */
  static void hurry() {
    synchronized (WATCHES) {
      hurry = true;
      WATCHES.notifyAll();
    }
  }

  @Override
  public void run() {
    long pause = TICK;
    var looked = new ArrayList<Watch>();
    while (await(pause, looked)) {
      pause = TICK;
      long now = System.nanoTime();
      for (var each : looked) {
        long next = each.look(now, TICK);
        if (next < 0) {
          remove(each);
        } else {
          pause = Math.min(pause, next);
        }
      }
    }
  }

  /** Waits for the next look; false if there is none. */
  private static boolean await(long pause, List<Watch> watches) {
    synchronized (WATCHES) {
      try {
        if (WATCHES.isEmpty()) {
          WATCHES.wait(PATIENCE / 1_000_000);
        }
        if (WATCHES.isEmpty()) {
          running = false;
          return false;
        }
        if (!hurry && pause > 0) {
          WATCHES.wait(pause / 1_000_000, (int) (pause % 1_000_000));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();  // nobody has a reason to; then the next one starts anew
        running = false;
        return false;
      }
      hurry = false;
      watches.clear();
      watches.addAll(WATCHES);
      return true;
    }
  }

  private static void remove(Watch watch) {
    synchronized (WATCHES) {
      WATCHES.remove(watch);
    }
  }
}
