package org.lupine.bridge;

import org.lupine.value.LuaString;
import org.lupine.value.NumberMode;

/**
 * Normalizes a Java value to the form in which this state would return it (Integer to Long, byte[]
 * to String), so that it can be compared with values read from Lua.
 */
final class Normalizer {
  private static final double EXACT = 0x1p53;

  private final LuaState state;

  Normalizer(LuaState state) {
    this.state = state;
  }

  /** Returns the value as a table would return it; the value itself if that is not known. */
  Object normalize(Object value) {
    if (value instanceof Double || value instanceof Float) {
      return number(((Number) value).doubleValue());
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      long whole = ((Number) value).longValue();
      return alwaysDouble() ? (Object) (double) whole : (Object) whole;
    }
    if (value instanceof Character
        || value instanceof CharSequence && !(value instanceof Appendable)) {
      return text(value.toString());
    }
    return value instanceof LuaString
        ? codec().decodeOrKeep(((LuaString) value).bytes())
        : value instanceof byte[] ? codec().decodeOrKeep(((byte[]) value).clone()) : value;
  }

  private boolean alwaysDouble() {
    return !state.integers() && state.options().numbers() == NumberMode.ALWAYS_DOUBLE;
  }

  private Object number(double number) {
    return state.integers()
            || alwaysDouble()
            || number != Math.rint(number)
            || Math.abs(number) > EXACT
            || number == 0 && 1 / number < 0
        ? (Object) number
        : (Object) (long) number;
  }

  private Object text(String text) {
    if (state.options().charset() != null) {
      return text;
    }
    try {
      return codec().decodeOrKeep(codec().encode(text));
    } catch (IllegalArgumentException e) {
      return text; // not a string of this state, and so in none of its tables
    }
  }

  private TextCodec codec() {
    return new TextCodec(state.options().charset(), state.options().malformed());
  }
}
