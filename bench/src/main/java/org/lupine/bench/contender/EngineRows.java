package org.lupine.bench.contender;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.Compilable;
import javax.script.CompiledScript;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleBindings;

/** The rows of Java's side of a script engine, by javax.script alone. */
final class EngineRows {
  private static final String[] NAMES = "a b c d e f g h i j".split(" ");

  private final Adder rows;
  private final Supplier<ScriptEngine> engines;
  private final Language language;

  /** Adds a row. */
  @FunctionalInterface
  interface Adder {
    /** Adds a row. */
    void row(String name, Contender.Opening opening);
  }

  EngineRows(Adder rows, Supplier<ScriptEngine> engines, Language language) {
    this.rows = rows;
    this.engines = engines;
    this.language = language;
  }

  void add() {
    texts();
    variables();
    calls();
    threads();
  }

  private String result(String expression) {
    return language.result() + expression;
  }

  private void texts() {
    int[] serial = {0};
    rows.row(
        "evalNew",
        () -> {
          var engine = engines.get();
          return () -> engine.eval(language.fresh(serial[0]++));
        });
    rows.row(
        "compile",
        () -> {
          var compiler = (Compilable) engines.get();
          return () -> compiler.compile(language.lines() + result("" + serial[0]++));
        });
    rows.row(
        "create",
        () -> {
          // Looking for services is not part of creating an engine.
          var factory = engines.get().getFactory();
          return () -> {
            var engine = factory.getScriptEngine();
            var result = engine.eval(result("1"));
            if (engine instanceof AutoCloseable closeable) {
              closeable.close();
            }
            return result;
          };
        });
    rows.row(
        "evalSeen",
        () -> {
          var engine = engines.get();
          return () -> engine.eval(result("1"));
        });
    rows.row(
        "compiled",
        () -> {
          var script = compile(result("1"));
          return script::eval;
        });
    rows.row(
        "compiledPut",
        () -> {
          var engine = engines.get();
          var script = ((Compilable) engine).compile(result("x + 1"));
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

  private void variables() {
    rows.row(
        "bindings",
        () -> {
          var script = compile(result("a + b + c"));
          return () -> script.eval(letters(8, 1.5));
        });
    for (var name : new String[] {"rule", "rule1", "rule2"}) {
      rows.row(
          name,
          () -> {
            var script = compile("d = a * b + c; " + result("d"));
            return () -> script.eval(letters(3, 1.5));
          });
    }
    rows.row(
        "ruleLibrary",
        () -> {
          var script = compile(language.library());
          return () -> script.eval(letters(3, 1.5));
        });
    rows.row(
        "ruleLoop",
        () -> {
          var script = compile(language.loop());
          return () -> script.eval(letters(3, 1.5));
        });
    rows.row(
        "put",
        () -> {
          var engine = engines.get();
          return () -> {
            engine.put("x", 2.5);
            return engine;
          };
        });
    rows.row(
        "get",
        () -> {
          var engine = engines.get();
          engine.put("x", 2.5);
          return () -> engine.get("x");
        });
    rows.row(
        "putGet",
        () -> {
          var engine = engines.get();
          return () -> {
            engine.put("x", 2.5);
            return engine.get("x");
          };
        });
  }

  private void threads() {
    for (int threads : new int[] {1, 2, 4, 16}) {
      rows.row(
          "shared" + threads,
          () -> {
            var engine = defining(language.function("id", "x", "x"));
            return () -> engine.invokeFunction("id", 2.5);
          });
      rows.row(
          "locked" + threads,
          () -> {
            var engine = defining(language.function("id", "x", "x"));
            return () -> {
              synchronized (engine) {
                return engine.invokeFunction("id", 2.5);
              }
            };
          });
    }
    rows.row(
        "jmeter",
        () -> {
          var script = compile(result("a + b + c + d + e + f + g + h + i + j"));
          return () -> script.eval(letters(10, 1.5));
        });
  }

  /** Returns an engine that has run a text. */
  private Invocable defining(String text) throws ScriptException {
    var engine = engines.get();
    engine.eval(text);
    return (Invocable) engine;
  }

  private void calls() {
    rows.row(
        "invokeNumber",
        () -> {
          var engine = defining(language.function("f", "x", "x + 1"));
          return () -> engine.invokeFunction("f", 2.5);
        });
    rows.row(
        "invokeText",
        () -> {
          var engine = defining(language.function("f", "x", "x"));
          return () -> engine.invokeFunction("f", Texts.TEN);
        });
    rows.row(
        "invokeNewText",
        () -> {
          var engine = defining(language.function("f", "x", "x"));
          int[] serial = {0};
          return () -> engine.invokeFunction("f", Texts.fresh(serial[0]++));
        });
    rows.row(
        "invokeKilobyte",
        () -> {
          var engine = defining(language.function("f", "x", "x"));
          return () -> engine.invokeFunction("f", Texts.KILOBYTE);
        });
    rows.row(
        "invokeMixed",
        () -> {
          var engine = defining(language.function("f", "s, d, b", "d"));
          return () -> engine.invokeFunction("f", "abc", 2.5, true);
        });
    rows.row(
        "scriptError",
        () -> {
          var engine = defining(language.failing());
          return () -> {
            try {
              return engine.invokeFunction("f");
            } catch (ScriptException e) {
              return e;
            }
          };
        });
    rows.row(
        "interfaceNumber",
        () -> {
          var operator =
              defining(language.function("applyAsDouble", "x", "x + 1"))
                  .getInterface(DoubleUnaryOperator.class);
          double[] sum = {0};
          return () -> {
            sum[0] += operator.applyAsDouble(2.5);
            return sum;
          };
        });
  }
}
