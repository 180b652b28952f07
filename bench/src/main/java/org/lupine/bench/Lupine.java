package org.lupine.bench;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import javax.script.CompiledScript;
import javax.script.ScriptEngineManager;
import javax.script.SimpleBindings;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.StateAccess;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Ours. */
final class Lupine extends Contender {
  /** One for all, as hosts have it: looking for services is no part of starting an engine. */
  private static final ScriptEngineManager MANAGER = new ScriptEngineManager();

  private final String flavour;
  private final LuaScriptEngine engine;
  private final LuaState state;
  private final LuaFunction increment;
  private final LuaFunction same;
  private final LuaTable point;
  private final CompiledScript rule;

  Lupine(String flavour) throws Exception {
    this.flavour = flavour;
    engine = engine();
    engine.put("counter", new Counter());
    engine.put("twice", (DoubleUnaryOperator) x -> x * 2);
    engine.put("echo", (UnaryOperator<String>) text -> text);
    engine.eval("twice = java.fn(twice) echo = java.fn(echo)");
    engine.eval(Scripts.PRELUDE);
    engine.put("variable", 1.5);
    state = StateAccess.of(engine.runtime());
    increment = (LuaFunction) engine.get("increment");
    same = (LuaFunction) engine.get("same");
    point = (LuaTable) engine.get("point");
    rule = engine.compile(Scripts.RULE);
  }

  private LuaScriptEngine engine() {
    return (LuaScriptEngine) MANAGER.getEngineByName(flavour);
  }

  @Override
  double typed(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += state.callNumber(increment, i);
    }
    return sum;
  }

  @Override
  double generic(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((Number) increment.call(i + 0.5).first()).doubleValue();
    }
    return sum;
  }

  @Override
  double invokeFunction(int count) throws Exception {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((Number) engine.invokeFunction("increment", i + 0.5)).doubleValue();
    }
    return sum;
  }

  @Override
  long strings(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((String) same.call(Scripts.TEXT).first()).length();
    }
    return sum;
  }

  @Override
  double get(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((Number) point.get("x")).doubleValue();
    }
    return sum;
  }

  @Override
  double set(int count) {
    for (int i = 0; i < count; i++) {
      point.put("x", i + 0.5);
    }
    return count;
  }

  @Override
  double loop(String function, int count) throws Exception {
    return ((Number) engine.invokeFunction(function, count)).doubleValue();
  }

  @Override
  double eval(int count) throws Exception {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((Number) engine.eval(Scripts.SHORT)).doubleValue();
    }
    return sum;
  }

  @Override
  double put(int count) {
    for (int i = 0; i < count; i++) {
      engine.put("variable", i + 0.5);
    }
    return count;
  }

  @Override
  double getVariable(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ((Number) engine.get("variable")).doubleValue();
    }
    return sum;
  }

  @Override
  double compiled(int count) throws Exception {
    double sum = ThreadLocalRandom.current().nextInt(2);
    for (int i = 0; i < count; i++) {
      var bindings = new SimpleBindings();
      bindings.put("price", 2.5);
      bindings.put("count", i);
      bindings.put("limit", 1000);
      sum += ((Number) rule.eval(bindings)).doubleValue();
    }
    return sum;
  }

  @Override
  double start() throws Exception {
    try (var fresh = engine()) {
      return ((Number) fresh.eval(Scripts.SHORT)).doubleValue();
    }
  }

  @Override
  void close() {
    engine.close();
  }
}
