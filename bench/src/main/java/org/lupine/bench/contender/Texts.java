package org.lupine.bench.contender;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Texts that scripts of several contenders work on. */
final class Texts {
  static final String TEN = "0123456789";

  static final String TWENTY = "twenty characters...";

  /** 1 KiB in UTF-8, from all planes. */
  static final String KILOBYTE = "aä€😀".repeat(102) + "abcd";

  /** 41 lines of Lua with the {@code return} that follows them. */
  static final String FORTY_LINES =
      lines("local function f%d(a, b)\n  if a > b then return a end\n  return b .. 'x'\nend\n");

  /** A script that sets {@code d} by a function of the library. */
  static final String LIBRARY = "d = math.max(a, b) return d";

  /** A script that reads {@code a} ten times. */
  static final String LOOP = "local s = 0 for i = 1, 10 do s = s + a end return s";

  private Texts() {}

  /** Returns ten functions, each by a format for its number. */
  static String lines(String function) {
    return IntStream.range(0, 10)
        .mapToObj(i -> String.format(function, i))
        .collect(Collectors.joining());
  }

  /** Returns a text of 10 characters that differs from the last 1023 ones. */
  static String fresh(int serial) {
    return "text " + (10_000 + serial % 1024);
  }
}
