package org.lupine.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The operations as JMH has them; {@link Main} lists them with who takes part. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Operations {
  private static final int MANY = 1000;

  /** Whose turn it is. */
  @Param("lupine")
  public String contender;

  /** The Lua version. */
  @Param("lua54")
  public String flavour;

  private Contender lua;

  /** Opens it. */
  @Setup
  public void open() throws Exception {
    lua = Contender.of(contender, flavour);
  }

  /** Closes it. */
  @TearDown
  public void close() {
    lua.close();
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double numberTyped() throws Exception {
    return lua.typed(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double numberGeneric() throws Exception {
    return lua.generic(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double invokeFunction() throws Exception {
    return lua.invokeFunction(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public long stringToLua() throws Exception {
    return lua.strings(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double tableGet() throws Exception {
    return lua.get(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double tableSet() throws Exception {
    return lua.set(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double doubleToJava() throws Exception {
    return lua.loop("twices", MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double stringToJava() throws Exception {
    return lua.loop("echoes", MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double methodCall() throws Exception {
    return lua.loop("adds", MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double evalCached() throws Exception {
    return lua.eval(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double putVariable() throws Exception {
    return lua.put(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double getVariable() throws Exception {
    return lua.getVariable(MANY);
  }

  @Benchmark
  @OperationsPerInvocation(MANY)
  public double compiled() throws Exception {
    return lua.compiled(MANY);
  }

  @Benchmark
  public double startUp() throws Exception {
    return lua.start();
  }

  @Benchmark
  public double fib() throws Exception {
    return lua.loop("fib", 24);
  }

  @Benchmark
  public double sort() throws Exception {
    return lua.loop("sorts", 10_000);
  }

  @Benchmark
  public double text() throws Exception {
    return lua.loop("texts", 2_000);
  }
}
