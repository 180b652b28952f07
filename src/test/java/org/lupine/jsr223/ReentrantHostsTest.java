package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.StringWriter;
import java.io.Writer;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.script.Bindings;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaExitException;
import org.lupine.value.Values;

/** Maps, contexts and streams of a host that use the engine while it asks them, or fail. */
@Timeout(120)
class ReentrantHostsTest {
  private static final int RUNS = 8; // the first ones are observed, the others are not

  /** A map that does something whenever it is asked, unless it is doing it already. */
  private static final class Acting extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    transient Consumer<String> action = method -> {};
    private boolean busy;

    Acting(Map<String, Object> entries) {
      super(entries);
    }

    private void act(String method) {
      if (!busy) {
        busy = true;
        try {
          action.accept(method);
        } finally {
          busy = false;
        }
      }
    }

    @Override
    public Object get(Object key) {
      act("get");
      return super.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
      act("containsKey");
      return super.containsKey(key);
    }

    @Override
    public Object put(String key, Object value) {
      act("put");
      return super.put(key, value);
    }

    @Override
    public Set<String> keySet() {
      act("keySet");
      return super.keySet();
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      act("entrySet");
      return super.entrySet();
    }
  }

  private static Object eval(LuaScriptEngine engine, String script, Bindings bindings) {
    try {
      return engine.eval(script, bindings);
    } catch (ScriptException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns a SimpleBindings over a map, and Bindings of a class of the host's own. */
  private static List<Bindings> over(Map<String, Object> map) {
    return List.of(new SimpleBindings(map), new SimpleBindings(map) {});
  }

  // Regression: a map that evaluated when it was asked for its entries ended the JVM
  @EachFlavour
  void mayEvaluateUnderTheSameBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (int i = 0; i < 20; i++) {
        var map = new Acting(new HashMap<>(Map.of("x", "value", "n", i)));
        for (var bindings : over(map)) {
          var inner = new ArrayList<Object>();
          map.action =
              method -> inner.add(eval(engine, "return x .. n .. '" + method + "'", bindings));

          var results =
              (Object[])
                  engine.eval(
                      "local a = x y = a .. n z = {} for name in pairs(_G) do last = name end "
                          + "return a, y, x, n, 'mine'",
                      bindings);

          var joined = "value" + i;
          assertArrayEquals(new Object[] {"value", joined, "value", (long) i, "mine"}, results);
          assertFalse(inner.isEmpty());
          inner.forEach(each -> assertTrue(each.toString().startsWith(joined), each::toString));
          map.action = method -> {};
          assertEquals(joined, bindings.get("y"));
        }
      }
    }
  }

  // BEHAVIOURS H2, J53: so many that no compiled script is kept
  @EachFlavour
  void mayEvaluateManyScripts(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local a = x y = a return a, y");
      for (int i = 0; i < RUNS; i++) {
        int run = i;
        var map = new Acting(new HashMap<>(Map.of("x", i)));
        for (var bindings : over(map)) {
          for (var other : List.of(bindings, foreign(), engine.getBindings(ENGINE_SCOPE))) {
            map.action =
                method -> {
                  for (int n = 0; n < 150; n++) {
                    assertEquals(
                        (long) n, eval(engine, "return " + n + " --" + run + method, other));
                  }
                };

            var results = (Object[]) script.eval(bindings);

            assertArrayEquals(new Object[] {(long) i, (long) i}, results);
          }
        }
      }
    }
  }

  // BEHAVIOURS H2, H19
  @EachFlavour
  void mayDefineFunctionsMeanwhile(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var script = engine.compile("local a = x y = a return a, f and f() or 'none'");
      for (int i = 0; i < RUNS; i++) {
        var map = new Acting(new HashMap<>(Map.of("x", i)));
        var bindings = new SimpleBindings(map);
        map.action = method -> eval(engine, "function f() return x end", bindings);

        var results = (Object[]) script.eval(bindings);

        assertEquals((long) i, results[0]);
        map.action = method -> {};
        assertEquals((long) i, engine.eval("return f()", bindings));
      }
    }
  }

  // BEHAVIOURS J64
  @EachFlavour
  void mayCloseTheEngine(Flavour flavour) throws Exception {
    for (var method : List.of("get", "containsKey", "put", "entrySet", "keySet")) {
      for (int own = 0; own < 2; own++) {
        var engine = engine(flavour);
        var map = new Acting(new HashMap<>(Map.of("x", 1)));
        var bindings = own == 0 ? new SimpleBindings(map) : new SimpleBindings(map) {};
        for (int i = 0; i < 4; i++) {
          engine.eval("y = x for name in pairs(_G) do z = name end", bindings);
        }
        map.action =
            called -> {
              if (called.equals(method)) {
                engine.close();
              }
            };

        closes(
            engine,
            () -> {
              engine.eval("y = x for name in pairs(_G) do z = name end", bindings);
              map.entrySet(); // perhaps the engine has not asked for it
              return map.keySet();
            });
      }
    }
    for (var script : List.of("print('x')", "io.write('x')", "io.read()")) {
      for (int own = 0; own < 2; own++) {
        var engine = engine(flavour);
        engine.eval("x = 1", foreign());
        var context =
            new SimpleScriptContext() {
              @Override
              public Writer getWriter() {
                engine.close();
                return new StringWriter();
              }

              @Override
              public java.io.Reader getReader() {
                engine.close();
                return new java.io.StringReader("line\n");
              }
            };
        var scope = own == 0 ? engine.getBindings(ENGINE_SCOPE) : foreign();
        context.setBindings(scope, ENGINE_SCOPE);

        closes(engine, () -> engine.eval(script, context));
      }
    }
  }

  /** Asserts that an engine is closed by a run of it, which itself may go on or end. */
  private static void closes(LuaScriptEngine engine, Callable<?> run) throws Exception {
    try {
      run.call();
    } catch (ScriptException | IllegalStateException e) {
      assertTrue(e.getMessage().contains("closed"), e::toString);
    }
    assertThrows(IllegalStateException.class, () -> engine.eval("return 1"));
    assertThrows(IllegalStateException.class, () -> engine.eval("return 1", foreign()));
  }

  // BEHAVIOURS J64
  @EachFlavour
  void haveNoInterfacesAfterTheClose(Flavour flavour) throws Exception {
    for (int own = 0; own < 2; own++) {
      var engine = engine(flavour);
      if (own == 1) {
        engine.setBindings(foreign(), ENGINE_SCOPE);
      }
      engine.eval("function call() return 1 end t = {call = call}");
      var table = engine.get("t");
      var ofScope = engine.getInterface(Callable.class);
      var ofTable = engine.getInterface(table, Callable.class);
      assertEquals(1L, ofScope.call());
      assertEquals(1L, ofTable.call());
      engine.close();

      assertThrows(IllegalStateException.class, ofScope::call);
      assertThrows(IllegalStateException.class, ofTable::call);
      assertThrows(IllegalStateException.class, () -> engine.getInterface(Callable.class));
      assertThrows(IllegalStateException.class, () -> engine.getInterface(table, Callable.class));
      assertThrows(IllegalStateException.class, () -> engine.invokeFunction("call"));
      assertThrows(IllegalStateException.class, () -> engine.invokeMethod(table, "call"));
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void areScriptExceptionsIfTheyFail(Flavour flavour) throws Exception {
    var boom = new UnsupportedOperationException("boom");
    try (var engine = engine(flavour)) {
      for (var method : List.of("get", "containsKey", "put", "keySet", "entrySet")) {
        for (int own = 0; own < 2; own++) {
          var map = new Acting(new HashMap<>(Map.of("x", 1)));
          var bindings = own == 0 ? new SimpleBindings(map) : new SimpleBindings(map) {};
          for (int i = 0; i < RUNS; i++) {
            map.action =
                called -> {
                  if (called.equals(method)) {
                    throw boom;
                  }
                };
            if (!method.equals("entrySet")) {
              var thrown =
                  assertThrows(
                      ScriptException.class,
                      () ->
                          engine.eval(
                              "y = x for name in pairs(_G) do local z = name end", bindings),
                      method);
              assertSame(boom, thrown.getCause());
            }
            if (!method.equals("containsKey")) { // the engine asks for its own names itself
              assertEquals(2L, engine.eval("return 1 + 1", bindings), method);
            }
            map.action = called -> {};
            assertEquals(1L, engine.eval("y = x return y", bindings));
          }
        }
      }
      assertEquals(2L, engine.eval("return 1 + 1", foreign()));
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void passOnTheErrorsOfTheJvm(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var error :
          List.of(new OutOfMemoryError("thrown by a map"), new AssertionError("thrown by a map"))) {
        for (var method : List.of("get", "put", "keySet")) {
          for (int i = 0; i < RUNS; i++) {
            var map = new Acting(new HashMap<>(Map.of("x", 1)));
            var bindings = new SimpleBindings(map);
            engine.eval("function f() return x end", bindings);
            map.action =
                called -> {
                  if (called.equals(method)) {
                    throw error;
                  }
                };
            var thrown =
                assertThrows(
                    Throwable.class,
                    () ->
                        engine.eval("y = x for name in pairs(_G) do local z = name end", bindings),
                    method);

            assertSame(error, thrown instanceof ScriptException ? thrown.getCause() : thrown);
            map.action = called -> {};
            assertEquals(1L, engine.eval("return f()", bindings));
          }
        }
      }
    }
  }

  /** Bindings that cannot be told from others, and are not to be. */
  private static final class Unequal extends SimpleBindings {
    @Override
    public boolean equals(Object other) {
      throw new UnsupportedOperationException("equals");
    }

    @Override
    public int hashCode() {
      throw new UnsupportedOperationException("hashCode");
    }
  }

  // BEHAVIOURS H4, H12
  @EachFlavour
  void areNeverCompared(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var first = new Unequal();
      var second = new Unequal();
      engine.eval("function f() return 1 end x = 1", first);
      engine.eval("function f() return 2 end x = 2", second);

      assertEquals(1L, engine.eval("return f()", first));
      assertEquals(2L, engine.eval("return f()", second));
      engine.setBindings(first, ENGINE_SCOPE);
      assertEquals(1L, engine.invokeFunction("f"));
      assertEquals(1L, engine.get("x"));
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void mayChangeWhileTheyAreListed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var map = new Acting(new HashMap<>(Map.of("a", 1, "b", 2, "c", 3)));
      var bindings = new SimpleBindings(map);
      bindings.put("add", (Runnable) () -> map.put("more" + map.size(), 1));
      Object seen =
          engine.eval(
              "local n = 0 for name in pairs(_G) do add() n = n + 1 end return n > 3", bindings);
      assertEquals(true, seen);

      var changing =
          new SimpleBindings(new HashMap<>(Map.of("a", 1))) {
            @Override
            public Set<String> keySet() {
              throw new ConcurrentModificationException();
            }
          };
      var thrown =
          assertThrows(
              ScriptException.class,
              () -> engine.eval("for name in pairs(_G) do x = name end", changing));
      assertInstanceOf(ConcurrentModificationException.class, thrown.getCause());
    }
  }

  // BEHAVIOURS J74, J76
  @EachFlavour
  void mayHaveNoStreams(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bindings : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
        var context =
            new SimpleScriptContext() {
              @Override
              public Writer getWriter() {
                return null;
              }

              @Override
              public Writer getErrorWriter() {
                return null;
              }

              @Override
              public java.io.Reader getReader() {
                return null;
              }
            };
        context.setBindings(bindings, ENGINE_SCOPE);

        assertEquals(
            true,
            engine.eval(
                "print('x') io.write('y', '\\195') io.stdout:flush() io.stderr:write('z') "
                    + "if warn then warn('@on') warn('w') end "
                    + "return io.read() == nil and io.read(0) == nil and io.lines()() == nil",
                context));
      }
    }
  }

  // BEHAVIOURS J74
  @EachFlavour
  void mayThrowOneExceptionAgainAndAgain(Flavour flavour) throws Exception {
    for (var each : List.of(new LuaExitException(3), new IllegalStateException("full"))) {
      var writer =
          new Writer() {
            @Override
            public void write(char[] text, int from, int length) {
              throw each;
            }

            @Override
            public void flush() {
              throw each;
            }

            @Override
            public void close() {}
          };
      try (var engine = engine(flavour)) {
        for (var bindings : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
          engine.getContext().setWriter(writer);
          for (var script :
              List.of("io.write('x')", "print('x')", "io.write('\\195') error('x')")) {
            var thrown = assertThrows(ScriptException.class, () -> engine.eval(script, bindings));
            if (!script.contains("error")) {
              assertSame(each, thrown.getCause(), script);
            }
          }
          engine.getContext().setWriter(new StringWriter());
          assertEquals(1L, engine.eval("return 1", bindings));
        }
      }
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void mayRefuseWithOneErrorAgainAndAgain(Flavour flavour) throws Exception {
    var refused = new AssertionError("refused");
    try (var engine = engine(flavour)) {
      var script =
          engine.compile("y = x local ok, e = pcall(act) y = x if refuses then error(e, 0) end");
      for (int i = 0; i < 2 * RUNS; i++) {
        boolean refuses = i >= RUNS;
        var map = new Acting(new HashMap<>(Map.of("x", i, "act", (Runnable) () -> {})));
        map.put("refuses", refuses);
        if (refuses) {
          map.action =
              method -> {
                if (method.equals("put")) {
                  throw refused;
                }
              };
          var thrown = assertThrows(Throwable.class, () -> script.eval(new SimpleBindings(map)));
          assertSame(refused, thrown instanceof ScriptException ? thrown.getCause() : thrown);
        } else {
          script.eval(new SimpleBindings(map));
          assertEquals((long) i, map.get("y"));
        }
      }
    }
  }

  // BEHAVIOURS 216
  @EachFlavour
  void mayHoldSeveralValuesInOneVariable(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var values : List.of(Values.none(), Values.of(1), Values.of(1, "two", 3.0))) {
        for (var bindings : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
          for (int i = 0; i < RUNS; i++) {
            try {
              bindings.put("v", values);
            } catch (RuntimeException refused) {
              assertTrue(refused.getMessage() != null);
            }
            var seen = engine.eval("local a, b = v, 'b' w = a return a, b", bindings);
            assertEquals("b", ((Object[]) seen)[1]);
            bindings.remove("v");
            assertNull(engine.eval("return v", bindings));
          }
        }
      }
    }
  }

  /** A text that uses the engine whenever it is asked for. */
  private static CharSequence text(Callable<String> made) {
    return new CharSequence() {
      @Override
      public int length() {
        return toString().length();
      }

      @Override
      public char charAt(int index) {
        return toString().charAt(index);
      }

      @Override
      public CharSequence subSequence(int from, int to) {
        return toString().subSequence(from, to);
      }

      @Override
      public String toString() {
        try {
          return made.call();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }

  // BEHAVIOURS H1, J53
  @EachFlavour
  void mayEvaluateWhenATextIsAskedFor(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("n = 0 function id(...) return ... end");
      Callable<String> count = () -> "t" + engine.eval("n = n + 1 x = n return x");
      var text = text(count);
      engine.put("f", (Function<Object, Object>) any -> Values.of(text, 1, text));
      engine.put("list", new ArrayList<Object>(List.of(text, text, text)));
      engine.put("map", new HashMap<Object, Object>(Map.of("k", text)));
      for (int i = 0; i < RUNS; i++) {
        engine.eval("n = 0");
        assertArrayEquals(
            new Object[] {"t1", 2L, "t2"}, (Object[]) engine.invokeFunction("id", text, 2, text));
        engine.put("v", text);
        assertEquals("t3", engine.get("v"));
        assertArrayEquals(
            new Object[] {"t4", 1L, "t5"},
            (Object[]) engine.eval("local a, b, c = f(0) return a, b, c"));
        assertEquals("t6t7", engine.eval("return list[1] .. map.k"));
        assertEquals(
            "t8t9t10",
            engine.eval("local t = '' for s in java.iter(list) do t = t .. s end return t"));
        var bindings = foreign(Map.of("v", text));
        assertEquals("t11", engine.eval("return v", bindings));
      }
    }
  }

  // BEHAVIOURS J53: whatever a context answers
  @EachFlavour
  void mayAnswerStrangelyAboutScopes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var asked =
          new ArrayList<List<Integer>>(
              List.of(List.of(), List.of(7), List.of(ENGINE_SCOPE, 7, GLOBAL_SCOPE)));
      asked.add(null);
      for (var scopes : asked) {
        for (int own = 0; own < 2; own++) {
          var bindings = own == 0 ? engine.getBindings(ENGINE_SCOPE) : foreign();
          var context =
              new SimpleScriptContext() {
                @Override
                public List<Integer> getScopes() {
                  return scopes;
                }

                @Override
                public Bindings getBindings(int scope) {
                  return scope == ENGINE_SCOPE ? bindings : null;
                }
              };
          assertArrayEquals(
              new Object[] {1L, null},
              (Object[])
                  engine.eval(
                      "x = 1 for name in pairs(_G) do y = name end return x, undefined", context));
        }
      }
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void areScriptExceptionsIfAContextFails(Flavour flavour) throws Exception {
    var boom = new IllegalStateException("boom");
    try (var engine = engine(flavour)) {
      for (int failing = 0; failing < 2; failing++) {
        boolean bindingsFail = failing == 0;
        var context =
            new SimpleScriptContext() {
              @Override
              public Object getAttribute(String name) {
                throw boom;
              }

              @Override
              public Bindings getBindings(int scope) {
                if (bindingsFail && scope == ENGINE_SCOPE) {
                  throw boom;
                }
                return foreign();
              }
            };
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("return 1", context));
        assertSame(boom, thrown.getCause());
        var script = engine.compile("return 1");
        thrown = assertThrows(ScriptException.class, () -> script.eval(context));
        assertSame(boom, thrown.getCause());
        engine.setContext(context);
        thrown = assertThrows(ScriptException.class, () -> engine.invokeFunction("print"));
        assertSame(boom, thrown.getCause());
        thrown = assertThrows(ScriptException.class, () -> engine.compile("return 1"));
        assertSame(boom, thrown.getCause());
        engine.setContext(new SimpleScriptContext());
      }
    }
  }

  private static Flavour next(Flavour flavour) {
    return Flavour.values()[(flavour.ordinal() + 1) % Flavour.values().length];
  }

  // BEHAVIOURS H3
  @EachFlavour
  void mayShareBindingsAmongFlavours(Flavour flavour) throws Exception {
    var other = engine(next(flavour));
    try (var engine = engine(flavour)) {
      var shared = foreign();
      var coroutine =
          engine.eval(
              "return coroutine.create("
                  + "function(a) local b = coroutine.yield(a .. 1) return b .. 2 end)");
      shared.put("co", coroutine);
      engine.eval(
          "t = setmetatable({10, 20, n = 'field'}, "
              + "{__call = function(_, a) return a .. '!' end, "
              + "__index = function(_, k) if k == 'bad' then error('bad key') end end})",
          shared);
      assertEquals(
          "field 20 2 x! 10,20, true",
          other.eval(
              "local all = '' for i, v in ipairs(t) do all = all .. v .. ',' end "
                  + "return t.n .. ' ' .. t[2] .. ' ' .. #t .. ' ' .. t('x') .. ' ' .. all .. ' ' "
                  + ".. tostring(not pcall(function() return t.bad end))",
              shared));
      assertArrayEquals(
          new Object[] {true, "a1"},
          (Object[]) other.eval("return coroutine.resume(co, 'a')", shared));
      assertArrayEquals(
          new Object[] {true, "b2", "dead"},
          (Object[])
              other.eval(
                  "local ok, b = coroutine.resume(co, 'b') " + "return ok, b, coroutine.status(co)",
                  shared));
      other.eval("t.other = {tag = 'theirs'} u = t", shared);
      assertEquals("theirs", engine.eval("return t.other.tag .. (u == t and '' or '?')", shared));
      other.close();
      assertArrayEquals(
          new Object[] {"field", "table", false},
          (Object[])
              engine.eval(
                  "return t.n, type(t.other), (pcall(function() return t.other.tag end))", shared));
      assertEquals("userdata", engine.eval("return type(java.import('java.util.ArrayList')())"));
    }
  }

  // BEHAVIOURS H3, H5
  @EachFlavour
  void mayShareBindingsAmongFlavoursAndThreads(Flavour flavour) throws Exception {
    try (var engine = engine(flavour);
        var other = engine(next(flavour))) {
      engine.eval("function twice(n) return 2 * n end");
      other.eval("function thrice(n) return 3 * n end");
      var twice = engine.get("twice");
      var thrice = other.get("thrice");
      var tasks = new ArrayList<FutureTask<Object>>();
      for (int thread = 0; thread < 8; thread++) {
        var mine = thread % 2 == 0 ? engine : other;
        tasks.add(
            new FutureTask<>(
                () -> {
                  for (int i = 0; i < 200; i++) {
                    var bindings = foreign(Map.of("twice", twice, "thrice", thrice, "n", i));
                    var scope = i % 3 == 0 ? mine.getBindings(ENGINE_SCOPE) : null;
                    if (scope != null) {
                      scope.put("twice", twice);
                      scope.put("thrice", thrice);
                      assertEquals(30L, mine.eval("return twice(thrice(5))", scope));
                    }
                    assertEquals(6L * i, mine.eval("return twice(thrice(n))", bindings));
                  }
                  return null;
                }));
      }
      tasks.forEach(each -> new Thread(each).start());
      for (var each : tasks) {
        each.get(60, TimeUnit.SECONDS);
      }
    }
  }

  // BEHAVIOURS J64, H5
  @EachFlavour
  void mayCloseWhileManyRun(Flavour flavour) throws Exception {
    for (int round = 0; round < 10; round++) {
      var engine = engine(flavour);
      var begun = new CountDownLatch(100);
      var shared = new SimpleBindings(new ConcurrentHashMap<>());
      var tasks = new ArrayList<FutureTask<Object>>();
      for (int thread = 0; thread < 8; thread++) {
        int kind = thread % 4;
        tasks.add(
            new FutureTask<>(
                () -> {
                  var own = foreign();
                  try {
                    while (true) {
                      var bindings =
                          kind == 0
                              ? engine.getBindings(ENGINE_SCOPE)
                              : kind == 1 ? shared : kind == 2 ? own : foreign();
                      assertEquals(
                          7L, engine.eval("function f() return 7 end n = f() return n", bindings));
                      begun.countDown();
                    }
                  } catch (IllegalStateException | ScriptException e) {
                    assertTrue(e.getMessage().contains("closed"), e::toString);
                    return null;
                  } finally {
                    begun.countDown();
                  }
                }));
      }
      tasks.forEach(each -> new Thread(each).start());
      assertTrue(begun.await(60, TimeUnit.SECONDS));
      engine.close();
      for (var each : tasks) {
        assertEnds(each);
      }
      assertThrows(IllegalStateException.class, () -> engine.eval("return 1", shared));
    }
  }

  private static void assertEnds(FutureTask<Object> task) throws Exception {
    try {
      assertNull(task.get(60, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  // BEHAVIOURS H4, H5, J80: whenever an interrupt comes
  @EachFlavour
  void mayBeInterruptedAtAnyTime(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var shared = new SimpleBindings(new ConcurrentHashMap<>());
      var own = engine.getBindings(ENGINE_SCOPE);
      var done = new CountDownLatch(1);
      var tasks = new ArrayList<FutureTask<Object>>();
      var threads = new ArrayList<Thread>();
      for (int each = 0; each < 4; each++) {
        int kind = each;
        var task =
            new FutureTask<Object>(
                () -> {
                  boolean ran = false; // an eval to its end
                  while (!ran || done.getCount() > 0) {
                    var bindings = kind == 0 ? own : kind == 1 ? shared : foreign();
                    try {
                      assertEquals(
                          1L,
                          engine.eval(
                              "string.leftover = 1 function f() return 1 end "
                                  + "for i = 1, 1000 do local t = {} end return f()",
                              bindings));
                      ran = true;
                    } catch (ScriptException e) {
                      assertTrue(e.getMessage().contains("interrupted"), e::toString);
                      Thread.interrupted();
                    }
                  }
                  return null;
                });
        tasks.add(task);
        threads.add(new Thread(task));
        threads.get(each).start();
      }
      for (int i = 0; i < 2000; i++) {
        threads.get(i % 4).interrupt();
        if (i % 100 == 0) {
          Thread.sleep(1);
        }
      }
      done.countDown();
      for (var each : tasks) {
        assertEnds(each);
      }
      assertNull(engine.eval("return string.leftover", foreign()));
      assertEquals(1L, engine.eval("return f()", shared));
      assertEquals(1L, engine.eval("return f()", own));
    }
  }

  // BEHAVIOURS J43: what is reserved is the host's, too
  @EachFlavour
  void areScriptExceptionsIfAReservedNameFails(Flavour flavour) throws Exception {
    var boom = new IllegalStateException("boom");
    try (var engine = engine(flavour)) {
      var name =
          new Object() {
            @Override
            public String toString() {
              throw boom;
            }
          };
      for (var bindings : List.of(engine.getBindings(ENGINE_SCOPE), foreign())) {
        bindings.put(ScriptEngine.FILENAME, name);
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("return 1", bindings));
        assertSame(boom, thrown.getCause());
        bindings.remove(ScriptEngine.FILENAME);
        assertEquals(1L, engine.eval("return 1", bindings));
      }
    }
  }
}
