package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTable;

/** Lua errors as a host sees them. */
class ExceptionsTest {
  // BEHAVIOURS 9, 10, J28-J30
  @EachFlavour
  void namesFileAndLineOfASyntaxError(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("x = 1\ny = = 2"));

      assertEquals("m.lua", thrown.getFileName());
      assertEquals(2, thrown.getLineNumber());
      assertEquals(-1, thrown.getColumnNumber());
      var cause = assertInstanceOf(LuaSyntaxException.class, thrown.getCause());
      assertTrue(cause.getMessage().startsWith("m.lua:2:"), cause::getMessage);
      assertEquals(2, cause.line());
      assertTrue(cause.chunk().contains("m.lua"), cause::chunk);
    }
  }

  // BEHAVIOURS J28-J30
  @EachFlavour
  void namesFileAndLineOfARuntimeError(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval("local x = 1\n\nerror('boom')"));

      assertEquals("m.lua", thrown.getFileName());
      assertEquals(3, thrown.getLineNumber());
      assertEquals(-1, thrown.getColumnNumber());
      var cause = assertInstanceOf(LuaException.class, thrown.getCause());
      assertEquals(3, cause.line());
      assertEquals("m.lua:3: boom", cause.value());
    }
  }

  // BEHAVIOURS J28-J30: errors that carry no position in their text
  @EachFlavour
  void namesFileAndLineWhateverTheErrorValue(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      for (var script :
          List.of(
              "\nerror({})",
              "\nerror('boom', 0)",
              "\nlocal x = {} + 1",
              "\nerror()",
              "local function f()\n error(1) end\n\n f()")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(script));
        assertEquals("m.lua", thrown.getFileName(), script);
        assertEquals(2, thrown.getLineNumber(), script);
      }
    }
  }

  // BEHAVIOURS J28-J30: texts that look as if they had a position
  @EachFlavour
  void isNotMisledByColonsInTheText(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      for (var text :
          List.of(
              "at 12:30: lunch",
              "http://host:80: refused",
              ":1: x",
              "a:9999999999: x",
              "a:99999999999999999999: x")) {
        var thrown =
            assertThrows(
                ScriptException.class, () -> engine.eval("\nerror('" + text + "', 0)"), text);

        assertEquals("m.lua", thrown.getFileName(), text);
        assertEquals(2, thrown.getLineNumber(), text);
        assertTrue(thrown.getMessage().contains(text), thrown::getMessage);
      }
    }
  }

  // BEHAVIOURS J28-J30: error(text, 2) blames the caller
  @EachFlavour
  void namesTheLineThatTheScriptBlames(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown =
          assertThrows(
              ScriptException.class,
              () ->
                  engine.eval(
                      "local function check()\n  error('bad call', 2)\nend\n\ncheck()\nreturn 1"));

      assertEquals("m.lua", thrown.getFileName());
      assertEquals(5, thrown.getLineNumber());
    }
  }

  @EachFlavour
  void survivesAFinalizerThatFails(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");
      engine.eval("do local t = setmetatable({}, {__gc = function() error('in gc') end}) end");

      engine.eval("pcall(collectgarbage)");
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 239
  @EachFlavour
  void hasAMessageOfOneLine(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var message =
          assertThrows(
                  ScriptException.class,
                  () -> engine.eval("local function f() error('boom') end f()"))
              .getMessage();

      assertTrue(message.contains("boom"), message);
      assertEquals(message.indexOf("m.lua"), message.lastIndexOf("m.lua"), message);
      for (var noise : List.of("\n", "traceback", "org.lupine", "javax.script", "Exception")) {
        assertFalse(message.contains(noise), message);
      }
    }
  }

  // BEHAVIOURS J28: without a name
  @EachFlavour
  void namesTheLineWithoutAFileName(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("\nerror('boom')"));

      assertEquals("<eval>", thrown.getFileName());
      assertEquals(2, thrown.getLineNumber());
      assertTrue(thrown.getMessage().contains("boom"), thrown::getMessage);
    }
  }

  // BEHAVIOURS J62
  @EachFlavour
  void namesTheFileOfTheFunctionThatFails(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "lib.lua");
      engine.eval("\n\nfunction fail()\n  error('boom')\nend");
      engine.put(ScriptEngine.FILENAME, "main.lua");

      for (var script : List.of("fail()", "local ok, e = pcall(fail) error(e, 0)")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(script));

        assertEquals("lib.lua", thrown.getFileName(), script);
        assertEquals(4, thrown.getLineNumber(), script);
      }
    }
  }

  // BEHAVIOURS J28-J30: the name can come from the Bindings of the run
  @EachFlavour
  void takesTheFileNameOfTheBindingsOfTheRun(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of(ScriptEngine.FILENAME, "b.lua"));

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('x')", bindings));

      assertEquals("b.lua", thrown.getFileName());
      assertEquals(1, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS 159: Lua frames, innermost first
  @EachFlavour
  void listsTheLuaFramesInnermostFirst(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown =
          assertThrows(
              ScriptException.class,
              () ->
                  engine.eval(
                      """
          local function inner() error('boom') end
          local function outer() inner() return 1 end
          outer()"""));

      var lines =
          Arrays.stream(thrown.getStackTrace())
              .filter(element -> "m.lua".equals(element.getFileName()))
              .map(StackTraceElement::getLineNumber)
              .toList();
      assertEquals(List.of(1, 2, 3), lines);
      assertFalse(((LuaException) thrown.getCause()).frames().isEmpty());
    }
  }

  @EachFlavour
  void hasLuaFramesBeforeJavaFramesInItsOwnTraceAndItsCauses(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");
      engine.eval("function fail() error('boom') end");

      for (Executable failing :
          List.<Executable>of(
              () -> engine.eval("fail()"),
              () -> engine.eval("fail()", foreign(Map.of("fail", engine.get("fail")))),
              () -> engine.invokeFunction("fail"),
              () -> engine.invokeMethod(engine.eval("return {m = fail}"), "m"))) {
        var thrown = assertThrows(ScriptException.class, failing);

        assertHasBothFrames(thrown);
        assertHasBothFrames(thrown.getCause());
      }
    }
  }

  @EachFlavour
  void printsLuaAndJavaFramesWherePrintedAsACause(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('boom')"));
      var printed = new StringWriter();
      new IllegalStateException("outer", thrown).printStackTrace(new PrintWriter(printed));

      var parts = printed.toString().split("Caused by: ");
      assertEquals(3, parts.length, printed::toString);
      assertTrue(parts[1].startsWith("javax.script.ScriptException: boom in m.lua"), parts[1]);
      assertTrue(parts[1].contains("(m.lua:1)"), parts[1]);
      assertTrue(parts[2].startsWith(LuaException.class.getName() + ": m.lua:1: boom"), parts[2]);
      assertTrue(parts[2].contains("(m.lua:1)"), parts[2]);
      assertTrue(parts[2].contains(LuaScriptEngine.class.getName() + ".eval"), parts[2]);
    }
  }

  @EachFlavour
  void printsAllFrames(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('boom')"));
      var toStream = new ByteArrayOutputStream();
      thrown.printStackTrace(new PrintStream(toStream));

      var own = toStream.toString().split("Caused by: ")[0];
      assertTrue(own.startsWith("javax.script.ScriptException: boom in m.lua"), own);
      assertTrue(own.contains("(m.lua:1)"), own);
      assertTrue(own.contains(LuaScriptEngine.class.getName() + ".eval"), own);
    }
  }

  @EachFlavour
  void isSerializedAsAPlainScriptExceptionWithAllFrames(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("\nerror('boom')"));
      thrown.addSuppressed(new IllegalStateException("beside"));
      var bytes = new ByteArrayOutputStream();
      new ObjectOutputStream(bytes).writeObject(thrown);
      var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      var read = (ScriptException) in.readObject();

      assertEquals(ScriptException.class, read.getClass());
      assertEquals(thrown.getMessage(), read.getMessage());
      assertEquals("m.lua", read.getFileName());
      assertEquals(2, read.getLineNumber());
      assertEquals(1, read.getSuppressed().length);
      assertHasBothFrames(read);
      assertHasBothFrames(read.getCause());
    }
  }

  @EachFlavour
  void keepsAStackTraceThatTheHostSets(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('boom')"));
      var own = new StackTraceElement("Host", "call", "Host.java", 5);

      thrown.setStackTrace(new StackTraceElement[] {own});
      assertArrayEquals(new StackTraceElement[] {own}, thrown.getStackTrace());

      thrown.fillInStackTrace();
      assertEquals(getClass().getName(), thrown.getStackTrace()[0].getClassName());
    }
  }

  @EachFlavour
  void hasBothFramesInWhatAnInterfaceThrows(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");
      engine.eval("function run() error('boom') end");

      var thrown = assertThrows(LuaException.class, engine.getInterface(Runnable.class)::run);

      assertHasBothFrames(thrown);
    }
  }

  private static void assertHasBothFrames(Throwable thrown) {
    var trace = Arrays.asList(thrown.getStackTrace());
    int lua = trace.stream().map(StackTraceElement::getClassName).toList().lastIndexOf("lua");
    assertTrue(lua >= 0, trace::toString);
    assertTrue(
        trace.stream().anyMatch(element -> "m.lua".equals(element.getFileName())), trace::toString);
    var java = trace.subList(lua + 1, trace.size());
    assertTrue(
        java.stream()
            .anyMatch(element -> element.getClassName().startsWith(ExceptionsTest.class.getName())),
        trace::toString);
    assertTrue(
        trace.subList(0, lua).stream().allMatch(element -> element.getClassName().equals("lua")),
        trace::toString);
  }

  // BEHAVIOURS 166, J34
  @EachFlavour
  void hasTheErrorValueAndItsTextAsMessage(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(
              ScriptException.class,
              () ->
                  engine.eval(
                      """
          error(setmetatable({code = 7}, {__tostring = function(e) return 'code ' .. e.code end}))
          """));

      assertTrue(thrown.getMessage().contains("code 7"), thrown::getMessage);
      var value = ((LuaException) thrown.getCause()).value();
      assertEquals(7L, ((LuaTable) value).get("code"));
    }
  }

  // BEHAVIOURS J34
  @EachFlavour
  void describesAnErrorValueThatIsNoText(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error({code = 7})"));
      assertTrue(thrown.getMessage().contains("table"), thrown::getMessage);

      thrown = assertThrows(ScriptException.class, () -> engine.eval("error()"));
      assertEquals(
          flavour == Flavour.LUA55 ? "<no error object>" : null,
          ((LuaException) thrown.getCause()).value());
      assertNotNull(thrown.getMessage());

      thrown = assertThrows(ScriptException.class, () -> engine.eval("error(true)"));
      assertEquals(true, ((LuaException) thrown.getCause()).value());
    }
  }

  // BEHAVIOURS 168
  @EachFlavour
  void keepsTheTableOfAnAssertWhereLuaDoes(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval("assert(false, {code = 7})"));

      var value = ((LuaException) thrown.getCause()).value();
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUA52) {
        assertTrue(value.toString().contains("bad argument #2 to 'assert'"), value::toString);
      } else {
        assertEquals(7L, ((LuaTable) value).get("code"));
      }
    }
  }

  // BEHAVIOURS 167: the status decides, never the text
  @EachFlavour
  void isNotFooledByATextAboutMemory(Flavour flavour) {
    try (var engine = engine(flavour)) {
      for (var text : List.of("not enough memory", "stack overflow", "interrupted")) {
        var thrown =
            assertThrows(ScriptException.class, () -> engine.eval("error('" + text + "', 0)"));

        assertEquals(LuaException.class, thrown.getCause().getClass());
        assertEquals(text, ((LuaException) thrown.getCause()).value());
      }
    }
  }

  // BEHAVIOURS 160
  @EachFlavour
  void hasFramesWithoutTheDebugLibrary(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval(
          """
          debug = nil
          setmetatable(_G, {__index = function(_, name) error('undeclared ' .. name) end})""");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('boom')"));

      assertTrue(thrown.getMessage().contains("boom"), thrown::getMessage);
      assertFalse(((LuaException) thrown.getCause()).frames().isEmpty());
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 109, J35
  @EachFlavour
  void endsEndlessRecursionWithAShortTrace(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var i = 0; i < 3; i++) {
        var thrown =
            assertThrows(
                ScriptException.class,
                () -> engine.eval("local function f() return 1 + f() end return f()"));

        assertTrue(thrown.getMessage().contains("stack overflow"), thrown::getMessage);
        assertTrue(thrown.getMessage().length() < 2_000);
        var frames = ((LuaException) thrown.getCause()).frames();
        assertTrue(frames.size() <= 50, () -> frames.size() + " frames");
      }
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 107
  @EachFlavour
  void refusesTwoMillionArguments(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function count(...) return select('#', ...) end");

      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.invokeFunction("count", new Object[2_000_000]));
      assertInstanceOf(LuaException.class, thrown.getCause());
      thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("return count((table.unpack or unpack)({}, 1, 2000000))"));
      assertInstanceOf(LuaException.class, thrown.getCause());

      assertEquals(100L, engine.invokeFunction("count", new Object[100]));
    }
  }

  // BEHAVIOURS J63
  @EachFlavour
  void endsTheScriptAndNotTheJvmOnExit(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var exit :
          Map.of(
                  "os.exit()",
                  0,
                  "os.exit(true)",
                  0,
                  "os.exit(false)",
                  1,
                  "os.exit(3)",
                  3,
                  "pcall(os.exit, 4)",
                  4,
                  "coroutine.wrap(function() os.exit(5) end)()",
                  5)
              .entrySet()) {
        var thrown =
            assertThrows(
                ScriptException.class, () -> engine.eval(exit.getKey() + " survived = true"));

        var cause = assertInstanceOf(LuaExitException.class, thrown.getCause(), exit.getKey());
        assertEquals(exit.getValue(), cause.status(), exit.getKey());
        assertNull(engine.get("survived"), exit.getKey());
        assertThrows(ScriptException.class, () -> engine.eval(exit.getKey(), foreign()));
      }
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS J64
  @EachFlavour
  void canBeClosedTwiceAndUsedNoMore(Flavour flavour) throws Exception {
    var engine = engine(flavour);
    var script = engine.compile("return 1");
    engine.eval("function f() return 1 end t = {}");
    var table = (LuaTable) engine.get("t");
    var bindings = engine.getBindings(ENGINE_SCOPE);

    engine.close();
    engine.close();

    assertThrows(IllegalStateException.class, () -> engine.eval("return 1"));
    assertThrows(IllegalStateException.class, () -> engine.eval("return 1", foreign()));
    assertThrows(IllegalStateException.class, () -> engine.compile("return 1"));
    assertThrows(IllegalStateException.class, () -> engine.invokeFunction("f"));
    assertThrows(IllegalStateException.class, () -> engine.put("x", 1));
    assertThrows(IllegalStateException.class, () -> engine.get("x"));
    assertThrows(IllegalStateException.class, script::eval);
    assertThrows(IllegalStateException.class, () -> table.get("x"));
    assertThrows(IllegalStateException.class, () -> bindings.get("x"));
  }

  // BEHAVIOURS J64: an engine that was never used
  @EachFlavour
  void canBeClosedUnused(Flavour flavour) {
    var engine = engine(flavour);

    engine.close();

    assertThrows(IllegalStateException.class, () -> engine.eval("return 1"));
  }
}
