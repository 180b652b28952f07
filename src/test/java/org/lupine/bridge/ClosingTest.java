package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.support.Runtimes;
import outside.Overflow;

/** What ends finalizers while a state is closed. */
@Timeout(120)
class ClosingTest {
  /** Leaves a value behind whose finalizer calls {@code here} and does not end. */
  private static final String ENDLESS =
      "local function endless() here() while true do end end "
          + "if newproxy then kept = newproxy(true) getmetatable(kept).__gc = endless "
          + "else kept = setmetatable({}, {__gc = endless}) end";

  private static void await(BooleanSupplier reached) {
    while (!reached.getAsBoolean()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Closes a runtime on a thread, and interrupts that once a finalizer runs. */
  private static void interruptClosing(LuaRuntime lua, CountDownLatch inside) throws Exception {
    var closing = new Thread(lua::close);
    closing.setDaemon(true);
    closing.start();
    assertTrue(inside.await(60, TimeUnit.SECONDS));
    closing.interrupt();
    closing.join(60_000);
    assertFalse(closing.isAlive());
  }

  // BEHAVIOURS 194. Regression: closing hung if nothing had run for some time
  @EachFlavour
  void endsByAnInterruptOfItsThread(Flavour flavour) throws Exception {
    for (boolean rests : new boolean[] {false, true}) {
      var inside = new CountDownLatch(1);
      var lua = Runtimes.runtime(flavour);
      lua.globals().put("here", (Runnable) inside::countDown);
      lua.execute(ENDLESS);
      var interrupter = interrupter(lua);
      if (rests) {
        await(() -> !interrupter.isWatched());
      }

      interruptClosing(lua, inside);

      assertTrue(interrupter.isReleased());
    }
  }

  private static Interrupter interrupter(LuaRuntime lua) {
    var state = Runtimes.state(lua);
    state.enter();
    try {
      return state.interrupter();
    } finally {
      state.exit();
    }
  }

  private static Interrupter drop(Flavour flavour, Duration limit) {
    var lua = Runtimes.runtime(flavour);
    lua.execute(ENDLESS.replace("here()", ""));
    lua.timeLimit(limit);
    return interrupter(lua);
  }

  // BEHAVIOURS 188. Regression: unreachable states were no longer closed
  @EachFlavour
  void endsThoughNobodyDoesIt(Flavour flavour) {
    long before = Interrupter.limitOfDropped;
    Interrupter.limitOfDropped = 100_000_000;
    try {
      for (var limit : new Duration[] {Duration.ZERO, Duration.ofMillis(100)}) {
        var interrupter = drop(flavour, limit);
        Garbage.collectUntil(interrupter::isReleased, () -> "own limit " + limit);
      }
    } finally {
      Interrupter.limitOfDropped = before;
    }
  }

  // BEHAVIOURS 188. Regression: a state stayed open if the stack overflowed while it was closed
  @EachFlavour
  void isCompletedAfterStackOverflows(Flavour flavour) throws Exception {
    for (int i = 0; i < 12; i++) {
      var lua = Runtimes.runtime(flavour);
      var interrupter = interrupter(lua);
      boolean inside = i % 6 == 5; // then the state closes when the thread leaves
      var done = new CountDownLatch(1);
      var end = new CountDownLatch(1);
      try {
        Overflow.start(inside ? () -> closeInside(lua) : () -> close(lua), done, end);
        assertTrue(done.await(60, TimeUnit.SECONDS));
        var closing = new Thread(lua::close);
        closing.setDaemon(true);
        closing.start();
        closing.join(60_000);

        assertFalse(closing.isAlive());
        assertTrue(lua.isClosed());
        assertTrue(interrupter.isReleased(), "round " + i);
      } finally {
        end.countDown();
      }
    }
  }

  private static Object close(LuaRuntime lua) {
    lua.close();
    return null;
  }

  private static Object closeInside(LuaRuntime lua) {
    var state = Runtimes.state(lua);
    state.share();
    try {
      return close(lua);
    } finally {
      state.exit();
    }
  }
}
