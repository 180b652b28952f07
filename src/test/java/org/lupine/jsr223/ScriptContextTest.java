package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.atLeastOnce;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleScriptContext;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** Output and scopes of the ScriptContext of a run. */
class ScriptContextTest {
  // BEHAVIOURS 197
  @EachFlavour
  void printsToTheWriterOfTheContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      engine.getContext().setWriter(written);

      engine.eval("print(nil, true, 1, 'x') print() print('añ€😀')");

      assertEquals("nil\ttrue\t1\tx\n\nañ€😀\n", written.toString());
    }
  }

  // BEHAVIOURS 197
  @EachFlavour
  void writesToTheWriterOfTheContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      engine.getContext().setWriter(written);

      engine.eval("io.write('a', 1, 2.5, '\\n') io.stdout:write('b') io.output():write('c')");

      assertEquals("a12.5\nbc", written.toString());
    }
  }

  // BEHAVIOURS J73
  @EachFlavour
  void keepsACharacterWholeThatIsWrittenByteByByte(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      engine.getContext().setWriter(written);

      engine.eval("for byte in ('é😀'):gmatch('.') do io.write(byte) end");

      assertEquals("é😀", written.toString());
    }
  }

  // BEHAVIOURS 290
  @EachFlavour
  void keepsTheBytesOfRunsUnderDifferentContextsApart(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var first = writing(foreign());
      var second = writing(foreign());

      engine.eval("io.write('a\\226\\130') io.flush()", first);
      engine.eval("io.write('\\172b') io.stderr:write('\\195')", second);
      engine.eval("io.write('c') io.stderr:write('d')", first);

      assertEquals("a\uFFFDc", first.getWriter().toString());
      assertEquals("\uFFFDb", second.getWriter().toString());
      assertEquals("d", first.getErrorWriter().toString());
      assertEquals("\uFFFD", second.getErrorWriter().toString());
    }
  }

  // BEHAVIOURS 290
  @EachFlavour
  void completesACharacterBeforeANestedRunUnderAnotherContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var own = engine.getBindings(ENGINE_SCOPE);
      var outer = writing(own);
      var inner = writing(own);
      engine.put("nested", (Callable<?>) () -> engine.eval("io.write('\\169')", inner));

      engine.eval("io.write('\\195') nested() io.write('b')", outer);

      assertEquals("\uFFFDb", outer.getWriter().toString());
      assertEquals("\uFFFD", inner.getWriter().toString());
    }
  }

  /** Returns a context with an engine scope and writers of its own. */
  private static ScriptContext writing(Bindings bindings) {
    var context = new SimpleScriptContext();
    context.setBindings(bindings, ENGINE_SCOPE);
    context.setWriter(new StringWriter());
    context.setErrorWriter(new StringWriter());
    return context;
  }

  // BEHAVIOURS J73
  @EachFlavour
  void writesErrorsToTheErrorWriter(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      var errors = new StringWriter();
      engine.getContext().setWriter(written);
      engine.getContext().setErrorWriter(errors);

      engine.eval("io.stderr:write('oops ', 1, '\\n')");

      assertEquals("oops 1\n", errors.toString());
      assertEquals("", written.toString());
    }
  }

  // BEHAVIOURS J73
  @EachFlavour
  void warnsOnTheErrorWriterWhereLuaCanWarn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var errors = new StringWriter();
      engine.getContext().setErrorWriter(errors);

      if (flavour == Flavour.LUA54 || flavour == Flavour.LUA55) {
        engine.eval("warn('@on') warn('mind ', 'the gap') warn('@off') warn('unheard')");

        assertEquals("Lua warning: mind the gap\n", errors.toString());
      } else {
        assertNull(engine.eval("return warn"));
      }
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesAfterPrintAndNotAfterWrite(Flavour flavour) throws Exception {
    var writer = mock(Writer.class);
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);
      engine.put("notYet", (Runnable) () -> check(() -> verify(writer, never()).flush()));
      engine.put("once", (Runnable) () -> check(() -> verify(writer, atLeastOnce()).flush()));

      engine.eval("io.write('a') notYet() print('b') once()");
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesWhenAskedTo(Flavour flavour) throws Exception {
    var writer = mock(Writer.class);
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);
      engine.put("notYet", (Runnable) () -> check(() -> verify(writer, never()).flush()));
      engine.put("once", (Runnable) () -> check(() -> verify(writer, atLeastOnce()).flush()));

      engine.eval("io.write('a') notYet() io.flush() once()");
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesAtTheEndOfARun(Flavour flavour) throws Exception {
    var writer = mock(Writer.class);
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);

      engine.eval("io.write('a')");

      verify(writer, atLeastOnce()).flush();
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesAtTheEndOfARunThatFails(Flavour flavour) throws Exception {
    var writer = mock(Writer.class);
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);

      assertThrows(ScriptException.class, () -> engine.eval("io.write('a') error('b')"));

      verify(writer, atLeastOnce()).flush();
      verify(writer, never()).close();
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesItsOwnWriterDespiteANestedRunWithAnother(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var own : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
        var written = new StringWriter();
        var outer = writing(own);
        outer.setWriter(new BufferedWriter(written));
        var inner = writing(own);
        own.put("nested", (Callable<?>) () -> engine.eval("x = 1 io.write('i')", inner));

        engine.eval("io.write('a') nested()", outer);

        assertEquals("a", written.toString());
        assertEquals("i", inner.getWriter().toString());
      }
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void flushesItsWriterAfterAFunctionOfAnotherStateWrote(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      var outer = writing(foreign());
      outer.setWriter(new BufferedWriter(written));
      var function = engine.eval("return function() io.write('b') end", foreign());
      outer.getBindings(ENGINE_SCOPE).put("f", function);

      engine.eval("io.write('a') f() io.write('c')", outer);

      assertEquals("abc", written.toString());
    }
  }

  // BEHAVIOURS J74
  @EachFlavour
  void prefersTheErrorOfTheScriptToThatOfAFlush(Flavour flavour) throws Exception {
    var full = new IOException("disk full");
    var writer = mock(Writer.class);
    doThrow(full).when(writer).flush();
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);

      for (var bindings : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
        var failing = "io.write('a') error('mine')";
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(failing, bindings));
        assertTrue(thrown.getMessage().contains("mine"), thrown.getMessage());
        assertThrows(ScriptException.class, () -> engine.eval("io.write('a')", bindings));
      }
    }
  }

  // BEHAVIOURS J42
  @EachFlavour
  void followsTheWriterOfTheRunningEval(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var first = new StringWriter();
      var second = new StringWriter();
      engine.getContext().setWriter(first);
      engine.eval("local print, out = print, io.stdout function say(x) print(x) out:write(x) end");

      engine.eval("say('1')");
      engine.getContext().setWriter(second);
      engine.eval("say('2')");
      engine.invokeFunction("say", "3");

      assertEquals("1\n1", first.toString());
      assertEquals("2\n23\n3", second.toString());
    }
  }

  // BEHAVIOURS J42: nested runs, each with its own writer
  @EachFlavour
  void returnsToTheOuterWriterAfterANestedRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var outer = new StringWriter();
      var inner = new SimpleScriptContext();
      inner.setWriter(new StringWriter());
      engine.getContext().setWriter(outer);
      engine.put("nested", (Callable<?>) () -> engine.eval("print('in')", inner));

      engine.eval("print('a') nested() print('b')");

      assertEquals("a\nb\n", outer.toString());
      assertEquals("in\n", inner.getWriter().toString());
    }
  }

  @EachFlavour
  void writesToTheDefaultContextsWriterUnderOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var written = new StringWriter();
      engine.getContext().setWriter(written);

      engine.eval("print('x')", foreign());

      assertEquals("x\n", written.toString());
    }
  }

  // BEHAVIOURS J74
  @EachFlavour
  void passesOnTheFailureOfAWriter(Flavour flavour) throws Exception {
    var full = new IOException("disk full");
    var writer = mock(Writer.class);
    doThrow(full).when(writer).write(anyString());
    doThrow(full).when(writer).write(anyString(), anyInt(), anyInt());
    doThrow(full).when(writer).write(anyInt());
    doThrow(full).when(writer).write(any(char[].class));
    doThrow(full).when(writer).write(any(char[].class), anyInt(), anyInt());
    when(writer.append(any())).thenThrow(full);
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(writer);

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("print('x')"));

      assertSame(full, thrown.getCause());
    }
  }

  // BEHAVIOURS J75
  @EachFlavour
  void takesAContextOfTheHostsOwnClass(Flavour flavour) throws Exception {
    var bindings = foreign(Map.of("x", 1));
    var global = foreign(Map.of("g", 2));
    var written = new StringWriter();
    var context = mock(ScriptContext.class);
    when(context.getBindings(ENGINE_SCOPE)).thenReturn(bindings);
    when(context.getBindings(GLOBAL_SCOPE)).thenReturn(global);
    when(context.getScopes()).thenReturn(List.of(ENGINE_SCOPE, GLOBAL_SCOPE));
    when(context.getAttributesScope(anyString()))
        .thenAnswer(
            call ->
                bindings.containsKey(call.getArgument(0))
                    ? ENGINE_SCOPE
                    : global.containsKey(call.getArgument(0)) ? GLOBAL_SCOPE : -1);
    when(context.getAttribute(anyString()))
        .thenAnswer(
            call ->
                bindings.containsKey(call.getArgument(0))
                    ? bindings.get(call.getArgument(0))
                    : global.get(call.getArgument(0)));
    when(context.getAttribute(anyString(), anyInt()))
        .thenAnswer(
            call ->
                call.getArgument(1).equals(ENGINE_SCOPE)
                    ? bindings.get(call.getArgument(0))
                    : global.get(call.getArgument(0)));
    when(context.getWriter()).thenReturn(written);
    when(context.getErrorWriter()).thenReturn(written);
    when(context.getReader()).thenReturn(new StringReader("line\n"));
    try (var engine = engine(flavour)) {
      var result = engine.eval("y = x + g print(y) return io.read()", context);

      assertEquals("line", result);
      assertEquals(3L, bindings.get("y"));
      assertEquals("3\n", written.toString());
      assertNull(engine.get("y"));
    }
  }

  // BEHAVIOURS J75
  @EachFlavour
  void findsReservedNamesInAScopeBeforeTheEnginesOwn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var scope : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
        var request = foreign(Map.of(ScriptEngine.ARGV, new Object[] {"request"}));
        scope.put(ScriptEngine.ARGV, new Object[] {"engine"});
        var context =
            new SimpleScriptContext() {
              @Override
              public List<Integer> getScopes() {
                return List.of(50, ENGINE_SCOPE, GLOBAL_SCOPE);
              }

              @Override
              public Bindings getBindings(int number) {
                return number == 50 ? request : super.getBindings(number);
              }

              @Override
              public Object getAttribute(String name) {
                var found = request.get(name);
                return found == null ? super.getAttribute(name) : found;
              }
            };
        context.setBindings(scope, ENGINE_SCOPE);

        assertEquals("request", engine.eval("return ...", context));
        scope.remove(ScriptEngine.ARGV);
      }
    }
  }

  // BEHAVIOURS J75
  @EachFlavour
  void sharesItsGlobalsWithAContextThatHoldsItsScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function f() return 7 end");
      var context = new SimpleScriptContext();
      context.setBindings(engine.getBindings(ENGINE_SCOPE), ENGINE_SCOPE);

      assertEquals(7L, engine.eval("x = f() return x", context));
      assertEquals(7L, engine.get("x"));
    }
  }

  // BEHAVIOURS J75
  @EachFlavour
  void usesTheGlobalScopeOfTheGivenContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var context = new SimpleScriptContext();
      context.setBindings(foreign(Map.of("g", "theirs")), GLOBAL_SCOPE);
      engine.getBindings(GLOBAL_SCOPE).put("g", "mine");

      assertEquals("theirs", engine.eval("return g", context));
      assertEquals("mine", engine.eval("return g"));
    }
  }

  @EachFlavour
  void followsANewDefaultContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("x = 'old'");
      var context = new SimpleScriptContext();
      context.setWriter(new StringWriter());
      engine.setContext(context);

      engine.put("y", "new");
      engine.eval("print(x, y) z = 1");

      assertSame(context, engine.getContext());
      assertEquals("nil\tnew\n", context.getWriter().toString());
      assertEquals(1L, context.getAttribute("z"));
    }
  }

  // BEHAVIOURS J73
  @EachFlavour
  void showsStreamsAsLuaFiles(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getContext().setWriter(new StringWriter());

      assertEquals("file", engine.eval("return io.type(io.stdout)"));
      assertArrayEquals(
          new Object[] {true, true},
          (Object[]) engine.eval("return io.output() == io.stdout, io.input() == io.stdin"));
      assertEquals(true, engine.eval("io.write('a') return io.output() == io.stdout"));
    }
  }

  /** Verifies inside a callback: a failure fails the run, which fails the test. */
  private static void check(Verification verification) {
    try {
      verification.run();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private interface Verification {
    void run() throws IOException;
  }

  @EachFlavour
  void tellsTheScopesOfAName(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var scopes = new ArrayList<Integer>();
      engine.getBindings(GLOBAL_SCOPE).put("x", 1);
      scopes.add(engine.getContext().getAttributesScope("x"));
      engine.eval("x = 2");
      scopes.add(engine.getContext().getAttributesScope("x"));

      assertEquals(List.of(GLOBAL_SCOPE, ENGINE_SCOPE), scopes);
      assertTrue(engine.getContext().getScopes().containsAll(scopes));
    }
  }
}
