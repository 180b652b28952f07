package org.lupine.host;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;

/** A method, constructor or field access that can be called with Lua values. */
final class Overload {
  private static final MethodType[] SHAPES = {
    MethodType.genericMethodType(1), MethodType.genericMethodType(2),
    MethodType.genericMethodType(3), MethodType.genericMethodType(4)
  };
  private static final MethodType SPREAD = MethodType.genericMethodType(1, true);

  /** What the member is called on. */
  enum Receiver {
    TARGET,
    NOBODY,
    FIRST_ARGUMENT
  }

  final Member member;
  final Parameter[] parameters;
  final boolean varargs;
  final boolean returnsNothing;

  /** The names of the parameters, or null. */
  final @Nullable ParameterNames parameterNames;

  private final Class<?> through;
  private final Receiver receiver;
  private final boolean setter;
  private final @Nullable Parameter rest;

  /** The roles of the arguments of a container's method, or null. */
  private final byte @Nullable [] roles;

  private volatile @Nullable MethodHandle handle;
  private volatile @Nullable UnboxedOverload unboxed;
  private volatile boolean boxes; // whether there is no unboxed call

  private Overload(
      Class<?> through,
      Member member,
      Receiver receiver,
      boolean setter,
      Parameter[] parameters,
      boolean varargs,
      boolean returnsNothing) {
    this.through = through;
    this.member = member;
    this.receiver = receiver;
    this.setter = setter;
    this.parameters = parameters;
    this.varargs = varargs;
    this.returnsNothing = returnsNothing;
    this.parameterNames =
        member instanceof Executable && receiver != Receiver.FIRST_ARGUMENT
            ? ParameterNames.of((Executable) member)
            : null;
    this.roles =
        member instanceof Method && receiver == Receiver.TARGET
            ? Elements.roles((Method) member)
            : null;
    this.rest = varargs ? parameters[parameters.length - 1].element() : null;
  }

  static Overload of(Class<?> through, Method method) {
    return new Overload(
        through,
        method,
        Modifier.isStatic(method.getModifiers()) ? Receiver.NOBODY : Receiver.TARGET,
        false,
        parameters(method, null),
        method.isVarArgs(),
        method.getReturnType() == void.class);
  }

  /** Returns a method of objects as a function whose first argument is the object. */
  static Overload unbound(Class<?> through, Method method) {
    return new Overload(
        through,
        method,
        Receiver.FIRST_ARGUMENT,
        false,
        parameters(method, through),
        method.isVarArgs(),
        method.getReturnType() == void.class);
  }

  static Overload of(Constructor<?> constructor) {
    return new Overload(
        constructor.getDeclaringClass(),
        constructor,
        Receiver.NOBODY,
        false,
        parameters(constructor, null),
        constructor.isVarArgs(),
        false);
  }

  static Overload getter(Class<?> through, Field field) {
    return new Overload(through, field, receiver(field), false, new Parameter[0], false, false);
  }

  static Overload setter(Class<?> through, Field field) {
    return new Overload(
        through,
        field,
        receiver(field),
        true,
        new Parameter[] {new Parameter(field.getType(), field.getGenericType())},
        false,
        true);
  }

  private static Receiver receiver(Field field) {
    return Modifier.isStatic(field.getModifiers()) ? Receiver.NOBODY : Receiver.TARGET;
  }

  private static Parameter[] parameters(Executable executable, @Nullable Class<?> first) {
    var types = executable.getParameterTypes();
    Type[] generics = executable.getGenericParameterTypes();
    int shift = first == null ? 0 : 1;
    var parameters = new Parameter[types.length + shift];
    if (first != null) {
      parameters[0] = new Parameter(first, first);
    }
    for (int i = 0; i < types.length; i++) {
      // constructors of inner classes may have fewer generic types than types
      parameters[i + shift] =
          new Parameter(types[i], generics.length == types.length ? generics[i] : types[i]);
    }
    return parameters;
  }

  /** Returns the parameter for the argument at an index, in a call that spreads or does not. */
  Parameter parameter(int index, boolean spread) {
    return spread && index >= parameters.length - 1
        ? Objects.requireNonNull(rest)
        : parameters[index];
  }

