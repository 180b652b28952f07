package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaMemoryException;

/**
 * Numbers of strings that cross from Java to Lua, or back, again and again. While a string has a
 * number it is neither encoded nor decoded: it travels as the number. Each direction has numbers of
 * its own: Java assigns those of the strings that it passes, and Lua, in {@code known.c}, those
 * that come from Lua. Strings share a small number of slots; a string loses its number when another
 * one takes its slot. Java then assigns the number to the other string; Lua assigns no number
 * twice. Used under the state's lock.
 */
final class KnownStrings {
  private static final int SLOTS = 64;
  private static final int RECEIVED = 32; // as STRINGS_KNOWN
  private static final int LONGEST = 2048;
  private static final int PASSES = 3; // a string gets its number when it is passed so often
  private static final int TOLD = -1;

  private final Crossing crossing;
  private final Messages messages;
  private final int first;

  // to Lua, by slot; empty until a string is passed
  private @Nullable String[] passed = {};
  private byte[] passes = {}; // TOLD: Lua knows the number

  // from Lua, by slot; empty until a number is received
  private @Nullable Object[] received = {};
  private int[] numbers = {};

  /**
   * Creates the numbers of a state.
   *
   * @param first the lowest number of {@link Op#NAME} that names of {@link FastCalls} do not use
   */
  KnownStrings(Crossing crossing, Messages messages, int first) {
    this.crossing = crossing;
    this.messages = messages;
    this.first = first;
  }

  /**
   * Records that a string is passed to Lua; returns its number, or 0 if it has none. Telling Lua a
   * number is a crossing.
   *
   * @throws IllegalArgumentException if the string cannot be encoded
   */
  int number(String text) {
    int length = text.length();
    if (length == 0 || length > LONGEST) {
      return 0;
    }
    if (passed.length == 0) {
      passes = new byte[SLOTS];
      passed = new String[SLOTS];
    }
    int slot = slot(text);
    if (passed[slot] != text) {
      boolean equal = text.equals(passed[slot]);
      passed[slot] = text;
      if (!equal) {
        passes[slot] = 1;
        return 0;
      }
    }
    return passes[slot] == TOLD || ++passes[slot] == PASSES && tell(slot, text) ? first + slot : 0;
  }

  /** Returns the number of a string, or 0 if it has none. */
  int find(String text) {
    if (text.isEmpty() || passed.length == 0) {
      return 0;
    }
    int slot = slot(text);
    return passes[slot] == TOLD && text.equals(passed[slot]) ? first + slot : 0;
  }

  private static int slot(String text) {
    int length = text.length();
    return (31 * text.charAt(0) + 7 * text.charAt(length - 1) + length) & SLOTS - 1;
  }

  /** Tells Lua the number of a string; returns whether Lua knows it now. */
  private boolean tell(int slot, String text) {
    passes[slot] = 0;
    try {
      crossing.first(Op.NAME, first + slot, text);
    } catch (LuaMemoryException e) {
      return false;
    }
    boolean known = passed[slot] == text; // else a finalizer has passed another string meanwhile
    passes[slot] = (byte) (known ? TOLD : 0);
    return known;
  }

  /** Returns the string of a number that came from Lua; null if its bytes cannot be decoded. */
  @Nullable Object get(int number) {
    if (received.length == 0) {
      numbers = new int[RECEIVED];
      received = new Object[RECEIVED];
    }
    int slot = number & RECEIVED - 1;
    return numbers[slot] == number ? received[slot] : ask(slot, number);
  }

  private @Nullable Object ask(int slot, int number) {
    numbers[slot] = 0;
    var text = messages.readFastFirst(crossing.fast(FastOp.STRING, number, 0, Tag.NIL, 0));
    received[slot] = text;
    numbers[slot] = number;
    return text;
  }
}
