package org.lupine.bridge;

import java.io.IOException;

/** Where {@code print}, {@code io.write}, {@code io.read}, {@code warn} go while a script runs. */
public interface Console {
  /**
   * Writes text.
   *
   * @param error whether to the error stream
   * @param line whether this was a whole line of {@code print}, to be flushed after
   */
  void write(boolean error, String text, boolean line) throws IOException;

  /** Flushes the output, or the error stream. */
  void flush(boolean error) throws IOException;

  /**
   * Reads as {@code file:read} does (Lua manual, 6.8 and its like in every version).
   *
   * @param formats Lua's formats as they came, with or without the star; none means a line
   * @return a result for each format up to the first that failed, which is null
   * @throws IllegalArgumentException for a bad format
   */
  Object[] read(Object[] formats) throws IOException;
}
