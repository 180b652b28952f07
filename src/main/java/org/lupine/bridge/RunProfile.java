package org.lupine.bridge;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Layout;

/**
 * What the runs of a chunk under scopes have shown so far. The variables that each run reads first
 * can be prefetched with the request to run. The list ends before the first variable that a run
 * reads after another call of Java, and before one that it reads again, unless it is known that this
 * makes no difference. The variables that runs set can be written to Java later. Thread-safe.
 */
final class RunProfile {
  /** The number of runs that are observed. */
  private static final int OBSERVED = 3;

  /** The maximum number of variables of each kind. */
  static final int MOST = Layout.PREFETCHED_VALUES;

  static final String[] NONE = {};

  /** Whether a run has read one of the variables again. */
  volatile boolean readsAgain;

  /** Whether a run has left functions beside the variables. */
  volatile boolean leavesFunctions;

  private volatile String[] names = NONE;
  private volatile String[] writes = NONE;
  private volatile int observed;
  private String @Nullable [] common;
  private final Set<String> written = new LinkedHashSet<>();

  /** Returns the names of the variables that are read first, in their order. */
  String[] firstReads() {
    return names;
  }

  /** Returns the names of variables that runs have set. */
  String[] writes() {
    return writes;
  }

  /** Returns whether another run is to be observed. */
  boolean isObserving() {
    return observed < OBSERVED;
  }

  /** Records what a run read first, and what it set. */
  synchronized void observe(List<String> read, List<String> set) {
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
    written.addAll(set);
    if (observed == OBSERVED - 1) {
      names = common;
      writes = written.stream().limit(MOST).toArray(String[]::new);
    }
    observed++;
  }

  /** Notes how many of the names a run has read, which was not all. */
  synchronized void limit(int count) {
    if (count < names.length) {
      names = Arrays.copyOf(names, count);
    }
  }
}
