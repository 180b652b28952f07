package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.lupine.value.Overflow;

/**
 * What holds for a state; checked by whoever builds it.
 *
 * @param charset of Lua's strings; null: every string is a {@link org.lupine.value.LuaString}
 * @param overflow what to do with a number that Lua cannot hold, until it is told otherwise
 * @param binaryChunks whether scripts may load bytecode
 */
public record StateOptions(Charset charset, Overflow overflow, boolean binaryChunks) {
  /** UTF-8, no number that is not exact, no bytecode in scripts. */
  public static final StateOptions DEFAULTS =
      new StateOptions(StandardCharsets.UTF_8, Overflow.ERROR, false);
}
