package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.LuaRuntimePool;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 255: runtimes to borrow. */
@Timeout(120)
class RuntimePoolTest {
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  @AfterAll
  static void ends() {
    THREADS.shutdownNow();
  }

  private static LuaRuntimePool.Builder builder(Flavour flavour, int size) {
    return LuaRuntimePool.builder()
        .options(LuaOptions.builder().flavour(flavour).build())
        .size(size);
  }

  @EachFlavour
  void serveOneBorrowerEach(Flavour flavour) throws Exception {
    try (var pool = builder(flavour, 2).build()) {
      assertEquals(2, pool.size());
      var one = pool.borrow();
      var two = pool.borrow();

      assertNotSame(one.runtime(), two.runtime());
      assertEquals(flavour, one.runtime().flavour());
      assertEquals(2, pool.lent());
      assertNull(pool.borrow(Duration.ofMillis(10)));
      two.close();
      two.close();
      assertThrows(IllegalStateException.class, two::runtime);
      var three = pool.borrow(Duration.ofSeconds(60));
      assertNotNull(three);
      assertEquals(2, pool.lent());
      one.close();
      three.close();
      assertEquals(0, pool.lent());
    }
  }

  @EachFlavour
  void showNothingOfEarlierBorrowers(Flavour flavour) throws Exception {
    try (var pool = builder(flavour, 1).setup(lua -> lua.execute("ready = 1")).build()) {
      LuaRuntime first;
      try (var lease = pool.borrow()) {
        first = lease.runtime();
        first.execute("x = 1 string.upper = nil ready = ready + 1");
      }
      assertTrue(first.isClosed());
      assertEquals(0, pool.idle());
      try (var lease = pool.borrow()) {
        assertNull(lease.runtime().eval("x").first());
        assertEquals("A", lease.runtime().eval("('a'):upper()").first());
        assertEquals(1L, lease.runtime().eval("ready").first());
      }
    }
  }

  @EachFlavour
  void serveAgainWhenReset(Flavour flavour) throws Exception {
    try (var pool =
        builder(flavour, 2)
            .reset(
                lua -> {
                  lua.execute("if broken then error('broken') end");
                  return lua.eval("not spoilt")
                      .first()
                      .equals(lua.execute("x = nil return true").first());
                })
            .build()) {
      LuaRuntime first;
      try (var lease = pool.borrow()) {
        first = lease.runtime();
        first.execute("x = 1 y = 2");
      }
      assertEquals(1, pool.idle());
      try (var lease = pool.borrow()) {
        assertSame(first, lease.runtime());
        assertNull(first.eval("x").first());
        assertEquals(2L, first.eval("y").first());
        first.execute("spoilt = true");
      }
      assertTrue(first.isClosed());
      for (var text : new String[] {"broken = true", "spoilt = true"}) {
        try (var lease = pool.borrow()) {
          assertFalse(lease.runtime().isClosed());
          lease.runtime().execute(text);
        }
        assertEquals(0, pool.idle());
      }
      try (var lease = pool.borrow()) {
        lease.discard();
      }
      assertEquals(0, pool.idle());
      try (var lease = pool.borrow()) {
        lease.runtime().close();
      }
      assertEquals(0, pool.idle());
    }
  }

  @EachFlavour
  void areReplacedWhenInvalid(Flavour flavour) throws Exception {
    var opened = new AtomicInteger();
    try (var pool =
        builder(flavour, 1)
            .setup(lua -> opened.incrementAndGet())
            .reset(lua -> true)
            .validation(
                lua -> lua.execute("return 10 / uses < 10 or error('worn')").first().equals(true))
            .build()) {
      pool.run(lua -> lua.execute("uses = 2"));
      pool.run(lua -> lua.execute("uses = uses - 1"));
      assertEquals(1, opened.get());
      assertNull(pool.run(lua -> lua.eval("uses").first()));
      assertEquals(2, opened.get());
      assertNull(pool.run(lua -> lua.eval("uses").first()));
      assertEquals(3, opened.get());
    }
  }

  // Regression: a validation that threw an Error leaked its runtime
  @EachFlavour
  void areClosedWhateverAValidationThrows(Flavour flavour) throws Exception {
    var validated = new ArrayList<LuaRuntime>();
    try (var pool =
        builder(flavour, 1)
            .reset(lua -> true)
            .validation(
                lua -> {
                  validated.add(lua);
                  throw validated.size() == 1
                      ? new UnsupportedOperationException("no")
                      : new IllegalCallerException("neither");
                })
            .build()) {
      pool.run(lua -> lua.eval("1"));
      assertThrows(UnsupportedOperationException.class, pool::borrow);

      assertTrue(validated.get(0).isClosed());
      assertEquals(0, pool.idle());
      assertEquals(0, pool.lent());
      assertEquals(1L, pool.<Object>run(lua -> lua.eval("1").first()));
    }
  }

  @EachFlavour
  void areClosedWhateverAResetThrows(Flavour flavour) throws Exception {
    try (var pool =
        builder(flavour, 1)
            .reset(
                lua -> {
                  throw new UnsupportedOperationException("no");
                })
            .build()) {
      var lease = pool.borrow();
      var runtime = lease.runtime();
      assertThrows(UnsupportedOperationException.class, lease::close);

      assertTrue(runtime.isClosed());
      assertEquals(0, pool.lent());
      pool.borrow().discard();
    }
  }

