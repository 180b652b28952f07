package org.lupine.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.UnboxedCall;

/**
 * Calls an overload of objects with at most one parameter, by a handle of one of a few exact types.
 * Takes only arguments for which {@link Parameter#convert} would do the same. Immutable.
 */
final class UnboxedOverload extends UnboxedCall {
  private static final MethodHandle BITS;

  static {
    try {
      BITS =
          MethodHandles.publicLookup()
              .findStatic(
                  Double.class,
                  "doubleToRawLongBits",
                  MethodType.methodType(long.class, double.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** How the argument is passed. */
  private static final int NONE = 0,
      DOUBLE = 1,
      LONG = 2,
      BOOLEAN = 3,
      BOXED = 4,
      OBJECT_ONLY = 5,
      TEXT = 6;

  private final MethodHandle handle;
  private final int passing;
  private final Class<?> parameter; // void without one
  private final long least;
  private final long most;

  private UnboxedOverload(Class<?> result, @Nullable Class<?> parameter, MethodHandle handle) {
    super(result);
    this.passing = passing(parameter);
    this.parameter = parameter == null ? void.class : parameter;
    this.least =
        parameter == int.class
            ? Integer.MIN_VALUE
            : parameter == short.class
                ? Short.MIN_VALUE
                : parameter == byte.class ? Byte.MIN_VALUE : Long.MIN_VALUE;
    this.most = ~least;
    this.handle = adapt(handle, result);
  }

  /**
   * Returns the call of a member through a handle that takes the target and perhaps one argument;
   * null if it has other parameters than those that are passed like this.
   */
  static @Nullable UnboxedOverload of(MethodHandle handle) {
    var type = handle.type();
    var parameter = type.parameterCount() == 2 ? type.parameterType(1) : null;
    return passing(parameter) < 0
        ? null
        : new UnboxedOverload(type.returnType(), parameter, handle);
  }

  private static int passing(@Nullable Class<?> parameter) {
    return parameter == null
        ? NONE
        : parameter == double.class
            ? DOUBLE
            : parameter == boolean.class
                ? BOOLEAN
                : parameter == Object.class
                    ? BOXED
                    : parameter == long.class
                            || parameter == int.class
                            || parameter == short.class
                            || parameter == byte.class
                        ? LONG
                        : parameter == String.class
                            ? TEXT
                            : isReference(parameter) ? OBJECT_ONLY : -1;
  }

  /** Returns whether a type takes objects as they are, and no numbers or texts. */
  private static boolean isReference(Class<?> type) {
    return !type.isPrimitive()
        && !Number.class.isAssignableFrom(type)
        && type != Boolean.class
        && type != Character.class;
  }

  private MethodHandle adapt(MethodHandle handle, Class<?> result) {
    var exact = MethodType.methodType(returnsObjects() ? Object.class : long.class, Object.class);
    if (passing != NONE) {
      exact =
          exact.appendParameterTypes(
              passing == DOUBLE ? double.class : passing >= BOXED ? Object.class : long.class);
    }
    var adapted = result == double.class ? MethodHandles.filterReturnValue(handle, BITS) : handle;
    return returnsObjects()
        ? MethodHandles.explicitCastArguments(
            adapted.asType(adapted.type().changeReturnType(Object.class)), exact)
        : MethodHandles.explicitCastArguments(adapted, exact);
  }

  @Override
  public boolean takesText() {
    return passing == TEXT || passing == BOXED;
  }

  @Override
  public boolean takes(Object target, int tag, long bits, @Nullable Object argument) {
    if (tag == Tag.STRING || tag == Tag.KNOWN) {
      return takesText() && argument instanceof String;
    }
    if (argument != null) {
      return passing == BOXED && isPlain(argument)
          || passing == OBJECT_ONLY && parameter.isInstance(argument) && isPlain(argument);
    }
    switch (passing) {
      case NONE:
        return tag == Tag.NONE;
      case DOUBLE:
        return tag == Tag.NUMBER || tag == Tag.INTEGER;
      case LONG:
        return tag == Tag.INTEGER && bits >= least && bits <= most;
      case BOOLEAN:
        return tag == Tag.BOOLEAN;
      case BOXED:
        return tag != Tag.NONE;
      default:
        return false;
    }
  }

  /** Returns whether Java code gets an object as a script holds it. */
  private static boolean isPlain(Object argument) {
    var type = JavaType.of(argument.getClass());
    return type.plain && !type.foreign;
  }

  @Override
  public long call(Object target, int tag, long bits, @Nullable Object argument) throws Throwable {
    switch (passing) {
      case NONE:
        return (long) handle.invokeExact(target);
      case DOUBLE:
        return (long) handle.invokeExact(target, number(tag, bits));
      case BOXED:
      case OBJECT_ONLY:
      case TEXT:
        return (long) handle.invokeExact(target, argument != null ? argument : boxed(tag, bits));
      default:
        return (long) handle.invokeExact(target, bits);
    }
  }

  @Override
  public @Nullable Object callForObject(
      Object target, int tag, long bits, @Nullable Object argument) throws Throwable {
    switch (passing) {
      case NONE:
        return (Object) handle.invokeExact(target);
      case DOUBLE:
        return (Object) handle.invokeExact(target, number(tag, bits));
      case BOXED:
      case OBJECT_ONLY:
      case TEXT:
        return (Object) handle.invokeExact(target, argument != null ? argument : boxed(tag, bits));
      default:
        return (Object) handle.invokeExact(target, bits);
    }
  }

  private static double number(int tag, long bits) {
    return tag == Tag.NUMBER ? Double.longBitsToDouble(bits) : bits;
  }
}
