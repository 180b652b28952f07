package org.lupine.bridge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;
import org.lupine.value.Values;

/**
 * Writes Java values as messages to the {@link Frame}, and reads messages from Lua. Used under the
 * state's lock.
 *
 * <p><b>Writing.</b> {@link #plain} first converts whatever needs foreign code, which could use the
 * frame itself. Then {@link #begin}, {@link #put} for each value, and {@link #end}; or {@link
 * #abandon} if an exception is thrown in between, which frees the <em>fresh</em> handles, those
 * that were made for objects of this message. The name of a <em>kind</em> is sent with the first
 * object of that kind, which <em>announces</em> the kind. {@link #kindsDelivered} confirms that Lua
 * has read the names; after {@link #kindsUndelivered} they are sent again.
 *
 * <p><b>Reading.</b> A message may contain refs. Each gets a wrapper, which releases it later. If
 * the reading stops in the middle, the rest remains <em>unread</em>, and {@link #dropUnread}
 * releases its refs before the frame is written again. A string that cannot be decoded does not
 * stop the reading: it is reported when all values have been read.
 */
final class Messages {
  private static final Object[] NONE = {};

  /** One of several tables that are built or copied at once, counted from 1. */
  record Node(int number) {}

  private final LuaState state;
  private final Frame frame;
  private final Handles handles;
  private final Refs refs;
  private final StateOptions options;
  private final Overflows overflows;
  private final TextCodec codec;
  private @Nullable StringCache strings; // made when first needed
  private int[] fresh = new int[8];
  private int freshCount;
  // since the last crossing that ended well
  private Handles.Kind[] announced = new Handles.Kind[4];
  private int announcedCount;
  private @Nullable CharacterCodingException unreadable; // of the message that is being read

  // of a message whose reading was cut short
  private @Nullable ByteBuffer unread;
  private int unreadAt;
  private int unreadCount;

  Messages(LuaState state, Frame frame, Handles handles, Refs refs) {
    this.state = state;
    this.frame = frame;
    this.handles = handles;
    this.refs = refs;
    this.options = state.options();
    this.overflows = new Overflows(state.integers(), options.bigNumbers(), options.overflow());
    this.codec = new TextCodec(options.charset(), options.malformed());
  }

  /**
   * Returns the value in a form that can be written without running foreign code, which might use
   * the frame itself; mostly the value as it is.
   */
  @Nullable Object plain(@Nullable Object value) {
    if (value == null
        || value instanceof String
        || value instanceof Double
        || value instanceof Integer
        || value instanceof Boolean) {
      return value;
    }
    if (value instanceof LuaValue) {
      return ((LuaValue) value).ref().state == state ? value : state.mirror(value);
    }
    if (value instanceof Long) {
      return overflows.plain(this, (Long) value);
    }
    if (value instanceof BigInteger || value instanceof BigDecimal) {
      return overflows.plainBig(this, (Number) value);
    }
    if (value instanceof CharSequence || value instanceof Character) {
      return value instanceof Appendable ? value : value.toString(); // a builder is an object
    }
    if (value instanceof Values) {
      return Values.wrap(plain(((Values) value).toArray()));
    }
    return value;
  }

  /**
   * Returns the values in the form of {@link #plain(Object)}; the array itself if nothing had to
   * change.
   */
  Object[] plain(Object[] values) {
    for (int i = 0; i < values.length; i++) {
      var value = plain(values[i]);
      if (value != values[i]) {
        var changed = values.clone();
        changed[i] = value;
        while (++i < values.length) {
          changed[i] = plain(values[i]);
        }
        return changed;
      }
    }
    return values;
  }

  Overflows overflows() {
    return overflows;
  }

  void begin() {
    frame.begin();
    freshCount = 0;
  }

  /** Ends the message and returns its length; from now on its handles belong to Lua. */
  int end() {
    freshCount = 0;
    return frame.end();
  }

