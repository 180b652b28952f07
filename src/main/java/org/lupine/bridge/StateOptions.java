package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lupine.value.BigNumbers;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;

/**
 * What holds for a state; checked by whoever builds it.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow what to do with a number that Lua cannot hold, until it is told otherwise
 * @param bigNumbers what Lua gets for big numbers
 * @param binaryChunks whether scripts may load bytecode
 * @param malformed what to do with strings that one side cannot hold
 * @param numbers what Java gets where Lua has doubles only
 * @param hashSeed of string hashes, as an unsigned 32-bit number, where the flavour lets one
 *     choose; -1 for any
 */
public record StateOptions(
    @Nullable Charset charset, Overflow overflow, BigNumbers bigNumbers, boolean binaryChunks,
    Malformed malformed, NumberMode numbers, long hashSeed) {
  /** UTF-8, objects for numbers that Lua lacks, no bytecode in scripts. */
  public static final StateOptions DEFAULTS = new StateOptions(StandardCharsets.UTF_8,
      Overflow.WRAP_OBJECT, BigNumbers.OBJECT, false, Malformed.KEEP, NumberMode.NARROW, -1);
}
