package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Values;

/** Lua functions in Java, Java functions in Lua. */
class FunctionsTest {
  // BEHAVIOURS 16
  @EachFlavour
  void recurse(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end");

      assertEquals(610L, engine.invokeFunction("fib", 15));
      assertEquals(List.of(610L), ((LuaFunction) engine.get("fib")).call(15));
    }
  }

  // BEHAVIOURS 17
  @EachFlavour
  void recurseThroughACallbackInEachStep(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("less", (Function<Long, Object>) n -> n - 1);
      engine.eval(
          "function fib(n) if n < 2 then return n end"
              + " return fib(less(n)) + fib(less(less(n))) end");

      assertEquals(610L, engine.invokeFunction("fib", 15));
    }
  }

  // BEHAVIOURS 21
  @EachFlavour
  void canBeCalledFromJavaIfTheyAreLibraryFunctions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var upper = (LuaFunction) engine.eval("return string.upper");

      assertEquals("AB", upper.call("ab").get(0));
    }
  }

  // BEHAVIOURS 216
  @EachFlavour
  void returnAllTheirResults(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var same = (LuaFunction) engine.eval("return function(...) return ... end");

      assertEquals(List.of(), same.call());
      var results = same.call(1, null, "x", null);
      assertEquals(4, results.size());
      assertEquals(1L, results.get(0));
      assertNull(results.get(3));
    }
  }

  // BEHAVIOURS 216: Values is the one type that spreads
  @EachFlavour
  void spreadTheValuesOfACallback(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var same = (LuaFunction) engine.eval("return function(...) return ... end");
      engine.put("three", (Supplier<Values>) () -> same.call(1, null, "x"));
      engine.put("array", (Supplier<Object[]>) () -> new Object[] {1, null, "x"});

      assertArrayEquals(
          new Object[] {3L, 1L, null, "x"},
          (Object[]) engine.eval("return select('#', three()), three()"));
      assertEquals(1L, engine.eval("return select('#', array())"));
    }
  }

  // BEHAVIOURS 101
  @EachFlavour
  void stayIndependent(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function make(n) return function() n = n + 1 return n end end");
      var a = (LuaFunction) engine.invokeFunction("make", 0);
      var b = (LuaFunction) engine.invokeFunction("make", 10);
      a.call();
      var c = (LuaFunction) engine.invokeFunction("make", 20);

      assertEquals(
          List.of(2L, 11L, 21L), List.of(a.call().get(0), b.call().get(0), c.call().get(0)));
      assertNotEquals(a, b);
    }
  }

  // BEHAVIOURS 102
  @EachFlavour
  void comeBackAsTheSameJavaObject(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      Supplier<Object> five = () -> 5;
      engine.put("five", five);

      assertArrayEquals(new Object[] {5L, five}, (Object[]) engine.eval("return five(), five"));
      assertSame(five, engine.get("five"));
    }
  }

  // BEHAVIOURS 103
  @EachFlavour
  void comeBackAsTheSameLuaFunction(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("id", (Function<Object, Object>) x -> x);
      engine.eval("function f() end");

      assertEquals(true, engine.eval("return rawequal(id(f), f)"));
      assertEquals(engine.get("f"), engine.eval("return id(f)"));
    }
  }

  // BEHAVIOURS 104
  @EachFlavour
  void keepTheirArgumentsThroughNestedCalls(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(
          "outer",
          (BiFunction<Object, LuaFunction, Object>)
              (a, function) -> a + " " + function.call("inner").get(0) + " " + a);
      engine.put("leaf", (Function<Object, Object>) x -> "<" + x + ">");

      assertEquals(
          "first <inner> first",
          engine.eval("return outer('first', function(x) return leaf(x) end)"));
    }
  }

  /** A host's methods that take functional interfaces. */
  public static final class Taker {
    public List<String> sorted(Comparator<String> order) {
      return List.of("bb", "a", "ccc").stream().sorted(order).toList();
    }

    public List<String> kept(Predicate<String> predicate) {
      return List.of("bb", "a", "ccc").stream().filter(predicate).toList();
    }

    public Object joined(BiFunction<String, Integer, Object> function) {
      return function.apply("x", 2);
    }

    public void run(Runnable runnable) {
      runnable.run();
    }

    public Object called(Callable<?> callable) throws Exception {
      return callable.call();
    }

    public IOException caught(Callable<?> callable) throws Exception {
      try {
        callable.call();
        return null;
      } catch (IOException e) {
        return e;
      }
    }
  }

  // BEHAVIOURS 105
  @EachFlavour
  void areFunctionalInterfacesToJava(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("taker", new Taker());

      assertEquals(
          List.of("a", "bb", "ccc"),
          engine.eval("return taker:sorted(function(a, b) return #a - #b end)"));
      assertEquals(
          List.of("bb", "ccc"), engine.eval("return taker:kept(function(s) return #s > 1 end)"));
      assertEquals("x2", engine.eval("return taker:joined(function(s, n) return s .. n end)"));
      assertEquals(1L, engine.eval("local n = 0 taker:run(function() n = n + 1 end) return n"));
      assertEquals("c", engine.eval("return taker:called(function() return 'c', 'd' end)"));
    }
  }

  // BEHAVIOURS 105
  @EachFlavour
  void rethrowDeclaredExceptionsToJava(Flavour flavour) throws Exception {
    var boom = new IOException("boom");
    try (var engine = engine(flavour)) {
      engine.put("taker", new Taker());
      engine.put(
          "fail",
          (Callable<?>)
              () -> {
                throw boom;
              });

      assertSame(boom, engine.eval("return taker:caught(function() fail() end)"));
      var thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("taker:called(function() error('lua', 0) end)"));
      assertEquals("lua", ((LuaException) thrown.getCause()).value());
    }
  }

  // BEHAVIOURS 105: JDK methods that take functions
  @EachFlavour
  void canBePassedToTheJdk(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var list = new ArrayList<Object>(List.of(3L, 1L, 2L));
      var map = new TreeMap<String, Object>();
      engine.put("list", list);
      engine.put("map", map);

      engine.eval(
          """
          list:removeIf(function(x) return x == 2 end)
          list:sort(function(a, b) return a - b end)
          map:computeIfAbsent('k', function(k) return k .. '!' end)
          seen = ''
          list:forEach(function(x) seen = seen .. tostring(x) end)""");

      assertEquals(List.of(1L, 3L), list);
      assertEquals("k!", map.get("k"));
      assertEquals("13", engine.get("seen"));
    }
  }

  // BEHAVIOURS 82, J37
  @EachFlavour
  void mayBeTablesWithACallMetamethod(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("taker", new Taker());

      assertEquals(
          "called",
          engine.eval(
              "return taker:called("
                  + "setmetatable({}, {__call = function() return 'called' end}))"));
    }
  }

  // BEHAVIOURS 220
  @EachFlavour
  void canBeCalledByPcallSortAndGsub(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("shout", (Function<String, Object>) s -> s + "!");

      assertArrayEquals(
          new Object[] {true, "a!"}, (Object[]) engine.eval("return pcall(shout, 'a')"));
      assertEquals(
          "a!b!", engine.eval("return (('ab'):gsub('%a', function(c) return shout(c) end))"));
      assertEquals(
          "x!",
          engine.eval(
              "return setmetatable({}, {__index = " + "function(_, k) return shout(k) end}).x"));
      assertEquals(
          "a!", engine.eval("return coroutine.wrap(function(s) return shout(s) end)('a')"));
    }
  }

  // BEHAVIOURS 220
  @EachFlavour
  void checkTheirArgumentsIfTheyAreJavas(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("one", (Function<Object, Object>) x -> x == null ? "null" : x);

      assertEquals("null", engine.eval("return one(nil)"));
      assertThrows(ScriptException.class, () -> engine.eval("return one(1, 2)"));
      assertEquals(1L, engine.eval("return one(1)"));
    }
  }

  // BEHAVIOURS 27
  @EachFlavour
  void returnNoValueOrOneNil(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("nothing", (Runnable) () -> {});
      engine.put("nil_", (Supplier<Object>) () -> null);

      assertEquals(0L, engine.eval("return select('#', nothing())"));
      assertEquals(1L, engine.eval("return select('#', nil_())"));
    }
  }

  // Wrappers belong to the main state, not to the coroutine that made them
  @EachFlavour
  void outliveTheCoroutineThatMadeThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var kept = new ArrayList<LuaFunction>();
      engine.put("keep", (Consumer<LuaFunction>) kept::add);

      engine.eval(
          "coroutine.wrap(function() local x = 5 keep(function() return x end) end)()"
              + " collectgarbage() collectgarbage()");

      assertEquals(5L, kept.get(0).call().get(0));
    }
  }

  @EachFlavour
  void canBeMadeAndForgottenAHundredThousandTimes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function make(o) return function() return o end end");

      for (var i = 0; i < 100_000; i++) {
        var function = (LuaFunction) engine.invokeFunction("make", new Object());
        if (i % 10_000 == 0) {
          assertEquals(1, function.call().size());
        }
      }
    }
  }
}
