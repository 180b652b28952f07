package org.lupine.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.regex.Pattern;
import org.lupine.bench.contender.Contender;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs forks of JMH: each is one row of one contender in a fresh JVM. */
final class Forks implements Instrument {
  /** After the work itself is warm: for the loop around it. */
  private static final int WARMUP_ITERATIONS = 3;

  private final Plan plan;
  private final String flavour;

  Forks(Plan plan, String flavour) {
    this.plan = plan;
    this.flavour = flavour;
  }

  @Override
  public boolean has(Row row, String contender) {
    return row.isJmh()
        && Contender.NAMES.contains(contender)
        && Contender.of(contender, flavour).has(row.name());
  }

  @Override
  public void measure(Row row, String contender, String classPath, Samples samples) {
    var time = TimeValue.milliseconds(plan.millis());
    var options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(Cell.class.getName()) + "\\.run$")
            .param("row", row.name())
            .param("contender", contender)
            .param("flavour", flavour)
            .param("warmup", String.valueOf(plan.warmup()))
            .forks(1)
            .threads(row.threads())
            .mode(row.kind() == Row.Kind.WALL ? Mode.Throughput : Mode.AverageTime)
            .syncIterations(row.threads() > 1)
            .addProfiler(ThreadCosts.class)
            .warmupIterations(WARMUP_ITERATIONS)
            .warmupTime(time)
            .measurementIterations(plan.iterations())
            .measurementTime(time)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    int operations = Contender.of(contender, flavour).operations(row.name());
    var before = System.setProperty("java.class.path", classPath); // JMH passes it on
    try {
      add(new Runner(options).run(), row, operations, samples);
    } catch (RunnerException e) {
      samples.fail(reason(e));
    } finally {
      System.setProperty("java.class.path", before);
    }
  }

  /** Returns the exception with which all began. */
  private static String reason(Throwable error) {
    var cause = error;
    while (cause.getCause() != null || cause.getSuppressed().length > 0) {
      cause = cause.getCause() != null ? cause.getCause() : cause.getSuppressed()[0];
    }
    return cause.toString().strip().split("\n", 2)[0];
  }

  private static void add(Collection<RunResult> results, Row row, int operations, Samples samples) {
    var times = new ArrayList<Double>();
    var bytes = new ArrayList<Double>();
    for (var result : results) {
      for (var each : result.getBenchmarkResults()) {
        for (var iteration : each.getIterationResults()) {
          var costs = iteration.getSecondaryResults();
          double time =
              row.kind() == Row.Kind.WALL
                  ? 1 / iteration.getPrimaryResult().getScore() // of all threads together
                  : costs.get(ThreadCosts.TIME).getScore();
          times.add(time / operations);
          bytes.add(costs.get(ThreadCosts.BYTES).getScore() / operations);
        }
      }
    }
    samples.addFork(times, Samples.quantile(bytes, 0.5));
  }
}
