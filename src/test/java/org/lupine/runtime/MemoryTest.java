package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.state;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.bridge.LuaState;
import org.lupine.jsr223.Lua54EngineFactory;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaTable;

/** Memory that is counted and limited. */
class MemoryTest {
  private static LuaRuntime limited(Flavour flavour, long bytes) {
    return LuaRuntime.builder().flavour(flavour).maxMemory(bytes).build();
  }

  // BEHAVIOURS 179, 185
  @EachFlavour
  void aLongStringIsRefused(Flavour flavour) {
    try (var lua = limited(flavour, 10_000)) {
      assertEquals("xxxxx", lua.eval("('x'):rep(5)").first());
      assertThrows(LuaMemoryException.class, () -> lua.eval("('x'):rep(50000)"));
      assertEquals("xxxxx", lua.eval("('x'):rep(5)").first());
    }
  }

  // BEHAVIOURS 180
  @EachFlavour
  void aLoweredLimitStopsGrowthUntilSomethingIsFreed(Flavour flavour) {
    try (var lua = limited(flavour, 1_000_000)) {
      lua.execute("kept = {} for i = 1, 100 do kept[i] = ('x'):rep(2000) .. i end");

      lua.maxMemory(150_000);
      assertThrows(LuaMemoryException.class, () -> lua.execute("more = ('y'):rep(100000)"));
      assertThrows(
          LuaMemoryException.class,
          () -> lua.execute("more = {} for i = 1, 1e4 do more[i] = {} end"));

      lua.maxMemory(1_000_000);
      lua.execute("kept = nil more = nil");
      lua.gc();
      lua.maxMemory(150_000);
      assertEquals(3L, lua.eval("1 + 2").first());
    }
  }

  /** The metatable is made later if a script catches the memory error of the first attempt. */
  @EachFlavour
  void aClassWhoseMetatableFailedHasItsNameLater(Flavour flavour) {
    try (var lua = limited(flavour, 200_000)) {
      lua.globals()
          .put(
              "make",
              (Function<Long, Object>) n -> Array.newInstance(int.class, new int[n.intValue()]));
      lua.execute(
          "failures = 0 for i = 1, 40 do local full, size = {}, 10000"
              + " local function fill() while true do full[#full + 1] = ('x'):rep(size) .. #full end end"
              + " while size > 1 do pcall(fill) size = size / 10 end"
              + " for j = 1, i do full[#full] = nil end"
              + " local good = pcall(make, i) full = nil collectgarbage()"
              + " if not good then failures = failures + 1"
              + " local name = debug.getmetatable(make(i)).__name"
              + " if name == 'Java object' then error('no name at ' .. i) end end end");
      assertTrue((Long) lua.eval("failures").first() > 0);
    }
  }

  // BEHAVIOURS 181
  @EachFlavour
  void compilingNeedsMemory(Flavour flavour) {
    var text = new StringBuilder("return {");
    for (int i = 0; i < 2000; i++) {
      text.append("'text ").append(i).append("',");
    }
    try (var lua = runtime(flavour)) {
      lua.maxMemory(10);
      assertThrows(LuaMemoryException.class, () -> lua.compile(text.append('}').toString()));

      lua.maxMemory(0);
      assertEquals(2000, ((LuaTable) lua.execute(text.toString()).first()).size());
    }
  }

