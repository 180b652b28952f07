package org.lupine.crash;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleUnaryOperator;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;

/**
 * The program of {@link UpcallStubTest}. Its first argument is what to do, the second a flavour.
 */
public final class UpcallStubChild {
  /** Whether there can be a stub. */
  static final boolean POSSIBLE = Runtime.version().feature() >= 24;

  private static final List<Integer> KILOBYTES = List.of(0, 224, 256, 352, 364, 368, 384, 512);

  private static final String SHALLOW =
      "local function f() plus(1) host:heavy(function() return host:call(tostring) end) "
          + "pcall(host.overflow, host) end f() coroutine.wrap(f)() "
          + "host:call(function() return host:call(f) end)";

  private static final List<String> SCRIPTS =
      List.of(
          "local function f() return host:call(f) end f()",
          "local function f() return host:heavy(f) end f()",
          "local function f() plus(1.5) local one = host:call(f) return one end f()",
          "host:overflow()",
          "host:brink(function() for i = 1, 10 do plus(i) end end)",
          "local function f(n) plus(n) return (('x'):gsub('x', function() return f(n) end)) end f(1)",
          "local function f() plus(1.5) pcall(host.overflow, host) "
              + "coroutine.wrap(function() host:heavy(f) end)() end f()");

  /** What scripts call; its frames are of several sizes. */
  public static final class Host {
    private long sum;

    public Object call(Callable<?> function) throws Exception {
      return function.call();
    }

    public Object heavy(Callable<?> function) throws Exception {
      return heavy(20, function, 1, 2, 3, 4);
    }

    private Object heavy(int levels, Callable<?> function, long a, long b, double c, long d)
        throws Exception {
      var result = levels == 0 ? function.call() : heavy(levels - 1, function, b, a + d, c * 2, d);
      sum += a + b + (long) c + d; // they are needed after the call
      return result;
    }

    public int overflow() {
      return 1 + overflow();
    }

    /** Calls a function at the end of the stack of Java, and again at each level above. */
    public void brink(Callable<?> function) throws Exception {
      try {
        brink(function);
      } catch (StackOverflowError e) {
        function.call();
      }
    }

    public long sum() {
      return sum;
    }
  }

  private UpcallStubChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[1]);
    switch (arguments[0]) {
      case "stacks" -> stacks(flavour);
      case "beginning" -> System.out.println(uses(flavour, 1));
      case "often" -> System.out.println(uses(flavour, 100_000));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** Lets each script meet the end of the stack, on threads whose stacks differ. */
  private static void stacks(Flavour flavour) throws InterruptedException {
    for (var size : KILOBYTES) {
      var thread = new Thread(null, () -> stack(flavour), "stack", size * 1024L);
      thread.start();
      thread.join();
    }
    System.out.println("done");
  }

  private static void stack(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("host", new Host());
      lua.globals().put("plus", (DoubleUnaryOperator) number -> number + 1);
      lua.execute(SHALLOW); // where the stack ends no class can be initialized
      for (int i = 0; i < SCRIPTS.size() * 2; i++) {
        var script = SCRIPTS.get(i % SCRIPTS.size());
        try {
          below(i * 11, () -> lua.execute(script));
        } catch (LuaException | StackOverflowError e) {
          // it met the end
        }
      }
      if (((Number) lua.eval("plus(1)").first()).intValue() != 2) {
        throw new AssertionError("plus");
      }
    } catch (LuaException | StackOverflowError e) {
      // a small stack has no room for a state
    }
  }

  private static void below(int levels, Runnable action) {
    if (levels == 0) {
      action.run();
    } else {
      below(levels - 1, action);
    }
  }

  /** Returns whether Lua calls Java by a stub, after that number of calls and some time. */
  private static boolean uses(Flavour flavour, int calls) throws InterruptedException {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var used =
          lua.execute(
              "local used = ... return function(n) "
                  + "for i = 2, n do used() end return used() end",
              (BooleanSupplier) UpcallStubChild::isInside);
      var function = (LuaFunction) used.first();
      var answer = function.call(calls).first();
      int most = calls == 1 ? 0 : POSSIBLE ? 600 : 100; // another thread makes the stub
      for (int i = 0; i < most && answer.equals(false); i++) {
        Thread.sleep(100);
        answer = function.call(1).first();
      }
      return (boolean) answer;
    }
  }

  /** Returns whether the frames of a stub are below this one. */
  private static boolean isInside() {
    return StackWalker.getInstance(StackWalker.Option.SHOW_HIDDEN_FRAMES)
        .walk(
            frames ->
                frames.anyMatch(frame -> frame.getClassName().startsWith("jdk.internal.foreign.")));
  }
}
