package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.bridge.LuaState;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;

/** The memory of messages between Lua and Java, and what is released when one fails. */
class MessageMemoryTest {
  private static LuaRuntime runtime(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    lua.globals().put("sink", (Consumer<Object>) text -> {});
    return lua;
  }

  /** Limits memory to the given number of bytes more than are in use. */
  private static void allow(LuaRuntime lua, long more) {
    lua.maxMemory(0);
    lua.gc();
    lua.gc();
    lua.maxMemory(Math.max(1, lua.memory().used() - lua.memory().base() + more));
  }

  @EachFlavour
  void aScriptThatNeverReturnsDoesNotGrow(Flavour flavour) {
    assumeTrue(Files.isReadable(Path.of("/proc/self/status")), "told by Linux");
    var command =
        ChildProcess.java(
            List.of("-Xmx64m", "-XX:+UseSerialGC"), MessageMemoryChild.class, flavour.name());
    var child = ChildProcess.run(Path.of("."), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertTrue(Integer.parseInt(child.out().trim()) < 150, child::toString);
  }

  private static void assertAll(Class<?> child, Flavour flavour, Duration limit) {
    var command = ChildProcess.java(List.of("-Xmx12m", "-XX:+UseSerialGC"), child, flavour.name());
    var ended = ChildProcess.run(Path.of("."), limit, "", command);

    assertEquals("all\n", ended.out(), ended::toString);
    assertEquals(0, ended.status(), ended::toString);
  }

  @EachFlavour
  void objectsPassedToAFullHeapAreThemselves(Flavour flavour) {
    assertAll(FullHeapChild.class, flavour, Duration.ofMinutes(2));
  }

  // BEHAVIOURS 193, 255
  @EachFlavour
  void statesAndLocksThatMeetAFullHeapCanBeUsedAfterwards(Flavour flavour) {
    assertAll(FullHeapLocksChild.class, flavour, Duration.ofMinutes(4));
  }

  // BEHAVIOURS 184
  @EachFlavour
  void messagesCountAsMemory(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("large", (Callable<?>) () -> "x".repeat(1_000_000));
      lua.execute("text = ('x'):rep(1000000) .. '!'");
      allow(lua, 700_000);

      assertThrows(LuaMemoryException.class, () -> lua.execute("sink(text)"));
      assertFalse((Boolean) lua.execute("return (pcall(sink, text))").first());
      assertThrows(LuaMemoryException.class, () -> lua.execute("return text"));
      assertFalse((Boolean) lua.execute("return (pcall(large))").first());
      assertEquals(List.of(1_000_001L, "!"), lua.execute("return #text, text:sub(-1)"));
      allow(lua, 9_000_000);
      lua.execute("for i = 1, 50 do sink(text .. i) large() end");
      assertEquals(1_000_001, ((String) lua.execute("return text").first()).length());
    }
  }

