package org.lupine.bench;

import static org.lupine.bench.Goal.nanoseconds;
import static org.lupine.bench.Goal.times;
import static org.lupine.bench.Goal.timesRow;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.lupine.bench.Row.Kind;
import org.lupine.bench.Row.Unit;
import org.lupine.bench.contender.Programs;

/** All rows, in the order of the table. */
final class Rows {
  private static final List<Row> ALL = new ArrayList<>();

  static {
    us("create", "engine made, a script, closed", times("luajava", 1.2).in("luajit"));
    ns("evalNew", "eval of a text never seen", times("luajava", 1));
    ns("evalSeen", "eval of a text seen before");
    us("compile", "compile of 41 lines", times("luajava", 1));
    ns("compiled", "CompiledScript of 'return 1'", times("luajava", 0.6));
    ns("compiledPut", "put x, CompiledScript of 'return x + 1'", times("luajava", 0.65));
    ns("bindings", "8 variables in fresh Bindings, 3 read", times("luaj", 1));
    ns("rule", "3 variables in fresh Bindings, 1 set");
    ns("ruleLibrary", "3 variables in fresh Bindings, a function of the library, 1 set");
    ns("ruleLoop", "3 variables in fresh Bindings, 1 read 10 times");
    ns("put", "put of a number");
    ns("get", "get of a number");
    ns("putGet", "put and get of a number", times("luajava", 0.4));

    ns("jniDowncall", "JNI alone: Java calls an empty C function");
    ns("jniUpcall", "JNI alone: C calls an empty Java method");
    ns("invokeNumber", "invokeFunction(double)", times("pure", 2));
    ns("invokeText", "invokeFunction(10 characters), the same back", times("luajava", 0.45));
    ns("invokeNewText", "invokeFunction(10 new characters), the same back");
    ns(
        "invokeKilobyte",
        "invokeFunction(1 KiB of all planes), the same back",
        times("luajava", 0.4));
    ns("invokeMixed", "invokeFunction(String, double, boolean)", times("luajava", 0.45));
    ns("interfaceNumber", "getInterface(DoubleUnaryOperator), a call", times("pure", 1.6));
    ns("apiNumber", "LuaFunction.call(double), of org.lupine");
    ns("apiText", "LuaFunction.call(20 characters), of org.lupine");
    ns("scriptError", "script error caught in Java", times("luajava", 1));

    ns("tableGet", "field of a table got");
    ns("tableSet", "field of a table set");
    ns("tableRead", "table of 10,000 read in Java, an element", nanoseconds(10));
    ns("arraySum", "double[10000] summed in Lua, an element", nanoseconds(45));
    ns("bufferSum", "java.buffer of 10,000 summed in Lua, an element", times("pure", 1.5));
    ns("listLoop", "List of 10,000 by a loop, an element", nanoseconds(60));
    ns("listGet", "List of 10,000 by list:get(i), an element", nanoseconds(95));
    ns("listIndex", "List of 10,000 by list[i], an element", nanoseconds(80));
    ns("mapPairs", "Map of 1,000 by pairs, an entry", nanoseconds(120));

    ns("callInt", "obj:m(int)", nanoseconds(95));
    ns("callDouble", "obj:m(double)", nanoseconds(95));
    ns("returnDouble", "obj:m() returns double", nanoseconds(95));
    ns("callReturn", "obj:m(double) returns double", times("luajava", 0.25));
    ns("callConstant", "obj:m(constant string)", nanoseconds(95));
    ns("callObject", "obj:m(object)", nanoseconds(95));
    ns("callOverloaded", "obj:m(double), overloaded", nanoseconds(95));
    ns("callNewText", "obj:m(new string), the same back", nanoseconds(220));
    ns("lambdaDouble", "lambda(double)", nanoseconds(80));
    ns("lambdaObject", "lambda(Object)", nanoseconds(80));
    ns("lambdaText", "lambda(20 characters), the same back");
    ns("fieldGet", "public field got", nanoseconds(80));
    ns("fieldSet", "public field set", nanoseconds(80));
    ns("beanGet", "bean property got", nanoseconds(80));
    ns("beanSet", "bean property set", nanoseconds(80));
    ns("javaError", "Java exception caught by pcall", nanoseconds(1500));
    ns("coroutine", "coroutine with a Java call and a yield", nanoseconds(180));
    ns("nested", "script to Java to script, a level", nanoseconds(180));

    for (var program : Programs.LUA.keySet()) {
      us(program, "compute: " + program, times("stock", 1));
    }

    for (int threads : new int[] {1, 2, 4, 16}) {
      wall(
          "shared" + threads,
          "one engine, " + threads + threads(threads),
          threads,
          timesRow("locked" + threads, 1));
      wall("locked" + threads, "the same in synchronized, " + threads + threads(threads), threads);
    }
    wall("rule1", "one CompiledScript, fresh Bindings, 1 thread", 1);
    wall("rule2", "one CompiledScript, fresh Bindings, 2 threads", 2, timesRow("rule1", 1 / 1.8));
    wall("jmeter", "50 threads, 10 fresh variables a run", 50, times("luaj", 1));

    add(
        new Row(
            "firstEval",
            "first eval in a fresh JVM, over an empty one",
            Kind.START,
            1,
            Unit.MS,
            List.of(nanoseconds(60e6))));
    add(
        new Row(
            "idleMemory",
            "an idle engine's memory",
            Kind.MEMORY,
            1,
            Unit.KIB,
            List.of(times("luajava", 1.3))));
  }

  private Rows() {}

  private static String threads(int count) {
    return count == 1 ? " thread" : " threads";
  }

  private static void ns(String name, String title, Goal... goals) {
    add(new Row(name, title, Kind.CPU, 1, Unit.NS, List.of(goals)));
  }

  private static void us(String name, String title, Goal... goals) {
    add(new Row(name, title, Kind.CPU, 1, Unit.US, List.of(goals)));
  }

  private static void wall(String name, String title, int threads, Goal... goals) {
    add(new Row(name, title, Kind.WALL, threads, Unit.NS, List.of(goals)));
  }

  private static void add(Row row) {
    ALL.add(row);
  }

  /** Returns the rows whose names match any of the patterns as a whole; all if there are none. */
  static List<Row> matching(List<String> patterns) {
    if (patterns.isEmpty()) {
      return ALL;
    }
    var wanted = Pattern.compile(String.join("|", patterns), Pattern.CASE_INSENSITIVE);
    var found = ALL.stream().filter(row -> wanted.matcher(row.name()).matches()).toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "no row matches " + patterns + "; there are " + ALL.stream().map(Row::name).toList());
    }
    return found;
  }
}
