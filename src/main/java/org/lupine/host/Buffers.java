package org.lupine.host;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Protocol.Element;
import org.lupine.value.LuaException;
import org.lupine.value.Values;

/**
 * The elements of NIO buffers. Lua accesses the memory of buffers that were made here directly,
 * without calling Java: only the garbage collector frees that memory. The memory of other
 * direct buffers may be unmapped while they are reachable, so Java is called for each element.
 */
final class Buffers {
  /** The types of elements, by their numbers. */
  static final List<String> TYPES = List.of("byte", "short", "int", "long", "float", "double");

  private static final int[] SIZES = {1, 2, 4, 8, 4, 8};

  /** A buffer made here; the address outlives it. */
  private static final class Made extends WeakReference<Buffer> {
    private final long address;
    private final int type;

    private Made(Buffer buffer, long address, int type) {
      super(buffer, FREED);
      this.address = address;
      this.type = type;
    }
  }

  private static final ReferenceQueue<Buffer> FREED = new ReferenceQueue<>();
  private static final Map<Long, Made> MADE = new ConcurrentHashMap<>();

  private Buffers() {}

  /**
   * Makes a direct buffer of zeros in the byte order of the machine.
   *
   * @param type the index in {@link #TYPES}
   * @throws IllegalArgumentException if it is larger than a buffer can be
   */
  static Buffer make(int type, long length) {
    long bytes = length * SIZES[type];
    if (length < 0 || length > Integer.MAX_VALUE || bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("length of a buffer of " + TYPES.get(type));
    }
    forgetFreed();
    var made = view(allocate((int) bytes), type);
    long address = LuaState.address(made);
    if (length > 0) { // all empty ones may have the same address
      MADE.put(address, new Made(made, address, type));
    }
    return made;
  }

  private static ByteBuffer allocate(int bytes) {
    try {
      return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      throw new LuaException(
          "no direct memory for a buffer of " + bytes + " bytes (see -XX:MaxDirectMemorySize)", e);
    }
  }

  /** Returns a view, which other code cannot free as it could the memory itself. */
  private static Buffer view(ByteBuffer memory, int type) {
    switch (type) {
      case Element.BYTE:
        return memory.slice().order(ByteOrder.nativeOrder());
      case Element.SHORT:
        return memory.asShortBuffer();
      case Element.INT:
        return memory.asIntBuffer();
      case Element.LONG:
        return memory.asLongBuffer();
      case Element.FLOAT:
        return memory.asFloatBuffer();
      default:
        return memory.asDoubleBuffer();
    }
  }

  private static void forgetFreed() {
    for (var each = FREED.poll(); each != null; each = FREED.poll()) {
      var made = (Made) each;
      MADE.remove(made.address, made);
    }
  }

  /** Returns how many buffers made here may be in use. */
  static int count() {
    forgetFreed();
    return MADE.size();
  }

  /** Returns whether objects of a class have elements that are numbers. */
  static boolean isBuffer(Class<?> type) {
    return ByteBuffer.class.isAssignableFrom(type)
        || ShortBuffer.class.isAssignableFrom(type)
        || IntBuffer.class.isAssignableFrom(type)
        || LongBuffer.class.isAssignableFrom(type)
        || FloatBuffer.class.isAssignableFrom(type)
        || DoubleBuffer.class.isAssignableFrom(type);
  }

  /** Returns what is known of a buffer that was made here; null for any other. */
  private static @Nullable Made made(Buffer buffer) {
    var made = buffer.isDirect() ? MADE.get(LuaState.address(buffer)) : null;
    return made != null && made.get() == buffer ? made : null;
  }

  /** Returns what {@link org.lupine.bridge.Host#memory} does. */
  static @Nullable Values memory(Buffer buffer, int indexBase) {
    var made = made(buffer);
    return made == null ? null : Values.of(made.address, buffer.capacity(), made.type, indexBase);
  }

  /** Returns the number of elements: those of a buffer made here are all in use. */
  static int length(Buffer buffer) {
    return made(buffer) == null ? buffer.limit() : buffer.capacity();
  }

  /** Returns an element; the index is within the limit. */
  static Object get(Buffer buffer, int index) {
    if (buffer instanceof DoubleBuffer) {
      return ((DoubleBuffer) buffer).get(index);
    }
    if (buffer instanceof FloatBuffer) {
      return (double) ((FloatBuffer) buffer).get(index);
    }
    return buffer instanceof LongBuffer
        ? ((LongBuffer) buffer).get(index)
        : buffer instanceof IntBuffer
            ? (long) ((IntBuffer) buffer).get(index)
            : buffer instanceof ShortBuffer
                ? (long) ((ShortBuffer) buffer).get(index)
                : (long) ((ByteBuffer) buffer).get(index);
  }

  /** Returns the class of the elements. */
  static Class<?> component(Buffer buffer) {
    return buffer instanceof DoubleBuffer
        ? double.class
        : buffer instanceof FloatBuffer
            ? float.class
            : buffer instanceof LongBuffer
                ? long.class
                : buffer instanceof IntBuffer
                    ? int.class
                    : buffer instanceof ShortBuffer ? short.class : byte.class;
  }

  /** Sets an element to a box of the buffer's component; the index is within the limit. */
  static void set(Buffer buffer, int index, Object value) {
    if (buffer instanceof DoubleBuffer) {
      ((DoubleBuffer) buffer).put(index, (Double) value);
    } else if (buffer instanceof FloatBuffer) {
      ((FloatBuffer) buffer).put(index, (Float) value);
    } else if (buffer instanceof LongBuffer) {
      ((LongBuffer) buffer).put(index, (Long) value);
    } else if (buffer instanceof IntBuffer) {
      ((IntBuffer) buffer).put(index, (Integer) value);
    } else if (buffer instanceof ShortBuffer) {
      ((ShortBuffer) buffer).put(index, (Short) value);
    } else {
      ((ByteBuffer) buffer).put(index, (Byte) value);
    }
  }
}
