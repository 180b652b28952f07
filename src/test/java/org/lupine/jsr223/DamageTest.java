package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.StringWriter;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.script.Bindings;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;

/** Damage that one run does to the library is not seen by the next. */
class DamageTest {
  private static final String LATE_CHECK =
      """
      local sound = leftover == nil and ('a'):upper() == 'A' and #'abc' == 3
        and string.rep('ab', 2) == 'abab' and table.concat({1, 2}, ' ') == '1 2'
        and math.floor(1.5) == 1 and getmetatable(math) == nil and arg[1] == 'x'
        and io.output() == io.stdout and io.input() == io.stdin
        and getmetatable(io.stdout).leftover == nil
        and not pcall(function() return (nil).x end)
        and type(java.import('java.util.ArrayList')()) == 'userdata'
      return sound, tostring(print)""";

  static List<Arguments> damage() {
    var lines =
        List.of(
            "leftover = 1",
            "string.upper = nil",
            "table.concat = function() return 'damaged' end",
            "getmetatable('').__index = nil",
            "_G.math = nil",
            "tostring = nil",
            "for name in pairs(package.loaded) do package.loaded[name] = nil end",
            "math.floor = error",
            "setmetatable(_G, {__index = function() return 'damaged' end})",
            "string.leftover = 1",
            "rawset(_G, 'leftover', 1)",
            "for name in pairs(string) do string[name] = nil end",
            "getmetatable('').__len = function() return 0 end",
            "getmetatable('').__add = function() return 'damaged' end",
            "debug.setmetatable(nil, {__index = function() return 'damaged' end})",
            "debug.setmetatable(0, {__index = function() return 'damaged' end})",
            "debug.setmetatable(print, {__index = {leftover = 1}})",
            "debug.sethook(function() error('damaged') end, '', 1)",
            "package.path = 'damaged'",
            "package.preload.leftover = function() return 'damaged' end",
            "package.loaded.leftover = 'damaged'",
            "(getfenv or function() return {} end)(0).leftover = 1",
            "(setfenv or type)(0, {})",
            "for _, t in pairs(package.loaded) do if type(t) == 'table' then t.leftover = 1 end end",
            "java.import = nil",
            "io.output().leftover = 1",
            "io.output(io.tmpfile())",
            "io.input(io.tmpfile())",
            "getmetatable(io.stdout).__index.write = nil",
            "getmetatable(io.stdout).__index = nil",
            "getmetatable(io.stdout).leftover = 1",
            "collectgarbage('stop')",
            "for k in pairs(debug.getregistry()) do debug.getregistry()[k] = nil end",
            "debug.getregistry()[1] = nil debug.getregistry()[2] = nil",
            "(_ENV or {}).leftover = 1",
            "io.stdout:close()",
            "io.stdin:close()",
            "io.close()",
            "require('javax.script').leftover = 1");
    return forEachFlavour(lines);
  }

  private static List<Arguments> forEachFlavour(List<String> lines) {
    var all = new ArrayList<Arguments>();
    for (var flavour : Flavour.values()) {
      lines.forEach(line -> all.add(Arguments.of(flavour, line)));
    }
    return all;
  }

  /** Returns what captures a part of the library, and what damages it, parted by a colon. */
  static List<Arguments> lateDamage() {
    return forEachFlavour(
        List.of(
            "s = string: s.upper = function() return 'damaged' end",
            "s = string: for name in pairs(s) do s[name] = nil end",
            "t = table: t.concat = nil",
            "m = math: setmetatable(m, {__index = function() return 'damaged' end}) m.floor = nil",
            "m = getmetatable(''): m.__index = nil",
            "m = getmetatable(''): m.__len = function() return 0 end",
            "m = getmetatable(io.stdout): m.leftover = 1",
            "i = io: i.output(i.tmpfile())",
            "i = io: i.input(i.tmpfile())",
            "j = java: j.import = nil",
            "load = loadstring or load: load('string.upper = nil')()",
            "load = loadstring or load: load('select, getmetatable, type = nil')()",
            "load = loadstring or load: load('setmetatable(_G, {__index = error}) select = nil')()",
            "load = loadstring or load: load('getmetatable(_G).__index = error')()",
            "load = loadstring or load: load('debug.sethook(function() error() end, \"\", 1)')()",
            "load = loadstring or load: load('debug.setmetatable(nil, {__index = {}})')()",
            "load = loadstring or load: load('package.path = \"damaged\"')()"));
  }

