package org.lupine.bench.contender;

import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.Compilable;
import javax.script.CompiledScript;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleBindings;

/** The rows that are the same for each engine of javax.script: texts, bindings and threads. */
final class EngineRows {
  private final Adder rows;
  private final Supplier<ScriptEngine> engines;
  private final String one;
  private final String plusOne;
  private final String three;
  private final String rule;
  private final String ten;
  private final String identity;

  /** Adds a row. */
  @FunctionalInterface
  interface Adder {
    /** Adds a row. */
    void row(String name, Contender.Opening opening);
  }

  /** Makes the rows of Lua. */
  EngineRows(Adder rows, Supplier<ScriptEngine> engines) {
    this(rows, engines, "return ", "function id(x) return x end");
  }

  /** Takes what stands before the result of a script, and the function {@code id}. */
  EngineRows(Adder rows, Supplier<ScriptEngine> engines, String result, String identity) {
    this.rows = rows;
    this.engines = engines;
    this.identity = identity;
    one = result + "1";
    plusOne = result + "x + 1";
    three = result + "a + b + c";
    rule = "d = a * b + c; " + result + "d";
    ten = result + "a + b + c + d + e + f + g + h + i + j";
  }

  void add() {
    single();
    variables();
    shared();
  }

  private void single() {
    rows.row("create", () -> {
      // Looking for services is no part of making an engine.
      var factory = engines.get().getFactory();
      return () -> {
        var engine = factory.getScriptEngine();
        var result = engine.eval(one);
        if (engine instanceof AutoCloseable closeable) {
          closeable.close();
        }
        return result;
      };
    });
    rows.row("evalSeen", () -> {
      var engine = engines.get();
      return () -> engine.eval(one);
    });
    rows.row("compiled", () -> {
      var script = compile(one);
      return script::eval;
    });
    rows.row("compiledPut", () -> {
      var engine = engines.get();
      var script = ((Compilable) engine).compile(plusOne);
      return () -> {
        engine.put("x", 2.5);
        return script.eval();
      };
    });
  }

  private CompiledScript compile(String text) throws ScriptException {
    return ((Compilable) engines.get()).compile(text);
  }

  private static Bindings letters(int count, double value) {
    var bindings = new SimpleBindings();
    for (int i = 0; i < count; i++) {
      bindings.put(NAMES[i], value + i);
    }
    return bindings;
  }

  private static final String[] NAMES = "a b c d e f g h i j".split(" ");

  private void variables() {
    rows.row("bindings", () -> {
      var script = compile(three);
      return () -> script.eval(letters(8, 1.5));
    });
    for (var name : new String[] {"rule", "rule1", "rule2"}) {
      rows.row(name, () -> {
        var script = compile(rule);
        return () -> script.eval(letters(3, 1.5));
      });
    }
    rows.row("put", () -> {
      var engine = engines.get();
      return () -> {
        engine.put("x", 2.5);
        return engine;
      };
    });
    rows.row("get", () -> {
      var engine = engines.get();
      engine.put("x", 2.5);
      return () -> engine.get("x");
    });
    rows.row("putGet", () -> {
      var engine = engines.get();
      return () -> {
        engine.put("x", 2.5);
        return engine.get("x");
      };
    });
  }

  private void shared() {
    for (int threads : new int[] {1, 2, 4, 16}) {
      rows.row("shared" + threads, () -> {
        var lua = shareable();
        return () -> lua.invokeFunction("id", 2.5);
      });
      rows.row("locked" + threads, () -> {
        var lua = shareable();
        return () -> {
          synchronized (lua) {
            return lua.invokeFunction("id", 2.5);
          }
        };
      });
    }
    rows.row("jmeter", () -> {
      var script = compile(ten);
      return () -> script.eval(letters(10, 1.5));
    });
  }

  private Invocable shareable() throws ScriptException {
    var engine = engines.get();
    engine.eval(identity);
    return (Invocable) engine;
  }
}
