package org.lupine.bench;

import java.util.List;

/** One line of the table. */
record Row(String name, String title, Kind kind, int threads, Unit unit, List<Goal> goals) {
  /** How it is measured. */
  enum Kind {
    /** In a fork of JMH, by the CPU time of the thread that calls. */
    CPU,
    /** In a fork of JMH with threads, by the time on the wall divided by the calls of all. */
    WALL,
    /** In processes of its own: from their start to the end of the first script. */
    START,
    /** In processes of its own: what each of many idle interpreters adds to the memory. */
    MEMORY
  }

  /** What a value is printed in. */
  enum Unit {
    NS(1, "ns"),
    US(1e3, "us"),
    MS(1e6, "ms"),
    KIB(1024, "KiB");

    final double size;
    final String label;

    Unit(double size, String label) {
      this.size = size;
      this.label = label;
    }
  }

  boolean isJmh() {
    return kind == Kind.CPU || kind == Kind.WALL;
  }
}
