package org.lupine.host;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;

/**
 * Converts Lua values to Java's reference types; {@link Parameter} converts to primitive types.
 */
final class Conversion {
  private Conversion() {}

  /**
   * Returns what Java code gets for a value: null for {@code java.null}, the class of a class
   * handle, the object behind a view, cast, callback or foreign value.
   *
   * @throws LuaException if it is a result of {@code java.args}, which can only be passed in a call
   */
  static @Nullable Object unwrap(@Nullable Object value) {
    if (value instanceof View) {
      return ((View) value).target;
    }
    if (value instanceof Cast) {
      return ((Cast) value).value();
    }
    if (value instanceof FunctionalCallback) {
      return ((FunctionalCallback) value).target();
    }
    if (value instanceof ForeignValue) {
      return ((ForeignValue) value).original();
    }
    if (value instanceof NamedArguments) {
      throw new LuaException("java.args is for the arguments of a call, not a value");
    }
    return value == JavaNull.NULL
        ? null
        : value instanceof ClassHandle ? ((ClassHandle) value).type() : value;
  }

  /** Returns the erasure of a type. */
  static Class<?> erased(Type type) {
    if (type instanceof Class) {
      return (Class<?>) type;
    }
    if (type instanceof ParameterizedType) {
      return (Class<?>) ((ParameterizedType) type).getRawType();
    }
    if (type instanceof GenericArrayType) {
      return erased(((GenericArrayType) type).getGenericComponentType()).arrayType();
    }
    return erased(
        type instanceof WildcardType
            ? ((WildcardType) type).getUpperBounds()[0]
            : ((TypeVariable<?>) type).getBounds()[0]);
  }

  /** Returns the element type of an array type. */
  static Type element(Type generic, Class<?> type) {
    return generic instanceof GenericArrayType
        ? ((GenericArrayType) generic).getGenericComponentType()
        : type.getComponentType();
  }

  /** Returns a type argument of a collection's type; Object if it is not known. */
  static Type argument(Type generic, int index) {
    if (generic instanceof ParameterizedType) {
      var all = ((ParameterizedType) generic).getActualTypeArguments();
      if (index < all.length) {
        var found = all[index];
        return found instanceof WildcardType || found instanceof TypeVariable
            ? erased(found)
            : found;
      }
    }
    return Object.class;
  }

  /**
   * Ranks how well a value that is not a number, boolean or text suits a type, as in {@link
   * Parameter}.
   */
  static int rank(CallContext context, Object value, int kind, Class<?> type) {
    if (value instanceof Cast) {
      return ((Cast) value).rank(type);
    }
    if (type.isPrimitive()) {
      return Numbers.convert(type, value) == Parameter.NO ? Parameter.NONE : Parameter.LOSSLESS;
    }
    var given =
        value instanceof LuaString || value instanceof LuaTable || value instanceof LuaFunction
            ? value
            : unwrap(value);
    if (type.isInstance(given)) {
      return type == Object.class
          ? 3
          : kind == Argument.LIST && type != LuaTable.class
              ? Parameter.LOOSE + 20
              : value instanceof LuaTable && type != LuaTable.class
                      || value instanceof LuaFunction && type != LuaFunction.class
                  ? 1
                  : 0;
    }
    if (value instanceof LuaTable) {
      if (type.isRecord() && Tables.misfit((LuaTable) value, type) != null) {
        return Parameter.NONE;
      }
      int rank = Tables.rank(type, kind);
      return rank != Parameter.NONE
          ? rank
          : implementable(context, type, false) ? Parameter.LOOSE + 10 : Parameter.NONE;
    }
    if (value instanceof LuaFunction || value instanceof ClassHandle) {
      return !implementable(context, type, true)
          ? Parameter.NONE
          : Parameter.LOOSE + (Functional.result(type) == void.class ? 1 : 0);
    }
    if (value instanceof LuaString) {
      return type == byte[].class
          ? Parameter.LOOSE
          : type.isAssignableFrom(String.class) && text((LuaString) value) != null
              ? Parameter.LOSSLESS
              : Parameter.NONE;
    }
    return value instanceof Number && Numbers.convert(type, value) != Parameter.NO
        ? Parameter.LOSSLESS
        : Parameter.NONE;
  }