  // BEHAVIOURS H4: in whatever scope the damage was done
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("damage")
  void seesNothingOfTheRunBefore(Flavour flavour, String damage) throws Exception {
    var check =
        """
        return leftover == nil and string.leftover == nil and ('a'):upper() == 'A'
          and table.concat({1, 2}, ' ') == '1 2' and tostring(true) == 'true'
          and math.floor(1.5) == 1 and require('string') == string and #'abc' == 3
          and not pcall(function() return (nil).x end) and not pcall(function() return ('x') + 1 end)
          and not pcall(function() return print.leftover end) and not pcall(require, 'leftover')
          and io.stdout:write('') and getmetatable(io.stdout).leftover == nil
          and io.output() == io.stdout and io.input() == io.stdin
          and package.path ~= 'damaged' and debug.gethook() == nil
          and type(java.import('java.util.ArrayList')()) == 'userdata'""";
    try (var engine = engine(flavour)) {
      for (var i = 0; i < 3; i++) {
        tried(engine, damage, foreign());
        assertEquals(true, engine.eval(check, foreign()));
      }
      tried(engine, damage, engine.getBindings(ENGINE_SCOPE));
      assertEquals(true, engine.eval(check, foreign()));
    }
  }

  // BEHAVIOURS 288
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lateDamage")
  void seesNothingOfAFunctionThatOutlivesItsRun(Flavour flavour, String damage) throws Exception {
    try (var engine = engine(flavour)) {
      var parts = damage.split(": ", 2);
      var text = "local " + parts[0] + " return function() " + parts[1] + " end, tostring(print)";
      var results = (Object[]) engine.eval(text, foreign());
      var damaging = (LuaFunction) results[0];
      var id = (String) results[1];
      results = null;
      call(damaging);
      var gone = new WeakReference<>(damaging);
      damaging = null;
      assertSound(engine, gone, id);
    }
  }

  // BEHAVIOURS 288
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lateDamage")
  void seesNothingOfAFunctionThatIsKeptBesideOtherBindings(Flavour flavour, String damage)
      throws Exception {
    try (var engine = engine(flavour)) {
      var parts = damage.split(": ", 2);
      var own = engine.getBindings(ENGINE_SCOPE);
      var bindings = foreign();
      engine.eval("local " + parts[0] + " function f() " + parts[1] + " end", bindings);
      engine.setBindings(bindings, ENGINE_SCOPE);
      for (int i = 0; i < 2; i++) {
        try {
          engine.invokeFunction("f");
        } catch (ScriptException refused) {
          assertNotNull(refused.getMessage());
        }
      }
      engine.setBindings(own, ENGINE_SCOPE);
      var gone = new WeakReference<>(bindings);
      bindings = null;
      assertSound(engine, gone, null);
    }
  }

  // BEHAVIOURS 288
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("lateDamage")
  void seesNothingOfAFinalizer(Flavour flavour, String damage) throws Exception {
    try (var engine = engine(flavour)) {
      var parts = damage.split(": ", 2);
      var finalizer = "setmetatable({}, {__gc = function() " + parts[1] + " end})";
      for (int i = 0; i < 3; i++) {
        engine.eval("local " + parts[0] + " " + finalizer, foreign());
        assertEquals(List.of(true), checked(engine, 1).values());
        engine.eval("for i = 1, 1e5 do local t = {} end", foreign());
        assertEquals(List.of(true), checked(engine, 1).values());
      }
    }
  }

