package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** Loops over the globals of the engine's own scope and of foreign bindings. */
class GlobalsLoopTest {
  private static final String LISTED =
      "local t = {} for name, value in pairs(_G) do "
          + "if type(value) ~= 'function' and type(value) ~= 'table' and name ~= '_VERSION' then "
          + "t[#t + 1] = tostring(name) .. '=' .. tostring(value) end end "
          + "table.sort(t) return table.concat(t, ' ')";

  // BEHAVIOURS J72
  @EachFlavour
  void listTheVariablesOfForeignBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("a", 1, "b c", "x"));

      assertEquals("a=1 b c=x", engine.eval(LISTED, bindings));
      assertEquals("a=2 b c=x new=true", engine.eval("a = 2 new = true " + LISTED, bindings));
      assertEquals("b c=x new=true", engine.eval("a = nil " + LISTED, bindings));
      assertEquals("", engine.eval(LISTED, new SimpleBindings()));
    }
  }

  // BEHAVIOURS J72: each name once
  @EachFlavour
  void listTheLibraryAndFunctionsOfTheScript(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          true,
          engine.eval(
              "function mine() end local seen = {} "
                  + "for name, value in pairs(_G) do assert(not seen[name]) seen[name] = value end "
                  + "assert(seen.mine == mine and seen.string == string and seen._G == _G) "
                  + "assert(seen.print == print and seen.java == java) return seen.hidden == 5",
              foreign(Map.of("hidden", 5))));
      assertEquals(
          "shown",
          engine.eval(
              "local shown for name, value in pairs(_G) do "
                  + "if name == 'print' then shown = value end end return shown",
              foreign(Map.of("print", "shown"))));
    }
  }

  // BEHAVIOURS J72
  @EachFlavour
  void listTheGlobalScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var context = new SimpleScriptContext();
      context.setBindings(foreign(Map.of("a", 1, "both", 2)), ScriptContext.ENGINE_SCOPE);
      context.setBindings(
          new SimpleBindings(Map.of("both", 3, "g", 4)), ScriptContext.GLOBAL_SCOPE);

      assertEquals("a=1 both=2 g=4", engine.eval(LISTED, context));
    }
  }

  // BEHAVIOURS J72: a loop may change the variables
  @EachFlavour
  void continueWhenVariablesChange(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(new HashMap<>(Map.of("a", 1, "b", 2, "c", 3)));

      engine.eval(
          "for name, value in pairs(_G) do if type(value) == 'number' then "
              + "_G[name] = nil _G['x' .. name] = value end end",
          bindings);

      assertEquals("xa=1 xb=2 xc=3", engine.eval(LISTED, bindings));
    }
  }

  // BEHAVIOURS J72: many names, and values that Lua cannot hold
  @EachFlavour
  void workWithAnyBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var many = new HashMap<String, Object>();
      for (int i = 0; i < 20_000; i++) {
        many.put("name" + i, i);
      }
      assertEquals(
          20_000L,
          engine.eval(
              "local n = 0 for name in pairs(_G) do "
                  + "if name:sub(1, 4) == 'name' then n = n + 1 end end return n",
              foreign(many)));

      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval(LISTED, foreign(Map.of("bad", "\uD800"))));
      assertInstanceOf(IllegalArgumentException.class, thrown.getCause());
      assertEquals(
          true,
          engine.eval(
              "for name, value in pairs(_G) do "
                  + "if name == 'big' then return tostring(value) == '1180591620717411303424' end end",
              foreign(Map.of("big", BigInteger.TWO.pow(70)))));
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS J72
  @EachFlavour
  void listTheEnginesOwnScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("a", 1);
      engine.eval("b = 2");

      assertEquals("a=1 b=2", engine.eval(LISTED));
    }
  }
}
