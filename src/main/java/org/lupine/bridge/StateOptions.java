package org.lupine.bridge;

import java.nio.charset.Charset;

/**
 * How a state converts; checked by whoever builds it.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow what to do with a number that Lua cannot hold
 */
public record StateOptions(Charset charset, Overflow overflow) {
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
