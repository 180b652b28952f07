package org.lupine.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * The child JVM of {@link WatchdogTest}: does something to the thread that ends scripts, then says
 * "held" if a time limit and an interrupt end scripts nevertheless. Arguments: what to do, a
 * flavour.
 */
final class WatchdogChild {
  private static final String NAME = "lupine-watchdog";
  private static final Duration SHORT = Duration.ofMillis(100);

  /** What fills the heap; null while it is not full. */
  private static volatile Object filling;

  private WatchdogChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[1]);
    var lua = LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofSeconds(5)).build();
    lua.eval("1");
    switch (arguments[0]) {
      case "heap" -> exhaust(lua);
      case "interrupt" -> watchdog().interrupt();
      case "death" -> kill(watchdog());
      case "full" -> endWhileFull(lua);
      default -> beginInVain(lua);
    }
    ends(lua);
    try (var other = LuaRuntime.builder().flavour(flavour).build()) {
      ends(other);
    }
    System.out.println("held");
    System.exit(0);
  }

  private static Thread watchdog() {
    for (var each : Thread.getAllStackTraces().keySet()) {
      if (each.getName().equals(NAME)) {
        return each;
      }
    }
    throw new AssertionError("no thread " + NAME);
  }

  /** Lets a script exhaust the heap for so long that each thread notices. */
  private static void exhaust(LuaRuntime lua) throws Exception {
    var kept = new ArrayList<Object>();
    JavaFunction remember = given -> kept.add(given[0]);
    lua.globals().put("remember", remember);
    lua.timeLimit(Duration.ofMinutes(10));
    kept.add(new byte[32 << 20]); // the rest is done sooner
    try {
      lua.execute("local i = 0 while true do i = i + 1 remember('x' .. i) end");
      throw new AssertionError("did not end");
    } catch (OutOfMemoryError e) {
      var all = fill();
      pause(300);
      kept.clear();
      all[0] = null;
    }
  }

  /** Waits without allocating, as Thread.sleep does in newer versions of Java. */
  private static void pause(int milliseconds) {
    long end = System.nanoTime() + milliseconds * 1_000_000L;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Returns an object that fills the whole heap, down to the last words. */
  private static Object[] fill() {
    Object[] all = null;
    for (int size = 1 << 18; size >= 1; size /= 2) {
      try {
        while (true) {
          var more = new Object[size];
          more[0] = all;
          all = more;
        }
      } catch (OutOfMemoryError e) {
        // a smaller one may fit
      }
    }
    return all;
  }

  /** Stops a thread by Thread.stop where Java still can, else interrupts it often. */
  private static void kill(Thread thread) throws Exception {
    try {
      Thread.class.getMethod("stop").invoke(thread);
    } catch (ReflectiveOperationException e) {
      for (int i = 0; i < 100; i++) {
        thread.interrupt();
        Thread.sleep(1);
      }
    }
  }

  /** Uses a state while there is neither a watchdog thread nor the memory to start one. */
  private static void beginInVain(LuaRuntime lua) throws Exception {
    watchdog().join(20_000);
    var all = fill();
    int failed = 0;
    for (int i = 0; i < 5; i++) {
      try {
        lua.enter().close();
      } catch (OutOfMemoryError e) {
        failed++;
      }
    }
    all[0] = null;
    if (failed == 0) {
      throw new AssertionError("the heap was not full");
    }
  }

  /** Ends scripts by what was prepared before the heap was full. */
  private static void endWhileFull(LuaRuntime lua) throws Exception {
    var limit = Duration.ofSeconds(1);
    do {
      lua.timeLimit(limit);
      limit = limit.multipliedBy(2);
    } while (!endsWhileFull(lua, () -> {}));
    lua.timeLimit(Duration.ZERO);
    var script = Thread.currentThread();
    for (var interrupt : List.<Runnable>of(script::interrupt, lua::interrupt)) {
      if (!endsWhileFull(lua, interrupt)) {
        throw new AssertionError("was interrupted early");
      }
    }
  }

  /**
   * Runs a script without end, during which another thread fills the heap and then does something;
   * returns whether the heap was full when the script ended.
   */
  private static boolean endsWhileFull(LuaRuntime lua, Runnable whenFull) throws Exception {
    var begun = new CountDownLatch(1);
    JavaFunction begin =
        given -> {
          begun.countDown();
          return null;
        };
    lua.globals().put("begin", begin);
    var filler =
        new Thread(
            () -> {
              try {
                begun.await();
                filling = fill();
                whenFull.run();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              } catch (OutOfMemoryError e) {
                // an interrupt was requested before
              }
            });
    filler.setDaemon(true);
    filler.start();
    boolean full = false;
    boolean ended = false;
    try {
      lua.execute("begin() while true do end");
    } catch (LuaTimeoutException | LuaInterruptedException | OutOfMemoryError e) {
      full = filling != null; // there may be no memory for the exception
      ended = true;
    }
    if (!ended) {
      throw new AssertionError("did not end");
    }
    Thread.interrupted();
    filler.join();
    filling = null;
    return full;
  }

  private static void ends(LuaRuntime lua) throws Exception {
    lua.timeLimit(SHORT);
    try {
      lua.execute("while true do end");
      throw new AssertionError("did not end");
    } catch (LuaTimeoutException e) {
      lua.timeLimit(Duration.ZERO);
    }
    var begun = new CountDownLatch(1);
    var script = Thread.currentThread();
    var other =
        new Thread(
            () -> {
              try {
                begun.await();
                script.interrupt();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    other.setDaemon(true);
    other.start();
    JavaFunction begin =
        given -> {
          begun.countDown();
          return null;
        };
    lua.globals().put("begin", begin);
    try {
      lua.execute("begin() while true do end");
      throw new AssertionError("was not interrupted");
    } catch (LuaInterruptedException e) {
      Thread.interrupted();
    }
    other.join();
  }
}
