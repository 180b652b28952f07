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

import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaTimeoutException;

/**
 * BEHAVIOURS J20: variables that a script sets under foreign Bindings, which may be told of them
 * when the script next calls Java or ends.
 */
class LateWritesTest {
  private static final int RUNS = 8;

  /** A map that notes what is put, and refuses some names. */
  private static final class NotingMap extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    final transient List<String> noted = new ArrayList<>();

    @Override
    public Object put(String key, Object value) {
      noted.add(key + "=" + value);
      if (key.equals("refused")) {
        throw new IllegalStateException("not this one");
      }
      return super.put(key, value);
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void areThereAfterTheRun(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              "i = n * 2 f = n + 0.25 b = n > 3 s = 'text' .. n u = 'añ€😀' l = ('x'):rep(600) "
                  + "z = -1 / (1 / 0) return s, i, l == ('x'):rep(600)");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign(Map.of("n", n));

        var results = (Object[]) script.eval(bindings);

        assertArrayEquals(new Object[] {"text" + n, n * 2L, true}, results);
        var expected = new HashMap<String, Object>(Map.of("n", n, "i", n * 2L, "f", n + 0.25));
        expected.putAll(Map.of("b", n > 3, "s", "text" + n, "u", "añ€😀", "z", -0.0));
        expected.put("l", "x".repeat(600));
        assertEquals(expected, bindings);
      }
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void areTheLastOfManyValues(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              """
              for i = 1, 100 do
                x = (x or 0) + 1
                s = ('y'):rep(i % 40)
                b = not b
                if i % 3 == 0 then b = i elseif i % 5 == 0 then s = i end
              end
              return x, s, b""");
      Object[] expected = null;
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign();

        var results = (Object[]) script.eval(bindings);

