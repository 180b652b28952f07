package org.lupine.bridge;

import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaException;

/**
 * How many bytes each use of a state from outside may hand to Java: text that it writes, and values
 * that it passes to Java code, which may keep them. Under the lock.
 */
final class TransferLimits {
  private static final int SMALL = 16;    // bytes of a message of one number

  private final long mostOutput;
  private final long mostPassed;
  private long output;
  private long passed;

  /** The bytes of each kind; 0: any number. */
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
   * Counts a message of Lua.
   *
   * @param length in bytes; negative for one number
   * @throws LuaException if that is more than a use may hand over
   */
  void count(int operation, int length) {
    int bytes = length < 0 ? SMALL : length;
    switch (operation) {
      case Upcall.WRITE:
        output += bytes;
        check(output, mostOutput, "write more than ", " (maxOutput)");
        break;
      case Upcall.CALL: case Upcall.INVOKE: case Upcall.NEW_INDEX:
      case Upcall.SCOPE_PUT: case Upcall.LIBRARY:
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
