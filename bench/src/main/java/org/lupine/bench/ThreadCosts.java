package org.lupine.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports the CPU time and the allocated bytes of an invocation, of the threads that call. The time
 * of others (garbage collector, JIT compiler, other processes) is not included.
 */
public final class ThreadCosts implements InternalProfiler {
  static final String TIME = "cpu";
  static final String BYTES = "bytes";

  private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final AtomicLong INVOCATIONS = new AtomicLong();
  private static final AtomicLong NANOSECONDS = new AtomicLong();
  private static final AtomicLong ALLOCATED = new AtomicLong();

  static long cpuTime() {
    return BEAN.getCurrentThreadCpuTime();
  }

  static long allocated() {
    return BEAN.getThreadAllocatedBytes(Thread.currentThread().getId());
  }

  static void add(long invocations, long nanoseconds, long bytes) {
    INVOCATIONS.addAndGet(invocations);
    NANOSECONDS.addAndGet(nanoseconds);
    ALLOCATED.addAndGet(bytes);
  }

  @Override
  public String getDescription() {
    return "CPU time and allocation of the threads that call";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    INVOCATIONS.set(0);
    NANOSECONDS.set(0);
    ALLOCATED.set(0);
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    double invocations = Math.max(1, INVOCATIONS.get());
    return List.of(
        new ScalarResult(TIME, NANOSECONDS.get() / invocations, "ns", AggregationPolicy.AVG),
        new ScalarResult(BYTES, ALLOCATED.get() / invocations, "B", AggregationPolicy.AVG));
  }
}
