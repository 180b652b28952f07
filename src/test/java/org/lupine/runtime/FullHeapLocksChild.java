package org.lupine.runtime;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.script.Bindings;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.LuaRuntimePool;
import org.lupine.support.Engines;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaFunction;

/**
 * The child JVM of {@link MessageMemoryTest} that uses locks, callbacks, and the states of an engine
 * and of a pool while the heap has ever more room, so that each allocation on the way fails. Then
 * says "all" if another thread can use each of them. Argument: a flavour.
 */
final class FullHeapLocksChild {
  private static final Object[] ROOM = new Object[8];
  private static final AtomicInteger FAILURES = new AtomicInteger();

  private static Object filling;
  private static volatile LuaFunction asked; // for the thread that calls back

  private FullHeapLocksChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[0]);
    var lua = LuaRuntime.builder().flavour(flavour).build();
    var engine = Engines.engine(flavour);
    Bindings bindings = new SimpleBindings();
    var pool =
        LuaRuntimePool.builder()
            .options(LuaOptions.builder().flavour(flavour).build())
            .size(2)
            .reset(each -> true)
            .build();
    lua.execute("n = 0 function inc() n = n + 1 end");
    var inc = (LuaFunction) lua.globals().get("inc");
    JavaFunction callBack =
        given -> {
          asked = inc;
          while (asked != null) {
            LockSupport.parkNanos(50_000);
          }
          return null;
        };
    lua.globals().put("callBack", callBack);
    var caller = new Thread(FullHeapLocksChild::callBack);
    caller.setDaemon(true);
    caller.start();
    var actions =
        List.<Callable<?>>of(
            () -> lua.execute("n = n + 1"),
            () -> {
              try (var held = lua.enter()) {
                return inc.call();
              }
            },
            () -> lua.execute("callBack()"),
            () -> engine.eval("x = 1 function f() end", bindings),
            () -> engine.eval("y = 1", new SimpleBindings()),
            () -> pool.run(each -> each.execute("z = 1")));
    for (int i = 0; i < 20; i++) {
      for (var each : actions) {
        each.call();
      }
    }
    for (int size = 8; size <= 512; size *= 8) {
      fill(size);
      for (int i = 0; i < ROOM.length; i++) {
        for (int n = 0; n < actions.size(); n++) { // an iterator would have to be allocated
          mayFail(actions.get(n));
        }
        ROOM[i] = null;
      }
      filling = null;
      var failure = failureElsewhere(actions);
      if (failure != null || pool.lent() != 0) {
        System.out.println(failure + ", " + pool.lent() + " lent");
        System.exit(1);
      }
    }
    System.out.println(FAILURES.get() > 20 ? "all" : FAILURES + " failures");
    System.exit(0);
  }

  private static void mayFail(Callable<?> action) {
    try {
      action.call();
    } catch (Throwable e) {
      FAILURES.getAndIncrement();
    }
  }

  /** Returns what keeps another thread from the actions; null if nothing. */
  private static Throwable failureElsewhere(List<Callable<?>> actions) throws Exception {
    var task =
        new FutureTask<Void>(
            () -> {
              for (var each : actions) {
                each.call();
              }
              return null;
            });
    var thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    try {
      task.get(60, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return e;
    }
  }

  private static void callBack() {
    while (true) {
      var function = asked;
      if (function == null) {
        LockSupport.parkNanos(50_000);
        continue;
      }
      mayFail(function::call);
      asked = null;
    }
  }

  private static void fill(int room) {
    for (int i = 0; i < ROOM.length; i++) {
      ROOM[i] = new Object[room];
    }
    filling = FullHeapChild.filled();
  }
}
