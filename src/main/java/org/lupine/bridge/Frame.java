package org.lupine.bridge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory that a state shares with its native half, as {@code struct Frame} in bridge.h has it:
 * a head with ids to release, and room for one message. A message that outgrows it goes into an
 * array of its own. Used under the state's lock.
 */
final class Frame {
  static final int HEADER = 8;

  private static final int FLAGS = 0, RELEASED_COUNT = 4, RELEASED = 8, CROSSINGS = 504,
      FREED_COUNT = 508, FREED = 512, ANSWER = 1008,
      MESSAGE = 1016, END = MESSAGE + 3072, UNREAD = END, IDS = 124;
  private static final int GLOBAL_SCOPE = 1;
  private static final int BYTECODE = 2;
  private static final int DOUBLES = 4;
  private static final int DIRTY = 8;
  private static final int KINDS = 16;

  private final ByteBuffer shared;
  private final byte[][] box;
  private ByteBuffer out;
  private int base;
  private int at;
  private int end;
  private int count;

  Frame(ByteBuffer shared, byte[][] box) {
    this.shared = shared.order(ByteOrder.nativeOrder());
    this.box = box;
  }

  void globalScope(boolean present) {
    setFlag(GLOBAL_SCOPE, present);
  }

  /** Sets whether scripts may load bytecode. */
  void setBytecode(boolean allowed) {
    setFlag(BYTECODE, allowed);
  }

  /** Whether a run under a scope may have damaged the library. */
  boolean isDirty() {
    return (shared.getInt(FLAGS) & DIRTY) != 0;
  }

  /** Whether Lua may not have read all new kinds that were sent to it; asked once. */
  boolean takeUnreadKinds() {
    boolean unread = (shared.getInt(FLAGS) & KINDS) != 0;
    if (unread) {
      setFlag(KINDS, false);
    }
    return unread;
  }

  private void setFlag(int flag, boolean on) {
    int flags = shared.getInt(FLAGS);
    shared.putInt(FLAGS, on ? flags | flag : flags & ~flag);
  }

  /** Sets whether Lua sends all its numbers as doubles. */
  void setDoubles(boolean always) {
    setFlag(DOUBLES, always);
  }

  int crossings() {
    return shared.getInt(CROSSINGS);
  }

  /** Whether one more ref can be released with the next crossing. */
  boolean releasable() {
    return shared.getInt(RELEASED_COUNT) < IDS;
  }

  void release(int ref) {
    int n = shared.getInt(RELEASED_COUNT);
    shared.putInt(RELEASED + 4 * n, ref);
    shared.putInt(RELEASED_COUNT, n + 1);
  }

  /** Frees the handles that Lua dropped; whether there may be more. */
  boolean free(Handles handles) {
    int n = shared.getInt(FREED_COUNT);
    if (n == 0) {
      return false;
    }
    for (int i = n - 1; i >= 0; i--) {
      int handle = shared.getInt(FREED + 4 * i);
      shared.putInt(FREED_COUNT, i);    // first: none is freed twice, whatever is thrown
      handles.free(handle);
    }
    return n == IDS;
  }

  /** Begins a message. */
  void begin() {
    if (out != shared) {
      out = shared;               // each store of a reference costs the collector something
    }
    base = MESSAGE;
    end = END;
    at = MESSAGE + HEADER;
    count = 0;
  }

  /** Ends the message and gives its length. */
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
    var bytes = new byte[(int) Math.min(Math.max(needed, (end - base) * 2L),
        Integer.MAX_VALUE - 64)];
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

  /** Adds to the value just put: a length, and the bytes. */
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

  /** Where a message of this length from Lua lies, which Java answers for from now on. */
  ByteBuffer received(int length) {
    shared.putInt(UNREAD, 0);
    if (length <= END - MESSAGE) {
      return shared;
    }
    var bytes = box[0];
    box[0] = null;
    return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  }

  /** Where the message begins in what {@link #received} gave. */
  int start(ByteBuffer received) {
    return received == shared ? MESSAGE : 0;
  }

  /** Leaves one small value here. */
  void answer(long bits) {
    shared.putLong(ANSWER, bits);
  }

  /** What was left here: see bridge.h. */
  long answer() {
    return shared.getLong(ANSWER);
  }
}
