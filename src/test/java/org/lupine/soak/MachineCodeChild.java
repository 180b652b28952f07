package org.lupine.soak;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;

/** Has LuaJIT compile in many threads at once; prints what became of its traces. */
final class MachineCodeChild {
  /** The number of the error "failed to allocate mcode memory" in lj_traceerr.h. */
  private static final int NO_MEMORY = 27;

  private static final String PROGRAM =
      """
      local stopped, aborted = 0, 0
      jit.attach(function(what, trace, f, pc, code)
        if what == 'stop' then stopped = stopped + 1
        elseif what == 'abort' and code == %d then aborted = aborted + 1 end
      end, 'trace')
      local function sum(n) local s = 0 for i = 1, n do s = s + i %% 7 end return s end
      local function texts(n) local t = {} for i = 1, n do t[i] = ('x'):rep(i %% 5) .. i end return #t end
      local function nest(n) local s = 0 for i = 1, n do for j = 1, 20 do s = s + i * j end end return s end
      for round = 1, 5 do
        assert(sum(20000) > 0 and texts(500) == 500 and nest(500) > 0)
        for k = 1, 20 do  -- new functions: new traces
          assert(loadstring('local s = 0 for i = 1, 300 do s = s + i * ' .. k .. ' end return s')() > 0)
        end
      end
      return stopped, aborted
      """
          .formatted(NO_MEMORY);

  private MachineCodeChild() {}

  public static void main(String[] arguments) throws Exception {
    int threads = Integer.parseInt(arguments[0]);
    var stopped = new AtomicLong();
    var aborted = new AtomicLong();
    var start = new CountDownLatch(1);
    var all = new ArrayList<Thread>();
    var errors = new ArrayList<Throwable>();
    for (int i = 0; i < threads; i++) {
      var thread =
          new Thread(
              () -> {
                try (var lua = LuaRuntime.builder().flavour(Flavour.LUAJIT).build()) {
                  start.await();
                  var counts = lua.execute(PROGRAM);
                  stopped.addAndGet(((Number) counts.get(0)).longValue());
                  aborted.addAndGet(((Number) counts.get(1)).longValue());
                } catch (Throwable e) {
                  synchronized (errors) {
                    errors.add(e);
                  }
                }
              });
      thread.start();
      all.add(thread);
    }
    start.countDown();
    for (var each : all) {
      each.join();
    }
    System.out.println(
        "compiled " + (stopped.get() / threads) + ", without memory " + aborted + ", " + errors);
    System.exit(0);
  }
}
