package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Layout;
import org.lupine.value.LuaString;

/**
 * Variables that a run sets without calling Java. Their values stay in the {@link Frame} until they
 * are written to the scope: before foreign code runs in Java, and when the run has ended. This
 * applies to variables that the {@link RunProfile} expects the run to set, under a scope that
 * {@linkplain Scope#takesLateWrites permits} it. Used under the state's lock.
 */
final class LateWrites {
  private static final String[] NONE = {};

  private final LuaState state;
  private final Frame frame;
  private final Messages messages;
  private final FastCalls fastCalls;
  private String[] names = NONE;
  private int[] numbers = {}; // of the names; 0 for those that have none
  private long writable; // the numbers as bits
  private @Nullable Scope told; // the scope of the current run

  LateWrites(LuaState state, Frame frame, Messages messages, FastCalls fastCalls) {
    this.state = state;
    this.frame = frame;
    this.messages = messages;
    this.fastCalls = fastCalls;
  }

  /** Returns whether a value may stay in the frame; C decides. */
  static boolean canStay(@Nullable Object value) {
    return value instanceof String
        || value instanceof LuaString
        || value != null && Messages.smallTag(value) >= 0;
  }

  /**
   * Prepares a run that is expected to set these variables. Returns whether it may do so without
   * calling Java.
   */
  boolean prepare(String[] expected, Scope scope) {
    if (expected.length == 0 || state.transfer() != null || !scope.takesLateWrites()) {
      return false;
    }
    if (expected != names) {
      number(expected);
    }
    return true;
  }

  private void number(String[] expected) {
    var found = new int[expected.length];
    long bits = 0;
    for (int i = 0; i < found.length; i++) {
      int number = fastCalls.numberAtOnce(expected[i]);
      if (number > 0 && number < Layout.WRITABLE_NAMES) {
        found[i] = number;
        bits |= 1L << number;
      }
    }
    names = expected;
    numbers = found;
    writable = bits;
  }

  /**
   * Begins a run.
   *
   * @param expected the variables that it may set without calling Java
   */
  void begin(String[] expected, Scope scope) {
    told = scope;
    frame.writable(expected == names ? writable : 0);
  }

  /**
   * Ends the run: reports to its scope what it has set.
   *
   * @param failure what the run has thrown, or null
   */
  void end(@Nullable Throwable failure) {
    try {
      tell();
    } catch (RuntimeException | Error e) {
      if (failure == null) {
        throw e;
      }
      if (e != failure) {
        failure.addSuppressed(e);
      }
    } finally {
      told = null;
    }
  }

  /** Reports to the scope of the current run the variables that the run has set so far. */
  void tell() {
    int length = frame.written();
    if (length == 0) {
      return;
    }
    var scope = told;
    var set = names;
    var values = new Object[set.length]; // nil never stays in the frame
    var in = frame.shared();
    int end = Layout.WRITES + length;
    int at = Layout.WRITES;
    while (at < end) {
      int place = place(in.getInt(at));
      at += Frame.HEADER;
      if (place >= 0) {
        values[place] = messages.readAt(in, at);
      }
      at += Messages.size(in, at);
    }
    frame.clearWritten(); // before foreign code runs
    if (scope != null) {
      put(scope, set, values);
    }
  }

  /** Returns the index of a name by its number; -1 for 0. */
  private int place(int number) {
    int place = numbers.length - 1;
    while (place >= 0 && (number == 0 || numbers[place] != number)) {
      place--;
    }
    return place;
  }

  /** Sets each variable, even if the scope refuses some. */
  private static void put(Scope scope, String[] names, @Nullable Object[] values) {
    RuntimeException refused = null;
    for (int i = 0; i < names.length; i++) {
      var value = values[i];
      try {
        if (value != null) {
          scope.put(names[i], value);
        }
      } catch (RuntimeException e) {
        refused = e;
      }
    }
    if (refused != null) {
      throw refused;
    }
  }
}
