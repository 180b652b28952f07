package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.LuaExport;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 246: limits of the text that scripts write and the values that they pass to Java. */
class TransferLimitsTest {
  /** A host that keeps what it is given. */
  public static final class Keeper {
    private final List<Object> kept = new ArrayList<>();

    @LuaExport
    public void keep(Object value) {
      kept.add(value);
    }

    @LuaExport
    public void keepAll(List<String> values) {
      kept.add(values);
    }

    @LuaExport
    public void keepMap(Map<String, String> values) {
      kept.add(values);
    }

    @LuaExport
    public void keepArray(String[] values) {
      kept.add(values);
    }

    @LuaExport
    public void setNote(String note) {
      kept.add(note);
    }

    @LuaExport
    public void keepResult(Supplier<Object> source) {
      kept.add(source.get());
    }

    @LuaExport
    public void keepNumbers(DoubleUnaryOperator source) {
      for (int i = 0; i < 500; i++) {
        kept.add(source.applyAsDouble(i));
      }
    }

    @LuaExport
    public void call(Runnable action) {
      action.run();
    }
  }

  private static LuaScriptEngine engine(LuaOptions options) {
    var engine = new LuaEngineFactory().getScriptEngine(options);
    engine.getContext().setWriter(new StringWriter());
    engine.getContext().setErrorWriter(new StringWriter());
    return engine;
  }

