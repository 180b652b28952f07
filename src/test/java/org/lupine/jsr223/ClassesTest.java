package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** Java classes that scripts import, their constructors, statics and overloads. */
class ClassesTest {
  // BEHAVIOURS 119
  @EachFlavour
  void areConstructedByACall(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var list =
          engine.eval(
              """
          local ArrayList = java.import('java.util.ArrayList')
          local list = ArrayList()
          list:add('a')
          return list""");

      assertEquals(List.of("a"), assertInstanceOf(ArrayList.class, list));
      assertEquals(
          List.of("a", "b"), engine.eval("return java.import('java.util.ArrayList')({'a', 'b'})"));
    }
  }

  // BEHAVIOURS 233
  @EachFlavour
  void areFoundByRequireAsWell(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(true, engine.eval("return require('java') == java"));
      assertInstanceOf(
          ArrayList.class, engine.eval("return require('java').import('java.util.ArrayList')()"));
      assertInstanceOf(
          ArrayList.class, engine.eval("return java.import('java.util.ArrayList')()", foreign()));
    }
  }

  @EachFlavour
  void giveTheirStaticMembers(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("Integer = java.import('java.lang.Integer')");

      assertEquals((long) Integer.MAX_VALUE, engine.eval("return Integer.MAX_VALUE"));
      assertEquals(12L, engine.eval("return Integer.parseInt('12')"));
      assertEquals(12L, engine.eval("return Integer:parseInt('12')"));
    }
  }

  @EachFlavour
  void needNoPackageIfInJavaLang(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(5.0, ((Number) engine.eval("return java.import('Math').abs(-5)")).doubleValue());
      assertInstanceOf(Thread.class, engine.eval("return java.import('Thread')('name')"));
    }
  }

  @EachFlavour
  void giveTheirNestedClasses(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          Map.entry("k", 1L),
          engine.eval(
              """
          local AbstractMap = java.import('java.util.AbstractMap')
          return AbstractMap.SimpleEntry('k', 1)"""));
      assertSame(Thread.State.NEW, engine.eval("return java.import('Thread').State.NEW"));
    }
  }

  @EachFlavour
  void haveTheirStaticFieldsWritten(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("name", JavaObjectsTest.Account.class.getName());

      engine.eval("Account = java.import(name) Account.opened = " + flavour.ordinal());

      assertEquals(flavour.ordinal(), JavaObjectsTest.Account.opened);
      assertThrows(ScriptException.class, () -> engine.eval("Account.CURRENCY = 'USD'"));
    }
  }

  @EachFlavour
  void areNamedInTheErrorIfTheyAreMissing(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval("return java.import('no.such.Thing')"));

      assertTrue(thrown.getMessage().contains("no.such.Thing"), thrown::getMessage);
      assertThrows(
          ScriptException.class, () -> engine.eval("return java.import('java.util.List')()"));
      assertThrows(ScriptException.class, () -> engine.eval("return java.import(nil)"));
    }
  }

  @EachFlavour
  void passOnTheExceptionOfAConstructor(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("return java.import('java.util.ArrayList')(-1)"));

      assertInstanceOf(IllegalArgumentException.class, thrown.getCause());
    }
  }

  /** Overloads of every kind. */
  public static final class Overloads {
    public String of() {
      return "none";
    }

    public String of(String text) {
      return "String";
    }

    public String of(Object object) {
      return "Object";
    }

    public String of(String text, Object... more) {
      return "String and " + more.length;
    }

    public String many(String... texts) {
      return "many " + texts.length;
    }

    public String count(int... numbers) {
      return "ints " + numbers.length;
    }

    public String pick(List<?> list) {
      return "List";
    }

    public String pick(Map<?, ?> map) {
      return "Map";
    }

    public String pick(Runnable runnable) {
      return "Runnable";
    }

    public String text(CharSequence text) {
      return "CharSequence";
    }

    public String text(Object object) {
      return "Object";
    }

    public String letter(char letter) {
      return "char";
    }

    public String letter(String text) {
      return "String";
    }

    public String flag(boolean flag) {
      return "boolean";
    }

    public String flag(Object object) {
      return "Object";
    }
  }

  // BEHAVIOURS J49, H7: in the phases of the Java Language Specification
  @EachFlavour
  void chooseTheMostSpecificOverload(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Overloads());
      engine.put("list", List.of());
      engine.put("map", Map.of());

      for (var call :
          Map.of(
                  "o:of()", "none",
                  "o:of('a')", "String",
                  "o:of(1)", "Object",
                  "o:of('a', 1)", "String and 1",
                  "o:of('a', 1, nil, 'b')", "String and 3",
                  "o:pick(list)", "List",
                  "o:pick(map)", "Map",
                  "o:pick(function() end)", "Runnable",
                  "o:pick({a = 1})", "Map")
              .entrySet()) {
        assertEquals(call.getValue(), engine.eval("return " + call.getKey()), call.getKey());
      }
      for (var call :
          Map.of(
                  "o:text('a')", "CharSequence",
                  "o:text(1)", "Object",
                  "o:letter('ab')", "String",
                  "o:letter('a')", "String",
                  "o:flag(true)", "boolean",
                  "o:flag('x')", "Object")
              .entrySet()) {
        assertEquals(call.getValue(), engine.eval("return " + call.getKey()), call.getKey());
      }
    }
  }

  // BEHAVIOURS 227
  @EachFlavour
  void takeAnyNumberOfArguments(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Overloads());

      assertEquals("many 0", engine.eval("return o:many()"));
      assertEquals("many 3", engine.eval("return o:many('a', 'b', 'c')"));
      assertEquals("many 2", engine.eval("return o:many({'a', 'b'})"));
      assertEquals("ints 2", engine.eval("return o:count(1, 2)"));
      assertThrows(ScriptException.class, () -> engine.eval("return o:count(1, 'x')"));
      assertEquals(
          "a-1-true", engine.eval("return java.import('String').format('%s-%s-%s', 'a', 1, true)"));
      assertEquals(
          List.of("a", "b"), engine.eval("return java.import('java.util.List').of('a', 'b')"));
    }
  }

  // BEHAVIOURS 223
  @EachFlavour
  void nameTheCandidatesWhenNoneFits(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put("map", new HashMap<String, Object>());

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("map:put('x')"));

      assertInstanceOf(LuaException.class, thrown.getCause());
      assertTrue(
          thrown
              .getMessage()
              .contains(
                  "no method 'put' of java.util.HashMap takes (string), candidates: put(Object, Object)"),
          thrown::getMessage);
    }
  }

  // A call with a most specific overload is never refused
  @EachFlavour
  void callTheOverloadsOfTheJdk(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          "1x2.5truexyz",
          engine.eval(
              """
          local text = java.import('java.io.StringWriter')()
          local out = java.import('java.io.PrintWriter')(text)
          out:print(1) out:print('x') out:print(2.5) out:print(true) out:print('xyz')
          return text:toString()"""));
      assertArrayEquals(
          new Object[] {3L, "1", "true"},
          (Object[])
              engine.eval(
                  """
          local Math, String = java.import('Math'), java.import('String')
          return Math.max(2, 3), String.valueOf(1), String.valueOf(true)"""));
      assertEquals(
          2L,
          engine.eval(
              """
          local list = java.import('java.util.ArrayList')({'a', 'b', 'c'})
          list:remove(0)
          return list:size()"""));
    }
  }

  // BEHAVIOURS 141, 233
  @EachFlavour
  void leaveTheGlobalsAlone(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertNull(engine.eval("return luajava or Java or import"));
      assertEquals("table", engine.eval("return type(java)"));
    }
  }
}