  @EachFlavour
  void objectsThatWereNotStoredAreReleased(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var state = LuaState.of(lua.globals());
      var refuses = (LuaTable) lua.eval("setmetatable({}, {__newindex = error})").first();
      var objects = new LinkedHashMap<Object, Object>();
      lua.gc();
      int before = state.heldObjects();
      for (int i = 0; i < 200; i++) {
        objects.clear();
        for (int n = 0; n < 100; n++) {
          objects.put(n, new byte[0][]);
        }
        assertThrows(LuaException.class, () -> refuses.putAll(objects));
      }
      lua.gc();
      lua.gc();
      lua.eval("1");
      assertTrue(state.heldObjects() <= before + 5, () -> state.heldObjects() + " objects");
    }
  }

  @EachFlavour
  void objectsOfAMessageThatIsNotSentAreReleased(Flavour flavour) {
    try (var lua = runtime(flavour);
        var other = runtime(flavour)) {
      var state = LuaState.of(lua.globals());
      var table = (LuaTable) lua.eval("{}").first();
      var mixed = new LinkedHashMap<Object, Object>();
      for (int n = 0; n < 100; n++) {
        mixed.put(n, new StringBuilder());
      }
      mixed.put("foreign", other.eval("{}").first());
      lua.gc();
      int before = state.heldObjects();

      assertThrows(LuaException.class, () -> table.putAll(mixed));
      assertEquals(before, state.heldObjects());
    }
  }

  @EachFlavour
  void refsOfACopyThatFailedAreReleased(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var table =
          (LuaTable)
              lua.execute(
                      "seen = setmetatable({}, {__mode = 'k'}) local t = {{{}}}"
                          + " for i = 1, 50 do t[i + 1] = function() return i end seen[t[i + 1]] = true end"
                          + " return t")
                  .first();
      for (int i = 0; i < 100; i++) {
        assertThrows(LuaException.class, () -> table.toJava(1));
      }
      lua.execute("local t = ... for k in pairs(t) do t[k] = nil end", table);
      lua.gc();
      lua.gc();
      assertEquals(List.of(true), lua.execute("return next(seen) == nil"));
    }
  }

  @EachFlavour
  void chunksThatRaiseAreReleased(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.gc();
      long before = lua.memory().used();
      for (int i = 0; i < 500; i++) {
        var chunk = "local a = '" + "x".repeat(2000) + i + "' error(a)";
        assertThrows(LuaException.class, () -> lua.execute(chunk));
      }
      lua.gc();
      lua.gc();
      assertTrue(lua.memory().used() < before + 500_000, () -> lua.memory().toString());
    }
  }

  @EachFlavour
  void aListIsChangedCompletelyOrNotAtAll(Flavour flavour) {
    for (int more = 20_000; more < 400_000; more += 40_000) {
      try (var lua = runtime(flavour)) {
        assertWhole(lua, more, List.of("x".repeat(100_000)));
        assertWhole(lua, more, Collections.nCopies(20, "x".repeat(5_000)));
        assertWhole(lua, more, Collections.nCopies(5_000, 7L));
      }
    }
  }

  /** Makes garbage, as far as the limit allows. */
  private static void litter(LuaRuntime lua) {
    try {
      lua.execute("local t = {} for i = 1, 100 do t[i] = ('g'):rep(1000) .. i end");
    } catch (LuaMemoryException e) {
      // it is garbage by now
    }
  }

  private static void assertWhole(LuaRuntime lua, int more, List<Object> added) {
    var table = (LuaTable) lua.eval("{1, 2, 3, 4, 5}").first();
    allow(lua, more);
    litter(lua);
    var expected = new ArrayList<Object>(List.of(1L, 2L, 3L, 4L, 5L));
    try {
      table.asList().addAll(0, added);
      expected.addAll(0, added);
    } catch (LuaMemoryException e) {
      // then nothing was added
    }
    lua.maxMemory(0);
    assertEquals(expected, new ArrayList<>(table.asList()));
  }

  @EachFlavour
  void noMetamethodIsCalledTwice(Flavour flavour) {
    for (int more = 50_000; more < 500_000; more += 50_000) {
      try (var lua = runtime(flavour)) {
        lua.execute(
            "calls = {} t = setmetatable({}, {__newindex = function(t, k, v)"
                + " calls[k] = (calls[k] or 0) + 1 end})");
        var table = (LuaTable) lua.globals().get("t");
        var entries = new LinkedHashMap<Object, Object>();
        entries.put("first", 1);
        entries.put("second", "x".repeat(150_000));
        entries.put("third", "y".repeat(150_000));
        allow(lua, more);
        litter(lua);
        try {
          table.putAll(entries);
        } catch (LuaMemoryException e) {
          // some were put
        }
        lua.maxMemory(0);
        assertEquals(
            List.of(true),
            lua.execute(
                "for _, n in pairs(calls) do if n > 1 then return false end end return true"));
      }
    }
  }

  @EachFlavour
  void noMetamethodOfAListIsCalledTwice(Flavour flavour) {
    for (int more = 150_000; more < 400_000; more += 20_000) {
      try (var lua = runtime(flavour)) {
        var list =
            ((LuaTable)
                    lua.eval(
                            "setmetatable({nil, 2}, {__len = function() lengths = lengths + 1"
                                + " return 2 end, __index = function() reads = reads + 1"
                                + " return 'old' end})")
                        .first())
                .asList();
        lua.execute("lengths, reads = 0, 0");
        allow(lua, more);
        litter(lua);
        try {
          assertEquals("old", list.set(0, "z".repeat(150_000)));
        } catch (LuaMemoryException e) {
          // there is too little, even if all garbage is collected
        }
        lua.maxMemory(0);
        assertEquals(List.of(true), lua.execute("return lengths <= 1 and reads <= 1"));
      }
    }
  }

  @EachFlavour
  void anErrorHasNoFramesOfAStoppedCoroutine(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      stopInCoroutine(lua);
      for (int i = 0; i < 3; i++) {
        System.gc();
        lua.gc();
      }
      lua.execute("local t = {} for i = 1, 1000 do t[i] = {i} end");
      var thrown =
          assertThrows(
              LuaException.class,
              () -> lua.execute("local function other() error('other') end other()"));

      assertTrue(thrown.frames().stream().anyMatch(f -> f.function().contains("other")));
      assertFalse(
          thrown.frames().stream().anyMatch(f -> f.function().contains("forever")),
          () -> thrown.frames().toString());
    }
  }

  private static void stopInCoroutine(LuaRuntime lua) {
    var coroutine =
        (LuaCoroutine)
            lua.eval(
                    "coroutine.create(function() local function forever()"
                        + " while true do end end forever() end)")
                .first();
    lua.timeLimit(Duration.ofMillis(50));
    assertThrows(LuaTimeoutException.class, coroutine::resume);
    lua.timeLimit(Duration.ZERO);
  }

  @EachFlavour
  void aWrongLengthIsNoWayAroundALimit(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var table =
          (LuaTable)
              lua.eval(
                      "setmetatable({}, {__len = function() return 2^28 - 1 end,"
                          + " __index = rawget, __newindex = rawset})")
                  .first();
      if (flavour == Flavour.LUA51) {
        assertEquals(0, table.length()); // its '#' calls no metamethod of tables
        return;
      }
      var list = table.asList();
      lua.timeLimit(Duration.ofMillis(200));
      var taken =
          Times.busy(
              () -> {
                assertThrows(LuaTimeoutException.class, () -> list.add(0, "x"));
                assertThrows(LuaTimeoutException.class, () -> list.remove(0));
                assertThrows(LuaTimeoutException.class, list::toArray);
              });
      assertTrue(taken.toMillis() < 3000, taken::toString);
    }
  }

  @EachFlavour
  void manyTablesAreResults(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var results =
          lua.execute(
              "local t = {} for i = 1, 200 do t[i] = {i} end"
                  + " return (table.unpack or unpack)(t)");

      assertEquals(200, results.size());
      assertEquals(200L, ((LuaTable) results.get(199)).get(1));
    }
  }
}
