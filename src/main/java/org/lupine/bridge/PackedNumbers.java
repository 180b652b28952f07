package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of eight bytes each in native byte order, as {@code OP_PACK} and {@code OP_UNPACK} use
 * them.
 *
 * @param whole whether they are long rather than double
 */
record PackedNumbers(boolean whole, byte[] bytes) {
  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  private static byte[] room(int count) {
    if (count > Integer.MAX_VALUE / Double.BYTES - 64) {
      throw new OutOfMemoryError("values are too large for one message");
    }
    return new byte[count * Double.BYTES];
  }

  /**
   * Packs an array of primitives; returns null for any other object, or if Lua cannot represent a
   * number exactly.
   */
  static @Nullable PackedNumbers of(Object array, boolean integers) {
    if (array instanceof double[]) {
      var numbers = (double[]) array;
      var bytes = room(numbers.length);
      buffer(bytes).asDoubleBuffer().put(numbers);
      return new PackedNumbers(false, bytes);
    }
    if (array instanceof float[]) {
      var numbers = (float[]) array;
      var bytes = room(numbers.length);
      var out = buffer(bytes);
      for (float each : numbers) {
        out.putDouble(each);
      }
      return new PackedNumbers(false, bytes);
    }
    var wholes = array instanceof long[] ? (long[]) array : longs(array);
    if (wholes == null || !integers && !areExact(wholes)) {
      return null;
    }
    var bytes = room(wholes.length);
    buffer(bytes).asLongBuffer().put(wholes);
    return new PackedNumbers(true, bytes);
  }

  private static long @Nullable [] longs(Object array) {
    if (!(array instanceof int[] || array instanceof short[] || array instanceof byte[])) {
      return null;
    }
    var longs = new long[java.lang.reflect.Array.getLength(array)];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = java.lang.reflect.Array.getLong(array, i);
    }
    return longs;
  }

  private static boolean areExact(long[] numbers) {
    for (long each : numbers) {
      if (!Overflows.isExact(each)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the numbers as an array of this primitive type; null if one is out of its range. */
  @Nullable Object array(Class<?> type) {
    if (type == double.class) {
      var numbers = new double[bytes.length / Double.BYTES];
      buffer(bytes).asDoubleBuffer().get(numbers);
      return numbers;
    }
    if (type == float.class) {
      return floats();
    }
    var numbers = new long[bytes.length / Long.BYTES];
    buffer(bytes).asLongBuffer().get(numbers);
    return type == long.class
        ? numbers
        : type == int.class
            ? ints(numbers)
            : type == short.class ? shorts(numbers) : narrowed(numbers);
  }

  private float @Nullable [] floats() {
    var in = buffer(bytes);
    var numbers = new float[bytes.length / Double.BYTES];
    for (int i = 0; i < numbers.length; i++) {
      double number = in.getDouble();
      numbers[i] = (float) number;
      if (Float.isInfinite(numbers[i]) != Double.isInfinite(number)) {
        return null;
      }
    }
    return numbers;
  }

  private static int @Nullable [] ints(long[] from) {
    var numbers = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      numbers[i] = (int) from[i];
      if (numbers[i] != from[i]) {
        return null;
      }
    }
    return numbers;
  }

  private static short @Nullable [] shorts(long[] from) {
    var numbers = new short[from.length];
    for (int i = 0; i < from.length; i++) {
      numbers[i] = (short) from[i];
      if (numbers[i] != from[i]) {
        return null;
      }
    }
    return numbers;
  }

  private static byte @Nullable [] narrowed(long[] from) {
    var numbers = new byte[from.length];
    for (int i = 0; i < from.length; i++) {
      numbers[i] = (byte) from[i];
      if (numbers[i] != from[i]) {
        return null;
      }
    }
    return numbers;
  }
}