  /** Abandons a message that cannot be written: frees the handles that were made for it. */
  void abandon() {
    while (freshCount > 0) {
      handles.free(fresh[--freshCount]);
    }
    kindsUndelivered();
  }

  /**
   * Called when Lua has read the messages so far. It knows the kinds that they announced, or has
   * reported that it does not.
   */
  void kindsDelivered() {
    if (announcedCount > 0) {
      checkAnnounced();
      announcedCount = 0;
    }
  }

  /**
   * Announces kinds again if an error kept Lua from reading one, which a script may have caught.
   */
  private void checkAnnounced() {
    if (frame.takeUnreadKinds()) {
      handles.announceAgain();
    }
  }

  /**
   * Called when Lua may not have read the messages so far to their ends: their kinds are announced
   * again.
   */
  void kindsUndelivered() {
    while (announcedCount > 0) {
      announced[--announcedCount].announced = false;
    }
  }

  void putInteger(long value) {
    frame.put(Tag.INTEGER, 0, value);
  }

  void putBoolean(boolean value) {
    frame.put(Tag.BOOLEAN, value ? 1 : 0);
  }

  /** Writes a string by its number. */
  void putKnown(int number) {
    frame.put(Tag.KNOWN, number);
  }

  void putAll(Object[] values) {
    for (var value : values) {
      put(value);
    }
  }

  /** Writes a value that {@link #plain} returned. */
  void put(@Nullable Object value) {
    if (value == null) {
      frame.put(Tag.NIL, 0);
    } else if (value instanceof String) {
      frame.put(Tag.STRING, codec.encode((String) value));
    } else if (value instanceof Number && putNumber((Number) value)) {
      return;
    } else if (value instanceof Boolean) {
      putBoolean((Boolean) value);
    } else if (value instanceof LuaValue) {
      putRef((LuaValue) value);
    } else if (value instanceof LuaString) {
      frame.put(Tag.STRING, ((LuaString) value).bytes());
    } else if (value instanceof byte[]) {
      frame.put(Tag.STRING, (byte[]) value);
    } else if (value instanceof Values) {
      putAll(((Values) value).toArray());
    } else if (value instanceof Node) {
      frame.put(Tag.NODE, ((Node) value).number());
    } else if (value instanceof Host.Member) {
      frame.put(Tag.MEMBER, ((Host.Member) value).id(), ((Host.Member) value).cached() ? 1 : 0, 0);
    } else if (value instanceof Host.Property) {
      frame.put(Tag.MEMBER, ((Host.Property) value).id(), 1, 1);
    } else if (value instanceof Host.AsFunction) {
      putObject(Tag.AS_FUNCTION, ((Host.AsFunction) value).target());
    } else if (value instanceof Host.AsThread) {
      putObject(Tag.AS_THREAD, ((Host.AsThread) value).target());
    } else if (value instanceof Host.AsObject) {
      putObject(Tag.OBJECT, ((Host.AsObject) value).target());
    } else {
      int handle = handle(value);
      boolean function = (handles.kind(handle).traits & Trait.FUNCTION) != 0;
      putHandle(function ? Tag.AS_FUNCTION : Tag.OBJECT, handle, value);
    }
  }

  private boolean putNumber(Number value) {
    if (value instanceof Double || value instanceof Float) {
      frame.put(Tag.NUMBER, 0, Double.doubleToRawLongBits(value.doubleValue()));
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      frame.put(Tag.INTEGER, 0, value.longValue());
    } else {
      return false;
    }
    return true;
  }

  /**
   * Returns whether {@link #plain} and {@link #put} write a value as an object that Lua has already,
   * so that its handle is all that is written.
   */
  boolean isHeld(Object value) {
    if (value instanceof Number
        || value instanceof CharSequence
        || value instanceof Character
        || value instanceof Boolean
        || value instanceof LuaValue
        || value instanceof LuaString
        || value instanceof byte[]
        || value instanceof Values
        || value instanceof Host.AsFunction
        || value instanceof Host.AsThread
        || value instanceof Host.AsObject
        || announcedCount > 0) {
      return false;
    }
    int handle = handles.find(value);
    return handle >= 0 && handles.kind(handle).announced;
  }

