package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;

/**
 * What holds for a state; checked by whoever builds it.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow what to do with a number that Lua cannot hold
 * @param binaryChunks whether scripts may load bytecode
 * @param malformed what to do with strings that one side cannot hold
 * @param numbers what Java gets where Lua has doubles only
 * @param hashSeed of string hashes, as an unsigned 32-bit number, where the flavour lets one
 *     choose; -1 for any
 */
public record StateOptions(
    Charset charset, Overflow overflow, boolean binaryChunks, Malformed malformed,
    NumberMode numbers, long hashSeed) {
  /** UTF-8, no number that is not exact, no bytecode in scripts. */
  public static final StateOptions DEFAULTS = new StateOptions(StandardCharsets.UTF_8,
      StateOptions::refuse, false, Malformed.KEEP, NumberMode.NARROW, -1);

  /** Gives what stands for a number that Lua cannot hold exactly, or throws. */
  public interface Overflow {
    /** The stand-in; if that overflows again it is an error. */
    Object replace(Number number);
  }

  /** The default: an {@link ArithmeticException}. */
  public static Object refuse(Number number) {
    throw new ArithmeticException("number " + number + " has no exact Lua representation");
  }
}
