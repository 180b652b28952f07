package org.lupine.bench;

import javax.script.Compilable;
import javax.script.CompiledScript;
import javax.script.ScriptEngine;
import javax.script.SimpleBindings;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.OneArgFunction;
import org.luaj.vm2.lib.jse.CoerceJavaToLua;
import org.luaj.vm2.lib.jse.JsePlatform;
import org.luaj.vm2.script.LuaScriptEngineFactory;

/** LuaJ: Lua 5.2 in Java. */
final class LuaJ extends Contender {
  private final Globals globals = JsePlatform.standardGlobals();
  private final ScriptEngine engine = new LuaScriptEngineFactory().getScriptEngine();
  private final LuaValue increment;
  private final LuaValue same;
  private final LuaValue point;
  private final CompiledScript rule;

  LuaJ() throws Exception {
    globals.load(Scripts.PRELUDE).call();
    globals.set("counter", CoerceJavaToLua.coerce(new Counter()));
    globals.set("twice", new OneArgFunction() {
      @Override
      public LuaValue call(LuaValue x) {
        return LuaValue.valueOf(x.checkdouble() * 2);
      }
    });
    globals.set("echo", new OneArgFunction() {
      @Override
      public LuaValue call(LuaValue text) {
        return LuaValue.valueOf(text.checkjstring());
      }
    });
    increment = globals.get("increment");
    same = globals.get("same");
    point = globals.get("point");
    engine.put("variable", 1.5);
    rule = ((Compilable) engine).compile(Scripts.RULE);
  }

  @Override
  double typed(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += increment.call(LuaValue.valueOf(i + 0.5)).todouble();
    }
    return sum;
  }

  @Override
  double generic(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += increment.invoke(LuaValue.valueOf(i + 0.5)).arg1().todouble();
    }
    return sum;
  }

  @Override
  long strings(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += same.call(LuaValue.valueOf(Scripts.TEXT)).tojstring().length();
    }
    return sum;
  }

  @Override
  double get(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += point.get("x").todouble();
    }
    return sum;
  }

  @Override
  double set(int count) {
    for (int i = 0; i < count; i++) {
      point.set("x", LuaValue.valueOf(i + 0.5));
    }
    return count;
  }

  @Override
  double loop(String function, int count) {
    return globals.get(function).call(LuaValue.valueOf(count)).todouble();
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
    double sum = 0;
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
  double start() {
    return JsePlatform.standardGlobals().load(Scripts.SHORT).call().todouble();
  }
}
