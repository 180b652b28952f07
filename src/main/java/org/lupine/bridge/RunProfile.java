package org.lupine.bridge;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of a chunk under scopes have shown so far. The variables that each run reads first
 * can be handed over with the request to run. They end before the first one that a run reads again,
 * or reads after another call of Java. Thread-safe.
 */
final class RunProfile {
  /** The number of runs that are observed. */
  private static final int OBSERVED = 3;

  static final int MOST = 8;

  private static final String[] NONE = {};

  /** Whether a run has left functions beside the variables. */
  volatile boolean leavesFunctions;

  private volatile String[] names = NONE;
  private volatile int observed;
  private String @Nullable [] common;

  /** Returns the names of the variables that are read first, in their order. */
  String[] firstReads() {
    return names;
  }

  /** Returns whether another run is to be observed. */
  boolean isObserving() {
    return observed < OBSERVED;
  }

  /** Notes what a run read first. */
  synchronized void observe(List<String> read) {
    if (!isObserving()) {
      return;
    }
    var before = common;
    int length = before == null ? read.size() : 0;
    while (before != null
        && length < before.length
        && length < read.size()
        && before[length].equals(read.get(length))) {
      length++;
    }
    common = read.subList(0, length).toArray(NONE);
    if (observed == OBSERVED - 1) {
      names = common;
    }
    observed++;
  }

  /** Notes that a run read only so many of the names. */
  synchronized void limit(int count) {
    if (count < names.length) {
      names = Arrays.copyOf(names, count);
    }
  }
}
