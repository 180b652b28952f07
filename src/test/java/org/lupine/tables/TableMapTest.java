package org.lupine.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.table;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaType;
import org.lupine.value.Values;

/** Tables read and written as maps, metamethods included. */
class TableMapTest {
  // BEHAVIOURS 59
  @EachFlavour
  void findsKeysByLuaEquality(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{9, 8}");

      assertEquals(9L, t.get(1));
      assertNull(t.get(0));
      assertNull(t.get(-1));
      assertNull(t.get("1"));
      assertEquals(9L, t.get(1.0));
    }
  }

  // BEHAVIOURS 60
  @EachFlavour
  void hasOneKeyForEqualNumbers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = lua.table();

      assertNull(t.put(1, "x"));
      assertEquals("x", t.get(1L));
      assertEquals("x", t.get(1.0));
      assertEquals("x", t.put(1.0, "y"));
      assertEquals("y", t.put((short) 1, "z"));
      assertEquals(Map.of(1L, "z"), new HashMap<>(t));
      assertTrue(t.keySet().contains(1) && t.keySet().remove(1.0f));
      assertTrue(t.isEmpty());
    }
  }

  // BEHAVIOURS 60
  @EachFlavour
  void comparesValuesAsLuaReturnsThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = lua.table().with("a", 1).with("b", 'c');

      assertTrue(t.containsValue(1));
      assertTrue(t.containsValue('c'));
      assertTrue(t.entrySet().contains(Map.entry("a", (byte) 1)));
      assertTrue(t.replace("a", 1, 2));
      assertFalse(t.remove("a", 1));
      assertTrue(t.remove("a", 2));
      assertEquals(Map.of("b", "c"), new HashMap<>(t));
    }
  }

  // BEHAVIOURS 61
  @EachFlavour
  void removesByNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{a = 1, b = 2}");

      assertEquals(1L, t.put("a", null));
      assertEquals(2L, t.remove("b"));
      assertNull(t.remove("b"));
      assertNull(t.remove(Double.NaN));
      assertEquals(0, t.size());
    }
  }

  // BEHAVIOURS 62, 200
  @EachFlavour
  void removesKeysOfAnyName(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{__x__ = 1, ['a b'] = 2, [''] = 3, [true] = 4, [2] = 'foo'}");

      for (var key : List.of("__x__", "a b", "", true, 2)) {
        assertTrue(t.containsKey(key));
        t.remove(key);
        assertFalse(t.containsKey(key));
      }
      assertFalse(t.containsKey("foo"));
    }
  }

  // BEHAVIOURS 63
  @EachFlavour
  void mayBeNested(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("t = {c = {x = 1}}");
      var inner = assertInstanceOf(LuaTable.class, ((LuaTable) lua.globals().get("t")).get("c"));

      inner.put("x", 2);

      assertEquals(2L, lua.eval("t.c.x").first());
    }
  }

  // BEHAVIOURS 64
  @EachFlavour
  void takesNoNullKeyButLuaNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{7}");

      assertNull(t.get(null));
      assertThrows(NullPointerException.class, () -> t.put(null, 1));
      assertThrows(NullPointerException.class, () -> t.rawPut(null, 1));
      t.put(Lua.NULL, 1);

      assertEquals(1L, lua.eval("(...)[java.null]", t).first());
      assertEquals(1, t.length());
      assertEquals(new HashSet<>(Arrays.asList(1L, null)), new HashSet<>(t.keySet()));
      assertEquals(1L, t.get(null));
      assertTrue(t.containsKey(null));
      assertEquals(1L, t.remove(null));
      assertFalse(t.containsKey(null));
    }
  }

  // BEHAVIOURS 64
  @EachFlavour
  void readsLuaNullAsNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{a = java.null}");

      assertTrue(t.containsKey("a"));
      assertNull(t.get("a"));
      assertTrue(t.containsValue(null));
      assertEquals(1, t.size());
    }
  }

  // BEHAVIOURS 65
  @EachFlavour
  void refusesNaNAsKey(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = lua.table();

      assertThrows(IllegalArgumentException.class, () -> t.put(Double.NaN, 1));
      assertThrows(IllegalArgumentException.class, () -> t.rawPut(Float.NaN, 1));
      assertThrows(IllegalArgumentException.class, () -> t.putAll(Map.of(Double.NaN, 1)));
      assertNull(t.get(Double.NaN));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 66, 67
  @EachFlavour
  void tellsLengthFromSize(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(4, table(lua, "{1, 2, 3, 4, a = 1}").length());
      assertEquals(5, table(lua, "{1, 2, 3, 4, a = 1}").size());
      assertEquals(0, table(lua, "{a = 1}").length());
    }
  }

  // BEHAVIOURS 68
  @EachFlavour
  void hasABorderAsItsLength(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{1, nil, 3}");

      assertTrue(Set.of(1L, 3L).contains(t.length()), () -> "length " + t.length());
      assertEquals(lua.eval("#...", t).first(), t.length());
    }
  }

  // BEHAVIOURS 69
  @EachFlavour
  void followsLenWhereLuaDoes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "setmetatable({1, 2}, {__len = function() return 99 end})");

      assertEquals(flavour == Flavour.LUA51 ? 2L : 99L, t.length());
      assertEquals(lua.eval("#...", t).first(), t.length());
      assertEquals(2, t.rawLength());
    }
  }

  // BEHAVIOURS 77
  @EachFlavour
  void passesOnWhatIndexRaises(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          table(
              lua,
              "setmetatable({}, {__index = function() runs = (runs or 0) + 1 error('boom') end})");

      var thrown = assertThrows(LuaException.class, () -> t.get("x"));

      assertTrue(thrown.getMessage().contains("boom"), thrown::getMessage);
      assertEquals(1L, lua.eval("runs").first());
    }
  }

  // BEHAVIOURS 78
  @EachFlavour
  void passesOnWhatNewIndexRaises(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var raising = table(lua, "setmetatable({}, {__newindex = function() error('boom') end})");
      var broken = table(lua, "setmetatable({}, {__newindex = 5})");

      for (var t : List.of(raising, broken)) {
        assertThrows(LuaException.class, () -> t.put("x", 1));
        assertThrows(LuaException.class, () -> t.remove("x"));
        assertThrows(LuaException.class, () -> t.putAll(Map.of("x", 1)));
        assertTrue(t.isEmpty());
      }
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 79
  @EachFlavour
  void obeysAScriptThatForbidsNewGlobals(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "setmetatable(_G, {__newindex = function(_, k) error('no global ' .. k, 2) end,"
              + " __index = function(_, k) error('no global ' .. k, 2) end})");

      var thrown = assertThrows(LuaException.class, () -> lua.globals().put("new", 1));

      assertTrue(thrown.getMessage().contains("no global new"), thrown::getMessage);
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 80
  @EachFlavour
  void bypassesMetamethodsByRawAccess(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          table(
              lua,
              "setmetatable({}, {__index = error, __newindex = error,"
                  + " __len = function() error('boom') end})");

      assertNull(t.rawGet("x"));
      assertNull(t.rawPut("x", 1));
      assertEquals(1L, t.rawPut("x", 2));
      assertEquals(2L, t.rawGet("x"));
      assertEquals(0, t.rawLength());
      assertEquals(1, t.size());
      t.clear();
      assertTrue(t.isEmpty());
    }
  }

  // BEHAVIOURS 82
  @EachFlavour
  void canBeCalledIfLuaCan(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "setmetatable({}, {__call = function(self, a) return a, self end})");

      assertEquals(List.of("x", t), t.call("x"));
      var thrown = assertThrows(LuaException.class, () -> lua.table().call());
      assertTrue(thrown.getMessage().contains("attempt to call"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 83
  @EachFlavour
  void hasATextThoughItsMetamethodFails(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var named = table(lua, "setmetatable({}, {__tostring = function() return 'me' end})");
      var empty = table(lua, "setmetatable({}, {__tostring = function() end})");
      var raising = table(lua, "setmetatable({}, {__tostring = function() error('boom') end})");

      assertEquals("me", named.toString());
      assertEquals("me", named.toLuaString());
      for (var t : List.of(empty, raising)) {
        assertTrue(t.toString().startsWith("table: 0x"), t::toString);
        assertThrows(LuaException.class, t::toLuaString);
      }
    }
  }

  // BEHAVIOURS 83
  @EachFlavour
  void hasATextAfterItsRuntimeClosed(Flavour flavour) {
    var lua = runtime(flavour);
    var t = lua.table();
    lua.close();

    assertTrue(t.toString().startsWith("table: 0x"), t::toString);
    assertEquals(t, t);
    assertThrows(IllegalStateException.class, t::size);
  }

  // BEHAVIOURS 84
  @EachFlavour
  void namesTheTypeInTheText(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertTrue(lua.eval("{}").first().toString().startsWith("table: "));
      assertTrue(lua.eval("print").first().toString().startsWith("function: "));
      assertTrue(lua.eval("coroutine.create(print)").first().toString().startsWith("thread: "));
    }
  }

  // BEHAVIOURS 85
  @EachFlavour
  void isEqualHoweverOftenFetched(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("t = {}");
      var one = lua.globals().get("t");
      var two = lua.globals().get("t");

      assertEquals(one, two);
      assertEquals(one.hashCode(), two.hashCode());
      assertEquals(1, new HashSet<>(List.of(one, two)).stream().distinct().count());
      assertNotEquals(one, lua.table());
      assertNotEquals(one, Map.of());
    }
  }

  // BEHAVIOURS 86
  @EachFlavour
  void cannotIterateFunctions(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      Object function = assertInstanceOf(LuaFunction.class, lua.eval("print").first());

      assertThrows(ClassCastException.class, () -> ((Iterable<?>) function).iterator());
    }
  }

  // BEHAVIOURS 87
  @EachFlavour
  void isMadeOfElementsAndEntries(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = lua.table(1, 2, 3, 4, 5, 6).with("a", 100);

      assertEquals(6, t.length());
      assertEquals(100L, t.get("a"));
      assertEquals(List.of(6L, 100L), lua.eval("#..., (...).a", t));
    }
  }

  // BEHAVIOURS 199
  @EachFlavour
  void hasATypeForJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(Optional.of(LuaType.TABLE), Lua.typeOf(lua.table()));
      assertEquals(Optional.of(LuaType.FUNCTION), Lua.typeOf(lua.eval("print").first()));
      assertEquals(
          Optional.of(LuaType.THREAD), Lua.typeOf(lua.eval("coroutine.create(print)").first()));
      assertEquals(Optional.of(LuaType.USERDATA), Lua.typeOf(lua.eval("io.stdout").first()));
      for (var other : Arrays.asList(1, 1.5, "text", Map.of(), List.of(), null, new Object())) {
        assertEquals(Optional.empty(), Lua.typeOf(other));
      }
    }
  }

  @EachFlavour
  void takesTheFirstOfSeveralValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = lua.table();
      t.put("a", Values.of(1, 2));
      t.put(Values.of("b", "c"), 3);
      t.putAll(Map.of("d", Values.of(4, 5)));

      assertEquals(Map.of("a", 1L, "b", 3L, "d", 4L), new HashMap<>(t));
    }
  }

  @EachFlavour
  void putsAllWithoutALimit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          table(lua, "setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end})");
      var many = new HashMap<Integer, Integer>();
      for (int i = 1; i <= 20_000; i++) {
        many.put(i, i);
      }

      t.putAll(many);

      assertEquals(20_000, t.size());
      assertEquals(40_000L, t.get(20_000));
    }
  }
}
