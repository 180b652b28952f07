package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** What hosts ask of a factory before they evaluate anything. */
class FactoryTest {
  // BEHAVIOURS J65, H11
  @EachFlavour
  void findsAFlavourByItsIdAndByItsDottedName(Flavour flavour) throws Exception {
    var names =
        flavour == Flavour.LUAJIT
            ? List.of("luajit", "LuaJIT")
            : List.of(flavour.id(), "lua" + number(flavour), "Lua " + number(flavour));

    for (var name : names) {
      try (var engine = (LuaScriptEngine) new ScriptEngineManager().getEngineByName(name)) {
        assertEquals(version(flavour), engine.eval("return _VERSION"), name);
      }
    }
  }

  // BEHAVIOURS 23
  @EachFlavour
  void tellsLuaJitFromTheOthers(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(flavour == Flavour.LUAJIT, engine.eval("return jit ~= nil"));
    }
  }

  // BEHAVIOURS J65
  @ParameterizedTest
  @ValueSource(strings = {"lua", "lupine", "Lua", "Lupine"})
  void namesTheNewestLua(String name) throws Exception {
    try (var engine = (LuaScriptEngine) new ScriptEngineManager().getEngineByName(name)) {
      assertEquals("Lua 5.5", engine.eval("return _VERSION"));
    }
  }

  // BEHAVIOURS J66, H11: Spring and Solr ask by extension
  @Test
  void claimsTheExtensionAndTheMimeTypesForTheNewestLua() throws Exception {
    var manager = new ScriptEngineManager();

    assertEquals("Lua 5.5", manager.getEngineByExtension("lua").eval("return _VERSION"));
    assertEquals("Lua 5.5", manager.getEngineByMimeType("text/x-lua").eval("return _VERSION"));
    assertEquals(
        "Lua 5.5", manager.getEngineByMimeType("application/x-lua").eval("return _VERSION"));
    // and not lua55, which claims the same
    for (var engine :
        List.of(
            manager.getEngineByExtension("lua"),
            manager.getEngineByMimeType("text/x-lua"),
            manager.getEngineByMimeType("application/x-lua"))) {
      assertEquals("lua", engine.getFactory().getLanguageName());
    }
  }

  // BEHAVIOURS J66: FXML and SciJava ask engines for their extensions
  @EachFlavour
  void claimsTheExtensionAndTheMimeTypesForEachFlavour(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var factory = engine.getFactory();

      assertEquals(List.of("lua"), factory.getExtensions());
      assertEquals(List.of("text/x-lua", "application/x-lua"), factory.getMimeTypes());
      assertTrue(
          factory.getEngineName().compareTo(new LuaEngineFactory().getEngineName()) > 0,
          factory.getEngineName());
    }
  }

  // BEHAVIOURS H11: NiFi, TestNG and Camel key by language name
  @Test
  void hasALanguageNameForEachFactory() {
    var languages = new ArrayList<String>();
    for (var factory : ServiceLoader.load(ScriptEngineFactory.class)) {
      if (factory.getClass().getName().startsWith("org.lupine.")) {
        languages.add(factory.getLanguageName());
      }
    }

    assertTrue(
        languages.containsAll(
            List.of("lua", "lua51", "lua52", "lua53", "lua54", "lua55", "luajit")));
    assertEquals(languages.size(), new HashSet<>(languages).size(), languages::toString);
  }

  // BEHAVIOURS H11: Camel and NiFi ask an engine's factory for another
  @EachFlavour
  void makesTheSameFlavourAgain(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var again = engine.getFactory().getScriptEngine()) {
      assertNotSame(engine, again);
      assertEquals(version(flavour), again.eval("return _VERSION"));
    }
  }

  // BEHAVIOURS J2, H5, H10
  @EachFlavour
  void saysThatItIsMultithreaded(Flavour flavour) {
    assertEquals("MULTITHREADED", factory(flavour).getParameter("THREADING"));
  }

  // BEHAVIOURS H10
  @EachFlavour
  void answersTheReservedParameters(Flavour flavour) {
    var factory = factory(flavour);

    assertAll(
        () -> assertEquals(factory.getEngineName(), factory.getParameter(ScriptEngine.ENGINE)),
        () ->
            assertEquals(
                factory.getEngineVersion(), factory.getParameter(ScriptEngine.ENGINE_VERSION)),
        () -> assertEquals(factory.getLanguageName(), factory.getParameter(ScriptEngine.LANGUAGE)),
        () ->
            assertEquals(
                factory.getLanguageVersion(), factory.getParameter(ScriptEngine.LANGUAGE_VERSION)),
        () -> assertTrue(factory.getNames().contains(factory.getParameter(ScriptEngine.NAME))));
  }

  // BEHAVIOURS J3, H10
  @EachFlavour
  void answersNullForAnUnknownParameter(Flavour flavour) {
    assertNull(factory(flavour).getParameter("no such parameter"));
  }

  // BEHAVIOURS J4
  @EachFlavour
  void refusesANullParameter(Flavour flavour) {
    assertThrows(NullPointerException.class, () -> factory(flavour).getParameter(null));
  }

  @EachFlavour
  void namesTheVersionOfItsLanguage(Flavour flavour) {
    var version = factory(flavour).getLanguageVersion();

    assertTrue(
        flavour == Flavour.LUAJIT ? !version.isEmpty() : version.startsWith(number(flavour)),
        version);
  }

  @EachFlavour
  void returnsUnmodifiableLists(Flavour flavour) {
    var factory = factory(flavour);

    assertThrows(UnsupportedOperationException.class, () -> factory.getNames().add("x"));
    assertThrows(UnsupportedOperationException.class, () -> factory.getExtensions().add("x"));
    assertThrows(UnsupportedOperationException.class, () -> factory.getMimeTypes().add("x"));
  }

  // BEHAVIOURS J5
  @EachFlavour
  void printsAnyTextByItsOutputStatement(Flavour flavour) throws Exception {
    var texts =
        List.of(
            "",
            "plain",
            "it's \"quoted\" \\ twice",
            "two\nlines\r\n",
            "nul\0001 and 2",
            "tab\tbell\007end",
            "añ€😀",
            "]] --[[ ]]");

    for (var text : texts) {
      try (var engine = engine(flavour)) {
        var written = new StringWriter();
        engine.getContext().setWriter(written);

        engine.eval(engine.getFactory().getOutputStatement(text));

        assertEquals(text + "\n", written.toString());
      }
    }
  }

  // BEHAVIOURS J6
  @EachFlavour
  void joinsStatementsByNewlines(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var program = engine.getFactory().getProgram("x = 1 -- one", "y = 2", "z = x + y");

      engine.eval(program);

      assertEquals(3L, engine.get("z"));
      assertTrue(program.startsWith("x = 1 -- one\ny = 2\nz = x + y"), program);
    }
  }

  @EachFlavour
  void writesAMethodCallWithAColon(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("o = {base = 10} function o:add(a, b) return self.base + a + b end");

      var call = engine.getFactory().getMethodCallSyntax("o", "add", "1", "2");

      assertEquals("o:add(1, 2)", call);
      assertEquals(13L, engine.eval("return " + call));
    }
  }

  @EachFlavour
  void writesAMethodCallWithoutArguments(Flavour flavour) {
    assertEquals("o:m()", factory(flavour).getMethodCallSyntax("o", "m"));
  }

  // BEHAVIOURS 248
  @EachFlavour
  void runsBesideEveryOtherFlavour(Flavour flavour) throws Exception {
    var manager = new ScriptEngineManager();
    var other =
        manager.getEngineByName(
            Flavour.values()[(flavour.ordinal() + 1) % Flavour.values().length].id());
    try (var engine = engine(flavour)) {
      engine.eval("x = 1");
      other.eval("x = 2");

      assertEquals(1L, engine.get("x"));
      assertFalse(
          engine
              .eval("return _VERSION .. tostring(jit)")
              .equals(other.eval("return _VERSION .. tostring(jit)")));
    } finally {
      ((LuaScriptEngine) other).close();
    }
  }

  private static ScriptEngineFactory factory(Flavour flavour) {
    return engine(flavour).getFactory();
  }

  private static String number(Flavour flavour) {
    var id = flavour.id();
    return id.charAt(3) + "." + id.charAt(4);
  }

  private static String version(Flavour flavour) {
    return flavour == Flavour.LUAJIT ? "Lua 5.1" : "Lua " + number(flavour);
  }
}
