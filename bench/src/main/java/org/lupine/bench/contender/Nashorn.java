package org.lupine.bench.contender;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.openjdk.nashorn.api.scripting.NashornScriptEngineFactory;

/** Nashorn: JavaScript, compiled to Java bytecode. */
final class Nashorn extends Contender {
  Nashorn() {
    new EngineRows(this::row, Nashorn::fresh, Language.JAVASCRIPT).add();
    loops(
        ScriptLoops.javaScript()
            .body("listLoop", Data.SIZE, "for each (var v in list) { s = s + v }")
            .body("mapPairs", Data.MAP_SIZE, "for each (var v in map.values()) { s = s + v }")
            .common(),
        this::loop);
  }

  private static ScriptEngine fresh() {
    return new NashornScriptEngineFactory().getScriptEngine();
  }

  private Work loop(String code) throws ScriptException {
    var engine = fresh();
    var script = (Invocable) engine;
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
                return script.invokeFunction("id", x);
              } catch (ScriptException | NoSuchMethodException e) {
                throw new IllegalStateException(e);
              }
            });
    engine.put("array", Data.array());
    engine.put("list", Data.list());
    engine.put("map", Data.map());
    engine.eval("function id(x) { return x }");
    engine.eval(code);
    return () -> script.invokeFunction("bench");
  }
}
