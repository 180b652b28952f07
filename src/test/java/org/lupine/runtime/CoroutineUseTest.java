package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.runtime.CoroutineTest.COUNT;
import static org.lupine.support.Runtimes.function;
import static org.lupine.support.Runtimes.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaCoroutine.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaSyntaxException;

/** Coroutines as streams, their closing, and bodies that are not Lua functions. */
class CoroutineUseTest {
  // BEHAVIOURS 237
  @EachFlavour
  void isAStream(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var count = function(lua, COUNT);

      assertEquals(
          "0 1 2",
          count.coroutine(2).stream().map(String::valueOf).collect(Collectors.joining(" ")));
      var endless = count.coroutine(1e9);
      try (var stream = endless.stream()) {
        assertEquals(List.of(0L, 1L), stream.limit(2).toList());
        assertEquals(Status.SUSPENDED, endless.status());
      }
      assertEquals(Status.DEAD, endless.status());
    }
  }

  // BEHAVIOURS 237
  @EachFlavour
  void losesNoItemThatHasNextFound(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var coroutine = function(lua, COUNT).coroutine(2);

      assertTrue(coroutine.hasNext());
      assertTrue(coroutine.hasNext());
      assertThrows(IllegalStateException.class, coroutine::resume);
      assertThrows(IllegalStateException.class, () -> coroutine.send(null));
      assertEquals(0L, coroutine.next());
      assertEquals(List.of(1L), coroutine.resume());
    }
  }

  // BEHAVIOURS 238
  @EachFlavour
  void isClosed(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var stubborn =
          "function() log = '' while true do"
              + " pcall(function() coroutine.yield(1) log = log .. 'x' end) log = log .. 'y' end end";
      var fresh = function(lua, COUNT).coroutine(1);
      var begun = function(lua, flavour == Flavour.LUA51 ? COUNT : stubborn).coroutine(1);
      var ended = function(lua, "function() end").coroutine();
      begun.next();
      ended.resume();
      lua.globals().put("begun", begun);

      for (var each : List.of(fresh, begun, ended)) {
        each.close();
        each.close();
        assertEquals(Status.DEAD, each.status());
        assertFalse(each.hasNext());
        assertThrows(LuaException.class, each::resume);
      }
      assertEquals("dead", lua.eval("coroutine.status(begun)").first());
      assertEquals(false, lua.eval("(coroutine.resume(begun))").first());
      assertEquals(flavour == Flavour.LUA51 ? null : "", lua.eval("log").first());
      assertEquals(3L, lua.execute("local n = 0 for i = 1, 3 do n = n + 1 end return n").first());
    }
  }

  // BEHAVIOURS 238
  @EachFlavour
  void closesItsVariablesWhereTheFlavourCan(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var closes =
          "function(fail) local x <close> = setmetatable({},"
              + " {__close = function() closed = (closed or 0) + 1 if fail then error(fail, 0) end end})"
              + " coroutine.yield(1) end";
      if (flavour != Flavour.LUA54 && flavour != Flavour.LUA55) {
        assertThrows(LuaSyntaxException.class, () -> function(lua, closes));
        return;
      }
      var good = function(lua, closes).coroutine();
      var bad = function(lua, closes).coroutine("no");
      good.next();
      bad.next();

      good.close();
      assertEquals(1L, lua.eval("closed").first());
      assertEquals("no", assertThrows(LuaException.class, bad::close).value());
      assertEquals(2L, lua.eval("closed").first());
      assertEquals(Status.DEAD, bad.status());
    }
  }

  // BEHAVIOURS 238
  @EachFlavour
  void isNotClosedWhileItRuns(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var all = new ArrayList<LuaCoroutine>();
      var thrown = new ArrayList<RuntimeException>();
      lua.globals()
          .put(
              "try",
              (Runnable)
                  () -> {
                    for (Consumer<LuaCoroutine> each :
                        List.<Consumer<LuaCoroutine>>of(
                            LuaCoroutine::close, LuaCoroutine::resume)) {
                      thrown.add(assertThrows(LuaException.class, () -> each.accept(all.get(0))));
                    }
                  });
      lua.globals().put("keep", (Consumer<LuaCoroutine>) all::add);
      lua.execute(
          "coroutine.wrap(function() keep((coroutine.running())) try()"
              + " coroutine.wrap(function() try() end)() end)()");

      assertEquals(4, thrown.size());
      assertEquals(Status.DEAD, all.get(0).status());
      if (flavour != Flavour.LUA51) {
        var main = (LuaCoroutine) lua.eval("(coroutine.running())").first();
        assertThrows(LuaException.class, main::resume);
        assertThrows(LuaException.class, main::close);
        assertThrows(LuaException.class, main::spawn);
      }
      assertEquals(1L, lua.eval("1").first());
    }
  }

  // BEHAVIOURS 140
  @EachFlavour
  void canHaveABodyThatIsNoLuaFunction(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("shout", (Function<String, Object>) text -> text + "!");

      assertEquals("AB", function(lua, "string.upper").coroutine("ab").next());
      assertEquals(
          List.of(true, "a!"),
          lua.execute("return coroutine.resume(coroutine.create(java.fn(shout)), 'a')"));
      assertEquals("b!", lua.execute("return coroutine.wrap(java.fn(shout))('b')").first());
      assertEquals("AB", lua.execute("return coroutine.wrap(string.upper)('ab')").first());
      assertEquals(
          List.of(true, 1L, true, 2L),
          lua.execute(
              "local co = coroutine.create(coroutine.yield) local a, b = coroutine.resume(co, 1)"
                  + " return a, b, coroutine.resume(co, 2)"));
      var yields = function(lua, "coroutine.yield").coroutine(1);
      assertEquals(List.of(1L), yields.resume());
      assertEquals(List.of(2L), yields.resume(2));
      assertEquals(Status.DEAD, yields.status());
      for (var text : List.of("coroutine.create(5)", "coroutine.wrap()")) {
        assertThrows(LuaException.class, () -> lua.execute(text));
      }
    }
  }

  @EachFlavour
  void isEqualHoweverOftenFetched(Flavour flavour) {
    try (var lua = runtime(flavour);
        var other = runtime(flavour)) {
      var coroutine = function(lua, COUNT).coroutine(1);

      assertEquals(coroutine, lua.eval("...", coroutine).first());
      assertEquals(coroutine.hashCode(), lua.eval("...", coroutine).first().hashCode());
      assertTrue(coroutine.toString().startsWith("thread: "), coroutine::toString);
      assertThrows(LuaException.class, () -> other.eval("...", coroutine));
    }
  }
}
