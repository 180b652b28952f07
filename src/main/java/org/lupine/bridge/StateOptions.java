package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.lupine.value.BigNumbers;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;

/**
 * The options of a state; validated by the code that creates them.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow the initial handler of numbers that Lua cannot represent
 * @param bigNumbers what Lua receives for big numbers
 * @param binaryChunks whether scripts may load bytecode
 * @param malformed what to do with strings that one side cannot represent
 * @param numbers which type Java receives for numbers of a Lua that has doubles only
 * @param hashSeed of string hashes, as an unsigned 32-bit number, for flavours that allow to set
 *     it; -1 for any
 */
public record StateOptions(
    @Nullable Charset charset,
    Overflow overflow,
    BigNumbers bigNumbers,
    boolean binaryChunks,
    Malformed malformed,
    NumberMode numbers,
    long hashSeed) {
  /** UTF-8, objects for numbers that Lua cannot represent, no bytecode in scripts. */
  public static final StateOptions DEFAULTS =
      new StateOptions(
          StandardCharsets.UTF_8,
          Overflow.WRAP_OBJECT,
          BigNumbers.OBJECT,
          false,
          Malformed.KEEP,
          NumberMode.NARROW,
          -1);
}
