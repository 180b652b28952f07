package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;

/** Exceptions of Java callbacks on their way through Lua. */
class CallbackExceptionsTest {
  private final IOException boom = new IOException("boom");

  // BEHAVIOURS 161, J31, J32
  @EachFlavour
  void areTheDirectCauseOfTheScriptException(Flavour flavour) {
    try (var engine = failing(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("\nfail:call()"));

      assertSame(boom, thrown.getCause());
      assertTrue(thrown.getMessage().startsWith("java.io.IOException: boom"), thrown::getMessage);
      assertEquals("m.lua", thrown.getFileName());
      assertEquals(2, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS J28-J30: only LuaJIT forgets the line of a tail call
  @EachFlavour
  void haveAPositionInATailCall(Flavour flavour) {
    try (var engine = failing(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("\nreturn fail()"));

      assertSame(boom, thrown.getCause());
      assertEquals("m.lua", thrown.getFileName());
      assertEquals(flavour == Flavour.LUAJIT ? -1 : 2, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS 156, 163, J31, J32
  @EachFlavour
  void keepTheirIdentityOnEveryWayOut(Flavour flavour) {
    try (var engine = failing(flavour)) {
      for (var script :
          List.of(
              "fail()",
              "local ok, e = pcall(fail) error(e)",
              "local ok, e = pcall(fail) error(e, 0)",
              "local ok, e = pcall(fail) local ok2, e2 = pcall(error, e) error(e2)",
              "coroutine.wrap(function() fail() end)()",
              "local ok, e = coroutine.resume(coroutine.create(function() fail() end)) error(e)",
              "local ok, e = xpcall(function() fail() end, function(e) return e end) error(e)",
              "table.sort({3, 2, 1}, function() fail() end)",
              "('x'):gsub('x', function() fail() end)",
              "return setmetatable({}, {__index = function() fail() end}).x",
              "return tostring(setmetatable({}, {__tostring = function() fail() end}))")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(script), script);

        assertSame(boom, thrown.getCause(), script);
      }
    }
  }

  // BEHAVIOURS 159: under a Java exception, too
  @EachFlavour
  void leaveTheLuaFramesInTheTrace(Flavour flavour) {
    try (var engine = failing(flavour)) {
      engine.put(ScriptEngine.FILENAME, "m.lua");

      var thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("local function f()\n  fail()\n  return 1\nend\nf()"));

      var lines = new ArrayList<Integer>();
      for (var element : thrown.getStackTrace()) {
        if ("m.lua".equals(element.getFileName())) {
          lines.add(element.getLineNumber());
        }
      }
      assertEquals(List.of(2, 5), lines);
    }
  }

  // BEHAVIOURS 162
  @EachFlavour
  void canBeCaughtAndRead(Flavour flavour) throws Exception {
    try (var engine = failing(flavour)) {
      assertEquals(false, engine.eval("ok, e = pcall(fail) return ok"));

      assertSame(boom, engine.get("e"));
      assertEquals("boom", engine.eval("return e:getMessage()"));
      assertEquals("boom", engine.eval("return e.message"));
      assertEquals("java.io.IOException: boom", engine.eval("return tostring(e)"));
      assertEquals("userdata", engine.eval("return type(e)"));
    }
  }

  // BEHAVIOURS 164
  @EachFlavour
  void areForgottenOnceSwallowed(Flavour flavour) {
    try (var engine = failing(flavour)) {
      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval("pcall(fail) error('later')"));

      assertInstanceOf(LuaException.class, thrown.getCause());
      assertTrue(thrown.getMessage().contains("later"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 165: the error value decides
  @EachFlavour
  void giveWayToALaterException(Flavour flavour) {
    var second = new IllegalStateException("second");
    try (var engine = failing(flavour)) {
      engine.put("second", second);

      var thrown =
          assertThrows(ScriptException.class, () -> engine.eval("pcall(fail) error(second)"));

      assertSame(second, thrown.getCause());
    }
  }

  // BEHAVIOURS 170
  @EachFlavour
  void keepTheChainThatJavaBuilt(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(
          "wrap",
          (Function<Object, Object>)
              function -> {
                try {
                  return ((LuaFunction) function).call();
                } catch (LuaException e) {
                  throw new IllegalStateException("own", e);
                }
              });

      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval("wrap(function() error('deep', 0) end)"));

      var own = assertInstanceOf(IllegalStateException.class, thrown.getCause());
      var deep = assertInstanceOf(LuaException.class, own.getCause());
      assertEquals("deep", deep.value());
    }
  }

  // BEHAVIOURS 206
  @EachFlavour
  void areOneLuaExceptionThroughNestedRuns(Flavour flavour) throws Exception {
    var seen = new ArrayList<LuaException>();
    try (var engine = engine(flavour)) {
      engine.put(
          "nested",
          (Function<Object, Object>)
              function -> {
                try {
                  return ((LuaFunction) function).call();
                } catch (LuaException e) {
                  seen.add(e);
                  throw e;
                }
              });

      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval("nested(function() error('deep', 0) end)"));

      assertSame(seen.get(0), thrown.getCause());
      assertTrue(thrown.getMessage().contains("deep"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 206
  @EachFlavour
  void reachPcallFromANestedRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("inner", (Callable<?>) () -> engine.eval("error('deep', 0)"));

      assertEquals(
          true,
          engine.eval(
              """
          local ok, e = pcall(inner)
          return not ok and tostring(e):find('deep', 1, true) ~= nil"""));
    }
  }

  // BEHAVIOURS 169, J33
  @EachFlavour
  void comeOutAsThemselvesIfTheyAreErrors(Flavour flavour) throws Exception {
    var error = new AssertionError("wrong");
    try (var engine = engine(flavour)) {
      engine.put(
          "fail",
          (Runnable)
              () -> {
                throw error;
              });

      assertSame(error, assertThrows(AssertionError.class, () -> engine.eval("fail()")));
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 169, J33
  @EachFlavour
  void cannotBeCaughtIfTheyAreErrorsOfTheJvm(Flavour flavour) throws Exception {
    var error = new OutOfMemoryError("not really");
    try (var engine = engine(flavour)) {
      engine.put(
          "fail",
          (Runnable)
              () -> {
                throw error;
              });

      for (var script :
          List.of(
              "pcall(fail)",
              "pcall(pcall, fail)",
              "xpcall(fail, function(e) return e end)",
              "coroutine.resume(coroutine.create(function() fail() end))",
              "coroutine.wrap(function() pcall(fail) end)()")) {
        assertSame(
            error,
            assertThrows(
                OutOfMemoryError.class, () -> engine.eval(script + " survived = true"), script));
        assertNull(engine.get("survived"), script);
      }
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 109
  @EachFlavour
  void endEndlessRecursionThroughJava(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("ping", (Callable<?>) () -> engine.invokeFunction("pong"));
      engine.eval("function pong() return (ping()) end");

      var thrown = assertThrows(ScriptException.class, () -> engine.invokeFunction("pong"));

      Throwable root = thrown;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      assertTrue(String.valueOf(root.getMessage()).contains("stack overflow"), root::toString);
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 120
  @EachFlavour
  void leaveEarlierEffects(Flavour flavour) throws Exception {
    try (var engine = failing(flavour)) {
      assertThrows(ScriptException.class, () -> engine.eval("x = 1 fail() x = 2"));

      assertEquals(1L, engine.get("x"));
    }
  }

  @EachFlavour
  void canBeThrownAHundredThousandTimes(Flavour flavour) throws Exception {
    try (var engine = failing(flavour)) {
      assertEquals(
          100_000L,
          engine.eval(
              """
          local n = 0
          for i = 1, 100000 do
            local ok = pcall(fail)
            if not ok then n = n + 1 end
          end
          return n"""));
    }
  }

  @EachFlavour
  void areFreshEachTime(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(
          "fail",
          (Callable<?>)
              () -> {
                throw new IOException("fresh");
              });

      var first = assertThrows(ScriptException.class, () -> engine.eval("fail()"));
      var second = assertThrows(ScriptException.class, () -> engine.eval("fail()"));

      assertNotSame(first.getCause(), second.getCause());
    }
  }

  private LuaScriptEngine failing(Flavour flavour) {
    var engine = engine(flavour);
    engine.put(
        "fail",
        (Callable<?>)
            () -> {
              throw boom;
            });
    return engine;
  }
}