  private void putRef(LuaValue value) {
    var held = value.ref();
    if (held.state != state) {
      throw new LuaException(
          value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT)
              + " belongs to another engine");
    }
    int tag =
        value instanceof Table
            ? Tag.TABLE
            : value instanceof Function
                ? Tag.FUNCTION
                : value instanceof Coroutine ? Tag.THREAD : Tag.USERDATA;
    frame.put(tag, held.index, 0L);
  }

  void putObject(Object object) {
    putObject(Tag.OBJECT, object);
  }

  private void putObject(int tag, Object object) {
    putHandle(tag, handle(object), object);
  }

  /** Returns the handle of an object, a new one if it has none. */
  private int handle(Object object) {
    int handle = handles.find(object);
    if (handle < 0) {
      if (freshCount == fresh.length) {
        fresh = Arrays.copyOf(fresh, freshCount * 2);
      }
      handle = handles.add(object);
      fresh[freshCount++] = handle;
    }
    return handle;
  }

  private void putHandle(int tag, int handle, Object object) {
    var kind = handles.kind(handle);
    if (announcedCount > 0) {
      checkAnnounced();
    }
    if (!kind.announced && tag == Tag.OBJECT) {
      if (announcedCount == announced.length) {
        announced = Arrays.copyOf(announced, announcedCount * 2);
      }
      announced[announcedCount++] = kind;
      kind.announced = true;
      frame.put(Tag.NEW_KIND, handle, kind.id, kind.traits);
      frame.appendCounted(state.host().kindName(object).getBytes(StandardCharsets.UTF_8));
    } else {
      frame.put(tag, handle, kind.id, kind.traits);
    }
  }

  /** Returns the codec for this state's strings. */
  TextCodec codec() {
    return codec;
  }

  /**
   * Reads a message from Lua, as Java code is to see the values.
   *
   * @throws LuaException if a string cannot be decoded, and that is to be reported
   */
  Object[] read(int length) {
    var values = read(length, false, false);
    throwUnreadable();
    return values;
  }

  /**
   * Reads a message as {@link #read} does, except that strings that cannot be decoded are kept
   * as they are.
   */
  Object[] readLeniently(int length) {
    return read(length, false, true);
  }

  /** Reads a message as {@link #read} does, with objects as the host gave them to Lua. */
  Object[] readRaw(int length) {
    var values = read(length, true, false);
    throwUnreadable();
    return values;
  }

  /** Reads the arguments of an upcall, as the host is to see them. */
  Object[] readArguments(int length, boolean lenient) throws CharacterCodingException {
    if (length <= 0) {
      return length == 0 ? NONE : new Object[] {small(-1 - length)};
    }
    var values = read(length, true, lenient);
    if (unreadable != null) {
      throw takeUnreadable();
    }
    return values;
  }

  /**
   * Reads the only argument of an upcall, which is a string; returns null if it cannot be decoded.
   */
  @Nullable Object readText(int length) {
    var in = frame.received(length);
    int at = frame.start(in) + Frame.HEADER;
    var text = text(in, at + 8, in.getInt(at + 4), false);
    unreadable = null;
    return text;
  }

  /** Reads the bytes of an upcall's arguments, all of which are strings. */
  byte[] readBytes(int length) {
    var in = frame.received(length);
    int at = frame.start(in);
    int count = in.getInt(at);
    var bytes = new byte[length];
    int total = 0;
    for (at += Frame.HEADER; count > 0; count--) {
      int some = in.getInt(at + 4);
      in.get(at + 8, bytes, total, some);
      total += some;
      at += size(in, at);
    }
    return Arrays.copyOf(bytes, total);
  }

  /** Reads all values even if one cannot be decoded, since the refs after it would be lost. */
  private Object[] read(int length, boolean raw, boolean lenient) {
    unreadable = null; // of a message that was not read to its end
    var in = frame.received(length);
    int at = frame.start(in);
    int count = in.getInt(at);
    if (count <= 0) {
      return NONE;
    }
    at += Frame.HEADER;
    int left = count;
    int held = refs.count();
    try {
      var values = new Object[count];
      while (left > 0) {
        held = refs.count();
        values[count - left] = value(in, at, raw, lenient);
        at += size(in, at);
        left--;
      }
      return values;
    } finally {
      if (left > 0) {
        keepUnread(in, at, left, held);
      }
    }
  }

  /**
   * Notes what of a message was not read, with the first value's ref unless a wrapper holds it.
   */
  private void keepUnread(ByteBuffer in, int at, int left, int held) {
    unread = in;
    unreadAt = at;
    unreadCount = refs.count() == held ? left : -left;
  }

  /**
   * Releases the refs of a message whose reading was cut short. Called before the message is
   * overwritten.
   */
  void dropUnread() {
    var in = unread;
    if (in == null) {
      return;
    }
    unread = null;
    int at = unreadAt;
    boolean heldFirst = unreadCount < 0;
    for (int left = Math.abs(unreadCount); left > 0; left--) {
      int tag = in.getInt(at);
      if (tag >= Tag.TABLE && tag <= Tag.USERDATA && !heldFirst) {
        refs.drop(in.getInt(at + 4));
      }
      heldFirst = false;
      at += size(in, at);
    }
  }

  /** Returns the first value of a message from Lua, null if there is none. */
  @Nullable Object readFirst(int length) {
    unreadable = null;
    var in = frame.received(length);
    int at = frame.start(in);
    if (in.getInt(at) == 0) {
      return null;
    }
    at += Frame.HEADER;
    Object value;
    int held = refs.count();
    boolean whole = false;
    try {
      value = value(in, at, false, false);
      whole = true;
    } finally {
      if (!whole) {
        keepUnread(in, at, 1, held);
      }
    }
    throwUnreadable();
    return value;
  }

  /**
   * Returns the tag of a small value that {@link #plain} has returned; -1 for any other value.
   */
  static int smallTag(@Nullable Object value) {
    return value == null
        ? Tag.NIL
        : value instanceof Double
            ? Tag.NUMBER
            : value instanceof Boolean
                ? Tag.BOOLEAN
                : value instanceof Integer || value instanceof Long ? Tag.INTEGER : -1;
  }

  /** Returns the bits of a value that has a {@link #smallTag}. */
  static long smallBits(@Nullable Object value) {
    if (value instanceof Double) {
      return Double.doubleToRawLongBits((Double) value);
    }
    if (value instanceof Boolean) {
      return (Boolean) value ? 1 : 0;
    }
    return value == null ? 0 : ((Number) value).longValue();
  }

  /** Returns all results of a fast call. */
  Object[] readFast(long answer) {
    int length = Status.length(answer);
    return Status.of(answer) != Status.VALUE
        ? read(length)
        : length == Tag.NONE ? NONE : new Object[] {small(length)};
  }

  /** Returns what stands for the {@link Results} of a fast call. */
  @Nullable Object readFastResults(long answer) {
    int length = Status.length(answer);
    return Status.of(answer) != Status.VALUE
        ? Results.of(read(length))
        : length == Tag.NONE ? null : small(length);
  }

  /** Returns the first result of a fast call. */
  @Nullable Object readFastFirst(long answer) {
    return Status.of(answer) == Status.VALUE
        ? small(Status.length(answer))
        : readFirst(Status.length(answer));
  }

  /** Returns the elements of a table that a fast call has answered with. */
  ElementBlock readElements(long answer, long first, int asked, long entries) {
    int count = Status.length(answer) >> Upcall.AHEAD_SHIFT;
    int tag = Status.length(answer) - (count << Upcall.AHEAD_SHIFT);
    return ElementBlock.of(first, tag, frame.elements(count), asked, entries);
  }

  /** Returns the small value of this tag that is stored in the frame, the object or the string. */
  private @Nullable Object small(int tag) {
    long bits = frame.answer();
    var value = referred(tag, bits);
    return value != null ? value : UnboxedCall.boxed(tag, bits);
  }

  /**
   * Returns the bytes of a message from Lua, those that it would have if its string had not
   * travelled as a number.
   *
   * @param length as it came from Lua
   */
  int size(int length, Object[] values) {
    return length < 0 && values[0] instanceof String
        ? Frame.HEADER + 8 + codec.encodeLoosely((String) values[0]).length
        : length;
  }

  /** Returns the object or the string that small bits stand for, or null if they do not. */
  @Nullable Object referred(int tag, long bits) {
    return tag == Tag.OBJECT
        ? handles.get((int) bits)
        : tag == Tag.KNOWN ? state.strings().get((int) bits) : null;
  }

  private @Nullable CharacterCodingException takeUnreadable() {
    var taken = unreadable;
    unreadable = null;
    return taken;
  }

  private void throwUnreadable() {
    if (unreadable != null) {
      throw new LuaException("string is not text in " + options.charset(), takeUnreadable());
    }
  }

  /** Reads a value that is neither a Lua value nor a Java object, outside of a message. */
  @Nullable Object readAt(ByteBuffer in, int at) {
    return value(in, at, false, true);
  }

  /** Returns how many bytes a value takes in a message, with its header and padding. */
  static int size(ByteBuffer in, int at) {
    switch (in.getInt(at)) {
      case Tag.NIL:
      case Tag.BOOLEAN:
      case Tag.NODE:
        return 8;
      case Tag.STRING:
      case Tag.BYTES:
        return 8 + ((in.getInt(at + 4) + 7) & ~7);
      default:
        return 16;
    }
  }

  private @Nullable Object value(ByteBuffer in, int at, boolean raw, boolean lenient) {
    int aux = in.getInt(at + 4);
    switch (in.getInt(at)) {
      case Tag.NIL:
        return null;
      case Tag.BOOLEAN:
        return aux != 0;
      case Tag.INTEGER:
        return in.getLong(at + 8);
      case Tag.NUMBER:
        return Double.longBitsToDouble(in.getLong(at + 8));
      case Tag.STRING:
        return text(in, at + 8, aux, lenient);
      case Tag.TABLE:
        return new Table(addRef(aux, in, at));
      case Tag.FUNCTION:
        return new Function(addRef(aux, in, at));
      case Tag.THREAD:
        return new Coroutine(addRef(aux, in, at));
      case Tag.USERDATA:
        return new Userdata(addRef(aux, in, at));
      case Tag.OBJECT:
        return raw ? handles.get(aux) : state.host().toJava(handles.get(aux));
      case Tag.NODE:
        return new Node(aux);
      case Tag.BYTES:
        var packed = new byte[aux];
        in.get(at + 8, packed);
        return packed;
      default:
        throw new IllegalStateException("unknown tag in a message from Lua");
    }
  }

  private @Nullable Object text(ByteBuffer in, int at, int length, boolean lenient) {
    var cache = strings;
    if (cache != null && length <= StringCache.LONGEST) {
      var known = cache.find(in, at, length);
      if (known != null) {
        return known;
      }
    }
    var bytes = new byte[length];
    in.get(at, bytes);
    var text = lenient ? codec.decodeOrKeep(bytes) : decode(bytes);
    if (length <= StringCache.LONGEST && text instanceof String) {
      if (cache == null) {
        cache = new StringCache();
        strings = cache;
      }
      cache.store(in, at, length, (String) text);
    }
    return text;
  }

  private @Nullable Object decode(byte[] bytes) {
    try {
      return codec.decode(bytes);
    } catch (CharacterCodingException e) {
      unreadable = e;
      return null;
    }
  }

  private ValueRef addRef(int ref, ByteBuffer in, int at) {
    return refs.add(new ValueRef(state, ref, in.getLong(at + 8), state.variables()));
  }
}
