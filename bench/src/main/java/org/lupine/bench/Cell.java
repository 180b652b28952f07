package org.lupine.bench;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.concurrent.TimeUnit;
import org.lupine.bench.contender.Contender;
import org.lupine.bench.contender.Work;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A row of one contender, as JMH runs it. */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Cell {
  private static final CompilationMXBean COMPILATION = ManagementFactory.getCompilationMXBean();

  /** The name of a {@link Row}. */
  @Param("")
  public String row;

  @Param("")
  public String contender;

  @Param("")
  public String flavour;

  /**
   * Milliseconds of CPU time before anything is measured; up to eight times as many while the JVM
   * still compiles.
   */
  @Param("0")
  public int warmup;

  private Work work;

  /** Counts the invocations of one thread, and what they cost it. */
  @State(Scope.Thread)
  public static class Thread {
    private long invocations;
    private long time;
    private long bytes;

    /** Begins an iteration. */
    @Setup(Level.Iteration)
    public void begin() {
      invocations = 0;
      bytes = ThreadCosts.allocated();
      time = ThreadCosts.cpuTime();
    }

    /** Ends it. */
    @TearDown(Level.Iteration)
    public void end() {
      long spent = ThreadCosts.cpuTime() - time;
      ThreadCosts.add(invocations, spent, ThreadCosts.allocated() - bytes);
    }
  }

  /** Opens the contender and warms it up. */
  @Setup
  public void open() throws Exception {
    work = Contender.of(contender, flavour).open(row);
    long least = warmup * 1_000_000L;
    long compiled;
    long spent = 0;
    do {
      compiled = COMPILATION.getTotalCompilationTime();
      spent += spend(Math.max(1, least / 4));
    } while (spent < least
        || spent < 8 * least && COMPILATION.getTotalCompilationTime() > compiled);
  }

  /**
   * Works for the given CPU time, in nanoseconds, and returns how many it took: on a busy machine
   * the time on the wall says little of how often the work was done.
   */
  private long spend(long nanoseconds) throws Exception {
    long begin = ThreadCosts.cpuTime();
    Object last;
    do {
      last = work.run();
    } while (ThreadCosts.cpuTime() - begin < nanoseconds);
    Reference.reachabilityFence(last);
    return ThreadCosts.cpuTime() - begin;
  }

  @Benchmark
  public Object run(Thread thread) throws Exception {
    thread.invocations++;
    return work.run();
  }
}
