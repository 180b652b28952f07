package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.reading;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import javax.script.ScriptException;
import javax.script.SimpleScriptContext;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS J73: io.read and io.lines read from the reader of the context. */
class InputTest {
  @EachFlavour
  void readsLines(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\ntwo\n\nlast")) {
      assertEquals("one", engine.eval("return io.read()"));
      assertEquals("two", engine.eval("return io.read('*l')"));
      assertEquals("", engine.eval("return io.read('*l')"));
      assertEquals("last", engine.eval("return io.read('*l')"));
      assertNull(engine.eval("return io.read('*l')"));
    }
  }

  @EachFlavour
  void readsLinesWithTheirEnd(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\ntwo")) {
      if (flavour == Flavour.LUA51) {
        assertThrows(ScriptException.class, () -> engine.eval("return io.read('*L')"));
        return;
      }
      assertArrayEquals(
          new Object[] {"one\n", "two", null},
          (Object[]) engine.eval("return io.read('*L', '*L', '*L')"));
    }
  }

  @EachFlavour
  void readsFormatsWithoutAStarWhereLuaDoes(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\n2 rest")) {
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUA52) {
        for (var format : List.of("l", "n", "a")) {
          var error =
              assertThrows(
                  ScriptException.class, () -> engine.eval("return io.read('" + format + "')"));
          assertTrue(error.getMessage().contains("invalid option"), error.getMessage());
        }
        assertEquals("one", engine.eval("return io.read()"));
        return;
      }
      assertArrayEquals(
          new Object[] {"one", 2L, " rest"},
          (Object[]) engine.eval("return io.read('l', 'n', 'a')"));
    }
  }

  @EachFlavour
  void refusesUnknownFormats(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\ntwo")) {
      assertThrows(ScriptException.class, () -> engine.eval("return io.read('*x')"));
      assertThrows(ScriptException.class, () -> engine.eval("return io.read({})"));
      assertEquals("one", engine.eval("return io.read()"));
    }
  }

  @EachFlavour
  void readsNumbers(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, " 12 -3.5\n0x1F 1e2 x")) {
      assertEquals(12L, engine.eval("return io.read('*n')"));
      assertEquals(-3.5, engine.eval("return io.read('*n')"));
      assertEquals(31L, engine.eval("return io.read('*n')"));
      assertEquals(
          flavour.integers() ? (Object) 100.0 : (Object) 100L, engine.eval("return io.read('*n')"));
      assertNull(engine.eval("return io.read('*n')"));
    }
  }

  @EachFlavour
  void readsEverythingThatIsLeft(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\ntwo\nthree")) {
      assertArrayEquals(
          new Object[] {"one", "two\nthree"}, (Object[]) engine.eval("return io.read('*l', '*a')"));
      assertEquals("", engine.eval("return io.read('*a')"));
    }
  }

  @EachFlavour
  void readsACountOfBytes(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "é€abc")) {
      assertEquals("é", engine.eval("return io.read(2)"));
      assertEquals("", engine.eval("return io.read(0)"));
      assertEquals(2L, engine.eval("return #io.read(2)"));
      assertEquals(true, engine.eval("return io.read(1) == ('€'):sub(3)"));
      assertEquals("abc", engine.eval("return io.read(100)"));
      assertNull(engine.eval("return io.read(0)"));
      assertNull(engine.eval("return io.read(1)"));
    }
  }

  @EachFlavour
  void readsTextBeyondAscii(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "añ€😀\nnul\0inside\n")) {
      assertEquals("añ€😀", engine.eval("return io.read()"));
      assertEquals("nul\0inside", engine.eval("return io.read()"));
    }
  }

  @EachFlavour
  void loopsOverLines(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "a\nb\nc")) {
      assertEquals(
          "a,b,c,",
          engine.eval(
              "local all = '' for line in io.lines() do all = all .. line .. ',' end return all"));
    }
  }

  @EachFlavour
  void readsThroughTheStandardInputFile(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "a\nb\nc\nd")) {
      assertEquals("a", engine.eval("return io.stdin:read()"));
      assertEquals("b", engine.eval("return io.input():read('*l')"));
      assertEquals(
          "cd",
          engine.eval(
              "local all = '' for line in io.stdin:lines() do all = all .. line end return all"));
    }
  }

  // BEHAVIOURS J42
  @EachFlavour
  void followsTheReaderOfTheRunningEval(Flavour flavour) throws Exception {
    try (var engine = reading(flavour, "one\n")) {
      engine.eval("local read = io.read function line() return read() end");
      var context = new SimpleScriptContext();
      context.setBindings(engine.getBindings(ENGINE_SCOPE), ENGINE_SCOPE);
      context.setReader(new StringReader("two\n"));

      assertEquals("two", engine.eval("return line()", context));
      assertEquals("one", engine.invokeFunction("line"));
      engine.getContext().setReader(new StringReader("three\n"));
      assertEquals("three", engine.invokeFunction("line"));
    }
  }

  // A host may continue to read after the script
  @EachFlavour
  void readsNoFurtherThanAskedFor(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var reader = new StringReader("one\ntwo");
      engine.getContext().setReader(reader);

      assertEquals("one", engine.eval("return io.read()"));

      assertEquals('t', reader.read());
    }
  }

  // BEHAVIOURS J74
  @EachFlavour
  void passesOnTheFailureOfAReader(Flavour flavour) throws Exception {
    var broken = new IOException("gone");
    var reader = mock(Reader.class);
    when(reader.read()).thenThrow(broken);
    when(reader.read(any(char[].class))).thenThrow(broken);
    when(reader.read(any(char[].class), anyInt(), anyInt())).thenThrow(broken);
    try (var engine = engine(flavour)) {
      engine.getContext().setReader(reader);

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("return io.read()"));

      assertSame(broken, thrown.getCause());
    }
  }
}
