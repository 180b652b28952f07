package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.util.ArrayList;
import java.util.List;
import javax.script.Bindings;
import javax.script.ScriptException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lupine.Flavour;

/** Damage that one run does to the library is not seen by the next. */
class DamageTest {
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
            "require('javax.script').leftover = 1");
    var all = new ArrayList<Arguments>();
    for (var flavour : Flavour.values()) {
      lines.forEach(line -> all.add(Arguments.of(flavour, line)));
    }
    return all;
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

  private static void tried(LuaScriptEngine engine, String damage, Bindings bindings) {
    try {
      engine.eval(damage, bindings);
    } catch (ScriptException refused) {
      assertNotNull(refused.getMessage());
    }
  }
}
