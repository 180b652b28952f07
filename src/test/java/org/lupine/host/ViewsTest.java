package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Runtimes.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** Views that show members only or items only, and the base of indices. */
class ViewsTest {
  private static Map<Object, Object> map() {
    return new HashMap<>(Map.of("size", 9, "get", "entry", "k", "v"));
  }

  // BEHAVIOURS 116
  @EachFlavour
  void showMembersOnlyOrItemsOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("map = ... members, items = java.members(map), java.items(map)", map());

      assertEquals(
          Arrays.asList(3L, "v", false, true),
          lua.eval("members:size(), members:get('k'), members.empty, members:containsKey('size')"));
      assertEquals(
          Arrays.asList(9L, "entry", null, null),
          lua.eval("items.size, items.get, items.put, items.empty"));
      assertThrows(LuaException.class, () -> lua.eval("members.k"));
      assertThrows(LuaException.class, () -> lua.execute("members.k = 1"));
      lua.execute("items.put = 'x' items.k = nil");
      assertEquals(Arrays.asList("x", null), lua.eval("map.put, map.k"));
    }
  }

  // BEHAVIOURS 116: lists, arrays, beans
  @EachFlavour
  void showWhatTheObjectHas(Flavour flavour) {
    var list = new ArrayList<Object>(List.of("a"));
    try (var lua = runtime(flavour)) {
      assertEquals(
          Arrays.asList("a", null, null),
          lua.execute("local l = java.items(...) " + "return l[1], l[2], l.size", list));
      assertEquals(1L, lua.execute("return java.members(...):size()", list).first());
      assertThrows(LuaException.class, () -> lua.execute("return java.members(...)[1]", list));
      assertThrows(
          LuaException.class, () -> lua.execute("return java.items(...).x", new StringBuilder()));
      lua.execute("java.items(...)[2] = 'b'", list);
      assertEquals(List.of("a", "b"), list);
    }
  }

  // BEHAVIOURS 116
  @EachFlavour
  void areMadeInJavaToo(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          Arrays.asList(3L, 9L),
          lua.execute(
              "local members, items = ... " + "return members:size(), items.size",
              Lua.asMembers(map()),
              Lua.asItems(map())));
      lua.globals().put("text", Lua.asMembers("text"));
      assertEquals(
          List.of("userdata", 4L, "TEXT"),
          lua.eval("type(text), text:length(), text:toUpperCase()"));
      assertThrows(NullPointerException.class, () -> Lua.asMembers(null));
      assertThrows(NullPointerException.class, () -> Lua.asItems(null));
    }
  }

  // BEHAVIOURS 116
  @EachFlavour
  void areThePlainObjectToJava(Flavour flavour) {
    var map = map();
    var list = new ArrayList<Object>();
    try (var lua = runtime(flavour)) {
      var back =
          lua.execute(
              "local map, list, given = ... list:add(java.items(map)) "
                  + "list[2] = java.members(map) list:add(given) "
                  + "return java.members(map), java.items(map), given, java.items(java.members(map))",
              map,
              list,
              Lua.asItems(map));

      back.forEach(each -> assertSame(map, each));
      list.forEach(each -> assertSame(map, each));
      assertEquals(3, list.size());
      assertEquals(
          true,
          lua.execute(
                  "local m = ... return java.members(m) == java.members(m) "
                      + "and java.members(m) == m",
                  map)
              .first());
    }
  }

  // BEHAVIOURS 116
  @EachFlavour
  void areMadeOfJavaObjectsOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var bad : List.of("5", "{}", "'x'", "nil", "print", "java.null", "")) {
        assertThrows(LuaException.class, () -> lua.execute("return java.members(" + bad + ")"));
        assertThrows(LuaException.class, () -> lua.execute("return java.items(" + bad + ")"));
      }
    }
  }

  // BEHAVIOURS 114
  @EachFlavour
  void countItemsFromOneOrZero(Flavour flavour) {
    var list = new ArrayList<Object>(List.of(1, 2, 3));
    try (var lua = runtime(flavour)) {
      assertEquals(
          Arrays.asList(1L, 3L, null), lua.execute("local l = ... return l[1], l[3], l[0]", list));
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).indexBase(0).build()) {
      assertEquals(
          Arrays.asList(3L, 1L, null, null),
          lua.execute("local l = ... return l[2], l[0], l[3], l[-1]", list));
      lua.execute("local l, a = ... l[0] = 'x' l[3] = 'new' a[0] = 7", list, new int[1]);
      assertEquals(List.of("x", 2, 3, "new"), list);
      assertEquals(
          "0x12233new",
          lua.execute(
                  "local t = '' for i, v in ipairs(...) do "
                      + "t = t .. i .. tostring(v) end return t",
                  list)
              .first());
      assertThrows(LuaException.class, () -> lua.execute("(...)[5] = 1", list));
    }
    assertThrows(IllegalArgumentException.class, () -> LuaOptions.builder().indexBase(2));
    assertThrows(IllegalArgumentException.class, () -> LuaOptions.builder().indexBase(-1));
  }

  // BEHAVIOURS 114
  @EachFlavour
  void takeWholeNumbersForIndices(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          Arrays.asList("b", "b", null),
          lua.execute("local l = ... " + "return l[2], l[2.0], l[1e18]", List.of("a", "b")));
      assertThrows(LuaException.class, () -> lua.execute("return (...)[1.5]", List.of("a")));
      assertInstanceOf(
          UnsupportedOperationException.class,
          assertThrows(LuaException.class, () -> lua.execute("(...)[1] = 'x'", List.of("a")))
              .getCause());
    }
  }
}