  /** Ranks how well a text suits a type that is not a supertype of String. */
  static int textRank(String value, Class<?> type) {
    return type == byte[].class
        ? Parameter.LOSSLESS
        : type == char[].class
            ? Parameter.LOSSLESS + 1
            : type == LuaString.class
                ? Parameter.LOSSLESS + 2
                : type.isEnum() && constant(type, value) != null
                    ? Parameter.LOSSLESS + 3
                    : Parameter.NONE;
  }

  private static boolean implementable(CallContext context, Class<?> type, boolean function) {
    return type.isInterface()
        && !type.isSealed()
        && !type.isAnnotation()
        && (!function || Functional.method(type) != null)
        && context.gate().allowsImplementing(type);
  }

  /**
   * Converts a value that is not null to a reference type; returns {@link Parameter#NO} if it does
   * not fit.
   */
  static @Nullable Object reference(
      CallContext context, Object value, Class<?> type, Type generic) {
    if (value instanceof LuaTable
        && type.isInstance(value)
        && generic instanceof ParameterizedType) {
      return Tables.convert(context, (LuaTable) value, type, generic);
    }
    var given = unwrap(value);
    if (type.isInstance(given) && !(value instanceof LuaFunction && closed(type, generic))) {
      return value instanceof ClassHandle ? given : context.gate().converted(given);
    }
    if (value instanceof LuaTable) {
      var converted = Tables.convert(context, (LuaTable) value, type, generic);
      return converted != Parameter.NO
              || Tables.rank(type, Argument.TABLE) != Parameter.NONE
              || !implementable(context, type, false)
          ? converted
          : context.implement(type, generic, value);
    }
    if (value instanceof LuaFunction || value instanceof ClassHandle) {
      return implementable(context, type, true)
          ? context.implement(type, generic, value)
          : Parameter.NO;
    }
    if (value instanceof String) {
      return text((String) value, type, charset(context));
    }
    if (value instanceof LuaString) {
      var text = text((LuaString) value);
      return type == byte[].class
          ? ((LuaString) value).bytes()
          : text != null && type.isAssignableFrom(String.class) ? text : Parameter.NO;
    }
    return Parameter.NO;
  }

  /**
   * Returns whether a function type fixes the type of the results, where a Lua function itself does
   * not.
   */
  private static boolean closed(Class<?> type, Type generic) {
    return generic instanceof ParameterizedType
        && Functional.method(type) != null
        && erased(Functional.result(generic)) != Object.class;
  }

  private static Object text(String value, Class<?> type, Charset charset) {
    if (type == byte[].class) {
      return value.getBytes(charset);
    }
    if (type == char[].class) {
      return value.toCharArray();
    }
    if (type == LuaString.class) {
      return LuaString.wrap(value.getBytes(charset));
    }
    var constant = type.isEnum() ? constant(type, value) : null;
    return constant == null ? Parameter.NO : constant;
  }

  /** Returns the constant of an enum by its name, or null. */
  static @Nullable Object constant(Class<?> type, @Nullable String name) {
    for (var each : type.getEnumConstants()) {
      if (((Enum<?>) each).name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  private static Charset charset(CallContext context) {
    var state = context.state();
    var charset = state == null ? null : state.options().charset();
    return charset == null ? StandardCharsets.UTF_8 : charset;
  }

  /** Returns the text of a byte string that is valid UTF-8, else null. */
  static @Nullable String text(LuaString value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value.bytes())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Returns a Java array of converted Lua values; {@link Parameter#NO} if one does not fit. */
  static Object array(CallContext context, List<?> values, Class<?> component, Type generic) {
    var parameter = new Parameter(component, generic);
    var array = Array.newInstance(component, values.size());
    int at = 0;
    for (var each : values) {
      var converted = parameter.convert(context, each);
      if (converted == Parameter.NO || at == Array.getLength(array)) {
        return Parameter.NO;
      }
      Array.set(array, at++, converted);
    }
    return array;
  }

  /** Returns whether a value may be stored in a collection of the type without conversion. */
  static boolean open(Type type) {
    return type == Object.class;
  }

  /** Puts converted entries into a map; returns false if one does not fit. */
  static boolean putAll(
      CallContext context, Map<?, ?> from, Type key, Type value, Map<Object, Object> into) {
    var keys = new Parameter(erased(key), key);
    var values = new Parameter(erased(value), value);
    for (var each : from.entrySet()) {
      var k = keys.convert(context, each.getKey());
      var v = values.convert(context, each.getValue());
      if (k == Parameter.NO || v == Parameter.NO) {
        return false;
      }
      into.put(k, v);
    }
    return true;
  }
}
