package org.lupine.bench.contender;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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

  Lupine(String flavour) {
    this.flavour = flavour;
    new EngineRows(this::row, this::fresh, Language.LUA).add();
    functions();
    tables();
    loops(
        Loops.lua()
            .with(
                "listLoop",
                Data.SIZE,
                "function bench() local s = 0 for i, v in ipairs(list) do "
                    + "s = s + v end return s end")
            .with(
                "bufferSum",
                Data.SIZE,
                "local b = java.buffer('double', 10000) for i = 1, #b do b[i] = i + 0.5 end "
                    + "function bench() local s, b = 0, b for i = 1, #b do s = s + b[i] end "
                    + "return s end")
            .lua("beanGet", "local point = point", "s = s + point.y")
            .lua("beanSet", "local point = point", "point.y = 1.5"),
        this::loop);
  }

  private ScriptEngine fresh() {
    return MANAGER.getEngineByName(flavour);
  }

  private void functions() {
    row(
        "apiNumber",
        () -> {
          var function = (LuaFunction) fresh().eval("return function(x) return x + 1 end");
          return () -> function.call(2.5).first();
        });
    row(
        "apiText",
        () -> {
          var function = (LuaFunction) fresh().eval("return function(x) return x end");
          return () -> function.call(Texts.TWENTY).first();
        });
  }

  @SuppressWarnings("unchecked")
  private Map<Object, Object> table(String code) throws ScriptException {
    return (Map<Object, Object>) fresh().eval(code);
  }

  private void tables() {
    row(
        "tableGet",
        () -> {
          var table = table("return {x = 1.5}");
          return () -> table.get("x");
        });
    row(
        "tableSet",
        () -> {
          var table = table("return {x = 1.5}");
          return () -> table.put("x", 2.5);
        });
    row(
        "tableRead",
        Data.SIZE,
        () -> {
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
    var engine = fresh();
    var lua = (Invocable) engine;
    engine.put("obj", new Subject());
    engine.put("point", new Point());
    engine.put("plus", (DoubleUnaryOperator) x -> x + 1);
    engine.put("same", (Function<Object, Object>) x -> x);
    engine.put("echo", (UnaryOperator<String>) text -> text);
    engine.put(
        "call",
        (Function<Object, Object>)
            x -> {
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
