package org.lupine.bridge;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where {@code print}, {@code io.write}, {@code io.read}, {@code warn} go while a script runs. */
public interface Console {
  /** How far to read: to the end of a line, a count of bytes, or what can be of one numeral. */
  enum Extent { LINE, COUNT, NUMBER }

  /**
   * Returns whether a stream, the output or that of errors, takes bytes as they are, rather than
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

  /** Writes bytes as they are, to a stream that takes them. */
  void write(boolean error, byte[] bytes, boolean flush) throws IOException;

  /** Flushes the output, or the error stream. */
  void flush(boolean error) throws IOException;

  /**
   * Reads bytes of the input, and no further than it must.
   *
   * @param most how many bytes at most; of a count of none there is an empty array if there is more
   * @return null at the end of the input; for a numeral as many of its characters as follow white
   *     space, which is read
   */
  byte @Nullable [] read(Extent extent, int most) throws IOException;

  /** Takes back the last bytes that were read. */
  void unread(byte[] bytes) throws IOException;
}
