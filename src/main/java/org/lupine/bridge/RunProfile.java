package org.lupine.bridge;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Layout;

/**
 * Records, over the first runs of a chunk under scopes, which variables each run reads first and
 * which it sets. Later runs prefetch the former, and may report writes of the latter late. The list
 * of first reads ends before a variable that is read after another call of Java, and before one
 * that is read a second time, unless the scope says that this makes no difference. Thread-safe.
 */
final class RunProfile {
  /** The number of runs that are observed. */
  private static final int OBSERVED = 3;

  /** The maximum number of variables of each kind. */
  static final int MOST = Layout.PREFETCHED_VALUES;

  static final String[] NONE = {};

  /** Whether a run has read one of the variables more than once. */
  volatile boolean readsAgain;

  /** Whether a run has left functions, which its scope cannot store. */
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

  /** Shortens the list of first reads to the part that a run has read. */
  synchronized void limit(int count) {
    if (count < names.length) {
      names = Arrays.copyOf(names, count);
    }
  }
}
