package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.lupine.Flavour;
import org.lupine.host.JavaHost;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Garbage of each side is released on the other, and only garbage is. */
class GarbageTest {
  private static LuaState open(Flavour flavour) {
    return LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS);
  }

  private static Chunk chunk(String text) {
    return Chunk.text(text, "=test", StandardCharsets.UTF_8, true);
  }

  @EachFlavour
  void keepsAJavaObjectOnlyWhileLuaHoldsIt(Flavour flavour) {
    try (var state = open(flavour)) {
      state.globals().put("held", new StringBuilder("alive"));
      var reference = new WeakReference<>(state.globals().get("held"));
      state.run(chunk("held:length()"));
      System.gc();

      assertEquals("alive", String.valueOf(state.globals().get("held")));

      state.globals().put("held", null);

      Garbage.collectUntil(
          () -> {
            state.collect();
            state.collect();
            return reference.get() == null;
          },
          () -> "still there");
    }
  }

  @EachFlavour
  void releasesTheHandlesOfAHundredThousandObjects(Flavour flavour) {
    try (var state = open(flavour)) {
      var drop = (LuaFunction) state.run(chunk("return function(o) end"))[0];
      state.collect();
      state.memory();
      int before = state.heldObjects();

      for (int i = 0; i < 100_000; i++) {
        drop.call(new Object());
      }
      state.collect();
      for (int i = 0; i < 2_000 && state.heldObjects() > before; i++) {
        state.memory();
      }

      assertTrue(state.heldObjects() <= before + 1, () -> "objects held: " + state.heldObjects());
    }
  }

  @EachFlavour
  void releasesTheRefsOfAHundredThousandTables(Flavour flavour) throws Exception {
    try (var state = open(flavour)) {
      var make = (LuaFunction) state.run(chunk("return function() return {} end"))[0];
      int before = state.heldRefs();

      for (int i = 0; i < 100_000; i++) {
        make.call();
      }
      Garbage.collectUntil(
          () -> state.heldRefs() <= before + 100, () -> "refs held: " + state.heldRefs());
    }
  }

  @EachFlavour
  void passesOneObjectAsOneUserdata(Flavour flavour) {
    try (var state = open(flavour)) {
      var object = new Object();
      var same =
          (LuaFunction) state.run(chunk("return function(a, b) return rawequal(a, b), a end"))[0];

      var results = same.call(object, object);

      assertEquals(true, results.get(0));
      assertSame(object, results.get(1));
    }
  }

  @EachFlavour
  void keepsTheArgumentsOfARunWhoseCallbackThrows(Flavour flavour) {
    try (var state = open(flavour)) {
      Runnable fail =
          () -> {
            throw new IllegalStateException();
          };
      var kept = new Object();

      var results =
          state.run(
              Chunk.text(
                  "local fail, kept = ... " + "local ok, e = pcall(fail) return kept, fail, ok",
                  "=test",
                  StandardCharsets.UTF_8,
                  false),
              fail,
              kept);

      assertSame(kept, results[0]);
      assertSame(fail, results[1]);
      assertEquals(false, results[2]);
    }
  }

  @EachFlavour
  void survivesAFinalizerThatCallsJavaWhileJavaPassesValues(Flavour flavour) {
    try (var state = open(flavour)) {
      var calls = new int[1];
      state
          .globals()
          .put(
              "touch",
              (Callable<Object>)
                  () -> {
                    calls[0]++;
                    return new StringBuilder("fresh");
                  });
      state.run(
          chunk(
              "function arm() local function fin() touch() if armed then arm() end end"
                  + " if newproxy then getmetatable(newproxy(true)).__gc = fin"
                  + " else setmetatable({}, {__gc = fin}) end end"
                  + " armed = true for i = 1, 10 do arm() end"
                  + " function count(...) return select('#', ...), (...) end"));

      for (int i = 0; i < 2_000; i++) {
        var first = "first" + i;
        var results =
            (Results)
                state
                    .globals()
                    .call(
                        "count",
                        new Object[] {
                          first, new Object(), "x".repeat(i % 900), new Object(), "end"
                        });
        assertEquals(5L, results.all()[0]);
        assertEquals(first, results.all()[1]);
      }
      state.run(chunk("armed = false collectgarbage() collectgarbage()"));

      assertTrue(calls[0] > 0, "a finalizer ran");
    }
  }

  @EachFlavour
  void closesAStateThatIsUnreachable(Flavour flavour) throws Exception {
    var state = open(flavour);
    state.globals().put("self", new Object[] {state});
    state.run(chunk("cycle = {self}"));
    var reference = new WeakReference<>(state);
    state = null;

    Garbage.collectUntil(() -> reference.get() == null, () -> "still there");
  }

  @EachFlavour
  void findsTablesThatOutliveTheirCoroutine(Flavour flavour) {
    try (var state = open(flavour)) {
      var table =
          (LuaTable)
              state
                  .run(
                      chunk(
                          "local co = coroutine.wrap(function()"
                              + " coroutine.yield({answer = 42}) end) return co()"))[0];

      state.collect();
      state.collect();

      assertEquals(42L, table.get("answer"));
    }
  }
}
