package org.lupine.bridge;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The destination of {@code print}, {@code io.write} and {@code warn} and the source of {@code
 * io.read} while a script runs.
 */
public interface Console {
  /**
   * How far to read: to the end of a line, a number of bytes, or the characters that can belong to
   * one numeral.
   */
  enum Extent {
    LINE,
    COUNT,
    NUMBER
  }

  /**
   * Returns whether a stream, the output or the error stream, takes bytes unchanged rather than
   * text.
   */
  boolean isBinary(boolean error);

  /**
   * Writes text.
   *
   * @param error whether to the error stream
   * @param flush whether it is to be flushed after
   */
  void write(boolean error, String text, boolean flush) throws IOException;

  /** Writes bytes unchanged, to a stream for which {@link #isBinary} is true. */
  void write(boolean error, byte[] bytes, boolean flush) throws IOException;

  /** Flushes the output, or the error stream. */
  void flush(boolean error) throws IOException;

  /**
   * Reads bytes of the input, and no further than necessary.
   *
   * @param most the maximum number of bytes; 0 asks whether there is more, and returns an empty
   *     array then
   * @return null at the end of the input; for a numeral, its characters after white space, which is
   *     skipped
   */
  byte @Nullable [] read(Extent extent, int most) throws IOException;

  /** Pushes back the last bytes that were read. */
  void unread(byte[] bytes) throws IOException;
}
