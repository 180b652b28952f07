package org.lupine.bridge;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaException;

/**
 * Limits how many bytes each use of a state from outside may pass to Java: text that it writes, and
 * values that it passes to Java code, which may retain them. Thread-safe: a call into another state
 * uses up the limits of the one that it comes from.
 */
final class TransferLimits {
  private static final int SMALL = 16; // bytes of a message with one number

  /** Whether there has been any: until then the thread local is not read. */
  private static volatile boolean exist;

  /**
   * In the one element, the limits of the run that the thread's call from Lua to Java belongs to.
   * They are set by plain stores, since a method call might overflow the stack. The array is of a
   * class of the JDK, so that it keeps no class loader when the thread is idle.
   */
  private static final ThreadLocal<@Nullable Object[]> CURRENT = new ThreadLocal<>();

  private final long mostOutput;
  private final long mostPassed;
  private final AtomicLong output = new AtomicLong();
  private final AtomicLong passed = new AtomicLong();

  /** Sets the bytes of each kind; 0 for no limit. */
  TransferLimits(long mostOutput, long mostPassed) {
    this.mostOutput = mostOutput;
    this.mostPassed = mostPassed;
    exist = true;
  }

  /**
   * Returns the limits of the run that the current thread's call from Lua to Java belongs to,
   * whichever state the run is in; null if there are none.
   */
  static @Nullable TransferLimits current() {
    var mine = exist ? CURRENT.get() : null;
    return mine == null ? null : (TransferLimits) mine[0];
  }

  /** Returns the array whose one element is what {@link #current} returns in this thread. */
  static @Nullable Object[] ofThread() {
    var mine = CURRENT.get();
    if (mine == null) {
      mine = new Object[1];
      CURRENT.set(mine);
    }
    return mine;
  }

  /** Begins a use. */
  void begin() {
    output.set(0);
    passed.set(0);
  }

  /**
   * Counts a message from Lua.
   *
   * @param length in bytes; negative for one number
   * @throws LuaException if a limit is exceeded
   */
  void count(int operation, int length) {
    int bytes = length < 0 ? SMALL : length;
    switch (operation) {
      case Upcall.WRITE:
        check(output.addAndGet(bytes), mostOutput, "write more than ", " (maxOutput)");
        break;
      case Upcall.CALL:
      case Upcall.COROUTINE:
      case Upcall.INVOKE:
      case Upcall.NEW_INDEX:
      case Upcall.SET_PROPERTY:
      case Upcall.SCOPE_PUT:
      case Upcall.LIBRARY:
        checkPassed(passed.addAndGet(bytes));
        break;
      default:
    }
  }

  /**
   * Counts an answer to Java code that a script has called: results of Lua functions, elements of
   * tables. Never throws, since the answer must be read; the next {@link #check} reports an excess.
   *
   * @param values the number of small values that are not in a message
   * @param length the bytes of the message
   */
  void countAnswer(int values, long length) {
    passed.addAndGet((long) SMALL * values + length);
  }

  /**
   * Checks what was counted so far.
   *
   * @throws LuaException if the limit of what is passed is exceeded
   */
  void check() {
    checkPassed(passed.get());
  }

  private void checkPassed(long bytes) {
    check(bytes, mostPassed, "pass more to Java than ", " (maxTransfer)");
  }

  private static void check(long bytes, long most, String what, String option) {
    if (most != 0 && bytes > most) {
      throw new LuaException("no run may " + what + most + " bytes" + option);
    }
  }
}
