package org.lupine.support;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for the JVM's collector, whose reference handler is a thread like any other. */
public final class Garbage {
  private static final long LIMIT = TimeUnit.MINUTES.toNanos(1);

  private Garbage() {}

  /** Collects garbage until something is so; fails after a minute, with the given text. */
  public static void collectUntil(BooleanSupplier done, Supplier<String> otherwise) {
    long begin = System.nanoTime();
    while (!done.getAsBoolean()) {
      if (System.nanoTime() - begin > LIMIT) {
        fail(otherwise);
      }
      System.gc();
      LockSupport.parkNanos(1_000_000); // lets the reference handler run
    }
  }
}
