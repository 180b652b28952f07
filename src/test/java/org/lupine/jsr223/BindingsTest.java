package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** The engine's own ENGINE_SCOPE, which is live over the globals, and the scopes around it. */
class BindingsTest {
  // BEHAVIOURS 20, J68
  @EachFlavour
  void showsScriptsWhatJavaPuts(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("k", 5);
      assertEquals(5L, engine.eval("k"));

      engine.getBindings(ENGINE_SCOPE).put("k", "text");
      assertEquals("text", engine.eval("return _G.k"));
    }
  }

  // BEHAVIOURS J68
  @EachFlavour
  void showsJavaWhatScriptsSet(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);

      engine.eval("x = 1");
      assertEquals(1L, bindings.get("x"));
      engine.eval("x = 'two'");
      assertEquals("two", bindings.get("x"));
      engine.eval("x = nil");
      assertNull(bindings.get("x"));
      assertFalse(bindings.containsKey("x"));
    }
  }

  // BEHAVIOURS J68
  @EachFlavour
  void staysLiveWhileAScriptRuns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(
          "twice",
          (Callable<?>)
              () -> {
                engine.put("b", 2L * (Long) engine.get("a"));
                return null;
              });

      assertEquals(8L, engine.eval("a = 4 twice() return b"));
    }
  }

  // BEHAVIOURS J17, J18
  @EachFlavour
  void isEmptyWhenFresh(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);

      assertEquals(0, bindings.size());
      assertTrue(bindings.isEmpty());
      assertEquals(4L, engine.eval("return math.max(1, 4)"));
      assertEquals(Set.of(), bindings.keySet());
    }
  }

  // BEHAVIOURS J17, J18
  @EachFlavour
  void listsWhatScriptsAndJavaSet(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);

      engine.eval("a = 1");
      bindings.put("b", "two");

      assertEquals(2, bindings.size());
      assertEquals(Set.of("a", "b"), new HashSet<>(bindings.keySet()));
      assertEquals(Map.of("a", 1L, "b", "two"), new HashMap<>(bindings));
      assertEquals(Set.of(1L, "two"), new HashSet<>(bindings.values()));
      assertTrue(bindings.containsValue("two"));
    }
  }

  // BEHAVIOURS J17, J18
  @EachFlavour
  void listsALibraryEntryOnceItIsReplaced(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("print = 'mine'");

      assertEquals(Map.of("print", "mine"), new HashMap<>(engine.getBindings(ENGINE_SCOPE)));
    }
  }

  // BEHAVIOURS J17, J18
  @EachFlavour
  void showsScriptsTheLibraryAndTheirOwnInPairs(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("mine", 1);

      assertArrayEquals(
          new Object[] {true, true},
          (Object[])
              engine.eval(
                  """
          local seen = {}
          for name in pairs(_G) do seen[name] = true end
          return seen.mine, seen.string"""));
    }
  }

  // BEHAVIOURS J25
  @EachFlavour
  void keepsTheLibraryWhenCleared(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);
      engine.eval("x = 1 string = 'broken'");

      bindings.clear();

      assertEquals(0, bindings.size());
      assertNull(engine.eval("return x"));
      assertEquals("A", engine.eval("return string.upper('a')"));
    }
  }

  // BEHAVIOURS J26
  @EachFlavour
  void hidesALibraryNameOnlyUntilFreshBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("string", "hidden");
      assertEquals("hidden", engine.eval("return string"));

      engine.setBindings(engine.createBindings(), ENGINE_SCOPE);

      assertEquals("A", engine.eval("return string.upper('a')"));
    }
  }

  // BEHAVIOURS J24, H13
  @EachFlavour
  void readsTheGlobalScopeAfterItsOwn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("x", "global");
      assertEquals("global", engine.eval("return x"));

      engine.put("x", "own");
      assertEquals("own", engine.eval("return x"));
    }
  }

  // BEHAVIOURS J24
  @EachFlavour
  void assignsIntoItsOwnScopeNotTheGlobalOne(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("x", "global");

      engine.eval("x = x .. '!'");

      assertEquals("global!", engine.get("x"));
      assertEquals("global", engine.getBindings(GLOBAL_SCOPE).get("x"));
    }
  }

  // BEHAVIOURS J60
  @EachFlavour
  void allowsNoGlobalScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.setBindings(null, GLOBAL_SCOPE);

      assertNull(engine.getBindings(GLOBAL_SCOPE));
      assertNull(engine.eval("return nowhere"));
      assertEquals(3L, engine.eval("x = 3 return x"));
    }
  }

  // BEHAVIOURS J22: Lua cannot tell nil from absent
  @EachFlavour
  void forgetsANameThatIsPutToNull(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);
      bindings.put("x", 1);

      bindings.put("x", null);

      assertEquals(true, engine.eval("return x == nil"));
      assertFalse(bindings.containsKey("x"));
      assertNull(bindings.get("x"));
    }
  }

  // BEHAVIOURS J54
  @EachFlavour
  void forgetsANameThatIsRemoved(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);
      bindings.put("x", 1);

      assertEquals(1L, ((Number) bindings.remove("x")).longValue());

      assertEquals(true, engine.eval("return x == nil"));
      assertNull(bindings.remove("x"));
    }
  }

  @EachFlavour
  void removesALibraryName(Flavour flavour) throws Exception {
    for (boolean opened : new boolean[] {true, false}) {
      try (var engine = engine(flavour)) {
        if (opened) {
          engine.eval("return 1");
        }
        var bindings = engine.getBindings(ENGINE_SCOPE);
        assertInstanceOf(LuaTable.class, bindings.remove("os"));
        assertEquals("nil", engine.eval("return type(os)"));
        assertNull(bindings.remove("os"));

        bindings.put("io", "mine");
        assertEquals("mine", bindings.remove("io"));
        assertEquals("table", engine.eval("return type(io)"));
        bindings.clear();
        assertEquals("table", engine.eval("return type(os)"));
      }
    }
  }

  @EachFlavour
  void returnsTheOldValueOnPut(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);

      assertNull(bindings.put("x", "old"));
      assertEquals("old", bindings.put("x", "new"));
    }
  }

  @EachFlavour
  void changesGlobalsThroughItsEntries(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("a = 1 b = 2");
      var bindings = engine.getBindings(ENGINE_SCOPE);

      bindings.keySet().remove("a");
      bindings.entrySet().iterator().next().setValue("two");

      assertEquals(Map.of("b", "two"), new HashMap<>(bindings));
      assertEquals("two", engine.eval("return b"));
      bindings.putAll(Map.of("c", "three"));
      assertEquals("three", engine.eval("return c"));
    }
  }

  // BEHAVIOURS H16
  @EachFlavour
  void takesKeysThatAreNoLuaNames(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var key : new String[] {"my.prop", "javax.script.filename", "end", "a b", "ñ€😀", "1"}) {
        engine.put(key, "v " + key);
        engine.put("key", key);

        assertEquals("v " + key, engine.eval("return _G[key]"));
        assertEquals("v " + key, engine.get(key));
      }
    }
  }

  @EachFlavour
  void refusesKeysThatJavaxScriptForbids(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var bindings = engine.getBindings(ENGINE_SCOPE);

      assertThrows(NullPointerException.class, () -> engine.put(null, 1));
      assertThrows(IllegalArgumentException.class, () -> engine.put("", 1));
      assertThrows(NullPointerException.class, () -> bindings.get(null));
      assertThrows(IllegalArgumentException.class, () -> bindings.containsKey(""));
      assertThrows(ClassCastException.class, () -> bindings.get(1));
      assertThrows(NullPointerException.class, () -> bindings.putAll(null));
    }
  }

  @EachFlavour
  void refusesUnknownScopes(Flavour flavour) {
    try (var engine = engine(flavour)) {
      assertThrows(IllegalArgumentException.class, () -> engine.getBindings(7));
      assertThrows(
          IllegalArgumentException.class, () -> engine.setBindings(new SimpleBindings(), 7));
      assertThrows(NullPointerException.class, () -> engine.setBindings(null, ENGINE_SCOPE));
      assertThrows(NullPointerException.class, () -> engine.setContext(null));
    }
  }

  // BEHAVIOURS J68
  @EachFlavour
  void isOneScopeForEngineAndContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("x = 1");

      assertEquals(1L, engine.getContext().getAttribute("x"));
      assertEquals(1L, engine.getContext().getAttribute("x", ENGINE_SCOPE));
      assertEquals(ENGINE_SCOPE, engine.getContext().getAttributesScope("x"));
      assertSame(engine.getBindings(ENGINE_SCOPE), engine.getContext().getBindings(ENGINE_SCOPE));
    }
  }

  // BEHAVIOURS J12, J14: live tables, callable functions
  @EachFlavour
  void holdsLiveTablesAndFunctions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("t = {n = 1} function f(x) return x + 1 end");
      var table = (LuaTable) engine.get("t");

      table.put("n", 2);
      assertEquals(2L, engine.eval("return t.n"));
      engine.eval("t.m = 'new'");
      assertEquals("new", table.get("m"));
      assertEquals(8L, ((LuaFunction) engine.get("f")).call(7).get(0));
    }
  }

  // BEHAVIOURS 85, 103, J59
  @EachFlavour
  void returnsEqualObjectsForTheSameTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("t = {} u = {} function f() end");

      assertEquals(engine.get("t"), engine.get("t"));
      assertEquals(engine.get("t").hashCode(), engine.get("t").hashCode());
      assertNotEquals(engine.get("t"), engine.get("u"));
      assertEquals(engine.get("f"), engine.get("f"));
      engine.put("again", engine.get("t"));
      assertEquals(true, engine.eval("return rawequal(t, again)"));
      engine.put("again", engine.get("f"));
      assertEquals(true, engine.eval("return rawequal(f, again)"));
    }
  }

  // BEHAVIOURS J27
  @EachFlavour
  void offersContextAndEngineThroughAModule(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertSame(engine.getContext(), engine.eval("return require('javax.script').context"));
      assertSame(engine, engine.eval("return require('javax.script').engine"));
      assertEquals(true, engine.eval("return context == nil and engine == nil"));
    }
  }

  // BEHAVIOURS 78, 79: a strict _G
  @EachFlavour
  void survivesAStrictGlobalTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(
          """
          known = 1
          setmetatable(_G, {
            __newindex = function(_, name) error('undeclared ' .. name) end,
            __index = function(_, name) error('undeclared ' .. name) end,
          })""");

      assertThrows(ScriptException.class, () -> engine.eval("unknown = 1"));
      assertEquals(1L, engine.eval("return known"));
      assertEquals(1L, engine.get("known"));
      assertNotNull(engine.getBindings(ENGINE_SCOPE).keySet());
    }
  }

  // BEHAVIOURS J68: variables of an earlier scope are back with that scope
  @EachFlavour
  void returnsToItsOwnScopeAfterAnother(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var own = engine.getBindings(ENGINE_SCOPE);
      engine.eval("x = 'own'");
      var other = new SimpleBindings();

      engine.setBindings(other, ENGINE_SCOPE);
      assertNull(engine.eval("return x"));
      engine.eval("x = 'other'");
      assertEquals("other", other.get("x"));

      engine.setBindings(own, ENGINE_SCOPE);
      assertEquals("own", engine.eval("return x"));
    }
  }
}
