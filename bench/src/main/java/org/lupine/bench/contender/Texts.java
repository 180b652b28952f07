package org.lupine.bench.contender;

/** Texts that scripts of several contenders work on. */
final class Texts {
  static final String TEN = "0123456789";

  static final String TWENTY = "twenty characters...";

  /** 1 KiB in UTF-8, from all planes. */
  static final String KILOBYTE = "aä€😀".repeat(102) + "abcd";

  /** 41 lines of Lua with the {@code return} that follows them. */
  static final String FORTY_LINES = fortyLines();

  private Texts() {}

  private static String fortyLines() {
    var lines = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      lines.append("local function f").append(i).append("(a, b)\n  if a > b then return a end\n")
          .append("  return b .. 'x'\nend\n");
    }
    return lines.toString();
  }

  /** Returns a text of 10 characters that differs from the last 1023 ones. */
  static String fresh(int serial) {
    return "text " + (10_000 + serial % 1024);
  }
}
