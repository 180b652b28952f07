package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaTimeoutException;

/** Library functions that would run for minutes, or for ever. */
class LibraryLoopsTest {
  /** Far more than the limit, far less than the loops take; of the processor's time. */
  private static final Duration LATEST = Duration.ofSeconds(5);

  private static void ends(Flavour flavour, String... scripts) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).maxMemory(200_000_000).build()) {
      for (var script : scripts) {
        lua.timeLimit(Duration.ofMillis(50));
        var busy =
            Times.busy(
                () -> assertThrows(LuaTimeoutException.class, () -> lua.execute(script), script));
        assertTrue(busy.compareTo(LATEST) < 0, () -> busy + ": " + script);
        lua.timeLimit(Duration.ZERO);
        assertEquals(2L, lua.eval("1 + 1").first());
      }
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void endsLongPatternMatches(Flavour flavour) throws Exception {
    ends(
        flavour,
        "('a'):rep(40):find(('a?'):rep(40) .. ('a'):rep(40))",
        "('a'):rep(5000):find(('a-'):rep(8) .. 'b')",
        "('x'):rep(1000):match(('x.*'):rep(40) .. 'y')",
        "('x'):rep(1000):gsub(('x.*'):rep(40) .. 'y', '')",
        "for s in ('x'):rep(1000):gmatch(('x.*'):rep(40) .. 'y') do end",
        "('a'):rep(3e5):gsub('a*b', '')",
        "pcall(string.find, ('a'):rep(40), ('a?'):rep(40) .. ('a'):rep(40))",
        "coroutine.wrap(function()"
            + " for s in ('a'):rep(40):gmatch(('(a?)'):rep(30) .. ('a'):rep(40)) do end end)()",
        "while true do ('a'):rep(3e5):find(('a'):rep(1e5) .. 'b', 1, true) end");
  }

  /** Such a search once answered that there is nothing, and the script went on with that. */
  @EachFlavour
  void doesNotAnswerASearchThatALimitEnds(Flavour flavour) {
    var believed = new AtomicBoolean();
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("believe", (Runnable) () -> believed.set(true));
      lua.timeLimit(Duration.ofMillis(200));
      for (var use : List.of("if not found then believe() end", "return found")) {
        assertThrows(
            LuaTimeoutException.class,
            () ->
                lua.execute(
                    "local text = ('a'):rep(2 ^ 25) .. 'key'"
                        + " local found = text:find(('a'):rep(4000) .. 'key', 1, true) "
                        + use),
            use);
      }
      assertFalse(believed.get());
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void endsLongTableOperations(Flavour flavour) throws Exception {
    ends(
        flavour,
        "local t = {} for i = 1, 2e5 do t[i] = (i * 7919) % 200003 end"
            + " while true do table.sort(t) for i = 1, #t, 3 do t[i] = i % 1009 end end",
        "while true do table.concat({1, 2, 3}) end",
        "local t = {} while true do table.insert(t, 1, 0) table.remove(t, 1) end",
        "local t = {} for k = 29, 0, -1 do t[2 ^ k] = 0 end while true do table.insert(t, 1, 0) end");
    if (flavour.language().equals("5.1")) {
      ends(
          flavour,
          "while true do table.insert({}, -2 ^ 31, 0) end",
          "local t = {} for k = 29, 0, -1 do t[2 ^ k] = 0 end"
              + " while true do table.foreachi(t, math.randomseed) end");
    }
    if (flavour.integers()) {
      ends(
          flavour,
          "table.move({}, 1, math.maxinteger - 2, 1)",
          "table.move({}, 1, math.maxinteger - 2, 2)",
          "table.insert(setmetatable({}, {__len = function() return math.maxinteger - 2 end}),"
              + " 1, 0)",
          "table.remove(setmetatable({}, {__len = function() return math.maxinteger - 2 end}), 1)",
          "table.concat(setmetatable({}, {__index = function() return '' end}), '', 1,"
              + " math.maxinteger - 1)",
          "table.concat(setmetatable({}, {__len = function() return math.maxinteger - 2 end,"
              + " __index = function() return '' end}))");
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void endsLoadWithAnEndlessReader(Flavour flavour) throws Exception {
    ends(
        flavour,
        "load(function() return ' ' end)",
        "while true do load(function() return nil end) end");
    if (flavour != Flavour.LUA51) {
      ends(flavour, "load(math.random)");
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void endsLoopsOfCollections(Flavour flavour) throws Exception {
    ends(
        flavour,
        "local t = {} for i = 1, 5e4 do t[i] = {} end while true do collectgarbage() end",
        "while true do collectgarbage('step', 100) end");
  }

  // BEHAVIOURS 194
  @EachFlavour
  void repeatsTheEmptyStringAtOnce(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofSeconds(10)).build()) {
      assertEquals(List.of(""), lua.eval("string.rep('', 2^31 - 2)"));
    }
  }
}