        assertEquals(100L, results[0]);
        expected = expected == null ? results : expected;
        assertArrayEquals(expected, results);
        assertEquals(Map.of("x", results[0], "s", results[1], "b", results[2]), bindings);
      }
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void areReadByTheScript(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              "d = a * b + c a = d s = 'x' .. d "
                  + "local t = {} for k, v in pairs(_G) do t[k] = v end "
                  + "return d, a, s, b, _G.d, rawget(_G, 'd')");
      for (int n = 0; n < RUNS; n++) {
        var results = (Object[]) script.eval(foreign(Map.of("a", n, "b", 2, "c", 1)));

        long d = n * 2L + 1;
        assertArrayEquals(new Object[] {d, d, "x" + d, 2L, d, null}, results);
      }
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void areThereAfterAnError(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("x = n y = 'y' if n > 0 then error('no') end");
      for (int n = -RUNS; n < RUNS; n++) {
        var bindings = foreign(Map.of("n", n));
        if (n > 0) {
          var thrown = assertThrows(ScriptException.class, () -> script.eval(bindings));
          assertTrue(thrown.getMessage().contains("no"), thrown::getMessage);
        } else {
          script.eval(bindings);
        }
        assertEquals(Map.of("n", n, "x", (long) n, "y", "y"), bindings);
      }
    }
  }

  // BEHAVIOURS J20, 194
  @EachFlavour
  void areThereAfterATimeLimitOrAnInterrupt(Flavour flavour, @TempDir Path folder)
      throws Exception {
    try (var engine = engine(flavour)) {
      // Lua removes the file, so that Java sees that x is set without being called
      var script =
          engine.compile("x = n if n < 0 then os.remove(file) end while n < 0 do end y = n");
      for (int n = 0; n < RUNS; n++) {
        script.eval(foreign(Map.of("n", n, "file", "")));
      }
      var file = Files.createFile(folder.resolve("running"));
      Bindings limited;
      long millis = 30;
      do {
        limited = foreign(Map.of("n", -1, "file", file.toString()));
        limited.put(LuaScriptEngine.TIME_LIMIT, Duration.ofMillis(millis));
        var bindings = limited;
        var thrown = assertThrows(ScriptException.class, () -> script.eval(bindings));
        assertInstanceOf(LuaTimeoutException.class, thrown.getCause());
        millis *= 2;
      } while (Files.exists(file));
      assertEquals(-1L, limited.get("x"));
      assertNull(limited.get("y"));

      Files.createFile(file);
      var interrupted = foreign(Map.of("n", -2, "file", file.toString()));
      var running = Thread.currentThread();
      var interrupting =
          new Thread(
              () -> {
                while (Files.exists(file)) {
                  Thread.onSpinWait();
                }
                running.interrupt();
              });
      interrupting.setDaemon(true);
      interrupting.start();
      assertThrows(ScriptException.class, () -> script.eval(interrupted));
      assertTrue(Thread.interrupted());
      interrupting.join();
      assertEquals(-2L, interrupted.get("x"));

      var next = foreign(Map.of("n", 3, "file", ""));
      script.eval(next);
      assertEquals(Map.of("n", 3, "x", 3L, "y", 3L, "file", ""), next);
    }
  }

  /** What a script calls in Java. */
  public static final class Looker {
    private final Bindings bindings;
    private final List<Object> seen = new ArrayList<>();

    Looker(Bindings bindings) {
      this.bindings = bindings;
    }

    private void look() {
      seen.add(bindings.get("x"));
    }

    public void none() {
      look();
    }

    public double one(double number) {
      look();
      return number;
    }

    public String text(String text) {
      look();
      return text;
    }

    public Object getProperty() {
      look();
      return 1.5;
    }

    public void setProperty(Object value) {
      look();
    }

    @Override
    public String toString() {
      look();
      return "looker";
    }
  }

  // BEHAVIOURS J20: before anything in Java can look
  @EachFlavour
  void areThereWhenJavaIsCalled(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              """
              local look = look
              x = 1 look:none()
              x = 2 look:one(1.5)
              x = 3 look:text('a')
              x = 4 local p = look.property
              x = 5 look.property = 'a'
              x = 6 local s = tostring(look)
              x = 7 print()
              x = 8 pcall(look.none)
              x = 9 coroutine.wrap(function() x = 10 look:none() x = 11 end)()
              return x""");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign();
        var looker = new Looker(bindings);
        bindings.put("look", looker);
        var context = new SimpleScriptContext();
        context.setBindings(bindings, ScriptContext.ENGINE_SCOPE);
        context.setWriter(
            new Writer() {
              private boolean wrote;

              @Override
              public void write(char[] text, int from, int length) {
                if (!wrote) {
                  looker.look();
                }
                wrote = true;
              }

              @Override
              public void flush() {}

              @Override
              public void close() {}
            });

        assertEquals(11L, script.eval(context));

        assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 10L), looker.seen);
        assertEquals(11L, bindings.get("x"));
      }
    }
  }

  // BEHAVIOURS J20: also when a callback has set them
  @EachFlavour
  void areThereWhenACallbackReturns(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile("x = 0 local y = call(function(n) x = n return n end) x = x + y return x");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign();
        var seen = new ArrayList<Object>();
        double argument = n + 0.5;
        bindings.put(
            "call",
            (Call)
                function -> {
                  seen.add(bindings.get("x"));
                  double result = function.applyAsDouble(argument);
                  seen.add(bindings.get("x"));
                  bindings.put("x", 100);
                  return result;
                });

        assertEquals(argument + 100, script.eval(bindings));

        assertEquals(List.of(0L, argument), seen);
        assertEquals(argument + 100, bindings.get("x"));
      }
    }
  }

  /** Calls a function of the script. */
  @FunctionalInterface
  public interface Call {
    double call(DoubleUnaryOperator function);
  }

  // BEHAVIOURS J20, J22, H19
  @EachFlavour
  void giveWayToOtherValues(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script =
          engine.compile(
              """
              x = 1 f = 2 t = 3
              if n == 1 then x = nil end
              if n == 2 then function f() return x end end
              if n == 3 then t = {n} end
              x = x or 4
              return x, type(f), type(t)""");
      for (int n = 0; n < 3 * RUNS; n++) {
        var bindings = foreign(Map.of("n", n < RUNS ? 0 : n % 4));

        var results = (Object[]) script.eval(bindings);

        int kind = (Integer) bindings.get("n");
        assertEquals(kind == 1 ? 4L : 1L, results[0]);
        assertEquals(results[0], bindings.get("x"));
        assertEquals(kind == 2 ? "function" : "number", results[1]);
        assertEquals(kind == 2 ? null : 2L, bindings.get("f"));
        assertEquals(kind == 3 ? "table" : "number", results[2]);
        assertEquals(kind == 3, bindings.get("t") instanceof Map);
      }
      var nothing = engine.compile("x = n x = nil return x");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign(Map.of("n", n));
        assertNull(nothing.eval(bindings));
        assertTrue(bindings.containsKey("x"));
        assertNull(bindings.get("x"));
      }
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void areRightInTwoRunsInterleaved(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var inner = engine.compile("x = y * 2 return x");
      var outer = engine.compile("x = n local r = run() z = x + r return z");
      for (int n = 0; n < RUNS; n++) {
        int y = n;
        var innerBindings = foreign(Map.of("y", y));
        var bindings = foreign(Map.of("n", n));
        bindings.put(
            "run",
            (Supplier<Object>)
                () -> {
                  try {
                    return inner.eval(innerBindings);
                  } catch (ScriptException e) {
                    throw new IllegalStateException(e);
                  }
                });

        assertEquals(n + 2L * y, outer.eval(bindings));

        assertEquals(Map.of("y", y, "x", 2L * y), innerBindings);
        assertEquals((long) n, bindings.get("x"));
        assertEquals(n + 2L * y, bindings.get("z"));
      }
    }
  }

  // BEHAVIOURS J20: other Bindings are told at once, of each value
  @EachFlavour
  void areNotLateInOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("x = 1 y = 2 x = 3 return x");
      for (int n = 0; n < RUNS; n++) {
        var noted = new NotingMap();
        var bindings = new SimpleBindings(noted) {};

        assertEquals(3L, script.eval(bindings));

        assertEquals(List.of("x=1", "y=2", "x=3"), noted.noted);
        var refusing = new SimpleBindings(Map.of("z", 1));
        var thrown = assertThrows(ScriptException.class, () -> script.eval(refusing));
        assertInstanceOf(UnsupportedOperationException.class, thrown.getCause());
        assertEquals(3L, script.eval(foreign()));
      }
      var unlisted =
          new HashMap<String, Object>() {
            private static final long serialVersionUID = 1L;

            @Override
            public Set<Entry<String, Object>> entrySet() {
              throw new UnsupportedOperationException();
            }
          };
      assertEquals(3L, script.eval(new SimpleBindings(unlisted)));
      assertEquals(3L, unlisted.get("x"));
      var caught = engine.compile("return (pcall(function() x = 1 end))");
      for (int n = 0; n < RUNS; n++) {
        assertEquals(true, caught.eval(foreign()));
        assertEquals(false, caught.eval(new SimpleBindings(Map.of("z", 1))));
      }
      var shared = new ConcurrentHashMap<String, Object>();
      var waits = engine.compile("x = n while wait do end");
      for (int n = 0; n < RUNS; n++) {
        waits.eval(foreign(Map.of("n", n)));
      }
      shared.putAll(Map.of("n", 5, "wait", true));
      var watcher =
          new Thread(
              () -> {
                while (!shared.containsKey("x")) {
                  Thread.onSpinWait();
                }
                shared.remove("wait");
              });
      watcher.start();
      waits.eval(new SimpleBindings(shared));
      watcher.join();
      assertEquals(Map.of("n", 5, "x", 5L), shared);
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void areErrorsIfTheyAreRefused(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("x = 1 refused = 2 y = 3 if fails then error('other') end");
      for (int n = 0; n < RUNS; n++) {
        script.eval(foreign());
      }
      var map = new NotingMap();

      var thrown = assertThrows(ScriptException.class, () -> script.eval(new SimpleBindings(map)));

      assertEquals("not this one", thrown.getCause().getMessage());
      assertEquals(1L, map.get("x"));
      map.put("fails", true);
      var other = assertThrows(ScriptException.class, () -> script.eval(new SimpleBindings(map)));
      assertTrue(other.getMessage().contains("o"), other::getMessage);
      assertNull(script.eval(foreign()));
    }
  }

  // BEHAVIOURS J20
  @EachFlavour
  void needNoName(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var long1 = "n".repeat(100);
      var script = engine.compile("_G['a b'] = 1 _G['ñ😀'] = 2 " + long1 + " = 3 return " + long1);
      var many = new StringBuilder();
      var expected = new LinkedHashMap<String, Object>();
      for (int i = 0; i < 100; i++) {
        many.append("v" + i + " = " + i + " ");
        expected.put("v" + i, (long) i);
      }
      var manyScript = engine.compile(many + "return v0 + v99");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign();
        assertEquals(3L, script.eval(bindings));
        assertEquals(Map.of("a b", 1L, "ñ😀", 2L, long1, 3L), bindings);
        var manyBindings = foreign();
        assertEquals(99L, manyScript.eval(manyBindings));
        assertEquals(expected, manyBindings);
      }
      var option = engine.compile("_G['lupine.x'] = n");
      for (int n = 0; n < RUNS; n++) {
        assertThrows(ScriptException.class, () -> option.eval(foreign(Map.of("n", 1))));
      }
    }
  }

  // BEHAVIOURS 246
  @EachFlavour
  void countAsWhatIsPassedToJava(Flavour flavour) throws Exception {
    try (var engine = engine(flavour, LuaOptions.builder().maxTransfer(1000).build())) {
      var script = engine.compile("for i = 1, n do x = i end");
      for (int n = 0; n < RUNS; n++) {
        script.eval(foreign(Map.of("n", 2)));
        assertThrows(ScriptException.class, () -> script.eval(foreign(Map.of("n", 1000))));
      }
    }
  }

  // BEHAVIOURS 52, 215
  @EachFlavour
  void areOfTheSameTypesAsOthers(Flavour flavour) throws Exception {
    for (var options :
        List.of(
            LuaOptions.builder().charset(null).build(),
            LuaOptions.builder().numbers(org.lupine.value.NumberMode.ALWAYS_DOUBLE).build())) {
      try (var engine = engine(flavour, options)) {
        var script = engine.compile("x = 'text' y = 3 z = 6 / 2 return x, y, z");
        var values = new ArrayList<List<Object>>();
        for (int n = 0; n < RUNS; n++) {
          var bindings = foreign();
          var results = Arrays.asList((Object[]) script.eval(bindings));
          assertEquals(results, List.of(bindings.get("x"), bindings.get("y"), bindings.get("z")));
          values.add(results);
        }
        values.forEach(each -> assertEquals(values.get(0), each));
        values.forEach(each -> assertSame(values.get(0).get(1).getClass(), each.get(1).getClass()));
      }
    }
  }

  // BEHAVIOURS J41
  @EachFlavour
  void areThereWhenOutputIsFlushed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("x = n io.write('a')");
      for (int n = 0; n < RUNS; n++) {
        var bindings = foreign(Map.of("n", n));
        var seen = new ArrayList<Object>();
        Consumer<Object> look = each -> seen.add(bindings.get("x"));
        var context = new SimpleScriptContext();
        context.setBindings(bindings, ScriptContext.ENGINE_SCOPE);
        context.setWriter(
            new StringWriter() {
              @Override
              public void flush() {
                look.accept(null);
              }
            });

        script.eval(context);

        assertTrue(seen.contains((long) n), seen::toString);
      }
    }
  }
}
