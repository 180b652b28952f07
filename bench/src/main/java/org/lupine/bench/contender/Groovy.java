package org.lupine.bench.contender;

import groovy.lang.Binding;
import groovy.lang.GroovyShell;
import groovy.lang.Script;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Groovy by its shell: dynamic, compiled to Java bytecode. */
final class Groovy extends Contender {
  private static final Language LANGUAGE = Language.GROOVY;

  Groovy() {
    scripts();
    calls();
    loops(
        ScriptLoops.groovy()
            .body("listLoop", Data.SIZE, "for (v in list) { s = s + v }")
            .body("mapPairs", Data.MAP_SIZE, "for (e in map) { s = s + e.value }")
            .common(),
        this::loop);
  }

  private void scripts() {
    int[] serial = {0};
    row("create", () -> () -> new GroovyShell().evaluate("return 1"));
    row(
        "evalNew",
        () -> {
          var shell = new GroovyShell();
          return () -> shell.evaluate(LANGUAGE.fresh(serial[0]++));
        });
    row(
        "compile",
        () -> {
          var shell = new GroovyShell();
          return () -> shell.parse(LANGUAGE.lines() + "return " + serial[0]++);
        });
    row(
        "compiled",
        () -> {
          var script = new GroovyShell().parse("return 1");
          return script::run;
        });
    row(
        "compiledPut",
        () -> {
          var script = new GroovyShell().parse("return x + 1");
          return () -> {
            script.setProperty("x", 2.5);
            return script.run();
          };
        });
    row(
        "bindings",
        () -> {
          var script = new GroovyShell().parse("return a + b + c");
          return () -> {
            var binding = new Binding();
            for (char name = 'a'; name <= 'h'; name++) {
              binding.setVariable(String.valueOf(name), 1.5);
            }
            script.setBinding(binding);
            return script.run();
          };
        });
  }

  private static Script defining(String function) {
    var script = new GroovyShell().parse(function);
    script.run();
    return script;
  }

  private void calls() {
    row(
        "invokeNumber",
        () -> {
          var script = defining(LANGUAGE.function("f", "x", "x + 1"));
          return () -> script.invokeMethod("f", 2.5);
        });
    for (var text :
        new String[][] {{"invokeText", Texts.TEN}, {"invokeKilobyte", Texts.KILOBYTE}}) {
      row(
          text[0],
          () -> {
            var script = defining(LANGUAGE.function("f", "x", "x"));
            return () -> script.invokeMethod("f", text[1]);
          });
    }
    row(
        "invokeMixed",
        () -> {
          var script = defining(LANGUAGE.function("f", "s, d, b", "d"));
          return () -> script.invokeMethod("f", new Object[] {"abc", 2.5, true});
        });
    row(
        "scriptError",
        () -> {
          var script = defining(LANGUAGE.failing());
          return () -> {
            try {
              return script.invokeMethod("f", null);
            } catch (Exception e) {
              return e;
            }
          };
        });
  }

  private Work loop(String code) {
    var binding = new Binding();
    var script = new GroovyShell(binding).parse(LANGUAGE.function("id", "x", "x") + "\n" + code);
    binding.setVariable("obj", new Subject());
    binding.setVariable("point", new Point());
    binding.setVariable("plus", (DoubleUnaryOperator) x -> x + 1);
    binding.setVariable("same", (Function<Object, Object>) x -> x);
    binding.setVariable("echo", (UnaryOperator<String>) text -> text);
    binding.setVariable("call", (Function<Object, Object>) x -> script.invokeMethod("id", x));
    binding.setVariable("array", Data.array());
    binding.setVariable("list", Data.list());
    binding.setVariable("map", Data.map());
    return () -> script.invokeMethod("bench", null);
  }
}
