package org.lupine.jsr223;

import java.io.IOException;
import java.io.Reader;
import org.jspecify.annotations.Nullable;

/** One reading of the format {@code n}: the longest prefix that looks like a numeral. */
final class ConsoleNumber {
  private static final int LONGEST = 200;

  private final ConsoleInput input;
  private final Reader reader;
  private final StringBuilder numeral = new StringBuilder();
  private int at;

  ConsoleNumber(ConsoleInput input, Reader reader) {
    this.input = input;
    this.reader = reader;
  }

  /** A Long, a Double, or null if there is no numeral. */
  @Nullable Object read() throws IOException {
    do {
      at = input.read(reader);
    } while (at == ' ' || at >= '\t' && at <= '\r');
    take("+-");
    boolean hex = false;
    int digits = 0;
    if (take("0")) {
      digits = 1;
      if (take("xX")) {
        hex = true;
        digits = 0;
      }
    }
    digits += digits(hex);
    if (take(".")) {
      digits += digits(hex);
    }
    if (digits > 0 && take(hex ? "pP" : "eE")) {
      take("+-");
      digits(false);
    }
    if (at >= 0) {
      input.unread(at);
    }
    return digits == 0 ? null : value(numeral.toString(), hex);
  }

  private boolean take(String any) throws IOException {
    if (at < 0 || any.indexOf(at) < 0) {
      return false;
    }
    if (numeral.length() >= LONGEST) {
      numeral.setLength(0);
      return false;
    }
    numeral.append((char) at);
    at = input.read(reader);
    return true;
  }

  private int digits(boolean hex) throws IOException {
    int count = 0;
    while (take(hex ? "0123456789abcdefABCDEF" : "0123456789")) {
      count++;
    }
    return count;
  }

  private static @Nullable Object value(String numeral, boolean hex) {
    try {
      if (!hex) {
        if (numeral.chars().anyMatch(each -> ".eE".indexOf(each) >= 0)) {
          return Double.valueOf(numeral);
        }
        try {
          return Long.valueOf(numeral);
        } catch (NumberFormatException e) {
          return Double.valueOf(numeral);
        }
      }
      if (numeral.chars().anyMatch(each -> ".pP".indexOf(each) >= 0)) {
        boolean exponent = numeral.indexOf('p') >= 0 || numeral.indexOf('P') >= 0;
        return Double.valueOf(exponent ? numeral : numeral + "p0");
      }
      return hexInteger(numeral);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Wraps around, as Lua's hexadecimal integers do. */
  private static Long hexInteger(String numeral) {
    long value = 0;
    for (int i = numeral.indexOf('x') + numeral.indexOf('X') + 2; i < numeral.length(); i++) {
      value = value << 4 | Character.digit(numeral.charAt(i), 16);
    }
    return numeral.startsWith("-") ? -value : value;
  }
}