  // Regression: a table of them filled Java's heap
  @EachFlavour
  void countBigNumbersThatOperatorsMake(Flavour flavour) throws Exception {
    var options =
        LuaOptions.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).maxTransfer(100_000).build();
    try (var engine = engine(options)) {
      engine.put("price", new BigDecimal("9.99"));
      var thrown =
          refusal(
              engine,
              "local x = (price - price + 2) ^ 4000 "
                  + "local t = {} for i = 1, 1000 do t[i] = x + i end");
      assertTrue(thrown.getMessage().contains("(maxTransfer)"), thrown::getMessage);
      assertEquals(
          true,
          engine.eval(
              "local sum = price for i = 1, 2000 do sum = sum + price end return sum > price"));
    }
  }

  private static LuaException refusal(LuaScriptEngine engine, String script) {
    return assertInstanceOf(
        LuaException.class,
        assertThrows(ScriptException.class, () -> engine.eval(script), script).getCause(),
        script);
  }

  @EachFlavour
  void outputIsLimitedForEachCall(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).maxOutput(1000).build();
    var engine = engine(options);
    try {
      for (var write :
          List.of("print(s)", "io.write(s)", "io.stdout:write(s)", "io.stderr:write(s)")) {
        var script = "local s = ('x'):rep(90) for i = 1, %d do " + write + " end";
        engine.eval(String.format(script, 8));
        engine.eval(String.format(script, 8)); // another call has as much again
        var message = refusal(engine, String.format(script, 20)).getMessage();
        assertTrue(message.contains("no run may write more than 1000 bytes (maxOutput)"), message);
      }
      assertEquals(
          false,
          engine.eval(
              "local ok for i = 1, 20 do " + "ok = pcall(print, ('x'):rep(90)) end return ok"));
      assertEquals(1000, options.maxOutput());
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void transferIsLimitedForEachCall(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).maxTransfer(100_000).build();
    var engine = engine(options);
    try {
      var keeper = new Keeper();
      engine.put("keeper", keeper);
      engine.put("map", new HashMap<String, Object>());
      for (var pass :
          List.of(
              "keeper:keep(('x'):rep(5000))",
              "map[i] = ('x'):rep(5000)",
              "keeper:call(function() keeper:keep(('x'):rep(5000)) end)",
              "for j = 1, 200 do keeper:keep(j) end",
              "keeper.note = ('x'):rep(5000)",
              "keeper:keepAll({('x'):rep(2500), ('y'):rep(2500)})",
              "keeper:keepMap({a = ('x'):rep(2500), b = ('y'):rep(2500)})",
              "keeper:keepArray({('x'):rep(2500), ('y'):rep(2500)})",
              "keeper:keepResult(function() return ('x'):rep(5000) end)",
              "keeper:keepNumbers(function(x) return x end)",
              "map:computeIfAbsent('k', function() return ('x'):rep(5000) end) map:clear()")) {
        var script = "for i = 1, %d do " + pass + " end";
        engine.eval(String.format(script, 8));
        engine.eval(String.format(script, 8));
        var message = refusal(engine, String.format(script, 100)).getMessage();
        assertTrue(
            message.contains("no run may pass more to Java than 100000 bytes (maxTransfer)"),
            message);
      }
      // what is only read does not count
      engine.eval("local n for i = 1, 10000 do n = map.name end");
    } finally {
      engine.close();
    }
  }

  /** Returns the results of a script; on a busy machine the preset's time may not be enough. */
  private static List<?> inTime(LuaScriptEngine engine, String script, Bindings bindings)
      throws ScriptException {
    for (int i = 0; i < 5; i++) {
      try {
        return List.of((Object[]) engine.eval(script, bindings));
      } catch (ScriptException e) {
        assertInstanceOf(LuaTimeoutException.class, e.getCause(), e::toString);
      }
    }
    return List.of("too late");
  }

  @EachFlavour
  void presetsLimitBothWhateverTheBindings(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build();
    assertEquals(16 << 20, options.maxOutput());
    assertEquals(64 << 20, options.maxTransfer());
    var engine = engine(options);
    try {
      for (var bindings : List.of(engine.getBindings(100), new SimpleBindings())) {
        bindings.put("keeper", new Keeper());
        assertEquals(
            List.of(true, false),
            inTime(
                engine,
                "local s = ('x'):rep(6000000) local first, last = pcall(print, s) "
                    + "for i = 1, 2 do last = pcall(print, s) end return first, last",
                bindings));
        assertEquals(
            List.of(true, false),
            inTime(
                engine,
                "local s = ('x'):rep(12000000) local first, last = pcall(keeper.keep, keeper, s) "
                    + "for i = 1, 5 do last = pcall(keeper.keep, keeper, s) end return first, last",
                bindings));
      }
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void presetsAreNotWeakened(Flavour flavour) {
    for (var sandbox : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      var builder = LuaOptions.builder().flavour(flavour).sandbox(sandbox);
      for (long more : new long[] {0, 1L << 40}) {
        assertThrows(IllegalArgumentException.class, () -> builder.maxOutput(more).build());
        builder.maxOutput(1);
        assertThrows(IllegalArgumentException.class, () -> builder.maxTransfer(more).build());
        builder.maxTransfer(1);
      }
      assertEquals(1, builder.build().maxTransfer());
    }
    assertThrows(IllegalArgumentException.class, () -> LuaOptions.builder().maxOutput(-1));
    assertThrows(IllegalArgumentException.class, () -> LuaOptions.builder().maxTransfer(-1));
  }

  @EachFlavour
  void otherStatesDoNotRenewTheLimits(Flavour flavour) throws Exception {
    var engine =
        engine(LuaOptions.builder().flavour(flavour).maxOutput(1000).maxTransfer(100_000).build());
    try {
      engine.put("keeper", new Keeper());
      engine.eval(
          "function say() print(('x'):rep(90)) end function keep() keeper:keep(('x'):rep(5000)) end");
      for (var use : List.of("say", "keep")) {
        var helper = new SimpleBindings();
        helper.put("f", engine.get(use));
        engine.eval("for i = 1, 8 do f() end", helper);
        engine.eval("for i = 1, 8 do f() end", helper); // another run has as much again
        var thrown =
            assertThrows(
                ScriptException.class, () -> engine.eval("for i = 1, 100 do f() end", helper), use);
        assertTrue(thrown.getMessage().contains("no run may"), thrown::getMessage);
        engine.eval("for i = 1, 8 do " + use + "() end");
      }
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void variablesOfForeignBindingsAndWarningsCount(Flavour flavour) throws Exception {
    var engine =
        engine(LuaOptions.builder().flavour(flavour).maxOutput(1000).maxTransfer(100_000).build());
    try {
      var thrown =
          assertThrows(
              ScriptException.class,
              () ->
                  engine.eval(
                      "for i = 1, 100 do _G['k' .. i] = ('x'):rep(5000) end",
                      new SimpleBindings()));
      assertTrue(thrown.getMessage().contains("maxTransfer"), thrown::getMessage);
      if (flavour == Flavour.LUA54 || flavour == Flavour.LUA55) {
        // warn raises no errors: what is too much is not written
        engine.eval("warn('@on') for i = 1, 20 do warn(('x'):rep(90)) end");
        int written = engine.getContext().getErrorWriter().toString().length();
        assertTrue(written > 500 && written <= 1000, "" + written);
      }
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void whatTheHostReadsDoesNotCount(Flavour flavour) throws Exception {
    var engine = engine(LuaOptions.builder().flavour(flavour).maxTransfer(1000).build());
    try {
      var table =
          (LuaTable)
              engine.eval("local t = {} for i = 1, 100 do t[i] = ('x'):rep(100) end return t");
      assertEquals(100, ((List<?>) table.toJava()).size());
      for (int i = 1; i <= 100; i++) {
        assertEquals(100, ((String) table.get((long) i)).length());
      }
      assertEquals(10_000, ((String) engine.eval("return ('x'):rep(10000)")).length());
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void constrainedScriptsHaveTheirLimits(Flavour flavour) {
    var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.CONSTRAINED).build();
    assertEquals(64 << 20, options.maxOutput());
    assertEquals(256 << 20, options.maxTransfer());
  }

  @EachFlavour
  void valuesOfOtherStatesCount(Flavour flavour) throws Exception {
    var engine = engine(LuaOptions.builder().flavour(flavour).maxTransfer(100_000).build());
    try {
      engine.put("keeper", new Keeper());
      engine.eval(
          "big = {} for i = 1, 4 do big[i] = ('x'):rep(5000) end "
              + "function f() return ('x'):rep(20000) end");
      for (var use :
          List.of("keeper:keepAll(big)", "keeper:keepArray(big)", "keeper:keepResult(f)")) {
        for (var bindings : List.of(engine.getBindings(100), new SimpleBindings())) {
          for (var name : List.of("keeper", "big", "f")) {
            bindings.put(name, engine.get(name));
          }
          var thrown =
              assertThrows(
                  ScriptException.class,
                  () -> engine.eval("for i = 1, 20 do " + use + " end", bindings),
                  use);
          assertTrue(thrown.getMessage().contains("maxTransfer"), thrown::getMessage);
          engine.eval(use, bindings); // the next run has as much again
        }
      }
    } finally {
      engine.close();
    }
  }

  /** Runs functions in threads of its own. */
  public static final class Elsewhere {
    private final List<Object> kept = new ArrayList<>();

    @LuaExport
    public void run(Supplier<Object> source) throws InterruptedException {
      var thread = new Thread(() -> kept.add(source.get()));
      thread.setUncaughtExceptionHandler((which, e) -> {});
      thread.start();
      thread.join();
    }
  }

  @EachFlavour
  void resultsInOtherThreadsCount(Flavour flavour) throws Exception {
    var options =
        LuaOptions.builder().flavour(flavour).sandbox(Sandbox.CONSTRAINED).maxTransfer(100_000);
    var engine = engine(options.build());
    try {
      var elsewhere = new Elsewhere();
      engine.put("elsewhere", elsewhere);
      var script = "for i = 1, %d do elsewhere:run(function() return ('x'):rep(5000) end) end";
      engine.eval(String.format(script, 8));
      assertEquals(8, elsewhere.kept.size());
      assertThrows(ScriptException.class, () -> engine.eval(String.format(script, 400)));
      assertTrue(elsewhere.kept.size() < 40, "" + elsewhere.kept.size());
    } finally {
      engine.close();
    }
  }

  @EachFlavour
  void theStreamsOfTheProcessAreLimited(Flavour flavour) {
    var child = child("-Xmx128m", flavour.name());

    assertEquals(0, child.status(), child::toString);
    assertTrue(child.out().matches("([ps]{90}\\n)*"), child::toString);
    for (var letter : List.of("p", "s")) { // each call writes as much as the first
      long lines = child.out().lines().filter(line -> line.startsWith(letter)).count();
      assertTrue(lines >= 10 && lines <= 22 && lines % 2 == 0, child::toString);
    }
    assertEquals("true true\ntrue true\n", child.err(), child::toString);
  }

  @Test
  void anEngineThatIsFoundByItsNameLeavesMemoryToItsHost() {
    var child = child("-Xmx128m");

    assertEquals(0, child.status(), child::toString);
    assertEquals("true 2\n", child.out(), child::toString);
  }

  private static ChildProcess child(String heap, String... arguments) {
    var command =
        ChildProcess.java(List.of(heap, "-XX:+UseSerialGC"), OutputChild.class, arguments);
    return ChildProcess.run(Path.of("."), Duration.ofMinutes(2), "", command);
  }

  /**
   * Writes in a JVM of its own: more than a call may to the streams of the process, twice under
   * each preset, or without an argument to a text that the host of {@code lua-sandbox} keeps.
   */
  static final class OutputChild {
    private static final String MUCH = "no run may write more than";

    public static void main(String[] arguments) throws Exception {
      if (arguments.length == 0) {
        writeByName();
        return;
      }
      var flavour = Flavour.valueOf(arguments[0]);
      write(flavour, Sandbox.SANDBOX, "for i = 1, 20 do print(('p'):rep(90)) end");
      write(
          flavour,
          Sandbox.CONSTRAINED,
          "for i = 1, 20 do io.write(('s'):rep(90)) io.stdout:write('\\n') end");
    }

    private static void write(Flavour flavour, Sandbox sandbox, String script) {
      var options = LuaOptions.builder().flavour(flavour).sandbox(sandbox).maxOutput(1000);
      try (var lua = LuaRuntime.create(options.build())) {
        System.err.println(isRefused(lua, script) + " " + isRefused(lua, script));
      }
    }

    private static boolean isRefused(LuaRuntime lua, String script) {
      try {
        lua.execute(script);
        return false;
      } catch (LuaException e) {
        return e.getMessage().contains(MUCH + " 1000 bytes (maxOutput)");
      }
    }

    private static void writeByName() throws ScriptException {
      var engine = new ScriptEngineManager().getEngineByName("lua-sandbox");
      engine.getContext().setWriter(new StringWriter());
      boolean refused = false;
      try {
        engine.eval("local s = ('x'):rep(1e6) while true do print(s) end");
      } catch (ScriptException e) {
        refused = e.getMessage().contains(MUCH) || e.getCause() instanceof LuaTimeoutException;
      }
      System.out.println(refused + " " + engine.eval("return 1 + 1"));
    }
  }
}
