package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** The functions of the library {@code java}, except loops and named arguments. */
class JavaLibraryTest {
  /** Returns which of its methods was chosen. */
  public static class Chosen {
    public String of(int value) {
      return "int";
    }

    public String of(long value) {
      return "long";
    }

    public String of(Object value) {
      return "Object";
    }

    public String of(CharSequence value) {
      return "CharSequence";
    }

    public Object echo(Object value) {
      return value;
    }

    public int bytes(byte[] bytes) {
      return bytes.length;
    }

    public void nothing() {}
  }

  private static void assertFails(
      LuaRuntime lua, String message, String chunk, Object... arguments) {
    var thrown = assertThrows(LuaException.class, () -> lua.execute(chunk, arguments), chunk);
    assertTrue(thrown.getMessage().contains(message), thrown::getMessage);
  }

  // BEHAVIOURS 27
  @EachFlavour
  void tellsNoResultFromNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(0L, 1L),
          lua.execute(
              "local o = ... " + "return select('#', o:nothing()), select('#', o:echo(nil))",
              new Chosen()));
    }
  }

  // BEHAVIOURS 102
  @EachFlavour
  void passesJavaFunctionsThrough(Flavour flavour) {
    Function<Object, Object> twice = value -> value + "" + value;
    try (var lua = runtime(flavour)) {
      var results = lua.execute("local f = ... return f('a'), f", twice);

      assertEquals("aa", results.get(0));
      assertSame(twice, results.get(1));
    }
  }

  // BEHAVIOURS 108
  @EachFlavour
  void makesFunctionsThatLuaLibrariesTake(Flavour flavour) {
    BiFunction<Long, Long, Boolean> greater = (a, b) -> a > b;
    try (var lua = runtime(flavour)) {
      assertEquals(
          "3 2 1",
          lua.execute(
                  "local t = {1, 3, 2} table.sort(t, java.fn(...)) "
                      + "return table.concat(t, ' ')",
                  greater)
              .first());
      assertEquals(
          "<a><b>",
          lua.execute(
                  "return (('ab'):gsub('.', java.fn(...)))",
                  (UnaryOperator<String>) s -> "<" + s + ">")
              .first());
    }
  }

  // BEHAVIOURS 140
  @EachFlavour
  void makesFunctionsThatJavaSeesAsTheObject(Flavour flavour) {
    Supplier<String> supplier = () -> "s";
    Comparator<Long> order = Comparator.naturalOrder();
    try (var lua = runtime(flavour)) {
      var results =
          lua.execute(
              "local s, c = ... local f, g = java.fn(s), "
                  + "java.fn(c, 'java.util.Comparator') return type(f), f, f(), type(g), g, g(1, 2)",
              supplier,
              order);

      assertEquals(List.of("function", supplier, "s", "function", order, -1L), results);
      assertSame(supplier, results.get(1));
      assertSame(order, results.get(4));
    }
  }

  // BEHAVIOURS 140: on Lua 5.1 too
  @EachFlavour
  void makesFunctionsThatCoroutinesCanRun(Flavour flavour) {
    Function<Object, Object> echo = value -> "got " + value;
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of("got 1", true, "got 2", "dead"),
          lua.execute(
              "local f = java.fn(...) "
                  + "local wrapped = coroutine.wrap(f)(1) local co = coroutine.create(f) "
                  + "local ok, got = coroutine.resume(co, 2) "
                  + "return wrapped, ok, got, coroutine.status(co)",
              echo));
    }
  }

  // BEHAVIOURS 140
  @EachFlavour
  void makesFunctionsOnlyOfWhatCanBeCalled(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var bad : List.of("5", "{}", "'x'", "nil", "", "java.null", "java.array('int', 1)")) {
        assertFails(lua, "bad argument #1 to 'fn'", "java.fn(" + bad + ")");
      }
      assertEquals(true, lua.execute("return java.fn(print) == print").first());
      assertEquals(
          List.of(), lua.execute("return java.fn(java.import 'java.util.ArrayList')()").first());
      assertFails(
          lua, "bad argument #2 to 'fn'", "java.fn(..., 'java.util.List')", new ArrayList<>());
      assertFails(lua, "bad argument #2 to 'fn'", "java.fn(..., 'Runnable')", new ArrayList<>());
    }
  }

  // BEHAVIOURS 139
  @EachFlavour
  void hasANullThatIsTrueAndNotNil(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "function check(v) assert(v) assert(v ~= nil) assert(not (v == nil)) "
              + "assert(rawequal(v, java.null)) assert(v == java.null) assert(tostring(v) == 'null') "
              + "assert(({[v] = 1})[java.null] == 1) end");
      lua.execute(
          "check(java.null) check(require('java').null) "
              + "for v in java.iter(...) do check(v) end",
          Arrays.asList(null, null));

      assertNull(lua.eval("java.null").first());
      assertEquals(1, lua.eval("java.null").size());
      assertEquals(true, lua.eval("(...):echo(java.null) == nil", new Chosen()).first());
      assertFails(lua, "attempt to call", "java.null()");
      assertFails(lua, "attempt to index java.null", "return java.null.x");
      assertFails(lua, "attempt to index java.null", "java.null.x = 1");
    }
  }

  // BEHAVIOURS 112, 139
  @EachFlavour
  void putsNullWhereNilRemoves(Flavour flavour) {
    var map = new HashMap<Object, Object>(Map.of("a", 1, "b", 2));
    try (var lua = runtime(flavour)) {
      lua.execute("local m = ... m.a = nil m.b = java.null m[java.null] = 3", map);

      assertEquals(2, map.size());
      assertTrue(map.containsKey("b"));
      assertNull(map.get("b"));
      assertEquals(3L, map.get(null));
    }
  }

  // BEHAVIOURS 228
  @EachFlavour
  void makesArrays(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var type :
          List.of(
              "byte", "short", "int", "long", "float", "double", "char", "boolean", "String",
              "Object", "int[]")) {
        assertEquals(
            List.of("userdata", 3L),
            lua.execute("local a = java.array(..., 3) return type(a), #a", type),
            type);
      }
      assertArrayEquals(new int[] {1, 2}, (int[]) lua.eval("java.array('int', {1, 2})").first());
      assertArrayEquals(
          new String[] {"a"},
          (String[]) lua.eval("java.array(java.import 'String', {'a'})").first());
      assertArrayEquals(
          new int[][] {{1}, {2, 3}},
          (int[][]) lua.eval("java.array('int[]', {{1}, {2, 3}})").first());
      assertArrayEquals(
          new byte[] {1, -1}, (byte[]) lua.eval("java.array('byte', {1, -1})").first());
      assertArrayEquals(
          new char[] {'a', 'b'}, (char[]) lua.eval("java.array('char', {'a', 'b'})").first());
      assertEquals(
          List.of(-1L, 5L, 2L, 2L),
          lua.execute(
              "local b = java.array('byte', {1, -1}) "
                  + "local second = b[2] b[1] = 5 return second, b[1], #b, (...):bytes(b)",
              new Chosen()));
      assertEquals(0L, lua.eval("#java.array('byte', 0)").first());
    }
  }

  // BEHAVIOURS 228
  @EachFlavour
  void refusesArraysThatCannotBe(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertFails(lua, "bad argument #2 to 'array'", "java.array('int', {1, 'x'})");
      assertFails(lua, "bad argument #2 to 'array'", "java.array('int', -1)");
      assertFails(lua, "bad argument #2 to 'array'", "java.array('int', 1.5)");
      assertFails(lua, "bad argument #2 to 'array'", "java.array('int', 2^31)");
      assertFails(lua, "bad argument #2 to 'array'", "java.array('int', 'x')");
      assertFails(lua, "bad argument #2 to 'array'", "java.array('byte', {128})");
      assertFails(lua, "bad argument #1 to 'array'", "java.array()");
      assertFails(lua, "no class 'void'", "java.array('void', 1)");
      assertFails(lua, "no class 'no.Such'", "java.array('no.Such', 1)");
    }
  }

  // BEHAVIOURS 229
  @EachFlavour
  void castsToChooseOverloads(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("o = ...", new Chosen());
      assertEquals(
          List.of("int", "long", "Object", "CharSequence", "CharSequence", "Object"),
          lua.eval(
              "o:of(1), o:of(java.cast('long', 1)), o:of(java.cast('Object', 1)), o:of('x'), "
                  + "o:of(java.cast('CharSequence', 'x')), o:of(java.cast('Object', 'x'))"));
      assertEquals(5L, lua.eval("java.cast('long', 5)").first());
      assertEquals(
          5,
          lua
              .execute(
                  "local l = java.import 'java.util.ArrayList'() "
                      + "l:add(java.cast('int', 5)) return l")
              .stream()
              .map(each -> ((List<?>) each).get(0))
              .findFirst()
              .orElseThrow());
      assertEquals("5", lua.eval("java.cast('Integer', 5):toString()").first());
      assertFails(lua, "cannot cast string to int", "java.cast('int', 'x')");
      assertFails(lua, "cannot cast number to int", "java.cast('int', 1.5)");
      assertFails(lua, "bad argument #1 to 'cast'", "java.cast(5, 5)");
    }
  }

  // BEHAVIOURS 230
  @EachFlavour
  void tellsTypes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("l, ArrayList = ..., java.import 'java.util.ArrayList'", new ArrayList<>());
      assertEquals(
          List.of(true, true, false, false, true, true, false),
          lua.eval(
              "java.instanceof(l, 'java.util.List'), java.instanceof(l, ArrayList), "
                  + "java.instanceof(l, 'java.util.Map'), java.instanceof(nil, 'Object'), "
                  + "java.instanceof('x', 'String'), java.instanceof(java.members(l), ArrayList), "
                  + "java.instanceof(java.null, 'Object')"));
      assertEquals(
          List.of(true, true, true, true),
          lua.eval(
              "java.typeof(l) == ArrayList, "
                  + "java.typeof(1) == nil, java.typeof({}) == nil, java.typeof(nil) == nil"));
      assertEquals("ArrayList", lua.eval("java.typeof(l).class:getSimpleName()").first());
    }
  }

  // BEHAVIOURS 231
  @EachFlavour
  void implementsInterfaces(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      var callable =
          (Callable<?>)
              lua.execute(
                      "return java.implement("
                          + "'java.util.concurrent.Callable', function() return 'called' end)")
                  .first();
      assertEquals("called", callable.call());
      @SuppressWarnings("unchecked")
      var order =
          (Comparator<Object>)
              lua.execute(
                      "return java.implement('java.util.Comparator', "
                          + "{compare = function(self, a, b) return a < b and 1 or -1 end})")
                  .first();
      assertEquals(List.of(3, 2, 1), List.of(1, 3, 2).stream().sorted(order).toList());
      assertEquals(List.of(1, 2, 3), List.of(1, 3, 2).stream().sorted(order.reversed()).toList());
      assertFails(lua, "bad argument #2 to 'implement'", "java.implement('Runnable', 5)");
      assertFails(lua, "is not an interface", "java.implement('String', {})");
      assertFails(lua, "no class", "java.implement('no.Such', {})");
    }
  }

  // BEHAVIOURS 161, 162, 163
  @EachFlavour
  void throwsExceptionsThatKeepTheirIdentity(Flavour flavour) {
    var boom = new IOException("boom");
    try (var lua = runtime(flavour)) {
      lua.execute("e = ...", boom);
      for (var chunk :
          List.of(
              "java.throw(e)",
              "error(e)",
              "error(e, 0)",
              "local ok, caught = pcall(java.throw, e) error(caught)",
              "local ok, caught = pcall(error, e) error(caught, 0)",
              "coroutine.wrap(function() java.throw(e) end)()")) {
        assertSame(
            boom, assertThrows(LuaException.class, () -> lua.execute(chunk), chunk).getCause());
      }
      assertEquals(
          List.of(false, boom, "boom", "boom"),
          lua.execute(
              "local ok, caught = pcall(java.throw, e) "
                  + "return ok, caught, caught.message, caught:getMessage()"));
      assertFails(lua, "bad argument #1 to 'throw'", "java.throw('text')");
      assertFails(lua, "bad argument #1 to 'throw'", "java.throw()");
    }
  }

  // BEHAVIOURS 164, 165
  @EachFlavour
  void forgetsAnExceptionThatWasCaught(Flavour flavour) {
    var first = new IOException("first");
    var second = new IOException("second");
    try (var lua = runtime(flavour)) {
      lua.execute("first, second = ...", first, second);

      var thrown =
          assertThrows(
              LuaException.class, () -> lua.execute("pcall(java.throw, first) error('of Lua')"));
      assertNull(thrown.getCause());
      assertTrue(thrown.getMessage().contains("of Lua"), thrown::getMessage);
      assertSame(
          second,
          assertThrows(
                  LuaException.class, () -> lua.execute("pcall(java.throw, first) error(second)"))
              .getCause());
    }
  }

  // BEHAVIOURS 119
  @EachFlavour
  void importsClasses(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(3L, 5L, "x", true),
          lua.execute(
              "local Math, Integer, List, Map = "
                  + "java.import 'Math', java.import 'Integer', java.import 'java.util.List', "
                  + "java.import 'java.util.Map' return Math.max(1, 3), Math:abs(-5), List.of('x'):get(0), "
                  + "Map.Entry == java.import 'java.util.Map$Entry'"));
      assertFails(lua, "no class 'no.Such'", "java.import 'no.Such'");
      assertFails(lua, "bad argument #1 to 'import'", "java.import()");
      assertFails(lua, "bad argument #1 to 'import'", "java.import {}");
      assertFails(lua, "bad argument #2 to 'import'", "java.import('Math', 1)");
    }
  }

  // BEHAVIOURS 221
  @EachFlavour
  void returnsLuaValuesAsTheyWere(Flavour flavour) {
    var list = new ArrayList<Object>();
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, true, true),
          lua.execute(
              "local list = ... local t, f = {}, print "
                  + "local co = coroutine.create(function() end) list:add(t) list:add(f) list:add(co) "
                  + "return rawequal(list[1], t), rawequal(list[2], f), rawequal(list[3], co)",
              list));
      assertInstanceOf(LuaTable.class, list.get(0));
      assertInstanceOf(LuaFunction.class, list.get(1));
    }
  }
}
