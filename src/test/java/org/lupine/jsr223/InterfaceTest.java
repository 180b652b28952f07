package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;

/** BEHAVIOURS H12: Java interfaces that a script implements, by its globals or by a table. */
class InterfaceTest {
  /** A host's interface with everything that an interface can have. */
  public interface Shop {
    int price(String article);

    boolean open();

    void close() throws IOException;

    List<String> articles();

    default String label(String article) {
      return article + ": " + price(article);
    }

    static Shop none() {
      return null;
    }
  }

  private static final String SHOP =
      """
      log = {}
      function price(article) return #article * 2 end
      function open() return true end
      function close() log[#log + 1] = 'closed' end
      function articles() return {'tea', 'rice'} end
      """;

  // BEHAVIOURS 106
  // BEHAVIOURS 293
  @EachFlavour
  void isImplementedForTheHostWhateverScriptsMayDo(Flavour flavour) throws Exception {
    try (var engine = engine(flavour, LuaOptions.builder().sandbox(Sandbox.SANDBOX).build())) {
      engine.eval("function call() return 1 end t = {call = function() return 2 end}");

      assertEquals(1L, engine.getInterface(Callable.class).call());
      assertEquals(2L, engine.getInterface(engine.get("t"), Callable.class).call());
      assertEquals(1L, ((LuaFunction) engine.get("call")).as(Callable.class).call());
      var bindings = foreign();
      engine.eval("function call() return 3 end", bindings);
      engine.setBindings(bindings, ENGINE_SCOPE);
      assertEquals(3L, engine.getInterface(Callable.class).call());
      var denied = "java.implement('java.lang.Runnable', function() end)";
      assertThrows(ScriptException.class, () -> engine.eval(denied));
    }
  }

