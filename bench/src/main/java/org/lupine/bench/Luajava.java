package org.lupine.bench;

import party.iroiro.luajava.JFunction;
import party.iroiro.luajava.Lua;

/** luajava: the C API in Java. */
final class Luajava extends Contender {
  private static final String PACKAGE = "party.iroiro.luajava.";

  private final Class<? extends Lua> type;
  private final Lua lua;
  private final int increment;
  private final int same;
  private final int point;

  Luajava(String flavour) throws Exception {
    type = type(flavour);
    lua = open();
    lua.run(Scripts.PRELUDE);
    lua.pushJavaObject(new Counter());
    lua.setGlobal("counter");
    lua.push((JFunction) in -> {
      in.push(in.toNumber(1) * 2);
      return 1;
    });
    lua.setGlobal("twice");
    lua.push((JFunction) in -> {
      in.push(in.toString(1));
      return 1;
    });
    lua.setGlobal("echo");
    increment = ref("increment");
    same = ref("same");
    point = ref("point");
    lua.push(1.5);
    lua.setGlobal("variable");
  }

  /** The class of a flavour; that of 5.4 where the flavour is not in the class path. */
  private static Class<? extends Lua> type(String flavour) throws ClassNotFoundException {
    var name = flavour.equals("luajit") ? "LuaJit" : "Lua" + flavour.substring(3);
    try {
      return Class.forName(PACKAGE + flavour + "." + name).asSubclass(Lua.class);
    } catch (ClassNotFoundException e) {
      return Class.forName(PACKAGE + "lua54.Lua54").asSubclass(Lua.class);
    }
  }

  private Lua open() throws ReflectiveOperationException {
    var fresh = type.getConstructor().newInstance();
    fresh.openLibraries();
    return fresh;
  }

  private int ref(String global) {
    lua.getGlobal(global);
    return lua.ref();
  }

  @Override
  double typed(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      lua.refGet(increment);
      lua.push(i + 0.5);
      lua.pCall(1, 1);
      sum += lua.toNumber(-1);
      lua.pop(1);
    }
    return sum;
  }

  @Override
  double generic(int count) {
    double sum = 0;
    var function = lua.get("increment");
    for (int i = 0; i < count; i++) {
      sum += function.call(i + 0.5)[0].toNumber();
    }
    return sum;
  }

  @Override
  long strings(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      lua.refGet(same);
      lua.push(Scripts.TEXT);
      lua.pCall(1, 1);
      sum += lua.toString(-1).length();
      lua.pop(1);
    }
    return sum;
  }

  @Override
  double get(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      lua.refGet(point);
      lua.getField(-1, "x");
      sum += lua.toNumber(-1);
      lua.pop(2);
    }
    return sum;
  }

  @Override
  double set(int count) {
    for (int i = 0; i < count; i++) {
      lua.refGet(point);
      lua.push(i + 0.5);
      lua.setField(-2, "x");
      lua.pop(1);
    }
    return count;
  }

  @Override
  double loop(String function, int count) {
    lua.getGlobal(function);
    lua.push(count);
    lua.pCall(1, 1);
    double result = lua.toNumber(-1);
    lua.pop(1);
    return result;
  }

  @Override
  double eval(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      lua.load(Scripts.SHORT);
      lua.pCall(0, 1);
      sum += lua.toNumber(-1);
      lua.pop(1);
    }
    return sum;
  }

  @Override
  double put(int count) {
    for (int i = 0; i < count; i++) {
      lua.push(i + 0.5);
      lua.setGlobal("variable");
    }
    return count;
  }

  @Override
  double getVariable(int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      lua.getGlobal("variable");
      sum += lua.toNumber(-1);
      lua.pop(1);
    }
    return sum;
  }

  @Override
  double start() throws Exception {
    try (var fresh = open()) {
      fresh.load(Scripts.SHORT);
      fresh.pCall(0, 1);
      return fresh.toNumber(-1);
    }
  }

  @Override
  void close() {
    lua.close();
  }
}
