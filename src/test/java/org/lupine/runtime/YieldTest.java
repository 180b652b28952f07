package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaCoroutine.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Values;
import org.lupine.value.Yield;

/** Java functions that yield from the coroutine that called them. */
class YieldTest {
  private static LuaRuntime runtime(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    lua.globals().put("ask", (Function<Object, Object>) Yield::of);
    lua.globals().put("askTwo", lua.function(arguments -> Yield.of(arguments)));
    lua.globals().put("asker", new Asker());
    return lua;
  }

  /** A host's object with methods that yield. */
  public static final class Asker {
    public Yield ask(String question) {
      return Yield.of(question + "?");
    }

    public Object sum(long first) {
      return add(first, Values.none());
    }

    private static Object add(long sum, Values resumed) {
      long all = resumed.isEmpty() ? sum : sum + (Long) resumed.first();
      return all >= 100 ? "enough: " + all : Yield.of(all).then(next -> add(all, next));
    }
  }

  private static LuaCoroutine coroutine(LuaRuntime lua, String body) {
    return ((LuaFunction) lua.eval("function() " + body + " end").first()).coroutine();
  }

  // BEHAVIOURS 234
  @EachFlavour
  void returnTheValuesOfTheResume(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          coroutine(
              lua,
              "local a = ask('name') local b, c = askTwo(1, nil)"
                  + " local d = asker:ask(a) return a, b, c, d, select('#', askTwo())");

      assertEquals("name", coroutine.next());
      assertEquals(Values.of(1L, null), coroutine.send("Ann"));
      assertEquals(List.of("Ann?"), coroutine.resume(2, 3));
      assertEquals(List.of(), coroutine.resume("d"));
      assertEquals(Values.of("Ann", 2L, 3L, "d", 2L), coroutine.resume(8, 9));
      assertEquals(Status.DEAD, coroutine.status());
    }
  }

  // BEHAVIOURS 234
  @EachFlavour
  void workUnderLuaCoroutines(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          "1 2 3 ",
          lua.execute(
                  "local s = ''"
                      + " for v in coroutine.wrap(function() for i = 1, 3 do ask(i) end end)"
                      + " do s = s .. v .. ' ' end return s")
              .first());
      assertEquals(
          List.of(true, "q", true, "r"),
          lua.execute(
              "local co = coroutine.create(java.fn(ask)) local a, b = coroutine.resume(co, 'q')"
                  + " return a, b, coroutine.resume(co, 'r')"));
    }
  }

  // BEHAVIOURS 155, 234
  @EachFlavour
  void yieldInPcallWhereTheFlavourCan(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine = coroutine(lua, "return pcall(ask, 'q')");

      if (flavour == Flavour.LUA51) {
        assertEquals(false, coroutine.resume().first());
      } else {
        assertEquals("q", coroutine.next());
        assertEquals(Values.of(true, "r"), coroutine.send("r"));
      }
    }
  }

  // BEHAVIOURS 235
  @EachFlavour
  void continueInJavaWhereTheFlavourCan(Flavour flavour) {
    boolean can = flavour != Flavour.LUA51 && flavour != Flavour.LUAJIT;
    try (var lua = runtime(flavour)) {
      var coroutine = coroutine(lua, "return asker:sum(1)");
      if (!can) {
        var thrown = assertThrows(LuaException.class, coroutine::resume);
        assertTrue(thrown.getMessage().contains("cannot go on after a yield"), thrown::getMessage);
        return;
      }

      assertEquals(1L, coroutine.next());
      assertEquals(11L, coroutine.send(10));
      assertEquals(61L, coroutine.send(50));
      assertEquals("enough: 161", coroutine.send(100));
      assertFalse(coroutine.hasNext());

      var closed = coroutine(lua, "return pcall(asker.sum, asker, 1)");
      assertEquals(1L, closed.next());
      closed.close();
      assertEquals(Status.DEAD, closed.status());
    }
  }

  // BEHAVIOURS 161, 235
  @EachFlavour
  void raiseWhatTheyThrowAfterTheResume(Flavour flavour) {
    boolean can = flavour != Flavour.LUA51 && flavour != Flavour.LUAJIT;
    var boom = new IllegalStateException("boom");
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "later",
              lua.function(
                  arguments ->
                      Yield.of(1)
                          .then(
                              next -> {
                                throw boom;
                              })));
      var coroutine = coroutine(lua, "later()");
      if (!can) {
        var thrown = assertThrows(LuaException.class, coroutine::resume);
        assertTrue(thrown.getMessage().contains("cannot go on after a yield"), thrown::getMessage);
        return;
      }
      coroutine.next();

      assertSame(boom, assertThrows(LuaException.class, coroutine::resume).getCause());
      assertEquals(
          true,
          lua.execute(
                  "local co = coroutine.wrap(function()"
                      + " local ok, e = pcall(later) return not ok and e:getMessage() == 'boom' end)"
                      + " co() return co()")
              .first());
    }
  }

  // BEHAVIOURS 154, 234
  @EachFlavour
  void raiseWhereNothingCanYield(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("through", (Function<LuaFunction, Object>) f -> f.call().first());
      for (var text :
          List.of(
              "ask(1)",
              "askTwo(1)",
              "asker:ask('q')",
              "coroutine.wrap(function() through(function() ask(1) end) end)()",
              "local t = {2, 1} coroutine.wrap(function() table.sort(t, java.fn(asker.ask)) end)()")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(text), text);
        assertFalse(thrown.getMessage().isEmpty());
      }
      assertThrows(LuaException.class, () -> ((LuaFunction) lua.globals().get("askTwo")).call(1));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 236
  @EachFlavour
  void areOrdinaryObjectsIfNotReturned(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var yield = Yield.of(1);

      assertSame(yield, lua.eval("...", yield).first());
      assertEquals(
          List.of(1L), yield.values().stream().map(each -> ((Number) each).longValue()).toList());
      assertThrows(LuaException.class, () -> lua.execute("local y = ... y()", yield));
    }
  }

  // BEHAVIOURS 234
  @EachFlavour
  void yieldManyAndLargeValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var large = "x".repeat(100_000);
      lua.globals().put("large", (JavaFunction) arguments -> Yield.of(large, arguments[0]));
      var coroutine =
          coroutine(lua, "for i = 1, 200 do local got = large(i) assert(#got == 100000) end");
      var seen = new ArrayList<Object>();

      coroutine.resume();
      while (coroutine.status() != Status.DEAD) {
        var values = coroutine.resume(large);
        if (!values.isEmpty()) {
          assertEquals(large, values.first());
          seen.add(values.get(1));
        }
      }
      assertEquals(199, seen.size());
      assertEquals(200L, seen.get(198));
    }
  }

  // BEHAVIOURS 219
  @EachFlavour
  void areFunctionsToLuaInEveryRespect(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var add = lua.function(arguments -> (Long) arguments[0] + (Long) arguments[1]);
      BiFunction<Object, Object, Object> object = (a, b) -> a;

      assertEquals(3L, add.call(1, 2).first());
      assertEquals("function", lua.eval("type(...)", add).first());
      assertEquals(add, lua.eval("...", add).first());
      assertEquals(3L, lua.eval("(...)(1, 2)", add).first());
      assertEquals(List.of(), lua.function(arguments -> Values.none()).call());
      assertEquals(List.of(1L, 2L), lua.function(arguments -> Values.of(1, 2)).call());
      assertEquals(3L, add.coroutine(1, 2).next());
      assertFalse(add.info().isLua());
      assertSame(object, lua.eval("...", object).first());
      assertThrows(NullPointerException.class, () -> lua.function(null));
    }
  }
}
