package org.lupine.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import outside.Deep;

/** A program whose stacks are deeper than the stack traces of its JVM. */
final class ShortTracesChild {
  private ShortTracesChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[0]);
    closeInside(flavour);
    waitForLong(flavour);
    System.out.println("done");
    System.exit(0);
  }

  /** Closes a runtime in a call that it makes: it is closed once the script has ended. */
  private static void closeInside(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    lua.globals().put("close", (Runnable) () -> Deep.run(40, lua::close));
    var sum =
        lua.execute(
                "local t = {} for i = 1, 100 do t[i] = {i} end close() "
                    + "local sum = 0 for i = 1, 100 do sum = sum + t[i][1] end return sum")
            .first();
    if (((Number) sum).intValue() != 5050) {
      throw new AssertionError(sum);
    }
  }

  /** Lets a thread wait for another that is in a call of a script for more than a second. */
  private static void waitForLong(Flavour flavour) throws Exception {
    var threads = Executors.newSingleThreadExecutor();
    var inside = new CountDownLatch(1);
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals()
          .put("compute", (Runnable) () -> Deep.compute(40, 2_500_000_000L, inside::countDown));
      var first = threads.submit(() -> lua.execute("n = 1 compute() return n").first());
      inside.await();
      lua.execute("n = 2");
      if (((Number) first.get()).intValue() != 1) {
        throw new AssertionError("another script was let in");
      }
    }
    threads.shutdown();
  }
}
