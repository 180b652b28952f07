package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.lupine.bridge.Protocol.Flag;
import org.lupine.bridge.Protocol.Layout;
import org.lupine.bridge.Protocol.Tag;

/**
 * The memory that a state shares with its native side: {@code struct Frame} of bridge.h. It has a
 * head with ids to release, and room for one message. A message that outgrows it goes into an array
 * of its own. Used under the state's lock.
 */
final class Frame {
  static final int HEADER = 8;

  private final ByteBuffer shared;
  private final byte[][] box;
  private ByteBuffer out;
  private int base;
  private int at;
  private int end;
  private int count;

  Frame(ByteBuffer shared, byte[][] box) {
    this.shared = shared.order(ByteOrder.nativeOrder());
    this.out = this.shared;
    this.box = box;
  }

  void globalScope(boolean present) {
    setFlag(Flag.GLOBAL_SCOPE, present);
  }

  /** Sets whether scripts may load bytecode. */
  void setBytecode(boolean allowed) {
    setFlag(Flag.BYTECODE, allowed);
  }

  /** Returns whether a run under a scope may have changed the library. */
  boolean isDirty() {
    return (shared.getInt(Layout.FLAGS) & Flag.DIRTY) != 0;
  }

  /** Returns whether code that remains after the last run under a scope may use its environment. */
  boolean isEscaped() {
    return (shared.getInt(Layout.FLAGS) & Flag.ESCAPED) != 0;
  }

  /** Returns how many of the values prefetched for the last run were read. */
  int taken() {
    return shared.getInt(Layout.TAKEN);
  }

  /** Sets the variables whose values the next run may leave in the frame, as bits by number. */
  void writable(long names) {
    shared.putLong(Layout.WRITABLE, names);
  }

  /** Returns how many bytes of values the run has left in the frame. */
  int written() {
    return shared.getInt(Layout.WRITTEN);
  }

  /** Forgets the values that the run has left in the frame. */
  void clearWritten() {
    shared.putInt(Layout.WRITTEN, 0);
  }

  /** Returns the frame's memory, in which values are that the run has left. */
  ByteBuffer shared() {
    return shared;
  }

  /** Returns whether Lua may not have read all new kinds that were sent to it, and clears that. */
  boolean takeUnreadKinds() {
    boolean unread = (shared.getInt(Layout.FLAGS) & Flag.KINDS) != 0;
    if (unread) {
      setFlag(Flag.KINDS, false);
    }
    return unread;
  }

  private void setFlag(int flag, boolean on) {
    int flags = shared.getInt(Layout.FLAGS);
    shared.putInt(Layout.FLAGS, on ? flags | flag : flags & ~flag);
  }

  /** Sets whether Lua sends all its numbers as doubles. */
  void setDoubles(boolean always) {
    setFlag(Flag.DOUBLES, always);
  }

  int crossings() {
    return shared.getInt(Layout.CROSSINGS);
  }

  /** Returns whether one more ref can be released with the next crossing. */
  boolean releasable() {
    return shared.getInt(Layout.RELEASED_COUNT) < Layout.IDS;
  }

  void release(int ref) {
    int n = shared.getInt(Layout.RELEASED_COUNT);
    shared.putInt(Layout.RELEASED + 4 * n, ref);
    shared.putInt(Layout.RELEASED_COUNT, n + 1);
  }

  /** Frees the handles that Lua dropped; returns whether there may be more. */
  boolean free(Handles handles) {
    int n = shared.getInt(Layout.FREED_COUNT);
    if (n == 0) {
      return false;
    }
    for (int i = n - 1; i >= 0; i--) {
      int handle = shared.getInt(Layout.FREED + 4 * i);
      shared.putInt(Layout.FREED_COUNT, i); // first: so none is freed twice, whatever is thrown
      handles.free(handle);
    }
    return n == Layout.IDS;
  }