  /**
   * Empties the tables of the library, which need memory to be as they were, and lets all of them
   * hold what fills memory.
   */
  private static final String NO_MEMORY =
      """
      local pcall, pairs, tables = pcall, pairs, {string, table, math, coroutine, io, os}
      local function damage()
        local list = {}
        for i = 1, #tables do
          local t = tables[i]
          for name in pairs(t) do t[name] = nil end
          t.leftover = list
          for n = 1, 500 do t['k' .. n] = 1 t['k' .. n] = nil end
        end
        pcall(function() while true do list = {list} end end)
        for i = 1, #tables do tables[i].leftover = list end
      end
      """;

  // BEHAVIOURS 292, H4: what fails to be undone is seen by no other run either
  @EachFlavour
  void seesNothingOfARunThatLeftNoMemory(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).maxMemory(2 << 20).build();
    try (var engine = engine(flavour, options)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(7L, engine.eval(NO_MEMORY + "damage() return 7", foreign()));
        assertEquals(List.of(true, true), checked(engine, 2).values());
      }
      var late = (LuaFunction) engine.eval(NO_MEMORY + "return damage", foreign());
      late.call();
      var gone = new WeakReference<>(late);
      late = null;
      assertSound(engine, gone, null);
    }
  }

  private static void call(LuaFunction damaging) {
    try {
      damaging.call();
    } catch (LuaException refused) {
      assertNotNull(refused.getMessage());
    }
  }

  /** The outcome of a check in several states, and what each state is known by. */
  private record Checked(List<Boolean> values, Set<String> ids) {}

  /** Runs a check in several states, by runs inside of each other. */
  private static Checked checked(LuaScriptEngine engine, int states) {
    var checked = new Checked(new ArrayList<>(), new HashSet<>());
    check(engine, states, checked);
    return checked;
  }

  private static void check(LuaScriptEngine engine, int states, Checked checked) {
    if (states == 0) {
      return;
    }
    Runnable inside = () -> check(engine, states - 1, checked);
    var bindings = foreign(Map.of("inside", inside, ScriptEngine.ARGV, new Object[] {"x"}));
    try {
      var results = (Object[]) engine.eval("inside:run() " + LATE_CHECK, bindings);
      checked.values.add((Boolean) results[0]);
      checked.ids.add((String) results[1]);
    } catch (ScriptException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Checks the states of an engine until an object is gone and the state that belonged to it was
   * among them, or was not found again.
   */
  private static void assertSound(LuaScriptEngine engine, WeakReference<?> gone, String id) {
    var chances = new AtomicInteger(5);
    Garbage.collectUntil(
        () -> {
          var checked = checked(engine, 4);
          assertFalse(checked.values.contains(false));
          return gone.refersTo(null)
              && (checked.ids.contains(id) || chances.decrementAndGet() == 0);
        },
        () -> "still reachable");
  }

  // BEHAVIOURS 289
  @EachFlavour
  void doesNotKnowTheRandomNumbersOfTheNextRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var next = new HashSet<Object>();
      for (int i = 0; i < 3; i++) {
        engine.eval("math.randomseed(7) math.random()", foreign());
        next.add(engine.eval("return math.random(1, 2 ^ 30)", foreign()));
      }
      assertTrue(next.size() > 1);
    }
  }

  // BEHAVIOURS 289
  @EachFlavour
  void isNotWarnedBecauseAnEarlierRunWantedThat(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var errors = new StringWriter();
      engine.getContext().setErrorWriter(errors);
      for (int i = 0; i < 2; i++) {
        engine.eval("if warn then warn('@on') end", foreign());
        engine.eval("if warn then warn('unwanted') end", foreign());
      }
      assertEquals("", errors.toString());
    }
  }

  private static void tried(LuaScriptEngine engine, String damage, Bindings bindings) {
    try {
      engine.eval(damage, bindings);
    } catch (ScriptException refused) {
      assertNotNull(refused.getMessage());
    }
  }
}
