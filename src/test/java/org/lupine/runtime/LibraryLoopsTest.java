package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaTimeoutException;

/** Library functions that would run for minutes, or for ever. */
class LibraryLoopsTest {
  private static void ends(Flavour flavour, String... scripts) {
    try (var lua = LuaRuntime.builder().flavour(flavour).maxMemory(200_000_000).build()) {
      for (var script : scripts) {
        lua.timeLimit(Duration.ofMillis(50));
        assertThrows(LuaTimeoutException.class, () -> lua.execute(script), script);
        lua.timeLimit(Duration.ZERO);
        assertEquals(2L, lua.eval("1 + 1").first());
      }
    }
  }

  // BEHAVIOURS 194
  @EachFlavour
  void endsLongPatternMatches(Flavour flavour) {
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

  // BEHAVIOURS 194
  @EachFlavour
  void endsLongTableOperations(Flavour flavour) {
    ends(
        flavour,
        "local t = {} for i = 1, 2e5 do t[i] = (i * 7919) % 200003 end"
            + " while true do table.sort(t) for i = 1, #t, 3 do t[i] = i % 1009 end end",
        "while true do table.concat({1, 2, 3}) end",
        "local t = {} while true do table.insert(t, 1, 0) table.remove(t, 1) end");
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
  void endsLoadWithAnEndlessReader(Flavour flavour) {
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
  void endsLoopsOfCollections(Flavour flavour) {
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