  /** Begins a message. */
  void begin() {
    if (out != shared) {
      out = shared; // storing a reference has a cost for the garbage collector
    }
    base = Layout.MESSAGE;
    end = Layout.END;
    at = Layout.MESSAGE + HEADER;
    count = 0;
  }

  /** Ends the message and returns its length. */
  int end() {
    out.putInt(base, count);
    out.putInt(base + 4, 0);
    if (out != shared) {
      box[0] = out.array();
      out = shared;
    }
    return at - base;
  }

  private void reserve(int size) {
    if (at + size > end || at + size < 0) {
      grow(size);
    }
  }

  private void grow(int size) {
    long needed = (long) at - base + size;
    if (needed > Integer.MAX_VALUE - 64) {
      throw new OutOfMemoryError("values are too large for one message");
    }
    var bytes =
        new byte[(int) Math.min(Math.max(needed, (end - base) * 2L), Integer.MAX_VALUE - 64)];
    out.get(base, bytes, 0, at - base);
    at -= base;
    base = 0;
    end = bytes.length;
    out = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  void put(int tag, int aux) {
    reserve(8);
    out.putInt(at, tag);
    out.putInt(at + 4, aux);
    at += 8;
    count++;
  }

  void put(int tag, int aux, long payload) {
    reserve(16);
    out.putInt(at, tag);
    out.putInt(at + 4, aux);
    out.putLong(at + 8, payload);
    at += 16;
    count++;
  }

  void put(int tag, int aux, int first, int second) {
    reserve(16);
    out.putInt(at, tag);
    out.putInt(at + 4, aux);
    out.putInt(at + 8, first);
    out.putInt(at + 12, second);
    at += 16;
    count++;
  }

  void put(int tag, byte[] bytes) {
    put(tag, bytes.length);
    append(bytes);
  }

  /** Appends to the last value: a length, and the bytes. */
  void appendCounted(byte[] bytes) {
    reserve(8);
    out.putInt(at, bytes.length);
    out.putInt(at + 4, 0);
    at += 8;
    append(bytes);
  }

  private void append(byte[] bytes) {
    int padded = (bytes.length + 7) & ~7;
    reserve(padded);
    out.put(at, bytes);
    at += padded;
  }

  /**
   * Returns where a message of this length from Lua is stored. From now on Java is responsible for
   * it.
   */
  ByteBuffer received(int length) {
    shared.putInt(Layout.UNREAD, 0);
    if (length <= Layout.END - Layout.MESSAGE) {
      return shared;
    }
    var bytes = box[0];
    box[0] = null;
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /** Returns whether a message of this length from Lua is one string, in the frame. */
  boolean isText(int length) {
    return length <= Layout.END - Layout.MESSAGE
        && shared.getInt(Layout.MESSAGE) == 1
        && shared.getInt(Layout.MESSAGE + HEADER) == Tag.STRING;
  }

  /** Returns the length in bytes of the string that {@link #isText} has found. */
  int textLength() {
    return shared.getInt(Layout.MESSAGE + HEADER + 4);
  }

  /** Returns the offset of the message in what {@link #received} returned. */
  int start(ByteBuffer received) {
    return received == shared ? Layout.MESSAGE : 0;
  }

  /** Stores one small value as the answer. */
  void answer(long bits) {
    shared.putLong(Layout.ANSWER, bits);
  }

  /** Stores the bits of one of several elements in place of a message. */
  void element(int at, long bits) {
    shared.putLong(Layout.MESSAGE + 8 * at, bits);
  }

  /** Returns the bits of elements that are in place of a message. */
  long[] elements(int count) {
    var bits = new long[count];
    for (int i = 0; i < count; i++) {
      bits[i] = shared.getLong(Layout.MESSAGE + 8 * i);
    }
    return bits;
  }

  /** Returns the answer; bridge.h describes its uses. */
  long answer() {
    return shared.getLong(Layout.ANSWER);
  }
}
