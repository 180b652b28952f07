package org.lupine.bridge;

import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaException;

/**
 * Limits how many bytes each use of a state from outside may hand to Java: text that it writes, and
 * values that it passes to Java code, which may retain them. Used under the lock.
 */
final class TransferLimits {
  private static final int SMALL = 16; // bytes of a message with one number

  private final long mostOutput;
  private final long mostPassed;
  private long output;
  private long passed;

  /** Sets the bytes of each kind; 0 for no limit. */
  TransferLimits(long mostOutput, long mostPassed) {
    this.mostOutput = mostOutput;
    this.mostPassed = mostPassed;
  }

  /** Begins a use. */
  void begin() {
    output = 0;
    passed = 0;
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
        output += bytes;
        check(output, mostOutput, "write more than ", " (maxOutput)");
        break;
      case Upcall.CALL:
      case Upcall.INVOKE:
      case Upcall.NEW_INDEX:
      case Upcall.SET_PROPERTY:
      case Upcall.SCOPE_PUT:
      case Upcall.LIBRARY:
        passed += bytes;
        check(passed, mostPassed, "pass more to Java than ", " (maxTransfer)");
        break;
      default:
    }
  }

  private static void check(long bytes, long most, String what, String option) {
    if (most != 0 && bytes > most) {
      throw new LuaException("no run may " + what + most + " bytes" + option);
    }
  }
}
