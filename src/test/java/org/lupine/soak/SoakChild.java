package org.lupine.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.script.ScriptEngineManager;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaFunction;

/**
 * The child JVM of {@link SoakTest}: does something often, looks at the memory, does it as often
 * again, and says "flat" if it takes no more then. A leak takes more in each round; a peak, which
 * depends on when the collector runs, is higher in some round only. Arguments: a flavour, what to
 * do.
 */
final class SoakChild {
  /** The tolerance of a measurement, which a leak of a million objects exceeds. */
  private static final long HEAP = 24 << 20, PROCESS = 56 << 20;

  private static final int ROUNDS = 5;

  private SoakChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[0]);
    if (arguments[1].equals("engines")) {
      engines(flavour, 1_000);
      awaitFlat(() -> engines(flavour, 3_000), () -> 0);
    } else {
      try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
        values(lua, 1_000_000, 0);
        awaitFlat(() -> values(lua, 1_000_000, 10_000_000), () -> lua.memory().used());
        check("objects held", 0, LuaState.of(lua.globals()).heldObjects(), 10_000);
        check("references held", 0, LuaState.of(lua.globals()).heldRefs(), 10_000);
      }
    }
    System.out.println("flat");
  }

  /** Does the work until a round leaves nothing behind. */
  private static void awaitFlat(Callable<?> work, LongSupplier inLua) throws Exception {
    for (int round = 1; ; round++) {
      var before = Figures.now(inLua);
      work.call();
      try {
        before.compare(Figures.now(inLua));
        return;
      } catch (AssertionError grown) {
        System.err.println("round " + round + ": " + grown.getMessage());
        if (round == ROUNDS) {
          throw grown;
        }
      }
    }
  }

  /** Opens engines and closes none. */
  private static Void engines(Flavour flavour, int count) throws Exception {
    var manager = new ScriptEngineManager();
    for (int i = 0; i < count; i++) {
      var engine = manager.getEngineByName(flavour.id());
      engine.put("i", i);
      engine.eval("local t = {} for n = 1, 100 do t[n] = {n} end used = t return i");
    }
    return null;
  }

  /** Passes many Java objects to Lua and Lua values to Java, then crosses many times. */
  private static Void values(LuaRuntime lua, int count, int crossings) {
    lua.globals().put("source", (Supplier<Object>) Object::new);
    lua.globals().put("sink", (Consumer<Object>) object -> {});
    lua.execute("local source, sink = source, sink for i = 1, ... do sink(source()) end", count);
    var state = LuaState.of(lua.globals());
    for (int i = 0; i < count; i++) {
      state.table();
    }
    var same = (LuaFunction) lua.execute("return function(x) return x end").first();
    for (int i = 0; i < crossings; i++) {
      state.callNumber(same, i);
    }
    System.gc();
    for (int i = 0; i < 100_000 && state.heldRefs() > 1_000; i++) {
      lua.memory(); // a crossing, with which some dropped references are released
    }
    lua.gc();
    return null;
  }

  private static void check(String what, long before, long after, long most) {
    if (after > before + most) {
      throw new AssertionError(what + ": " + before + " before, " + after + " after");
    }
  }

  /** Bytes in use: of the heap, of the whole process where that can be read, and of Lua. */
  private record Figures(long heap, long process, long lua) {
    static Figures now(LongSupplier inLua) throws IOException {
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      var runtime = Runtime.getRuntime();
      var file = Path.of("/proc/self/statm");
      long pages = Files.exists(file) ? Long.parseLong(Files.readString(file).split(" ")[1]) : 0;
      return new Figures(
          runtime.totalMemory() - runtime.freeMemory(), pages * 4096, inLua.getAsLong());
    }

    void compare(Figures after) {
      check("heap", heap, after.heap, HEAP);
      check("process", process, after.process, PROCESS);
      check("Lua", lua, after.lua, HEAP);
    }
  }
}
