package org.lupine.host;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaUserdata;

/**
 * The kinds of Lua values that overload resolution distinguishes. Each fits in four bits, except
 * those of {@link #contents}.
 */
final class Argument {
  static final int NIL = 0,
      BOOLEAN = 1,
      BYTE = 2,
      SHORT = 3,
      INT = 4,
      LONG = 5,
      FLOAT = 6,
      WHOLE_INT = 7,
      WHOLE_LONG = 8,
      STRING = 9,
      CHAR = 10,
      BYTES = 11,
      TABLE = 12,
      FUNCTION = 13,
      OPAQUE = 14,
      OBJECT = 15;

  /** Tables that have elements and nothing else, and tables that have other keys. */
  static final int LIST = 16, FIELDS = 17;

  private static final int SHOWN = 8;

  private static final int LONGEST_CHARACTER = 16; // bytes, in any charset

  private static final double LONG_END = 0x1p63;

  /**
   * Caches the kind of each class; tests against interfaces would be slower, above all those that
   * fail.
   */
  private static final ClassValue<Integer> KINDS =
      new ClassValue<>() {
        @Override
        protected Integer computeValue(Class<?> type) {
          return kindOf(type);
        }
      };

  private Argument() {}

  static int kind(@Nullable Object value) {
    if (value == null || value == JavaNull.NULL) {
      return NIL;
    }
    if (value instanceof String) {
      return ((String) value).length() == 1 ? CHAR : STRING;
    }
    if (value instanceof Long || value instanceof Integer) {
      return whole(((Number) value).longValue());
    }
    if (value instanceof Double || value instanceof Float) {
      return floating(((Number) value).doubleValue());
    }
    return value instanceof Boolean ? BOOLEAN : KINDS.get(value.getClass());
  }

  /**
   * Returns the kind of an argument of an unboxed call, or -1 if it is an object, or a string that
   * was not read yet and may be one character.
   */
  static int kind(int tag, long bits, @Nullable Object argument) {
    switch (tag) {
      case Tag.NIL:
        return NIL;
      case Tag.BOOLEAN:
        return BOOLEAN;
      case Tag.INTEGER:
        return whole(bits);
      case Tag.NUMBER:
        return floating(Double.longBitsToDouble(bits));
      case Tag.STRING:
        return bits > LONGEST_CHARACTER ? STRING : -1;
      case Tag.KNOWN:
        return kind(argument);
      default:
        return -1;
    }
  }

  /** Returns the kind; a table's depends on what it holds, and an empty table may be either. */
  static int contents(Object value) {
    int kind = kind(value);
    return kind != TABLE
        ? kind
        : Tables.otherKey((LuaTable) value) != null
            ? FIELDS
            : ((LuaTable) value).length() > 0 ? LIST : TABLE;
  }

  private static int kindOf(Class<?> type) {
    return LuaFunction.class.isAssignableFrom(type)
        ? FUNCTION
        : LuaTable.class.isAssignableFrom(type)
            ? TABLE
            : type == LuaString.class
                ? BYTES
                : LuaCoroutine.class.isAssignableFrom(type)
                        || LuaUserdata.class.isAssignableFrom(type)
                    ? OPAQUE
                    : type == Short.class ? SHORT : type == Byte.class ? BYTE : OBJECT;
  }

  private static int floating(double number) {
    return number != Math.rint(number) || number < -LONG_END || number >= LONG_END
        ? FLOAT
        : number == (int) number ? WHOLE_INT : WHOLE_LONG;
  }

  private static int whole(long number) {
    return (byte) number == number
        ? BYTE
        : (short) number == number ? SHORT : (int) number == number ? INT : LONG;
  }

  /** Returns how a message names a value: its Lua type, or its Java class. */
  static String name(@Nullable Object value) {
    if (value == null) {
      return "nil";
    }
    switch (kind(value)) {
      case NIL:
        return "null";
      case BOOLEAN:
        return "boolean";
      case STRING:
      case CHAR:
      case BYTES:
        return "string";
      case TABLE:
        return "table";
      case FUNCTION:
        return "function";
      case OPAQUE:
        return value instanceof LuaCoroutine ? "thread" : "userdata";
      case OBJECT:
        if (value instanceof Cast) {
          return ((Cast) value).type().getTypeName();
        }
        if (value instanceof View) {
          return name(((View) value).target);
        }
        return value instanceof ClassHandle
            ? "class " + ((ClassHandle) value).type().getName()
            : value instanceof ForeignValue
                ? ((ForeignValue) value).type()
                : name(value.getClass());
      default:
        return "number";
    }
  }

  /**
   * Returns the name of a class for messages. A class of this library has the name by which scripts
   * know its objects.
   */
  static String name(Class<?> type) {
    return type == NamedArguments.class
        ? "java.args"
        : type == JavaNull.class
            ? "java.null"
            : Callback.class.isAssignableFrom(type)
                ? "function"
                : ForeignValue.class.isAssignableFrom(type) ? "userdata" : type.getTypeName();
  }

  /**
   * Returns the names of the first arguments of a list in brackets, and how many more there are.
   */
  static String names(Object[] arguments, int from) {
    var text = new StringBuilder("(");
    int end = Math.min(arguments.length, from + SHOWN);
    for (int i = from; i < end; i++) {
      text.append(i == from ? "" : ", ").append(name(arguments[i]));
    }
    int more = arguments.length - end;
    return text.append(more > 0 ? " and " + more + " more)" : ")").toString();
  }

  /** Encodes the kind of one argument as {@link #signature(Object[], int)} does. */
  static long signature(int kind) {
    return 1 << 4 | kind;
  }

  /**
   * Encodes the kinds of up to 15 arguments and their count in one number; returns -1 for more.
   */
  static long signature(Object[] arguments, int from) {
    if (arguments.length - from > 15) {
      return -1;
    }
    long signature = 1;
    for (int i = from; i < arguments.length; i++) {
      signature = signature << 4 | kind(arguments[i]);
    }
    return signature;
  }
}