  // BEHAVIOURS 182
  @EachFlavour
  void withoutALimitMemoryIsCountedNevertheless(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var before = lua.memory();
      lua.execute("kept = ('x'):rep(1000000)");
      var after = lua.memory();

      assertEquals(0, before.limit());
      assertTrue(before.base() > 1000, before::toString);
      assertEquals(before.base(), after.base());
      assertTrue(after.used() >= before.used() + 1_000_000, after::toString);
      lua.maxMemory(5_000_000);
      assertEquals(5_000_000, lua.memory().limit());
      lua.maxMemory(0);
      assertEquals(0, lua.memory().limit());
    }
  }

  // BEHAVIOURS 183
  @EachFlavour
  void scriptsCanCatchTheErrorAndGoOn(Flavour flavour) {
    try (var lua = limited(flavour, 100_000)) {
      assertFalse((Boolean) lua.execute("return (pcall(string.rep, 'x', 1e6))").first());
      assertFalse(
          (Boolean)
              lua.execute(
                      "return (pcall(function() local t = {} for i = 1, 1e6 do t[i] = {i} end end))")
                  .first());
      assertEquals(3L, lua.eval("1 + 2").first());
    }
  }

  @EachFlavour
  void valuesCanBeFreedAfterTheLimitWasLowered(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("big = {} for i = 1, 20000 do big[i] = {i} end a, b = {}, {} x = 'y'");
      var table = (LuaTable) lua.eval("{1, 2, key = 3}").first();
      lua.maxMemory(1000);

      var globals = lua.globals();
      globals.put("a", null);
      globals.remove("b");
      assertEquals(1L, table.remove(1));
      assertEquals(2L, table.rawPut(2, null));
      table.put("key", null);
      assertEquals("y", globals.remove("x"));
      assertThrows(LuaMemoryException.class, () -> lua.eval("('x'):rep(1e6)"));
      globals.remove("big");
      Garbage.collectUntil(
          () -> { // Java held the table once more
            lua.gc();
            return lua.memory().used() <= 500_000;
          },
          () -> lua.memory().toString());
      lua.maxMemory(1_000_000);
      assertEquals(
          "nil nil nil",
          lua.eval("tostring(a) .. ' ' .. tostring(b) .. ' ' .. tostring(big)").first());
      assertEquals(0, table.size());
    }
  }

  @EachFlavour
  void anEnginesVariablesCanBeFreedAfterTheLimitWasLowered(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("big = {} for i = 1, 20000 do big[i] = {i} end a, x = {}, 'y'");
      engine.runtime().maxMemory(1000);

      engine.put("a", null);
      var bindings = engine.getBindings(ScriptContext.ENGINE_SCOPE);
      assertEquals("y", bindings.remove("x"));
      assertThrows(ScriptException.class, () -> engine.eval("z = ('x'):rep(1e6)"));
      bindings.remove("big");
      Garbage.collectUntil(
          () -> {
            engine.runtime().gc();
            return engine.runtime().memory().used() <= 500_000;
          },
          () -> engine.runtime().memory().toString());
      engine.runtime().maxMemory(1_000_000);
      assertEquals(
          "nil nil nil",
          engine.eval("return tostring(a) .. ' ' .. tostring(x) .. ' ' .. tostring(big)"));
    }
  }

  // BEHAVIOURS 184
  @EachFlavour
  void valuesThatJavaPutsInCountAgainstTheLimit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var table = lua.globals();
      var identity = (LuaFunction) lua.eval("function(...) return ... end").first();
      lua.gc();
      lua.maxMemory(lua.memory().used() + 100_000);
      var large = "x".repeat(500_000);

      assertThrows(LuaMemoryException.class, () -> table.put("large", large));
      assertThrows(LuaMemoryException.class, () -> table.put(large, 1));
      assertThrows(LuaMemoryException.class, () -> identity.call(large));
      assertThrows(LuaMemoryException.class, () -> identity.call(1, large, 2));
      assertThrows(LuaMemoryException.class, () -> lua.execute("return ...", large));
      assertThrows(LuaMemoryException.class, () -> lua.eval("#'" + large + "'"));
      assertThrows(
          LuaMemoryException.class,
          () -> {
            for (int i = 0; i < 100_000; i++) {
              table.put("key " + i, "value " + i);
            }
          });

      lua.maxMemory(0);
      assertNull(table.get("large"));
      assertEquals(large, identity.call(large).first());
      assertEquals("value 1", table.get("key 1"));
    }
  }

  // BEHAVIOURS 184
  @EachFlavour
  void tablesAndResultsOfJavaCountAgainstTheLimit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var state = LuaState.of(lua.globals());
      lua.globals().put("large", (Callable<?>) () -> "x".repeat(500_000));
      lua.gc();
      lua.maxMemory(lua.memory().used() + 100_000);

      assertThrows(LuaMemoryException.class, () -> lua.execute("return #large()"));
      assertFalse((Boolean) lua.execute("return (pcall(large))").first());
      assertThrows(
          LuaMemoryException.class, () -> state.table(Collections.nCopies(50_000, 1).toArray()));
      assertThrows(
          LuaMemoryException.class,
          () -> {
            var held = new ArrayList<LuaTable>();
            while (true) {
              held.add(state.table(1, 2, 3));
            }
          });

      lua.maxMemory(0);
      assertEquals(500_000L, lua.execute("return #large()").first());
    }
  }

  // BEHAVIOURS 184
  @EachFlavour
  void objectsOfJavaCountAgainstTheLimit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var keep =
          (LuaFunction)
              lua.execute("local n, kept = 0, {} return function(o) n = n + 1 kept[n] = o end")
                  .first();
      lua.gc();
      lua.maxMemory(lua.memory().used() + 100_000);
      var objects = new ArrayList<Map<String, String>>();

      assertThrows(
          LuaMemoryException.class,
          () -> {
            while (true) {
              var object = new HashMap<String, String>();
              objects.add(object);
              keep.call(object);
            }
          });

      lua.maxMemory(0);
      keep.call(objects.get(0));
      assertEquals(List.of(true), lua.execute("return ... ~= nil", objects.get(1)));
    }
  }

  // BEHAVIOURS 180
  @EachFlavour
  void garbageIsCollectedBeforeMemoryIsRefused(Flavour flavour) {
    try (var lua = limited(flavour, 300_000)) {
      assertEquals(
          20_000L,
          lua.execute(
                  "local n = 0 for i = 1, 20000 do"
                      + " local t = {i, tostring(i), {}} n = n + 1 end return n")
              .first());
      assertEquals(
          2_000L,
          lua.execute(
                  "local n = 0 for i = 1, 2000 do"
                      + " local s = ('x'):rep(2000) .. i n = n + (#s > 0 and 1 or 0) end return n")
              .first());
      lua.execute("kept = ('k'):rep(60000)");
      assertEquals(
          20_000L,
          lua.execute(
                  "local n = 0 for i = 1, 20000 do"
                      + " local t = {i, tostring(i), {}} n = n + 1 end return n")
              .first());
    }
  }

  // BEHAVIOURS 167
  @EachFlavour
  void anErrorTextAboutMemoryIsNoMemoryError(Flavour flavour) {
    try (var lua = limited(flavour, 1_000_000)) {
      var thrown =
          assertThrows(LuaException.class, () -> lua.execute("error('not enough memory', 0)"));

      assertEquals(LuaException.class, thrown.getClass());
      assertEquals("not enough memory", thrown.getMessage());
    }
  }

  // Regression: the name was nil for good
  @EachFlavour
  void aNameThatLackedMemoryIsReadLater(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var state = state(lua);
      lua.execute("for i = 1, 100 do _G['name' .. i] = i end");
      for (long i = 1; i <= 100; i++) {
        assertEquals(i, state.globals().get("name" + i)); // from now on by the fast path
      }
      lua.gc();
      lua.maxMemory(1);
      for (long i = 1; i <= 300; i++) {
        try {
          assertEquals(i % 100 + 1, state.globals().get("name" + (i % 100 + 1)));
        } catch (LuaMemoryException e) {
          // 5.1 and LuaJIT may want memory for this
        }
      }

      lua.maxMemory(0);
      for (long i = 1; i <= 300; i++) {
        var name = "name" + (i % 100 + 1);
        assertEquals(i % 100 + 1, state.globals().get(name));
        assertEquals(i % 100 + 1, lua.globals().get(name));
        assertNull(state.globals().get("other" + i % 100));
      }
    }
  }

  /** A class that Lua does not know yet. */
  public record Unknown(int n) {}

  @EachFlavour
  void aClassThatLackedMemoryHasItsNameLater(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var identity = (LuaFunction) lua.eval("function(...) return ... end").first();
      lua.gc();
      lua.maxMemory(1);
      assertThrows(
          LuaMemoryException.class, () -> identity.call("x".repeat(100_000), new Unknown(1)));
      lua.maxMemory(0);
      lua.globals().put("unknown", new Unknown(2));

      var thrown = assertThrows(LuaException.class, () -> lua.execute("unknown()"));
      assertTrue(
          flavour == Flavour.LUA51
              || flavour == Flavour.LUA52
              || flavour == Flavour.LUAJIT
              || thrown.getMessage().contains("Unknown"),
          thrown::getMessage);
      assertEquals(2L, lua.eval("unknown.n()").first());
    }
  }

  // Regression: the chunk was evicted from the cache while it ran, and mistaken for another
  @EachFlavour
  void aChunkSurvivesItsEvictionFromTheCache(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var text = "local n = run() return 'mine', n";
      lua.globals().put("run", (Callable<?>) () -> 0);
      assertEquals("mine", lua.execute(text).first());
      lua.execute("return 'other'");
      lua.globals()
          .put(
              "run",
              (Callable<?>)
                  () -> {
                    for (int i = 0; i < 300; i++) {
                      lua.execute("return 'chunk " + i + "'");
                    }
                    return 1;
                  });
      for (int round = 0; round < 3; round++) {
        assertEquals("mine", lua.execute(text).first());
        for (int i = 0; i < 300; i++) {
          assertEquals("again " + i, lua.execute("return 'again " + i + "'").first());
        }
      }
      for (int i = 0; i < 3; i++) {
        assertEquals("mine", lua.execute(text).first());
      }
    }
  }

  // BEHAVIOURS 186
  @EachFlavour
  void pausesOfTheCollectorAreCounted(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var first = lua.pauseGc();
      var second = lua.pauseGc();
      first.close();
      first.close();
      assertRunning(lua, flavour, false);
      second.close();
      assertRunning(lua, flavour, true);
      try (var third = lua.pauseGc()) {
        assertRunning(lua, flavour, false);
      }
      assertRunning(lua, flavour, true);
    }
  }

  private static void assertRunning(LuaRuntime lua, Flavour flavour, boolean running) {
    if (flavour == Flavour.LUA51) { // cannot tell
      assertThrows(LuaException.class, () -> lua.eval("collectgarbage('isrunning')"));
      return;
    }
    assertEquals(running, lua.eval("collectgarbage('isrunning')").first());
  }

  // BEHAVIOURS 186
  @EachFlavour
  void nothingIsCollectedInAPause(Flavour flavour) {
    var garbage = "for i = 1, 2000 do s = ('x'):rep(1000) .. i end";
    try (var lua = runtime(flavour)) {
      lua.gc();
      long before = lua.memory().used();
      try (var pause = lua.pauseGc()) {
        lua.execute(garbage);
        assertTrue(lua.memory().used() > before + 2_000_000, () -> lua.memory().toString());
      }
      lua.gc();
      assertTrue(lua.memory().used() < before + 100_000, () -> lua.memory().toString());
    }
  }

  @EachFlavour
  void aPauseMayEndAfterTheRuntime(Flavour flavour) {
    var lua = runtime(flavour);
    var pause = lua.pauseGc();
    lua.close();

    pause.close();

    assertThrows(IllegalStateException.class, lua::memory);
    assertThrows(IllegalStateException.class, lua::gc);
  }

  @EachFlavour
  void badLimitsAreRefused(Flavour flavour) {
    assertThrows(
        IllegalArgumentException.class, () -> LuaRuntime.builder().flavour(flavour).maxMemory(-1));
    try (var lua = runtime(flavour)) {
      assertThrows(IllegalArgumentException.class, () -> lua.maxMemory(-1));
      lua.maxMemory(Long.MAX_VALUE);
      assertEquals(3L, lua.eval("1 + 2").first());
    }
  }

  @EachFlavour
  void valuesPutBeforeTheFirstUseAreNotLost(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().maxMemory(200_000).build();
    try (var engine = engine(flavour, options)) {
      engine.put("small", 1);
      engine.put("large", "x".repeat(1_000_000));
      for (int i = 0; i < 2; i++) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("return large"));
        assertInstanceOf(LuaMemoryException.class, thrown.getCause());
      }
      engine.put("large", "y");

      assertEquals("y1", engine.eval("return large .. small"));
    }
  }

  @Test
  void aScriptEngineHasTheLimitOfItsOptions() throws Exception {
    var options = LuaOptions.builder().maxMemory(200_000).build();
    try (var engine = new Lua54EngineFactory().getScriptEngine(options)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("return ('x'):rep(1e6)"));

      assertInstanceOf(LuaMemoryException.class, thrown.getCause());
      assertEquals(5L, engine.eval("return #('x'):rep(5)"));
    }
  }
}
