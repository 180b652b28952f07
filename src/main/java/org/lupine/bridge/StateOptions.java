package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What holds for a state; checked by whoever builds it.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow what to do with a number that Lua cannot hold
 * @param binaryChunks whether scripts may load bytecode
 */
public record StateOptions(Charset charset, Overflow overflow, boolean binaryChunks) {
  /** UTF-8, no number that is not exact, no bytecode in scripts. */
  public static final StateOptions DEFAULTS =
      new StateOptions(StandardCharsets.UTF_8, StateOptions::refuse, false);

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