  @EachFlavour
  void canBeWaitedForAnyDuration(Flavour flavour) throws Exception {
    try (var pool = builder(flavour, 1).build()) {
      for (var timeout :
          new Duration[] {
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofDays(200_000),
            Duration.ZERO,
            Duration.ofSeconds(-1),
            Duration.ofSeconds(Long.MIN_VALUE)
          }) {
        var lease = pool.borrow(timeout);
        assertNotNull(lease, timeout::toString);
        assertEquals(1L, lease.runtime().eval("1").first());
        try (var held = lease.runtime().tryEnter(timeout)) {
          assertNotNull(held, timeout::toString);
        }
        lease.close();
      }
      var lease = pool.borrow();
      for (var timeout : new Duration[] {Duration.ZERO, Duration.ofSeconds(Long.MIN_VALUE)}) {
        assertNull(pool.borrow(timeout));
      }
      lease.close();
    }
  }

  @EachFlavour
  void areNotWaitedForLongerThanALimitOfTheThread(Flavour flavour) throws Exception {
    var limit = Duration.ofMillis(50);
    try (var pool = builder(flavour, 1).build();
        var lua = LuaRuntime.builder().flavour(flavour).build();
        var lease = pool.borrow()) {
      for (var borrow :
          List.<Callable<?>>of(
              () -> pool.borrow(Duration.ofSeconds(10)),
              pool::borrow,
              () -> pool.<Object>run(other -> other.eval("1")))) {
        lua.globals().put("borrow", borrow);

        assertThrows(
            LuaTimeoutException.class, () -> lua.withTimeLimit(limit, () -> borrow.call()));
        assertThrows(
            LuaTimeoutException.class,
            () -> lua.withTimeLimit(limit, () -> lua.execute("pcall(borrow)")));
      }
      assertNull(
          lua.withTimeLimit(Duration.ofMinutes(1), () -> pool.borrow(Duration.ofMillis(10))));
      assertEquals(1, pool.lent());
      lease.close();
      var again = lua.withTimeLimit(Duration.ofMinutes(1), () -> pool.borrow());
      assertEquals(1, pool.lent());
      again.close();
    }
  }

  @EachFlavour
  void workInParallel(Flavour flavour) throws Exception {
    var together = new CyclicBarrier(4);
    var work = new ArrayList<Callable<Object>>();
    try (var pool = builder(flavour, 4).build()) {
      for (int i = 0; i < 4; i++) {
        work.add(
            () ->
                pool.run(
                    lua -> {
                      lua.globals()
                          .put(
                              "meet",
                              (Callable<Object>) () -> together.await(60, TimeUnit.SECONDS));
                      return lua.execute("meet() meet() return 1").first();
                    }));
      }
      for (var each : THREADS.invokeAll(work, 60, TimeUnit.SECONDS)) {
        assertEquals(1L, each.get());
      }
      assertEquals(0, pool.lent());
    }
  }

  @EachFlavour
  void areGivenBackAfterErrors(Flavour flavour) throws Exception {
    try (var pool = builder(flavour, 1).build()) {
      for (int i = 0; i < 3; i++) {
        assertThrows(LuaException.class, () -> pool.run(lua -> lua.execute("error('no')")));
      }
      assertEquals(0, pool.lent());
    }
    try (var pool = builder(flavour, 1).setup(lua -> lua.execute("error('no')")).build()) {
      for (int i = 0; i < 3; i++) {
        assertThrows(LuaException.class, pool::borrow);
      }
      assertEquals(0, pool.lent());
    }
  }

  @EachFlavour
  void areClosedWithThePool(Flavour flavour) throws Exception {
    var pool = builder(flavour, 2).reset(lua -> true).build();
    var idle = pool.borrow();
    var first = idle.runtime();
    var lease = pool.borrow();
    var second = lease.runtime();
    idle.close();
    var kept = pool.borrow();
    var waiting = THREADS.submit(() -> pool.borrow());
    kept.close();
    waiting.get(60, TimeUnit.SECONDS).close();
    pool.close();
    pool.close();

    assertTrue(first.isClosed());
    assertFalse(second.isClosed());
    assertEquals(1L, second.eval("1").first());
    assertThrows(IllegalStateException.class, pool::borrow);
    lease.close();
    assertTrue(second.isClosed());
  }

  @EachFlavour
  void areNotWaitedForOnceThePoolIsClosed(Flavour flavour) throws Exception {
    var pool = builder(flavour, 1).build();
    var lease = pool.borrow();
    var threads = new ArrayList<Thread>();
    var waiting =
        THREADS.submit(
            () -> {
              synchronized (threads) {
                threads.add(Thread.currentThread());
              }
              return pool.borrow();
            });
    while (true) {
      synchronized (threads) {
        if (!threads.isEmpty() && threads.get(0).getState() == Thread.State.TIMED_WAITING) {
          break;
        }
      }
      Thread.onSpinWait();
    }
    pool.close();

    var thrown = assertThrows(ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS));
    assertTrue(thrown.getCause() instanceof IllegalStateException);
    lease.close();
  }

  @Test
  void needASizeOfAtLeastOne() {
    assertThrows(IllegalArgumentException.class, () -> LuaRuntimePool.of(LuaOptions.defaults(), 0));
  }

  @org.junit.jupiter.api.Test
  void mayBeOfAnySize() {
    var pool = LuaRuntimePool.of(LuaOptions.defaults(), Integer.MAX_VALUE);
    pool.close();

    assertThrows(IllegalStateException.class, pool::borrow);
  }
}
