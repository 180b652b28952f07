package org.lupine.bench.contender;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.script.Compilable;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import org.lupine.value.LuaFunction;

/** Ours: by javax.script alone, but for the rows whose names begin with {@code api}. */
final class Lupine extends Contender {
  /** One for all, as hosts have it. */
  private static final ScriptEngineManager MANAGER = new ScriptEngineManager();

  private final String flavour;
  private ScriptEngine engine;

  Lupine(String flavour) {
    this.flavour = flavour;
    new EngineRows(this::row, this::fresh).add();
    texts();
    calls();
    tables();
    loops(Loops.lua()
        .with("listLoop", Data.SIZE, "function bench() local s = 0 for i, v in ipairs(list) do "
            + "s = s + v end return s end")
        .lua("beanGet", "local point = point", "s = s + point.y")
        .lua("beanSet", "local point = point", "point.y = 1.5"), this::loop);
  }

  private ScriptEngine fresh() {
    return MANAGER.getEngineByName(flavour);
  }

  private void texts() {
    int[] serial = {ThreadLocalRandom.current().nextInt(1 << 20)};
    row("evalNew", () -> {
      engine = fresh();
      return () -> engine.eval("local a = " + serial[0]++ + " return a + 1");
    });
    row("compile", () -> {
      var compiler = (Compilable) fresh();
      return () -> compiler.compile(Texts.FORTY_LINES + "return " + serial[0]++);
    });
  }

  /** Opens an engine that has run a code. */
  private Invocable chunk(String code) throws ScriptException {
    engine = fresh();
    engine.eval(code);
    return (Invocable) engine;
  }

  private void calls() {
    row("invokeNumber", () -> {
      var lua = chunk("function f(x) return x + 1 end");
      return () -> lua.invokeFunction("f", 2.5);
    });
    row("invokeText", () -> {
      var lua = chunk("function f(x) return x end");
      return () -> lua.invokeFunction("f", Texts.TEN);
    });
    row("invokeNewText", () -> {
      var lua = chunk("function f(x) return x end");
      int[] serial = {0};
      return () -> lua.invokeFunction("f", Texts.fresh(serial[0]++));
    });
    row("invokeKilobyte", () -> {
      var lua = chunk("function f(x) return x end");
      return () -> lua.invokeFunction("f", Texts.KILOBYTE);
    });
    row("invokeMixed", () -> {
      var lua = chunk("function f(s, d, b) return d end");
      return () -> lua.invokeFunction("f", "abc", 2.5, true);
    });
    row("scriptError", () -> {
      var lua = chunk("function f() error('no') end");
      return () -> {
        try {
          return lua.invokeFunction("f");
        } catch (ScriptException e) {
          return e;
        }
      };
    });
    row("interfaceNumber", () -> {
      var operator = chunk("function applyAsDouble(x) return x + 1 end")
          .getInterface(DoubleUnaryOperator.class);
      double[] sum = {0};
      return () -> {
        sum[0] += operator.applyAsDouble(2.5);
        return sum;
      };
    });
    row("apiNumber", () -> {
      chunk("function f(x) return x + 1 end");
      var function = (LuaFunction) engine.get("f");
      return () -> function.call(2.5).first();
    });
    row("apiText", () -> {
      chunk("function f(x) return x end");
      var function = (LuaFunction) engine.get("f");
      return () -> function.call(Texts.TWENTY).first();
    });
  }

  @SuppressWarnings("unchecked")
  private Map<Object, Object> table(String code) throws ScriptException {
    engine = fresh();
    return (Map<Object, Object>) engine.eval(code);
  }

  private void tables() {
    row("tableGet", () -> {
      var table = table("return {x = 1.5}");
      return () -> table.get("x");
    });
    row("tableSet", () -> {
      var table = table("return {x = 1.5}");
      return () -> table.put("x", 2.5);
    });
    row("tableRead", Data.SIZE, () -> {
      var table = table("local t = {} for i = 1, 10000 do t[i] = i + 0.5 end return t");
      return () -> {
        double sum = 0;
        for (long i = 1; i <= Data.SIZE; i++) {
          sum += ((Number) table.get(i)).doubleValue();
        }
        return sum;
      };
    });
  }

  private Work loop(String code) throws ScriptException {
    engine = fresh();
    var lua = (Invocable) engine;
    engine.put("obj", new Subject());
    engine.put("point", new Point());
    engine.put("plus", (DoubleUnaryOperator) x -> x + 1);
    engine.put("same", (Function<Object, Object>) x -> x);
    engine.put("echo", (UnaryOperator<String>) text -> text);
    engine.put("call", (Function<Object, Object>) x -> {
      try {
        return lua.invokeFunction("id", x);
      } catch (ScriptException | NoSuchMethodException e) {
        throw new IllegalStateException(e);
      }
    });
    engine.put("array", Data.array());
    engine.put("list", Data.list());
    engine.put("map", Data.map());
    engine.eval("function id(x) return x end");
    engine.eval(code);
    return () -> lua.invokeFunction("bench");
  }
}