  @EachFlavour
  void implementsAnInterfaceByGlobals(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(SHOP);
      var shop = engine.getInterface(Shop.class);

      assertEquals(6, shop.price("tea"));
      assertTrue(shop.open());
      assertEquals(List.of("tea", "rice"), shop.articles());
      shop.close();
      assertEquals("closed", engine.eval("return log[1]"));
    }
  }

  // BEHAVIOURS 106
  @EachFlavour
  void implementsAnInterfaceByATableWithSelf(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table =
          engine.eval(
              """
          local shop = {factor = 3}
          function shop:price(article) return #article * self.factor end
          function shop:open() return false end
          function shop:close() end
          function shop:articles() return {} end
          return shop""");

      var shop = engine.getInterface(table, Shop.class);

      assertEquals(9, shop.price("tea"));
      assertFalse(shop.open());
      assertEquals(List.of(), shop.articles());
    }
  }

  // BEHAVIOURS J38
  @EachFlavour
  void isNullWhenAMethodIsMissing(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function price() return 1 end t = {run = 1}");

      assertNull(engine.getInterface(Shop.class));
      assertNull(engine.getInterface(Runnable.class));
      assertNull(engine.getInterface(engine.get("t"), Shop.class));
      assertNull(engine.getInterface(engine.get("t"), Runnable.class));
    }
  }

  // BEHAVIOURS J38
  @EachFlavour
  void countsADefaultMethodAsImplemented(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(SHOP);
      assertEquals("tea: 6", engine.getInterface(Shop.class).label("tea"));

      engine.eval("function label(article) return 'lua ' .. article end");
      assertEquals("lua tea", engine.getInterface(Shop.class).label("tea"));
    }
  }

  @EachFlavour
  void keepsTheDefaultMethodsOfTheJdk(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function compare(a, b) return a < b and -1 or a > b and 1 or 0 end");
      @SuppressWarnings("unchecked")
      Comparator<String> comparator = engine.getInterface(Comparator.class);

      assertEquals(
          List.of("c", "b", "a"),
          List.of("b", "c", "a").stream().sorted(comparator.reversed()).toList());
    }
  }

  // BEHAVIOURS J40
  @EachFlavour
  void answersTheMethodsOfObject(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function run() end");
      var runnable = engine.getInterface(Runnable.class);

      assertEquals(runnable, runnable);
      assertNotEquals(runnable, new Object());
      assertFalse(runnable.equals(null));
      assertEquals(runnable.hashCode(), runnable.hashCode());
      assertNotNull(runnable.toString());
      assertTrue(Set.of(runnable).contains(runnable));
    }
  }

  // BEHAVIOURS J40
  @EachFlavour
  void takesTheMethodsOfObjectFromATableThatHasThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table =
          engine.eval(
              """
          return {
            run = function() end,
            toString = function(self) return 'my run' end,
            hashCode = function(self) return 42 end,
            equals = function(self, other) return other == 'me' end,
          }""");
      var runnable = engine.getInterface(table, Runnable.class);

      assertEquals("my run", runnable.toString());
      assertEquals(42, runnable.hashCode());
      assertTrue(runnable.equals("me"));
    }
  }

  // BEHAVIOURS J61
  @EachFlavour
  void takesTheFirstOfSeveralResults(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function call() return 'first', 'second' end");

      assertEquals("first", engine.getInterface(Callable.class).call());
    }
  }

  @EachFlavour
  void convertsToTheTypeOfTheMethod(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function applyAsInt(a, b) return a + b end function get() return nil end");

      assertEquals(5, engine.getInterface(IntBinaryOperator.class).applyAsInt(2, 3));
      assertNull(engine.getInterface(Supplier.class).get());
      engine.eval("function applyAsInt() return 3.7 end");
      assertThrows(
          LuaException.class, () -> engine.getInterface(IntBinaryOperator.class).applyAsInt(2, 3));
      engine.eval("function applyAsInt() end");
      assertThrows(
          LuaException.class, () -> engine.getInterface(IntBinaryOperator.class).applyAsInt(2, 3));
    }
  }

  // BEHAVIOURS J39
  @EachFlavour
  void throwsALuaExceptionWhenTheScriptFails(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function run()\n  error('inside')\nend");

      var thrown =
          assertThrows(LuaException.class, () -> engine.getInterface(Runnable.class).run());

      assertTrue(thrown.getMessage().contains("inside"), thrown::getMessage);
      assertEquals(2, thrown.line());
    }
  }

  // BEHAVIOURS J39
  @EachFlavour
  void letsUncheckedExceptionsPassAsThemselves(Flavour flavour) throws Exception {
    var bad = new IllegalArgumentException("bad");
    var worse = new AssertionError("worse");
    try (var engine = engine(flavour)) {
      engine.put(
          "bad",
          (Runnable)
              () -> {
                throw bad;
              });
      engine.put(
          "worse",
          (Runnable)
              () -> {
                throw worse;
              });
      engine.eval("function run() if really then worse() end bad() end");
      var runnable = engine.getInterface(Runnable.class);

      assertSame(bad, assertThrows(IllegalArgumentException.class, runnable::run));
      engine.put("really", true);
      assertSame(worse, assertThrows(AssertionError.class, runnable::run));
    }
  }

  // BEHAVIOURS J39
  @EachFlavour
  void letsDeclaredCheckedExceptionsPassAsThemselves(Flavour flavour) throws Exception {
    var lost = new FileNotFoundException("lost");
    try (var engine = engine(flavour)) {
      engine.put(
          "fail",
          (Callable<?>)
              () -> {
                throw lost;
              });
      engine.eval(SHOP + "function close() fail() end function run() fail() end");

      assertSame(
          lost, assertThrows(IOException.class, () -> engine.getInterface(Shop.class).close()));
      var undeclared =
          assertThrows(RuntimeException.class, () -> engine.getInterface(Runnable.class).run());
      assertSame(lost, undeclared.getCause());
    }
  }

  @EachFlavour
  void refusesWhatIsNoInterfaceOrNoTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var table = engine.eval("return {}");

      assertThrows(IllegalArgumentException.class, () -> engine.getInterface(null));
      assertThrows(IllegalArgumentException.class, () -> engine.getInterface(String.class));
      assertThrows(IllegalArgumentException.class, () -> engine.getInterface(table, null));
      assertThrows(IllegalArgumentException.class, () -> engine.getInterface(table, String.class));
      assertThrows(IllegalArgumentException.class, () -> engine.getInterface(null, Runnable.class));
      assertThrows(
          IllegalArgumentException.class, () -> engine.getInterface("no table", Runnable.class));
    }
  }

  // BEHAVIOURS J12-J14
  @EachFlavour
  void implementsAFunctionalInterfaceByAFunction(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var function = engine.eval("return function(x) return x .. '!' end");

      @SuppressWarnings("unchecked")
      Function<Object, Object> shout = engine.getInterface(function, Function.class);

      assertEquals("hey!", shout.apply("hey"));
      assertEquals("hey!!", shout.andThen(shout).apply("hey"));
    }
  }

  // BEHAVIOURS 231
  @EachFlavour
  void goesBackToLuaAndCanBeCalledThere(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function get() return 5 end");
      engine.put("supplier", engine.getInterface(Supplier.class));

      assertEquals(5L, engine.eval("return supplier:get()"));
    }
  }

  // BEHAVIOURS J38
  @EachFlavour
  void isNotImplementedByLibraryFunctions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertNull(engine.getInterface(Map.class));
      assertNull(engine.getInterface(Callable.class));
    }
  }
}
