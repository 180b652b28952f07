package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.function;
import static org.lupine.support.Runtimes.runtime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaCoroutine.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** Coroutines made and resumed by Java. */
class CoroutineTest {
  static final String COUNT = "function(n) for i = 0, n do coroutine.yield(i) end end";

  static List<Object> items(LuaCoroutine coroutine) {
    var items = new ArrayList<Object>();
    coroutine.forEachRemaining(items::add);
    return items;
  }

  // BEHAVIOURS 142
  @EachFlavour
  void isAnIterator(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var count = function(lua, COUNT);

      for (int i = 0; i < 3; i++) {
        assertEquals(List.of(0L, 1L, 2L, 3L), items(count.coroutine(3)));
      }
    }
  }

  // BEHAVIOURS 143
  @EachFlavour
  void returnsAnItemForEachYieldAndForItsResult(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var yields = "function(...) coroutine.yield() coroutine.yield(1, 2) return ... end";

      assertEquals(
          Arrays.asList(null, Values.of(1L, 2L), 9L), items(function(lua, yields).coroutine(9)));
      assertEquals(
          Arrays.asList(null, Values.of(1L, 2L)), items(function(lua, yields).coroutine()));
      assertEquals(
          Arrays.asList(null, Values.of(1L, 2L), null),
          items(function(lua, yields).coroutine((Object) null)));
      assertThrows(
          NoSuchElementException.class, () -> function(lua, "function() end").coroutine().next());
    }
  }

  // BEHAVIOURS 144
  @EachFlavour
  void takesSentValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          function(lua, "function(n) while coroutine.yield(n) do n = n + 1 end end").coroutine(5);

      assertEquals(5L, coroutine.send(null));
      assertEquals(6L, coroutine.send(1));
      assertEquals(7L, coroutine.send("x"));
      assertThrows(NoSuchElementException.class, () -> coroutine.send(false));
      assertEquals(Status.DEAD, coroutine.status());
      assertThrows(NoSuchElementException.class, () -> coroutine.send(true));
      assertFalse(coroutine.hasNext());
    }
  }

  // BEHAVIOURS 145
  @EachFlavour
  void startsWithItsOwnArguments(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          function(lua, "function(a, ...) coroutine.yield(a, select('#', ...)) end")
              .coroutine("arg", null);

      assertThrows(IllegalStateException.class, () -> coroutine.send(1));
      assertEquals(Status.NEW, coroutine.status());
      assertEquals(Values.of("arg", 1L), coroutine.send(null));
    }
  }

  // BEHAVIOURS 146
  @EachFlavour
  void isResumedWithAnyNumberOfValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          function(
                  lua,
                  "function(...) local function count(...)"
                      + " return select('#', ...), ... end"
                      + " local function go(...) return go(coroutine.yield(count(...))) end"
                      + " return go(...) end")
              .coroutine();

      assertEquals(List.of(2L, 1L, 2L), coroutine.resume(1, 2));
      assertEquals(List.of(0L), coroutine.resume());
      assertEquals(Arrays.asList(1L, null), coroutine.resume((Object) null));
      assertEquals(Arrays.asList(1L, null), coroutine.resume((Object[]) null));
      assertEquals(
          List.of(3L, 1L, 2L, 3L),
          function(lua, "function(...) return select('#', ...), ... end")
              .coroutine(1)
              .resume(2, 3));
    }
  }

  // BEHAVIOURS 147
  @EachFlavour
  void knowsItsStatus(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var seen = new ArrayList<Status>();
      var all = new ArrayList<LuaCoroutine>();
      lua.globals().put("look", (Runnable) () -> all.forEach(each -> seen.add(each.status())));
      all.add(
          function(
                  lua,
                  "function() look() coroutine.wrap(function() look() end)() coroutine.yield() end")
              .coroutine());
      var coroutine = all.get(0);

      assertEquals(Status.NEW, coroutine.status());
      coroutine.resume();
      assertEquals(List.of(Status.RUNNING, Status.NORMAL), seen);
      assertEquals(Status.SUSPENDED, coroutine.status());
      coroutine.resume();
      assertEquals(Status.DEAD, coroutine.status());
      assertThrows(LuaException.class, coroutine::resume);
      assertEquals(Status.DEAD, coroutine.status());
    }
  }

  // BEHAVIOURS 148
  @EachFlavour
  void continuesWhereLuaLeftIt(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "co = coroutine.create("
              + COUNT
              + ") coroutine.resume(co, 4)"
              + " coroutine.resume(co)"
              + " other = coroutine.create("
              + COUNT
              + ") coroutine.resume(other, 4)");

      assertEquals(List.of(2L, 3L, 4L), items((LuaCoroutine) lua.eval("co").first()));
      assertEquals(List.of(1L, 2L, 3L, 4L), items((LuaCoroutine) lua.eval("other").first()));
      assertEquals("dead", lua.eval("coroutine.status(co)").first());
    }
  }

  // BEHAVIOURS 149
  @EachFlavour
  void isSpawnedAnew(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("co = coroutine.create(" + COUNT + ")");
      var coroutine = (LuaCoroutine) lua.eval("co").first();

      assertEquals(Status.NEW, coroutine.status());
      var one = coroutine.spawn(2);
      var two = coroutine.spawn(2);
      assertEquals(0L, one.next());
      assertEquals(List.of(0L, 1L, 2L), items(two));
      assertEquals(List.of(1L, 2L), items(one));
      assertEquals(Status.NEW, coroutine.status());
      assertEquals("thread", lua.eval("type(...)", coroutine).first());
      assertEquals(true, lua.eval("rawequal(..., co)", coroutine).first());

      coroutine.resume(1);
      assertThrows(LuaException.class, () -> coroutine.spawn(1));
      var mine = function(lua, COUNT).coroutine(1);
      assertEquals(List.of(0L, 1L), items(mine));
      assertEquals(List.of(0L, 1L, 2L), items(mine.spawn(2)));
      assertEquals(List.of(0L, 1L), items(mine.spawn(0).spawn(1)));
    }
  }

  // BEHAVIOURS 150
  @EachFlavour
  void letsJavaDecideWhenToYield(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("odd", (Function<Long, Object>) n -> n % 2 == 1);

      assertEquals(
          List.of(1L, 3L, 5L),
          items(
              function(
                      lua,
                      "function(n) for i = 1, n do if odd(i) then coroutine.yield(i) end end end")
                  .coroutine(6)));
    }
  }

  // BEHAVIOURS 151
  @EachFlavour
  void runsJavaThatRunsLua(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("eval", (Function<String, Object>) text -> lua.eval(text).first());
      var result =
          lua.execute(
              "local co = coroutine.create(function(a)"
                  + " local b = coroutine.yield(eval('6 * 7') + a) return eval('1 + 1') + b end)"
                  + " local _, first = coroutine.resume(co, 1) local _, second = coroutine.resume(co, 10)"
                  + " return first, second, coroutine.status(co)");

      assertEquals(List.of(43L, 12L, "dead"), result);
    }
  }

  // BEHAVIOURS 152
  @EachFlavour
  void yieldsFunctionsThatWorkUnderAHook(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var map = new HashMap<String, Object>();
      lua.globals().put("map", map);
      lua.execute("hooks = 0");
      var coroutine =
          function(
                  lua,
                  "function()"
                      + " debug.sethook(function() hooks = hooks + 1 end, '', 1)"
                      + " local n = 0 map.kept = function() n = n + 10 return n end"
                      + " coroutine.yield(function() n = n + 1 return n end)"
                      + " for i = 1, 3 do coroutine.yield(i) end debug.sethook() end")
              .coroutine();
      var yielded = (LuaFunction) coroutine.next();
      coroutine.next();
      coroutine.next();

      assertEquals(1L, yielded.call().first());
      assertEquals(11L, ((LuaFunction) map.get("kept")).call().first());
      assertEquals(3L, coroutine.next());
      assertFalse(coroutine.hasNext());
      assertEquals(12L, yielded.call().first());
      assertTrue((Long) lua.eval("hooks").first() > 10);
    }
  }

  // BEHAVIOURS 153
  @EachFlavour
  void isOutlivedByTheValuesItYielded(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var kept = new ArrayList<Object>();
      lua.globals().put("keep", (Consumer<Object>) kept::add);
      lua.execute(
          "coroutine.wrap(function() local x = 5 keep(function() x = x + 1 return x end)"
              + " keep({x = 'in table'}) keep((coroutine.running())) end)()");
      items(function(lua, "function() keep({1}) coroutine.yield() end").coroutine());
      for (int i = 0; i < 3; i++) {
        lua.gc();
      }
      lua.execute("local t = {} for i = 1, 1e4 do t[i] = {i} end");

      assertEquals(6L, ((LuaFunction) kept.get(0)).call().first());
      assertEquals("in table", ((LuaTable) kept.get(1)).get("x"));
      assertEquals(Status.DEAD, ((LuaCoroutine) kept.get(2)).status());
      assertEquals(1L, ((LuaTable) kept.get(3)).get(1));
    }
  }

  // BEHAVIOURS 154
  @EachFlavour
  void cannotBeYieldedThroughJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("through", (Function<LuaFunction, Object>) f -> f.call().first());
      var coroutine =
          function(lua, "function() through(function() coroutine.yield(1) end)" + " end")
              .coroutine();

      var thrown = assertThrows(LuaException.class, coroutine::resume);
      assertTrue(thrown.getMessage().contains("attempt to yield across"), thrown::getMessage);
      assertThrows(LuaException.class, () -> lua.execute("coroutine.yield(1)"));
      assertThrows(LuaException.class, () -> lua.execute("through(coroutine.yield)"));
      assertEquals(List.of(0L, 1L), items(function(lua, COUNT).coroutine(1)));
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 155
  @EachFlavour
  void yieldsInsidePcallWhereTheFlavourCan(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          function(
                  lua,
                  "function()"
                      + " local ok, got = pcall(function() return coroutine.yield('in') end)"
                      + " local okX, gotX = xpcall(function() coroutine.yield('inX') error('e', 0) end,"
                      + " function(e) return e .. '!' end)"
                      + " return ok, got, okX, gotX end")
              .coroutine();

      if (flavour == Flavour.LUA51) {
        var values = coroutine.resume();
        assertEquals(false, values.get(0));
        assertTrue(values.get(1).toString().contains("attempt to yield across"), values::toString);
      } else {
        assertEquals("in", coroutine.next());
        assertEquals("inX", coroutine.send("sent"));
        assertEquals(Values.of(true, "sent", false, "e!"), coroutine.send(null));
      }
      assertEquals(Status.DEAD, coroutine.status());
    }
  }

  // BEHAVIOURS 156
  @EachFlavour
  void letsJavaExceptionsThrough(Flavour flavour) {
    var boom = new IOException("boom");
    try (var lua = runtime(flavour)) {
      lua.globals()
          .put(
              "fail",
              (Callable<?>)
                  () -> {
                    throw boom;
                  });
      var fails = function(lua, "function() coroutine.yield(1) fail() end");

      for (Consumer<LuaCoroutine> go :
          List.<Consumer<LuaCoroutine>>of(
              LuaCoroutine::resume,
              LuaCoroutine::next,
              LuaCoroutine::hasNext,
              each -> each.send(null))) {
        var coroutine = fails.coroutine();
        assertEquals(1L, coroutine.next());
        assertSame(boom, assertThrows(LuaException.class, () -> go.accept(coroutine)).getCause());
        assertEquals(Status.DEAD, coroutine.status());
      }
    }
  }

  // BEHAVIOURS 157, 159: with the frames of the coroutine
  @EachFlavour
  void isDeadAfterAnError(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.compile("function outer() inner() end function inner() error('oops') end", "@m.lua")
          .call();
      var coroutine = function(lua, "outer").coroutine();

      var thrown = assertThrows(LuaException.class, coroutine::resume);
      assertEquals("m.lua:1: oops", thrown.getMessage());
      assertEquals("m.lua", thrown.chunk());
      assertTrue(thrown.frames().size() >= 3, thrown.frames()::toString);
      assertTrue(thrown.frames().get(1).function().contains("inner"), thrown.frames()::toString);
      var again = assertThrows(LuaException.class, coroutine::resume);
      assertTrue(again.getMessage().contains("dead"), again::getMessage);
      assertFalse(coroutine.hasNext());
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  // BEHAVIOURS 158
  @EachFlavour
  void isNeitherFunctionNorTable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine = function(lua, COUNT).coroutine(1);

      for (var text :
          List.of("local co = ... co()", "local co = ... return co.x", "local co = ... co.x = 1")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(text, coroutine));
        assertTrue(
            thrown.getMessage().contains("a thread value")
                || thrown.getMessage().contains("local 'co'"),
            thrown::getMessage);
      }
      assertFalse(coroutine instanceof LuaFunction);
      assertFalse((Object) coroutine instanceof Map);
    }
  }

  // BEHAVIOURS 203
  @EachFlavour
  void isReadUntilItIsDead(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine =
          function(lua, "function() for i = 1, 3 do coroutine.yield(i) end" + " return 'last' end")
              .coroutine();
      var items = new ArrayList<Object>();

      while (coroutine.status() != Status.DEAD) {
        items.add(coroutine.next());
      }
      assertEquals(List.of(1L, 2L, 3L, "last"), items);
    }
  }

  @EachFlavour
  void canBeStartedByLuaAfterJavaGaveItArguments(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var made =
          function(
                  lua,
                  "function(...) local got = coroutine.yield(select('#', ...), ...) "
                      + "return got end")
              .coroutine("made", null);

      assertEquals(
          List.of(true, 4L, "made", "by", "Lua"),
          lua.eval(
              "(function(ok, n, a, b, ...) assert(b == nil) return ok, n, a, ... end)"
                  + "(coroutine.resume(..., 'by', 'Lua'))",
              made));
      assertEquals(List.of(true, 7L), lua.eval("coroutine.resume(..., 7)", made));
      assertEquals(Status.DEAD, made.status());
      var java = lua.function(arguments -> List.of(arguments)).coroutine(5);
      assertEquals(List.of(true, List.of(5L, 6L)), lua.eval("coroutine.resume(..., 6)", java));
      var many =
          function(lua, "function(...) return select('#', ...), (select(300, ...)) end")
              .coroutine(Collections.nCopies(300, "x").toArray());
      assertEquals(List.of(300L, "x"), List.of(many.resume().toArray()));
    }
  }
}
