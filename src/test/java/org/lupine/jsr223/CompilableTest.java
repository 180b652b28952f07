package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;

import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.script.Bindings;
import javax.script.CompiledScript;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleScriptContext;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaSyntaxException;

/** Compiled once, evaluated many times. */
class CompilableTest {
  // BEHAVIOURS 13, J76
  @EachFlavour
  void evaluatesManyTimes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("n = (n or 0) + 1 return n");

      assertEquals(1L, script.eval());
      assertEquals(2L, script.eval());
      assertEquals(2L, engine.get("n"));
      assertSame(engine, script.getEngine());
    }
  }

  @EachFlavour
  void givesEachRunTheGlobalsThatAnEarlierOneReplacedForItself(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile("n = (n or 0) + 1 if setfenv then setfenv(1, {}) else _ENV = {} end");

      for (int i = 0; i < 4; i++) {
        script.eval();
      }

      assertEquals(4L, engine.get("n"));
    }
  }

  // BEHAVIOURS J8
  @EachFlavour
  void compilesAnExpression(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("x", 20);

      assertEquals(21L, engine.compile("x + 1").eval());
      assertArrayEquals(new Object[] {1L, null, 2L}, (Object[]) engine.compile("1, nil, 2").eval());
    }
  }

  // BEHAVIOURS J16, J44, J45
  @EachFlavour
  void compilesFromAReader(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var reader = spy(new StringReader("\uFEFF#!/usr/bin/lua\nreturn 'añ€😀'"));

      assertEquals("añ€😀", engine.compile(reader).eval());

      verify(reader, never()).close();
    }
  }

  // BEHAVIOURS J76
  @EachFlavour
  void reportsASyntaxErrorWhenItCompiles(Flavour flavour) {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "f.lua");

      var thrown = assertThrows(ScriptException.class, () -> engine.compile("x = 1\nx = = 2"));

      assertInstanceOf(LuaSyntaxException.class, thrown.getCause());
      assertEquals("f.lua", thrown.getFileName());
      assertEquals(2, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS J50
  @EachFlavour
  void remembersTheFileNameThatItWasCompiledUnder(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.FILENAME, "first.lua");
      var script = engine.compile("\nerror('x')");
      engine.put(ScriptEngine.FILENAME, "second.lua");

      for (var bindings :
          new Bindings[] {engine.getBindings(ENGINE_SCOPE), foreign(), engine.createBindings()}) {
        var thrown = assertThrows(ScriptException.class, () -> script.eval(bindings));
        assertEquals("first.lua", thrown.getFileName());
        assertEquals(2, thrown.getLineNumber());
      }
    }
  }

  // BEHAVIOURS J76
  @EachFlavour
  void evaluatesUnderAnyBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("y = x * 2 return y");
      engine.put("x", 1);
      var first = foreign(Map.of("x", 10));
      var second = engine.createBindings();
      second.put("x", 100);

      assertEquals(20L, script.eval(first));
      assertEquals(200L, script.eval(second));
      assertEquals(2L, script.eval());
      assertEquals(20L, first.get("y"));
      assertEquals(200L, second.get("y"));
    }
  }

  // BEHAVIOURS J75, J76
  @EachFlavour
  void evaluatesInAnyContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("print(x)");
      var context = new SimpleScriptContext();
      context.setWriter(new StringWriter());
      context.setAttribute("x", "theirs", ENGINE_SCOPE);

      assertNull(script.eval(context));

      assertEquals("theirs\n", context.getWriter().toString());
    }
  }

  // BEHAVIOURS J76: eval() takes the current context of the engine
  @EachFlavour
  void followsANewDefaultContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("x", "old");
      var script = engine.compile("return x");
      var context = new SimpleScriptContext();
      context.setAttribute("x", "new", ENGINE_SCOPE);

      assertEquals("old", script.eval());
      engine.setContext(context);
      assertEquals("new", script.eval());
    }
  }

  // BEHAVIOURS J56, H5: JMeter
  @EachFlavour
  void evaluatesUnderTheBindingsOfAnotherEngine(Flavour flavour) throws Exception {
    CompiledScript script;
    try (var compiling = engine(flavour);
        var other = engine(flavour)) {
      script = compiling.compile("y = x + 1 return y");
      var made = other.createBindings();
      made.put("x", 1);
      other.put("x", 2);

      assertEquals(2L, script.eval(made));
      assertEquals(2L, made.get("y"));
      assertEquals(3L, script.eval(other.getBindings(ENGINE_SCOPE)));
      assertEquals(3L, other.get("y"));
      assertNull(compiling.get("y"));
    }
  }

  // BEHAVIOURS J56: the library is that of the run, not of the Bindings
  @EachFlavour
  void hasItsOwnLibraryUnderTheBindingsOfAnotherEngine(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(flavour)) {
      other.eval("x = 'b'");
      var script =
          engine.compile("return string == require('string') and ('a'):upper() .. string.upper(x)");

      assertEquals("AB", script.eval(other.getBindings(ENGINE_SCOPE)));
      assertEquals("AB", script.eval(foreign(Map.of("x", "b"))));
    }
  }

  // BEHAVIOURS J56
  @EachFlavour
  void evaluatesUnderTheBindingsOfAnotherFlavour(Flavour flavour) throws Exception {
    var values = Flavour.values();
    try (var engine = engine(flavour);
        var other = engine(values[(flavour.ordinal() + 1) % values.length])) {
      other.eval("x = 'theirs'");

      assertEquals("theirs", engine.compile("return x").eval(other.getBindings(ENGINE_SCOPE)));
    }
  }

  // BEHAVIOURS J53
  @EachFlavour
  void entersItselfAgain(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              """
          local mine = n
          if mine == 0 then return 0 end
          n = mine - 1
          local below = again()
          return mine + below""");
      engine.put("n", 10);
      engine.put("again", (Callable<?>) script::eval);

      assertEquals(55L, script.eval());
    }
  }

  // BEHAVIOURS J53: under different Bindings at each depth
  @EachFlavour
  void entersItselfAgainUnderOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("if n == 0 then return 0 end return n + below(n - 1)");
      var below =
          new Function<Object, Object>() {
            @Override
            public Object apply(Object n) {
              try {
                return script.eval(foreign(Map.of("n", n, "below", this)));
              } catch (ScriptException e) {
                throw new IllegalStateException(e);
              }
            }
          };

      assertEquals(55L, below.apply(10));
    }
  }

  // BEHAVIOURS J43
  @EachFlavour
  void takesTheArgumentsOfEachRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("return ... + 1");

      assertEquals(2L, script.eval(foreign(Map.of(ScriptEngine.ARGV, new Object[] {1}))));
      assertEquals(6L, script.eval(foreign(Map.of(ScriptEngine.ARGV, new Object[] {5}))));
    }
  }

  // BEHAVIOURS J43, J53
  @EachFlavour
  void keepsItsArgumentsDuringANestedRunUnderTheSameBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("if nested then nested() end return arg[1]");
      var bindings = foreign(Map.of(ScriptEngine.ARGV, new Object[] {"x"}));
      Callable<?> nested =
          () -> {
            bindings.remove("nested");
            bindings.put(ScriptEngine.ARGV, new Object[] {"y"});
            return script.eval(bindings);
          };
      bindings.put("nested", nested);

      assertEquals("x", script.eval(bindings));
      bindings.remove(ScriptEngine.ARGV);
      assertNull(engine.eval("return arg", bindings));
    }
  }

  @EachFlavour
  void isForgottenIfItEvaluatesItsOwnText(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var body = "local t = {} " + "t[#t + 1] = 'x' .. #t ".repeat(500);
      long before = 0;
      for (int i = 0; i < 600; i++) {
        var text = "--" + i + "\nif done then return end done = true again() " + body;
        engine.put("done", null);
        engine.put("again", (Callable<?>) () -> engine.eval(text));
        engine.eval(text);
        if (i == 299) {
          before = engine.runtime().gc();
        }
      }
      long after = engine.runtime().gc();
      assertTrue(after - before < 1 << 20, before + ", then " + after);
    }
  }

  // BEHAVIOURS 4
  @EachFlavour
  void keepsNoUpvaluesFromRunToRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              "local n = 0 local function up() n = n + 1 return n end " + "up() return up()");

      assertEquals(2L, script.eval());
      assertEquals(2L, script.eval());
      assertEquals(2L, script.eval(foreign()));
    }
  }

  // BEHAVIOURS J76
  @EachFlavour
  void failsAndWorksAgain(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("if fail then error('x') end return 'fine'");

      assertThrows(ScriptException.class, () -> script.eval(foreign(Map.of("fail", true))));
      assertEquals("fine", script.eval(foreign()));
      assertEquals("fine", script.eval());
    }
  }

  @EachFlavour
  void refusesNulls(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertThrows(NullPointerException.class, () -> engine.compile((String) null));
      assertThrows(NullPointerException.class, () -> engine.compile((Reader) null));
      var script = engine.compile("return 1");
      assertThrows(NullPointerException.class, () -> script.eval((ScriptContext) null));
      assertTrue(script.eval((Bindings) null) != null); // the engine's own context
    }
  }
}
