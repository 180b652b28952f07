package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaSyntaxException;

/** Evaluation of texts and its results. */
class EvalTest {
  // BEHAVIOURS 1
  @EachFlavour
  void returnsTheValueOfAnExpression(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(42L, engine.eval("6*7"));
    }
  }

  // BEHAVIOURS 6, J8
  @EachFlavour
  void returnsTheSameForAnExpressionAndItsReturn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(2L, engine.eval("1+1"));
      assertEquals(2L, engine.eval("return 1+1"));
    }
  }

  // BEHAVIOURS J8: `f()` compiles as a chunk, which has no result
  @EachFlavour
  void runsAValidChunkAsAChunk(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("calls = 0 function f() calls = calls + 1 return 7 end");

      assertNull(engine.eval("f()"));
      assertEquals(1L, engine.get("calls"));
    }
  }

  // BEHAVIOURS J8
  @EachFlavour
  void reportsTheErrorOfTheChunkNotOfTheExpression(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("x = 1\ny = = 2"));

      assertTrue(thrown.getMessage().contains("unexpected symbol near '='"), thrown::getMessage);
      assertEquals(2, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS 7
  @EachFlavour
  void takesAnExpressionWithACommentOrASemicolon(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(1L, engine.eval("1 -- c"));
      assertEquals(1L, engine.eval("1;"));
      assertEquals(1L, engine.eval("-- first\n1"));
    }
  }

  // BEHAVIOURS 5, 6, J9
  @EachFlavour
  void returnsNullForAnAssignment(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertNull(engine.eval("y = 3"));
      assertEquals(3L, engine.get("y"));
    }
  }

  // BEHAVIOURS J10
  @EachFlavour
  void returnsNullForEmptyText(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertNull(engine.eval(""));
      assertNull(engine.eval("  \n-- nothing\n"));
      assertNull(engine.eval("return"));
      assertNull(engine.eval("return nil"));
    }
  }

  // BEHAVIOURS 2, J61
  @EachFlavour
  void returnsSeveralResultsAsAnArrayWithNulls(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertArrayEquals(new Object[] {3L, "a", null}, (Object[]) engine.eval("return 3, 'a', nil"));
      assertArrayEquals(new Object[] {3L, "a", null}, (Object[]) engine.eval("3, 'a', nil"));
      assertArrayEquals(new Object[] {null, null}, (Object[]) engine.eval("return nil, nil"));
    }
  }

  // BEHAVIOURS J16
  @EachFlavour
  void leavesTheReaderOpen(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var reader = spy(new StringReader("return 1"));

      assertEquals(1L, engine.eval(reader));

      verify(reader, never()).close();
    }
  }

  @EachFlavour
  void readsAReaderThatGivesOneCharacterAtATime(Flavour flavour) throws Exception {
    var slow =
        new Reader() {
          private final StringReader text = new StringReader("return 'añ€😀'");

          @Override
          public int read(char[] into, int offset, int length) throws IOException {
            return text.read(into, offset, Math.min(1, length));
          }

          @Override
          public void close() {}
        };
    try (var engine = engine(flavour)) {
      assertEquals("añ€😀", engine.eval(slow));
    }
  }

  @EachFlavour
  void wrapsTheFailureOfAReader(Flavour flavour) throws Exception {
    var broken = new IOException("disk on fire");
    var reader = mock(Reader.class);
    when(reader.read(any(char[].class), anyInt(), anyInt())).thenThrow(broken);
    when(reader.read(any(char[].class))).thenThrow(broken);
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval(reader));

      assertSame(broken, thrown.getCause());
    }
  }

  // BEHAVIOURS 24, J44
  @EachFlavour
  void skipsAByteOrderMark(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(1L, engine.eval("\uFEFFreturn 1"));
      assertEquals(1L, engine.eval(new StringReader("\uFEFFreturn 1")));
    }
  }

  // BEHAVIOURS 24, J45
  @EachFlavour
  void skipsAShebangAndKeepsTheLineNumbers(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(1L, engine.eval("#!/usr/bin/lua\nreturn 1"));
      assertEquals(1L, engine.eval("\uFEFF#!/usr/bin/lua\nreturn 1"));
      assertNull(engine.eval("#!/usr/bin/lua"));

      var thrown =
          assertThrows(
              ScriptException.class, () -> engine.eval("#!/usr/bin/lua\n\nerror('third')"));
      assertEquals(3, thrown.getLineNumber());
    }
  }

  // BEHAVIOURS 3, 4, J43
  @EachFlavour
  void passesTheArgumentsToTheChunk(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.ARGV, new String[] {"a", "b"});

      assertArrayEquals(
          new Object[] {2L, "a", "b"}, (Object[]) engine.eval("select('#', ...), ..."));
      assertArrayEquals(
          new Object[] {"b", "a"}, (Object[]) engine.eval("local a, b = ... return b, a"));
      assertArrayEquals(
          new Object[] {"a", "b", 2L}, (Object[]) engine.eval("return arg[1], arg[2], #arg"));
    }
  }

  // BEHAVIOURS 3, J43
  @EachFlavour
  void passesArgumentsOfAnyTypeFromTheBindingsOfTheRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var argv = foreign(Map.of(ScriptEngine.ARGV, new Object[] {1, null, "x"}));

      assertArrayEquals(
          new Object[] {3L, 1L, null, "x"},
          (Object[]) engine.eval("return select('#', ...), ...", argv));
      assertEquals(0L, engine.eval("return select('#', ...)"));
    }
  }

  // BEHAVIOURS J43: for that run
  @EachFlavour
  void keepsNoArgumentTableAfterTheRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(ScriptEngine.ARGV, new String[] {"a"});
      engine.eval("seen = arg[1]");
      engine.getBindings(ScriptContext.ENGINE_SCOPE).remove(ScriptEngine.ARGV);

      assertNull(engine.eval("return arg"));
      assertEquals("a", engine.get("seen"));
    }
  }

  // BEHAVIOURS J53
  @EachFlavour
  void entersItselfAgainFromACallback(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("inner", (Callable<Object>) () -> engine.eval("y = 5 return 'in', 'ner'"));

      var result = (Object[]) engine.eval("local a = 'outer' local b = inner() return a, b, y");

      assertEquals("outer", result[0]);
      assertEquals(5L, result[2]);
    }
  }

  // BEHAVIOURS J53
  @EachFlavour
  void entersItselfAgainManyTimesOver(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("again", (Callable<Object>) () -> engine.eval("return down()"));
      engine.eval(
          """
          depth = 20
          function down()
            if depth == 0 then return 0 end
            depth = depth - 1
            local mine = depth
            local below = again()
            assert(mine == below, mine .. ' ' .. below)
            return below + 1
          end""");

      assertEquals(20L, engine.eval("return down()"));
    }
  }

  // BEHAVIOURS 8
  @EachFlavour
  void worksBetweenBrokenTexts(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var i = 0; i < 5; i++) {
        assertThrows(ScriptException.class, () -> engine.eval("return return"));
        assertEquals(42L, engine.eval("return 6*7"));
        assertThrows(ScriptException.class, () -> engine.eval("error 'no'"));
        assertEquals(42L, engine.eval("6*7"));
      }
    }
  }

  // BEHAVIOURS 15
  @EachFlavour
  void keepsGlobalsButNoLocals(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("g = 1; local l = 2");

      assertEquals(1L, engine.eval("g"));
      assertNull(engine.eval("return l"));
    }
  }

  // BEHAVIOURS 37
  @ParameterizedTest(name = "{0} knows {1} from {2} on")
  @CsvSource({
    "LUA51,7//2,LUA53",
    "LUA52,7//2,LUA53",
    "LUA53,7//2,LUA53",
    "LUA54,7//2,LUA53",
    "LUA55,7//2,LUA53",
    "LUAJIT,7//2,never",
    "LUA51,6&3,LUA53",
    "LUA52,6&3,LUA53",
    "LUA53,6&3,LUA53",
    "LUA55,6&3,LUA53",
    "LUAJIT,6&3,never",
    "LUA51,goto x ::x::,LUA52",
    "LUA52,goto x ::x::,LUA52",
    "LUA55,goto x ::x::,LUA52",
    "LUAJIT,goto x ::x::,LUA52",
    "LUA53,local x <const> = 1,LUA54",
    "LUA54,local x <const> = 1,LUA54",
    "LUA55,local x <close> = nil,LUA54",
    "LUAJIT,local x <close> = nil,never",
    "LUA54,global x,LUA55",
    "LUA55,global x,LUA55",
  })
  void knowsTheSyntaxOfItsVersion(Flavour flavour, String text, String since) throws Exception {
    var knows = !since.equals("never") && flavour.ordinal() >= Flavour.valueOf(since).ordinal();
    try (var engine = engine(flavour)) {
      if (knows) {
        engine.eval(text);
      } else {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(text));
        assertTrue(thrown.getCause() instanceof LuaSyntaxException);
      }
    }
  }

  // BEHAVIOURS 18
  @EachFlavour
  void requiresALibraryAsTheGlobalTable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(true, engine.eval("return rawequal(require('math'), math)"));
    }
  }

  // BEHAVIOURS 19
  @EachFlavour
  void namesAModuleThatIsNotThereAndThePlacesLookedIn(Flavour flavour) {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("require('nö_such')"));

      assertTrue(thrown.getMessage().contains("nö_such"), thrown::getMessage);
      assertTrue(
          thrown.getCause().getMessage().contains("no field package.preload['nö_such']"),
          thrown.getCause()::getMessage);
    }
  }

  // BEHAVIOURS 22
  @EachFlavour
  void hasEveryStandardLibrary(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(
          true,
          engine.eval(
              "return (require and table and io and os and math and string and debug and coroutine"
                  + " and package) ~= nil"));
      assertEquals(flavour.integers(), engine.eval("return utf8 ~= nil"));
    }
  }

  @EachFlavour
  void refusesNullTexts(Flavour flavour) {
    try (var engine = engine(flavour)) {
      assertThrows(NullPointerException.class, () -> engine.eval((String) null));
      assertThrows(NullPointerException.class, () -> engine.eval((Reader) null));
      assertThrows(NullPointerException.class, () -> engine.eval("return 1", (Bindings) null));
      assertThrows(NullPointerException.class, () -> engine.eval("return 1", (ScriptContext) null));
    }
  }

  @EachFlavour
  void runsATextOfAMillionCharacters(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertEquals(1L, engine.eval("-- " + "x".repeat(1_000_000) + "\nreturn 1"));
      assertEquals(1_000_000L, engine.eval("return #'" + "x".repeat(1_000_000) + "'"));
    }
  }

  // BEHAVIOURS 208
  @EachFlavour
  void refusesInvalidBytecode(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      assertThrows(ScriptException.class, () -> engine.eval("\u001bLua rubbish"));
      assertFalse((boolean) engine.eval("return false"));
    }
  }
}
