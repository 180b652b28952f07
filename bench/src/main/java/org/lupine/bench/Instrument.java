package org.lupine.bench;

/** One way to measure cells. */
interface Instrument {
  /** Returns whether this measures a cell. */
  boolean has(Row row, String contender);

  /** Measures a cell once, with a class path where it is a JVM, and adds that to the samples. */
  void measure(Row row, String contender, String classPath, Samples samples);
}