  /** Returns the converted arguments, or null if one does not fit; their count is known to fit. */
  Object @Nullable [] arguments(CallContext context, Object[] given, int from, boolean spread) {
    int fixed = spread ? parameters.length - 1 : parameters.length;
    var converted = new Object[parameters.length];
    for (int i = 0; i < fixed; i++) {
      if ((converted[i] = parameters[i].convert(context, given[from + i])) == Parameter.NO) {
        return null;
      }
    }
    if (spread) {
      int count = given.length - from - fixed;
      var rest = Objects.requireNonNull(this.rest);
      var array = Array.newInstance(rest.type, count);
      for (int i = 0; i < count; i++) {
        var value = rest.convert(context, given[from + fixed + i]);
        if (value == Parameter.NO) {
          return null;
        }
        Array.set(array, i, value);
      }
      converted[fixed] = array;
    }
    return converted;
  }

  /**
   * Calls the member.
   *
   * @param arguments those for the member, converted from those given
   * @param from the index of the first one given
   */
  Object invoke(@Nullable Object target, Object[] arguments, Object[] given, int from)
      throws Throwable {
    if (roles != null) {
      Elements.adapt(roles, Objects.requireNonNull(target), arguments, given, from);
    }
    var ready = handle;
    if (ready == null) {
      handle = ready = handle();
    }
    switch (arguments.length) {
      case 0:
        return (Object) ready.invokeExact(target);
      case 1:
        return (Object) ready.invokeExact(target, arguments[0]);
      case 2:
        return (Object) ready.invokeExact(target, arguments[0], arguments[1]);
      case 3:
        return (Object) ready.invokeExact(target, arguments[0], arguments[1], arguments[2]);
      default:
        return (Object) ready.invokeExact(target, arguments);
    }
  }

  /** Returns the call of this member without boxes; null if there is none. */
  @Nullable UnboxedOverload unboxed() {
    var ready = unboxed;
    if (ready == null && !boxes) {
      ready =
          roles == null && !varargs && receiver != Receiver.FIRST_ARGUMENT && parameters.length <= 1
              ? UnboxedOverload.of(found())
              : null;
      unboxed = ready;
      boxes = ready == null;
    }
    return ready;
  }

  /**
   * Returns a handle to the member in one of a few erased forms: the target, then the arguments,
   * all Objects.
   */
  private MethodHandle handle() {
    var found = found();
    return parameters.length < SHAPES.length
        ? found.asType(SHAPES[parameters.length])
        : found
            .asType(MethodType.genericMethodType(parameters.length + 1))
            .asSpreader(Object[].class, parameters.length)
            .asType(SPREAD);
  }

  /** Returns a handle to the member whose first parameter is the target. */
  private MethodHandle found() {
    MethodHandle found;
    try {
      found =
          member instanceof Method
              ? Accessible.method(through, (Method) member)
              : member instanceof Constructor
                  ? Accessible.constructor((Constructor<?>) member)
                  : setter
                      ? Accessible.setter(through, (Field) member)
                      : Accessible.getter(through, (Field) member);
    } catch (ReflectiveOperationException e) {
      throw new LuaException("cannot reach '" + member.getName() + "' of " + through.getName(), e);
    }
    found = found.asFixedArity();
    if (receiver != Receiver.TARGET) {
      found = MethodHandles.dropArguments(found, 0, Object.class);
    }
    return found;
  }

  /** Returns whether the number of arguments fits a call that spreads or does not. */
  boolean takes(int count, boolean spread) {
    return spread ? varargs && count >= parameters.length - 1 : count == parameters.length;
  }

  /** Returns the name and the parameter types, as messages list candidates. */
  String signature(String name) {
    var text = new StringBuilder(name).append('(');
    for (int i = 0; i < parameters.length; i++) {
      var type = parameters[i].type;
      boolean last = varargs && i == parameters.length - 1;
      text.append(i == 0 ? "" : ", ")
          .append(last ? type.getComponentType().getSimpleName() + "..." : type.getSimpleName());
    }
    return text.append(')').toString();
  }
}
