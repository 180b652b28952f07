package org.lupine.bench.contender;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/** GraalJS by the polyglot API; on a JDK without Graal's compiler it interprets. */
final class GraalJs extends Contender {
  private static final String LANGUAGE = "js";

  private Context context;

  GraalJs() {
    texts();
    variables();
    calls();
    loops(
        ScriptLoops.javaScript()
            .body("listLoop", Data.SIZE, "for (var v of list) { s = s + v }")
            .body("mapPairs", Data.MAP_SIZE, "for (var v of map.values()) { s = s + v }")
            .common()
            .with(
                "beanGet",
                1_000,
                "function bench() { var s = 0; for (var i = 0; i < 1000; i++) { "
                    + "s = s + point.getY() }; return s }")
            .with(
                "beanSet",
                1_000,
                "function bench() { for (var i = 0; i < 1000; i++) { "
                    + "point.setY(1.5) }; return 0 }")
            .with(
                "coroutine",
                1_000,
                "var co = (function* () { while (true) { yield plus(1.5) } })()",
                "function bench() { var s = 0; for (var i = 0; i < 1000; i++) { "
                    + "s = s + co.next().value }; return s }"),
        this::loop);
  }

  private static Context fresh() {
    return Context.newBuilder(LANGUAGE)
        .allowAllAccess(true)
        .option("engine.WarnInterpreterOnly", "false")
        .build();
  }

  /** Opens a context and returns the result of a text. */
  private Value eval(String text) {
    context = fresh();
    return context.eval(LANGUAGE, text);
  }

  private void texts() {
    int[] serial = {0};
    row(
        "create",
        () -> {
          var engine = Engine.newBuilder().option("engine.WarnInterpreterOnly", "false").build();
          return () -> {
            try (var each = Context.newBuilder(LANGUAGE).engine(engine).build()) {
              return each.eval(LANGUAGE, "1").asInt();
            }
          };
        });
    row(
        "evalNew",
        () -> {
          context = fresh();
          return () -> context.eval(LANGUAGE, Language.JAVASCRIPT.fresh(serial[0]++)).asInt();
        });
    row(
        "evalSeen",
        () -> {
          context = fresh();
          return () -> context.eval(LANGUAGE, "1").asInt();
        });
    row(
        "compile",
        () -> {
          context = fresh();
          return () -> context.parse(LANGUAGE, Language.JAVASCRIPT.lines() + serial[0]++);
        });
    row(
        "compiled",
        () -> {
          context = fresh();
          var script = context.parse(Source.create(LANGUAGE, "1"));
          return () -> script.execute().asInt();
        });
  }

  private void variables() {
    row(
        "compiledPut",
        () -> {
          context = fresh();
          var script = context.parse(LANGUAGE, "x + 1");
          var variables = context.getBindings(LANGUAGE);
          return () -> {
            variables.putMember("x", 2.5);
            return script.execute().asDouble();
          };
        });
    row(
        "put",
        () -> {
          context = fresh();
          var variables = context.getBindings(LANGUAGE);
          return () -> {
            variables.putMember("x", 2.5);
            return variables;
          };
        });
    row(
        "putGet",
        () -> {
          context = fresh();
          var variables = context.getBindings(LANGUAGE);
          return () -> {
            variables.putMember("x", 2.5);
            return variables.getMember("x").asDouble();
          };
        });
  }

  private void calls() {
    row(
        "invokeNumber",
        () -> {
          var function = eval("(function (x) { return x + 1 })");
          return () -> function.execute(2.5).asDouble();
        });
    row(
        "interfaceNumber",
        () -> {
          var operator = eval("(function (x) { return x + 1 })").as(DoubleUnaryOperator.class);
          return () -> operator.applyAsDouble(2.5);
        });
    for (var text :
        new String[][] {{"invokeText", Texts.TEN}, {"invokeKilobyte", Texts.KILOBYTE}}) {
      row(
          text[0],
          () -> {
            var function = eval("(function (x) { return x })");
            return () -> function.execute(text[1]).asString();
          });
    }
    row(
        "invokeMixed",
        () -> {
          var function = eval("(function (s, d, b) { return d })");
          return () -> function.execute("abc", 2.5, true).asDouble();
        });
    row(
        "scriptError",
        () -> {
          var function = eval("(function () { throw new Error('no') })");
          return () -> {
            try {
              return function.execute();
            } catch (PolyglotException e) {
              return e;
            }
          };
        });
  }

  private Work loop(String code) {
    context = fresh();
    var variables = context.getBindings(LANGUAGE);
    context.eval(LANGUAGE, "function id(x) { return x }");
    var id = variables.getMember("id");
    variables.putMember("obj", new Subject());
    variables.putMember("point", new Point());
    variables.putMember("plus", (DoubleUnaryOperator) x -> x + 1);
    variables.putMember("same", (Function<Object, Object>) x -> x);
    variables.putMember("echo", (UnaryOperator<String>) text -> text);
    variables.putMember("call", (Function<Object, Object>) id::execute);
    variables.putMember("array", Data.array());
    variables.putMember("list", Data.list());
    variables.putMember("map", Data.map());
    context.eval(LANGUAGE, code);
    var bench = variables.getMember("bench");
    return () -> bench.execute().asDouble();
  }
}
