package org.lupine.crash;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.value.LuaFunction;

/** The object that scripts of {@link CrashTest} see as {@code host}. */
public final class CrashHost {
  private final ScriptEngine engine;
  private final List<Object> kept = new ArrayList<>();
  private final Object same = new Object();

  CrashHost(ScriptEngine engine) {
    this.engine = engine;
  }

  public Object call(Callable<?> function) throws Exception {
    return function.call();
  }

  public void run(Runnable function) {
    function.run();
  }

  public Object callDirectly(LuaFunction function) {
    return function.call().first();
  }

  public Object apply(Function<Object, Object> function, Object argument) {
    return function.apply(argument);
  }

  public Object spread(LuaFunction function, Object... arguments) {
    return function.call(arguments).first();
  }

  /** Calls a function and goes on if it fails. */
  public Object attempt(Callable<?> function) {
    try {
      return function.call();
    } catch (Exception e) {
      return e.getMessage();
    }
  }

  public Object eval(String script) throws ScriptException {
    return engine.eval(script);
  }

  public Object invoke(String function, Object... arguments) throws Exception {
    return ((Invocable) engine).invokeFunction(function, arguments);
  }

  public void close() throws Exception {
    ((AutoCloseable) engine).close();
  }

  public Object echo(Object value) {
    return value;
  }

  public int count(Object... arguments) {
    return arguments.length;
  }

  public org.lupine.value.Values many(int count) {
    return org.lupine.value.Values.of(new Object[count]);
  }

  public String text(int length) {
    return "x".repeat(length);
  }

  public int length(String text) {
    return text.length();
  }

  public String textOf(Object value) {
    return String.valueOf(value);
  }

  public int hash(Object value) {
    return value.hashCode();
  }

  public boolean same(Object one, Object other) {
    return one.equals(other);
  }

  public Object same() {
    return same;
  }

  public boolean isSame(Object other) {
    return same == other;
  }

  public Object object() {
    return new Object();
  }

  public List<Object> list() {
    return new Sortable();
  }

  public Map<Object, Object> map() {
    return new HashMap<>();
  }

  public int[] array() {
    return new int[3];
  }

  public Class<?> type() {
    return CrashHost.class;
  }

  public Object get(Map<Object, Object> map, Object key) {
    return map.get(key);
  }

  public void put(Map<Object, Object> map, Object key, Object value) {
    map.put(key, value);
  }

  public void keep(Object value) {
    kept.add(value);
  }

  public void drop() {
    kept.clear();
  }

  public void collect() {
    System.gc();
  }

  public void fail() throws IOException {
    throw new IOException("failed on purpose");
  }

  public void throwKind(int kind) throws Throwable {
    throw Hostile.of(kind);
  }

  public void outOfMemory() {
    throw new OutOfMemoryError("pretended");
  }

  public int overflow() {
    return 1 + overflow();
  }

  /** Calls a function at the end of the Java stack, and again at each level above. */
  public void brink(Callable<?> function) throws Exception {
    try {
      brink(function);
    } catch (StackOverflowError e) {
      function.call();
    }
  }

  /** Evaluates a script at the end of the Java stack. */
  public void brinkEval(String script) throws ScriptException {
    try {
      brinkEval(script);
    } catch (StackOverflowError e) {
      engine.eval(script);
    }
  }

  /** Strings that converters may fail on. */
  public String awkward(int kind) {
    return switch (kind) {
      case 0 -> "";
      case 1 -> "\0";
      case 2 -> "\ud83d\ude00".repeat(10_000);
      case 3 -> "\ud83d";
      case 4 -> "\ude00\ud83d";
      case 5 -> "x".repeat(70_000) + "\ud83d";
      case 6 -> "\uffff\ufffe\ufeff";
      case 7 -> "\u0080\u07ff\u0800".repeat(30_000);
      default -> "\r\n\u2028\u0085";
    };
  }

  /** A list that a script can sort without naming Comparator. */
  public static final class Sortable extends ArrayList<Object> {
    private static final long serialVersionUID = 1L;

    @Override
    public void sort(Comparator<? super Object> order) {
      super.sort(order);
    }
  }

  /** Exceptions whose own methods fail. */
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int kind;

    private Hostile(int kind) {
      this.kind = kind;
    }

    static Throwable of(int kind) {
      return switch (kind) {
        case 5 -> new LinkageError("linkage");
        case 6 -> new ExceptionInInitializerError(new Hostile(0));
        case 7 -> new InterruptedException("interrupted");
        case 8 -> new AssertionError("assertion");
        case 9 -> new ScriptException("script", "file", 1);
        case 10 -> new RuntimeException("x".repeat(1_000_000));
        case 11 -> new NoSuchMethodError("method");
        case 12 -> new RuntimeException("\ud83d lone \0");
        case 13 -> new StackOverflowError("pretended");
        case 14 -> new IllegalStateException();
        default -> new Hostile(kind);
      };
    }

    @Override
    public String getMessage() {
      if (kind == 1) {
        throw new IllegalStateException("no message");
      }
      return kind == 2 ? null : "hostile";
    }

    @Override
    public String toString() {
      if (kind == 3) {
        throw new IllegalStateException("no text");
      }
      return kind == 16 ? null : super.toString();
    }

    @Override
    public synchronized Throwable getCause() {
      if (kind == 15) {
        throw new IllegalStateException("no cause");
      }
      return kind == 4 ? this : null;
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      return kind == 17 ? null : super.getStackTrace();
    }
  }
}
