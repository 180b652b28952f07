package org.lupine.host;

import java.lang.reflect.Type;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A type that Lua values are converted to: ranks how well each suits, and converts. Immutable. */
final class Parameter {
  /** No conversion, as a rank. */
  static final int NONE = 1000;

  static final Object NO = new Object();

  /**
   * Ranks from LOOSE on need boxing or what Lua values turn into; from LOSSLESS on, numbers that
   * happen to fit.
   */
  static final int LOOSE = 100, LOSSLESS = 200;

  private static final int OTHER = 0,
      OBJECT = 1,
      INT = 2,
      LONG = 3,
      DOUBLE = 4,
      BOOLEAN = 5,
      TEXT = 6,
      SHORT = 7,
      BYTE = 8,
      FLOAT = 9,
      CHAR = 10,
      NUMBER = 11;

  private static final Map<Class<?>, Integer> CODES =
      Map.ofEntries(
          Map.entry(Object.class, OBJECT),
          Map.entry(String.class, TEXT),
          Map.entry(int.class, INT),
          Map.entry(Integer.class, INT),
          Map.entry(long.class, LONG),
          Map.entry(Long.class, LONG),
          Map.entry(double.class, DOUBLE),
          Map.entry(Double.class, DOUBLE),
          Map.entry(boolean.class, BOOLEAN),
          Map.entry(Boolean.class, BOOLEAN),
          Map.entry(short.class, SHORT),
          Map.entry(Short.class, SHORT),
          Map.entry(byte.class, BYTE),
          Map.entry(Byte.class, BYTE),
          Map.entry(float.class, FLOAT),
          Map.entry(Float.class, FLOAT),
          Map.entry(char.class, CHAR),
          Map.entry(Character.class, CHAR),
          Map.entry(java.math.BigInteger.class, NUMBER),
          Map.entry(java.math.BigDecimal.class, NUMBER));

  final Class<?> type;
  private final Type generic;
  private final int code;
  private final boolean primitive;

  Parameter(Class<?> type, Type generic) {
    this.type = type;
    this.generic = generic;
    this.code = CODES.getOrDefault(type, OTHER);
    this.primitive = type.isPrimitive();
  }

  /** Returns the type of the elements of a variable argument list. */
  Parameter element() {
    return new Parameter(type.getComponentType(), Conversion.element(generic, type));
  }

  /** Converts a value to this type; returns {@link #NO} if it does not fit. */
  @Nullable Object convert(CallContext context, @Nullable Object value) {
    switch (code) {
      case OBJECT:
        return context.gate().guards() && !(value instanceof ClassHandle)
            ? context.gate().converted(Conversion.unwrap(value))
            : Conversion.unwrap(value);
      case TEXT:
        if (value instanceof String) {
          return value;
        }
        break;
      case INT:
        if (value instanceof Long) {
          long number = (Long) value;
          return (int) number == number ? (Object) (int) number : NO;
        }
        break;
      case LONG:
        if (value instanceof Long) {
          return value;
        }
        break;
      case DOUBLE:
        if (value instanceof Double) {
          return value;
        }
        if (value instanceof Long) {
          long whole = (Long) value;
          double number = whole;
          // where Lua has no integers, what a double cannot represent is an object
          return context.state() == null
                  || context.state().integers()
                  || (long) number == whole && whole != Long.MAX_VALUE
              ? (Object) number
              : NO;
        }
        break;
      case BOOLEAN:
        if (value instanceof Boolean) {
          return value;
        }
        break;
      default:
    }
    if (value instanceof Cast) {
      return ((Cast) value).convert(type);
    }
    if (value == null || value == JavaNull.NULL) {
      return primitive ? NO : null;
    }
    switch (code) {
      case INT:
      case LONG:
      case DOUBLE:
      case SHORT:
      case BYTE:
      case FLOAT:
      case NUMBER:
        return Numbers.convert(type, value);
      case BOOLEAN:
        return NO;
      case CHAR:
        return value instanceof String && ((String) value).length() == 1
            ? (Object) ((String) value).charAt(0)
            : value instanceof Character ? value : NO;
      default:
        return Conversion.reference(context, value, type, generic);
    }
  }

  /**
   * Ranks how well a value suits: below {@link #LOOSE} exactly or by widening, below {@link
   * #LOSSLESS} as Java's loose invocation does, below {@link #NONE} at all; lower is nearer.
   */
  int rank(CallContext context, Object value, int kind) {
    switch (kind) {
      case Argument.NIL:
        return primitive ? NONE : type.isArray() ? 1 : 0;
      case Argument.BOOLEAN:
        return type == boolean.class ? 0 : boxed(Boolean.class);
      case Argument.BYTE:
      case Argument.SHORT:
      case Argument.INT:
      case Argument.LONG:
        return whole(kind);
      case Argument.FLOAT:
      case Argument.WHOLE_INT:
      case Argument.WHOLE_LONG:
        return floating(value, kind);
      case Argument.STRING:
      case Argument.CHAR:
        return text((String) value, kind);
      default:
        return Conversion.rank(context, value, kind, type);
    }
  }

  private int boxed(Class<?> box) {
    return type == box
        ? LOOSE
        : type == Object.class ? LOOSE + 20 : type.isAssignableFrom(box) ? LOOSE + 10 : NONE;
  }

  private int whole(int kind) {
    boolean fits = kind != Argument.LONG;
    switch (code) {
      case INT:
        return !fits ? NONE : primitive ? 0 : LOOSE;
      case LONG:
        return primitive ? 1 : LOOSE + 1;
      case DOUBLE:
        return primitive ? 2 : LOSSLESS + 6;
      case FLOAT:
        return primitive ? 3 : LOSSLESS + 7;
      case SHORT:
        return kind > Argument.SHORT ? NONE : primitive ? LOSSLESS : LOSSLESS + 2;
      case BYTE:
        return kind > Argument.BYTE ? NONE : primitive ? LOSSLESS + 1 : LOSSLESS + 3;
      case NUMBER:
        return LOSSLESS + 8;
      default:
        return boxed(Long.class);
    }
  }

  private int floating(Object value, int kind) {
    boolean whole = kind != Argument.FLOAT;
    switch (code) {
      case DOUBLE:
        return primitive ? 0 : LOOSE;
      case FLOAT:
        return Numbers.convert(type, value) == NO ? NONE : primitive ? LOSSLESS : LOSSLESS + 1;
      case NUMBER:
        return Numbers.convert(type, value) == NO ? NONE : LOSSLESS + 8;
      case LONG:
        return whole ? LOSSLESS + (primitive ? 2 : 4) : NONE;
      case INT:
        return kind == Argument.WHOLE_INT ? LOSSLESS + (primitive ? 3 : 5) : NONE;
      case SHORT:
      case BYTE:
        return Numbers.convert(type, value) == NO ? NONE : LOSSLESS + 6;
      default:
        return boxed(Double.class);
    }
  }

  private int text(String value, int kind) {
    switch (code) {
      case TEXT:
        return 0;
      case CHAR:
        return kind == Argument.CHAR ? LOOSE : NONE;
      case OBJECT:
        return 3;
      default:
        return type == CharSequence.class
            ? 1
            : type.isAssignableFrom(String.class) ? 2 : Conversion.textRank(value, type);
    }
  }
}
