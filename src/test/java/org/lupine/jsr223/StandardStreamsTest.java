package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.foreign;
import static org.lupine.support.Engines.reading;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.script.ScriptException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS J73: to Lua, standard input, output and errors are files like others. */
@Timeout(120)
class StandardStreamsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private LuaScriptEngine console(Flavour flavour, String input) {
    var engine = reading(flavour, input);
    engine.getContext().setWriter(out);
    engine.getContext().setErrorWriter(err);
    engine.put(LuaScriptEngine.FILENAME, "x.lua");
    return engine;
  }

  private static boolean warns(Flavour flavour) {
    return flavour == Flavour.LUA54 || flavour == Flavour.LUA55;
  }

  /** Returns what pcall of a chunk returns, as text. */
  private static String failure(LuaScriptEngine engine, String code) throws ScriptException {
    return (String)
        engine.eval(
            "local ok, e = pcall(function() "
                + code
                + "\nend)"
                + " return ok and 'no error' or type(e) == 'string' and e or type(e)");
  }

  @EachFlavour
  void shareTheMetatableOfFiles(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "")) {
      assertEquals(
          true,
          engine.eval(
              "local mt = getmetatable(io.tmpfile())\n"
                  + "return mt == getmetatable(io.stdin) and mt == getmetatable(io.stdout)"
                  + " and mt == getmetatable(io.stderr) and type(mt.__gc) == 'function'"));
      assertEquals(
          warns(flavour) ? "function" : "nil",
          engine.eval("return type(getmetatable(io.stdout).__close)"));
      engine.eval(
          "getmetatable(io.tmpfile()).__index.say = function(f, x) return f:write(x) end\n"
              + "io.stdout:say('hello')");
      assertEquals("hello", out.toString());
      assertEquals(true, engine.eval("return tostring(io.stdout):find('^file %(0x%x+%)') == 1"));
    }
  }

  /** The messages are those of the program of each version. */
  @EachFlavour
  void raiseWhatLuaRaises(Flavour flavour) throws Exception {
    boolean jit = flavour == Flavour.LUAJIT;
    boolean old = jit || flavour == Flavour.LUA51;
    var standard =
        jit ? "standard file" : (warns(flavour) ? "default" : "standard") + " input file";
    var missing =
        old
            ? "(nofile: No such file or directory)"
            : "cannot open file 'nofile' (No such file or directory)";
    var format = flavour == Flavour.LUA51 || flavour == Flavour.LUA52 ? "option" : "format";
    var closed = "local f = io.tmpfile() f:close() ";
    try (var engine = console(flavour, "one\n")) {
      assertEquals(
          "x.lua:1: bad argument #1 to 'read' (invalid " + format + ")",
          failure(engine, "local a = io.read('x')"));
      assertEquals(
          "x.lua:1: bad argument #1 to 'read' (invalid format)",
          failure(engine, "local a = io.stdin:read('*x')"));
      assertEquals(
          "x.lua:1: " + (old ? "bad argument #1 to 'lines' " : "") + missing,
          failure(engine, "local a = io.lines('nofile')"));
      assertEquals(
          "x.lua:1: " + (old ? "bad argument #1 to 'input' " : "") + missing,
          failure(engine, "local a = io.input('nofile')"));
      assertEquals(
          "x.lua:1: bad argument #1 to 'input' ("
              + (jit ? "string" : "FILE*")
              + " expected, got table)",
          failure(engine, "local a = io.input({})"));
      assertEquals(
          "x.lua:1: bad argument #1 to 'close' (FILE* expected, got number)",
          failure(engine, "local a = io.close(3)"));
      assertEquals(
          "x.lua:1: attempt to use a closed file",
          failure(engine, closed + "local a = io.close(f)"));
      assertEquals(
          "x.lua:1: " + standard + " is closed",
          failure(engine, "local f = io.tmpfile() io.input(f) f:close() local a = io.read()"));
      assertEquals(
          "x.lua:1: " + standard.replace("input", "output") + " is closed",
          failure(
              engine,
              "local before, f = io.output(), io.tmpfile() io.output(f) f:close() "
                  + "local ok, e = pcall(function() local a = io.write('x') end) "
                  + "io.output(before) error(e, 0)"));
      assertEquals(
          "x.lua:1: attempt to use a closed file",
          failure(engine, "for line in io.lines() do end"));
      assertEquals(
          "x.lua:1: bad argument #2 to 'write' (string expected, got table)",
          failure(engine, "local a = io.stdout:write(1, {})"));
      assertEquals("1", out.toString());
      assertEquals(
          "x.lua:1: bad argument #1 to 'setvbuf' (invalid option 'x')",
          failure(engine, "local a = io.stdout:setvbuf('x')"));
      assertEquals(
          "x.lua:1: Bad file descriptor", failure(engine, "for line in io.stdout:lines() do end"));
      assertEquals("one", engine.eval("io.input(io.stdin) return io.read()"));
    }
  }

  /** The file from 5.2 on and in LuaJIT as it is built here; true in 5.1. */
  @EachFlavour
  void returnWhatTheVersionReturnsFromWrite(Flavour flavour) throws Exception {
    boolean file = flavour != Flavour.LUA51;
    try (var engine = console(flavour, "")) {
      assertEquals(true, engine.eval("return io.write('a') == " + (file ? "io.stdout" : "true")));
      assertEquals(
          true, engine.eval("return io.stdout:write('b', 1) == " + (file ? "io.stdout" : "true")));
      assertEquals(
          true, engine.eval("return io.stderr:write('c') == " + (file ? "io.stderr" : "true")));
      assertEquals("ab1", out.toString());
    }
  }

  @EachFlavour
  void returnMessageAndNumberOnFailure(Flavour flavour) throws Exception {
    var failed = new Object[] {null, "Bad file descriptor", 9L};
    try (var engine = console(flavour, "one\n")) {
      assertArrayEquals(
          flavour == Flavour.LUA55 ? new Object[] {null, "Bad file descriptor", 9L, 0L} : failed,
          (Object[]) engine.eval("return io.stdin:write(1)"));
      for (var format : new String[] {"", "'*a'", "'*n'", "0", "5"}) {
        assertArrayEquals(
            failed, (Object[]) engine.eval("return io.stdout:read(" + format + ")"), format);
      }
      for (var name : new String[] {"stdin", "stdout", "stderr"}) {
        assertArrayEquals(
            new Object[] {null, "Illegal seek", 29L},
            (Object[]) engine.eval("return io." + name + ":seek('set', 0)"));
        assertArrayEquals(
            new Object[] {null, "cannot close standard file"},
            (Object[]) engine.eval("return io." + name + ":close()"));
        assertEquals("file", engine.eval("return io.type(io." + name + ")"));
      }
      assertEquals("one", engine.eval("return io.read()"));
    }
  }

  @EachFlavour
  void areFlushedAsTheScriptAsks(Flavour flavour) throws Exception {
    var engine = console(flavour, "");
    var buffered = new BufferedWriter(out);
    engine.getContext().setWriter(buffered);
    engine.put("seen", (Supplier<String>) out::toString);
    try (engine) {
      assertArrayEquals(
          new Object[] {true, true, true},
          (Object[]) engine.eval("return io.flush(), io.stdout:flush(), io.stdin:flush()"));
      assertArrayEquals(
          new Object[] {"", "ab", "ab", "abcd\n", true},
          (Object[])
              engine.eval(
                  "local function show() return seen:get() end io.write('a')\n"
                      + "local first = show() local done = io.stdout:setvbuf('no') io.write('b')\n"
                      + "local second = show() io.stdout:setvbuf('line') io.write('c')\n"
                      + "local third = show() io.write('d', '\\n')\n"
                      + "return first, second, third, show(), done"));
      assertEquals(
          "abcd\n",
          engine.eval("io.stdout:setvbuf('full', 1024) io.write('e\\n') return seen:get()"));
    }
  }

  @EachFlavour
  void writeNumbersInTheFormatOfTheVersion(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "")) {
      engine.eval("io.write(1024.0, ' ', 7, ' ', 0.1, ' ', 1e100)");

      assertEquals(
          flavour == Flavour.LUA55 ? "1024.0 7 0.1 1e+100" : "1024 7 0.1 1e+100", out.toString());
    }
  }

  @EachFlavour
  void showAPromptBeforeTheyRead(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "")) {
      engine.getContext().setWriter(new BufferedWriter(out));
      engine
          .getContext()
          .setReader(
              new Reader() {
                @Override
                public int read(char[] to, int offset, int length) {
                  err.write("seen " + out);
                  return -1;
                }

                @Override
                public void close() {}
              });

      assertNull(engine.eval("io.write('name? ') return io.read()"));

      assertEquals("seen name? ", err.toString());
    }
  }

  @EachFlavour
  void leaveTextBehindANumberUnread(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "12abc\n 0x\n-3e+x\n0x1fg 1" + "0".repeat(300) + " z")) {
      engine.eval("function both() return tostring(io.read('*n')) .. ',' .. io.read('*l') end");
      assertEquals("12,abc", engine.eval("return both()"));
      assertEquals("nil,", engine.eval("return both()"));
      assertEquals(flavour.integers() ? "nil,x" : "-3,x", engine.eval("return both()"));
      assertEquals(31L, engine.eval("return io.read('*n')"));
      assertEquals("g", engine.eval("return io.read(1)"));
      assertEquals(flavour.integers() ? null : 1e300, engine.eval("return io.read('*n')"));
    }
  }

  @EachFlavour
  void returnAllThereIsToRead(Flavour flavour) throws Exception {
    var line = "añ€😀x".repeat(3001);
    var all = (line + "\n").repeat(20);
    try (var engine = console(flavour, all + all + "rest")) {
      engine.put("line", line);
      assertEquals(
          true,
          engine.eval(
              "for i = 1, 20 do if io.read() ~= line then return i end end" + " return true"));
      assertEquals(
          true,
          engine.eval(
              "for i = 1, 10 do"
                  + " if io.read(#line) ~= line or io.read(1) ~= '\\n' then return i end end return true"));
      assertEquals((line + "\n").repeat(10) + "rest", engine.eval("return io.read('*a')"));
      assertEquals("", engine.eval("return io.read('*a')"));
    }
  }

  @EachFlavour
  void receiveTheTextOfTheGlobalTostringFromPrint(Flavour flavour) throws Exception {
    var custom =
        "local old = tostring tostring = function(x) return '<' .. old(x) .. '>' end\n"
            + "print(1, 'a', nil) tostring = old";
    try (var engine = console(flavour, "")) {
      engine.eval(custom);
      engine.eval(custom, foreign());

      var expected = warns(flavour) ? "1\ta\tnil\n" : "<1>\t<a>\t<nil>\n";
      assertEquals(expected + expected, out.toString());
      var failure =
          failure(
              engine,
              "local old = tostring tostring = function() return {} end\n"
                  + "local ok, e = pcall(print, 1) tostring = old error(ok and 'printed' or e, 0)");
      assertEquals(
          warns(flavour) ? "printed" : "'tostring' must return a string to 'print'", failure);
      assertEquals(
          warns(flavour) ? "printed" : "attempt to call a nil value",
          failure(
              engine,
              "local old = tostring tostring = nil\n"
                  + "local ok, e = pcall(print, 1) tostring = old error(ok and 'printed' or e, 0)"));
    }
  }

  @EachFlavour
  void receiveTheWarningsOfTheCore(Flavour flavour) throws Exception {
    var finalized = "setmetatable({}, {__gc = function() error('oops', 0) end}) collectgarbage()";
    try (var engine = console(flavour, "")) {
      if (!warns(flavour)) {
        assertNull(engine.eval("return warn"));
        engine.eval("pcall(function() " + finalized + " end)");
        assertEquals("", err.toString());
        return;
      }
      engine.eval(finalized + " warn('unheard') warn('@on')");
      assertEquals("", err.toString());
      engine.eval(finalized);
      assertEquals("Lua warning: error in __gc (oops)\n", err.toString());
      engine.eval(
          "warn('x', ('ü'):rep(1000)) warn('@what') warn('@off', 'on') warn('@off')" + finalized);
      assertEquals(
          "Lua warning: error in __gc (oops)\nLua warning: x"
              + "ü".repeat(1000)
              + "\nLua warning: @offon\n",
          err.toString());
      engine.eval("warn('@on') kept = setmetatable({}, {__gc = function() error('late', 0) end})");
    }
    assertTrue(err.toString().endsWith("\nLua warning: error in __gc (late)\n"), err.toString());
  }

  @EachFlavour
  void loseNoWarningInACoroutineOrAFailingWriter(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "")) {
      if (!warns(flavour)) {
        assertNull(engine.eval("return warn"));
        return;
      }
      engine.eval(
          "warn('@on') coroutine.wrap(function() for i = 1, 3 do"
              + " setmetatable({}, {__gc = function() error(i, 0) end}) collectgarbage() end end)()");
      assertEquals(3, err.toString().split("Lua warning: error in __gc", -1).length - 1);
      engine
          .getContext()
          .setErrorWriter(
              new StringWriter() {
                @Override
                public void write(String text) {
                  throw new IllegalStateException("no room");
                }
              });
      assertEquals(
          1L,
          engine.eval(
              "warn('lost') setmetatable({}, {__gc = error})" + " collectgarbage() return 1"));
    }
  }

  /** LuaJIT compiles writes to C files, which it must not do for these streams. */
  @EachFlavour
  void areWrittenToInHotLoops(Flavour flavour, @TempDir Path folder) throws Exception {
    var file = folder.resolve("file");
    try (var engine = console(flavour, "")) {
      engine.put("name", file.toString());

      engine.eval(
          "local f = io.open(name, 'wb') local files = {f, io.stdout}\n"
              + "for i = 1, 20000 do f:write('f', i, '\\n') end\n"
              + "for i = 1, 20000 do io.write(i, '\\n') io.flush() io.stdout:write('x') end\n"
              + "for i = 1, 20000 do files[i % 2 + 1]:write('y') end\n"
              + "for i = 1, 20000 do io.output(i < 10000 and f or io.stdout) io.write('z')"
              + " io.flush() end f:close()");

      var expected = new StringBuilder();
      for (int i = 1; i <= 20000; i++) {
        expected.append(i).append("\nx");
      }
      expected.append("y".repeat(10000)).append("z".repeat(10001));
      assertEquals(expected.toString(), out.toString());
      assertEquals(20000 + 19999, Files.readString(file).replaceAll("f\\d+\n", "f").length());
    }
  }

  @EachFlavour
  void areReadWhileAnotherThreadIsInside(Flavour flavour) throws Exception {
    var writer = new PipedWriter();
    try (var engine = console(flavour, "")) {
      engine.getContext().setReader(new PipedReader(writer));
      var reads = (LuaFunction) engine.eval("return function() return io.read('*n', '*l') end");
      var adds = (LuaFunction) engine.eval("return function(x) io.write(x) return x + 1 end");
      var waiting = new FutureTask<>(reads::call);
      var thread = new Thread(waiting);
      thread.start();

      for (long i = 0; i < 100; i++) {
        assertEquals(i + 1, adds.call(i).first());
      }
      writer.write("12 rest\n");
      writer.flush();

      assertEquals(List.of(12L, " rest"), waiting.get(60, TimeUnit.SECONDS));
      thread.join();
    }
  }

  // BEHAVIOURS J80
  @EachFlavour
  void canBeWaitedForUntilAnInterrupt(Flavour flavour) throws Exception {
    var begun = new CountDownLatch(1);
    try (var engine = console(flavour, "")) {
      engine
          .getContext()
          .setReader(
              new PipedReader(new PipedWriter()) {
                @Override
                public synchronized int read() throws IOException {
                  begun.countDown();
                  return super.read();
                }
              });
      for (var call : new String[] {"io.read()", "io.read('*n')", "io.lines()()"}) {
        var script =
            new FutureTask<>(
                () ->
                    assertThrows(
                        ScriptException.class,
                        () ->
                            engine.eval(
                                "pcall(function() return " + call + " end) while true do end")));
        var thread = new Thread(script);
        thread.start();
        begun.await();
        thread.interrupt();

        assertInstanceOf(
            LuaInterruptedException.class, script.get(60, TimeUnit.SECONDS).getCause());
      }
      assertEquals(2L, engine.eval("return 1 + 1"));
    }
  }

  // BEHAVIOURS J80
  @EachFlavour
  void canBeWaitedForUntilALimitOrAnotherThread(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "")) {
      engine.getContext().setReader(new PipedReader(new PipedWriter()));
      var code = "pcall(io.read) pcall(io.read) error('late')";
      engine.put(LuaScriptEngine.TIME_LIMIT, 100);
      assertInstanceOf(
          LuaTimeoutException.class,
          assertThrows(ScriptException.class, () -> engine.eval(code)).getCause());
      assertFalse(Thread.interrupted());
      engine.put(LuaScriptEngine.TIME_LIMIT, 0);

      var script =
          new FutureTask<>(
              () -> {
                var thrown = assertThrows(ScriptException.class, () -> engine.eval(code));
                assertFalse(Thread.interrupted());
                return thrown;
              });
      new Thread(script).start();
      while (!script.isDone()) {
        engine.runtime().interrupt();
        Thread.sleep(10);
      }
      assertInstanceOf(LuaInterruptedException.class, script.get().getCause());
      engine.getContext().setReader(new StringReader("more\n"));
      assertEquals("more", engine.eval("return io.read()"));
    }
  }

  @EachFlavour
  void areUsedByDebugDebug(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "x = 5\nerror('oops', 0)\nx = = 1\ncont\nrest\n")) {
      assertArrayEquals(
          new Object[] {5L, "rest"}, (Object[]) engine.eval("debug.debug() return x, io.read()"));
      assertTrue(
          err.toString()
              .startsWith("lua_debug> lua_debug> oops\nlua_debug> " + "(debug command):1:"),
          err.toString());
      assertTrue(err.toString().endsWith("\nlua_debug> "), err.toString());
      engine.eval("debug.debug()");
      engine.getContext().setReader(new StringReader("while true do end"));
      engine.put(LuaScriptEngine.TIME_LIMIT, 50);
      assertInstanceOf(
          LuaTimeoutException.class,
          assertThrows(ScriptException.class, () -> engine.eval("pcall(debug.debug) error('late')"))
              .getCause());
    }
  }

  @EachFlavour
  void areThoseOfTheContextUnderForeignBindings(Flavour flavour) throws Exception {
    try (var engine = console(flavour, "in\n")) {
      assertEquals(
          "in",
          engine.eval(
              "io.write(x) io.stderr:write('e') return io.read()", foreign(Map.of("x", "out"))));
      assertEquals("out", out.toString());
      assertEquals("e", err.toString());
    }
  }
}
