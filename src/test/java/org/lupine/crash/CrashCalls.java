package org.lupine.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import javax.script.Invocable;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.crash.CrashCase.Attack;
import org.lupine.crash.CrashCase.Expected;

/** The cases of {@link CrashTest} that begin in Java, and what they are made with. */
class CrashCalls {
  final Flavour flavour;
  private final List<CrashCase> cases = new ArrayList<>();

  CrashCalls(Flavour flavour) {
    this.flavour = flavour;
  }

  static List<CrashCase> all(Flavour flavour) {
    var all = new ArrayList<CrashCase>();
    all.addAll(((CrashCalls) new CrashValues(flavour)).cases);
    all.addAll(((CrashCalls) new CrashTables(flavour)).cases);
    all.addAll(((CrashCalls) new CrashStacks(flavour)).cases);
    all.addAll(((CrashCalls) new CrashEngines(flavour)).cases);
    all.addAll(((CrashCalls) new CrashHosts(flavour)).cases);
    all.addAll(((CrashCalls) new CrashCoroutines(flavour)).cases);
    all.addAll(((CrashCalls) new CrashModules(flavour)).cases);
    all.addAll(((CrashCalls) new CrashObjects(flavour)).cases);
    return all;
  }

  final void add(String name, Expected expected, Attack attack) {
    cases.add(new CrashCase(name, List.of(), expected, attack));
  }

  /** Something that may fail. */
  interface Action {
    void run() throws Throwable;
  }

  /** Runs something that may fail; it only has to return. */
  static Object attempt(Action action) {
    try {
      action.run();
      return null;
    } catch (Throwable e) {
      return e.getClass();
    }
  }

  static void mustThrow(Class<? extends Throwable> type, Action action) {
    try {
      action.run();
    } catch (Throwable e) {
      if (type.isInstance(e)) {
        return;
      }
      throw new AssertionError("expected " + type, e);
    }
    throw new AssertionError("expected " + type + ", nothing was thrown");
  }

  @SuppressWarnings("unchecked")
  static <T extends Throwable> T sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  static Object invoke(ScriptEngine engine, String function, Object... arguments)
      throws ScriptException, NoSuchMethodException {
    return ((Invocable) engine).invokeFunction(function, arguments);
  }

  static void close(ScriptEngine engine) throws Exception {
    ((AutoCloseable) engine).close();
  }

  @SuppressWarnings("unchecked")
  static Map<Object, Object> map(Object value) {
    return (Map<Object, Object>) value;
  }

  /** Calls every method of a map. */
  static void useEverything(Map<Object, Object> table) {
    List<Callable<?>> uses =
        List.of(
            table::size,
            table::isEmpty,
            table::toString,
            table::hashCode,
            () -> table.get("x"),
            () -> table.get(1),
            () -> table.put("y", 1),
            () -> table.put("y", null),
            () -> table.remove("x"),
            () -> table.containsKey("z"),
            () -> table.containsValue("z"),
            () -> table.entrySet().size(),
            () -> List.copyOf(table.values()),
            () -> table.equals(table),
            () -> new ArrayList<>(table.entrySet()),
            () -> table.keySet().toString(),
            () -> table.putIfAbsent("w", 1),
            () -> table.getClass().getMethod("toJava").invoke(table));
    for (var use : uses) {
      attempt(use::call);
    }
    attempt(table::clear);
  }

  /** An engine that a try statement closes. */
  record Other(ScriptEngine engine) implements AutoCloseable {
    @Override
    public void close() {
      attempt(((AutoCloseable) engine)::close);
    }
  }

  static Other other(Flavour flavour) {
    return new Other(new ScriptEngineManager().getEngineByName(flavour.id()));
  }

  /** Runs something on a thread of its own with a stack of the given size. */
  static void onThread(long stack, Action action) throws InterruptedException {
    var thread = new Thread(null, () -> attempt(action), "small", stack);
    thread.start();
    thread.join();
  }

  /** What one of several threads does. */
  interface Part {
    void run(int number) throws Throwable;
  }

  /** Runs something in several threads at once; throws what one of them threw. */
  static void together(int threads, Part part) throws Throwable {
    var failed = new AtomicReference<Throwable>();
    var all = new ArrayList<Thread>();
    for (int i = 0; i < threads; i++) {
      int number = i;
      var thread =
          new Thread(
              null,
              () -> {
                try {
                  part.run(number);
                } catch (Throwable e) {
                  failed.compareAndSet(null, e);
                }
              },
              "thread " + i,
              512 * 1024);
      all.add(thread);
      thread.start();
    }
    for (var thread : all) {
      thread.join();
    }
    if (failed.get() != null) {
      throw failed.get();
    }
  }
}
