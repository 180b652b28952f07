package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Runtimes.function;
import static org.lupine.support.Runtimes.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.LuaChunk;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Lua functions called and passed on by Java. */
class FunctionTest {
  // BEHAVIOURS 101
  @EachFlavour
  void staysIndependentOfOthers(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var make = lua.compile("local n = ... return function() n = n + 1 return n end");
      var a = (LuaFunction) make.call(0).first();
      var b = (LuaFunction) make.call(10).first();
      a.call();
      var c = (LuaFunction) make.call(20).first();

      assertEquals(
          List.of(2L, 11L, 21L), List.of(a.call().first(), b.call().first(), c.call().first()));
      assertNotEquals(a, b);
    }
  }

  // BEHAVIOURS 102, 103
  @EachFlavour
  void comesBackAsItWent(Flavour flavour) {
    Supplier<Object> five = () -> 5;
    try (var lua = runtime(flavour)) {
      var same = function(lua, "function(...) return ... end");
      var f = function(lua, "function() end");

      assertEquals(5L, lua.eval("(...)()", five).first());
      assertSame(five, same.call(five).first());
      assertEquals(f, same.call(f).first());
      assertEquals(f.hashCode(), same.call(f).first().hashCode());
      lua.globals().put("f", f);
      assertEquals(true, lua.eval("rawequal(f, ...)", f).first());
    }
  }

  // BEHAVIOURS 104
  @EachFlavour
  void keepsItsArgumentsThroughNestedCalls(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "outer",
              (BiFunction<Object, LuaFunction, Object>)
                  (a, function) -> a + " " + function.call("inner").first() + " " + a);
      lua.globals().put("leaf", (Function<Object, Object>) x -> "<" + x + ">");

      assertEquals(
          List.of("first <inner> first", "kept"),
          lua.execute(
              "local kept = 'kept'"
                  + " return outer('first', function(x) return leaf(x) end), kept"));
    }
  }

  /** A functional interface with a checked exception and varargs. */
  public interface Reading {
    int read(String name, int... more) throws IOException;

    /** Twice. */
    default int readTwice(String name) throws IOException {
      return read(name) + read(name);
    }
  }

  // BEHAVIOURS 105
  @EachFlavour
  void isAnyFunctionalInterface(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour)) {
      @SuppressWarnings("unchecked")
      Comparator<String> order =
          function(lua, "function(a, b) return #a - #b end").as(Comparator.class);
      @SuppressWarnings("unchecked")
      Predicate<String> longer = function(lua, "function(s) return #s > 1 end").as(Predicate.class);
      @SuppressWarnings("unchecked")
      BiFunction<Object, Object, Object> join =
          function(lua, "function(a, b) return a .. b end").as(BiFunction.class);
      var reading =
          function(lua, "function(name, ...) return #name + select('#', ...) end")
              .as(Reading.class);
      lua.execute("ran = 0");
      function(lua, "function() ran = ran + 1 return 'nothing' end").as(Runnable.class).run();

      assertEquals(
          List.of("a", "bb", "ccc"), List.of("bb", "a", "ccc").stream().sorted(order).toList());
      assertEquals(
          List.of("bb"), List.of("a", "bb").stream().filter(longer.negate().negate()).toList());
      assertEquals("x1", join.apply("x", 1));
      assertEquals(1L, lua.eval("ran").first());
      assertEquals(
          7,
          function(lua, "function(a, b) return a + b end")
              .as(IntBinaryOperator.class)
              .applyAsInt(3, 4));
      assertEquals(5, reading.read("abc", 1, 2));
      assertEquals(6, reading.readTwice("abc"));
      assertThrows(IllegalArgumentException.class, () -> longer(lua).as(Map.class));
      assertThrows(IllegalArgumentException.class, () -> longer(lua).as(String.class));
      assertThrows(
          LuaException.class,
          () ->
              function(lua, "function() return 'x' end")
                  .as(IntBinaryOperator.class)
                  .applyAsInt(3, 4));
    }
  }

  private static LuaFunction longer(LuaRuntime lua) {
    return function(lua, "function(s) return #s > 1 end");
  }

  // BEHAVIOURS 105
  @EachFlavour
  void throwsWhatTheInterfaceMayThrow(Flavour flavour) {
    var boom = new IOException("boom");
    var other = new InterruptedException("other");
    var plain = new IllegalStateException("plain");
    var error = new AssertionError("error");
    try (var lua = runtime(flavour)) {
      lua.globals().put("boom", boom);
      lua.globals().put("other", other);
      lua.globals().put("plain", plain);
      lua.globals().put("err", error);
      var reading = function(lua, "function(name) java.throw(_G[name]) end").as(Reading.class);

      assertSame(boom, assertThrows(IOException.class, () -> reading.read("boom")));
      assertSame(plain, assertThrows(IllegalStateException.class, () -> reading.read("plain")));
      assertSame(error, assertThrows(AssertionError.class, () -> reading.read("err")));
      assertSame(other, assertThrows(LuaException.class, () -> reading.read("other")).getCause());
      Callable<?> callable = function(lua, "function() java.throw(other) end").as(Callable.class);
      assertSame(other, assertThrows(InterruptedException.class, callable::call));
      assertEquals(
          "lua",
          assertThrows(
                  LuaException.class,
                  () -> function(lua, "function() error('lua', 0) end").as(Runnable.class).run())
              .value());
    }
  }

  // BEHAVIOURS 106
  @EachFlavour
  void implementsAMethodAsAFieldOfATable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table =
          engine.eval("return {n = 2, read = function(self, name)" + " return self.n + #name end}");

      assertEquals(5, engine.getInterface(table, Reading.class).read("abc"));
      assertNull(engine.getInterface(table, Comparator.class));
      assertThrows(NoSuchMethodException.class, () -> engine.invokeMethod(table, "none"));
    }
  }

  // BEHAVIOURS 107
  @EachFlavour
  void refusesMoreArgumentsThanLuaHolds(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var count = function(lua, "function(...) return select('#', ...) end");

      assertThrows(LuaException.class, () -> count.call(new Object[2_000_000]));
      assertThrows(LuaException.class, () -> count.coroutine(new Object[2_000_000]).resume());
      assertThrows(LuaException.class, () -> count.coroutine().resume(new Object[2_000_000]));
      assertThrows(
          LuaException.class, () -> lua.execute("return select('#', ...)", new Object[2_000_000]));
      assertThrows(
          LuaException.class,
          () ->
              lua.execute(
                  LuaChunk.of("return 1").environment((LuaTable) lua.eval("{}").first()),
                  new Object[2_000_000]));
      assertEquals(5_000L, count.call(new Object[5_000]).first());
    }
  }

  // BEHAVIOURS 108
  @EachFlavour
  void sortsTablesIfItIsJavas(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("less", (BiFunction<Long, Long, Object>) (a, b) -> a < b);

      assertEquals(
          "1 2 3 5",
          lua.execute(
                  "local t = {3, 1, 5, 2} table.sort(t, java.fn(less))"
                      + " return table.concat(t, ' ')")
              .first());
    }
  }

  // BEHAVIOURS 109
  @EachFlavour
  void endsWhenItRecursesForEver(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("call", (Function<LuaFunction, Object>) f -> f.call().first());

      for (var text :
          List.of(
              "local function f() return 1 + f() end return f()",
              "local function f() return call(f) end return f()",
              "local function f() return coroutine.wrap(f)() end return f()",
              "local function f() return call(coroutine.wrap(f)) end return f()")) {
        assertThrows(LuaException.class, () -> lua.execute(text), text);
        assertEquals(2L, lua.eval("1 + 1").first());
      }
    }
  }

  // BEHAVIOURS 217
  @EachFlavour
  void knowsWhereItIsFrom(Flavour flavour) {
    boolean tells = flavour != Flavour.LUA51 && flavour != Flavour.LUAJIT;
    try (var lua = runtime(flavour)) {
      var chunk =
          lua.compile(
              "\nfunction f(a, b)\n  return b\nend\n"
                  + "local up = 1 mine = {g = function(...) return up end}",
              "@m.lua");
      chunk.call();
      lua.execute("package.loaded.mine = mine mine = nil");
      var f = (LuaFunction) lua.globals().get("f");
      var info = f.info();

      assertEquals("f", info.name());
      assertEquals("@m.lua", info.source());
      assertEquals("m.lua", info.chunk());
      assertEquals(2, info.line());
      assertEquals(4, info.lastLine());
      assertEquals(tells ? 2 : -1, info.parameters());
      assertEquals(tells ? false : null, info.varargs());
      assertTrue(info.isLua());

      var g = function(lua, "package.loaded.mine.g").info();
      assertEquals("mine.g", g.name());
      assertEquals(1, g.upvalues());
      assertEquals(tells ? true : null, g.varargs());
      assertEquals(5, g.line());

      assertEquals(0, chunk.info().line());
      assertNull(chunk.info().name());
      var upper = function(lua, "string.upper").info();
      assertEquals("string.upper", upper.name());
      assertEquals("=[C]", upper.source());
      assertEquals("[C]", upper.chunk());
      assertEquals(-1, upper.line());
      assertFalse(upper.isLua());
      lua.execute("setmetatable(_G, {__index = error, __pairs = error})");
      assertEquals("f", f.info().name());
    }
  }

  // BEHAVIOURS 218
  @EachFlavour
  void takesOneNullForOneNil(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var count = function(lua, "function(...) return select('#', ...) end");

      assertEquals(1L, count.call((Object[]) null).first());
      assertEquals(1L, count.call((Object) null).first());
      assertEquals(0L, count.call().first());
      assertEquals(1L, count.coroutine((Object[]) null).next());
      assertEquals(1L, count.apply(null));
      assertArrayEquals(
          new Object[] {null, null},
          function(lua, "function(...) return ... end").call(null, null).toArray());
      var seen = new ArrayList<Object>(Arrays.asList(1, null));
      assertEquals(Arrays.asList(1L, null), lua.compile("return ...").call(seen.toArray()));
    }
  }
}
