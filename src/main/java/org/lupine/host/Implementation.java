package org.lupine.host;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.JavaCall;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Results;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;

/** Implements the methods of an interface in Lua. */
final class Implementation implements InvocationHandler {
  /** The receiver of the calls. */
  @FunctionalInterface
  interface Callee {
    /** Returns the first result of a method; {@link Results#ABSENT} if there is nothing to call. */
    @Nullable Object call(Method method, Object[] arguments) throws Throwable;
  }

  /** Changes the results of a method. */
  @FunctionalInterface
  interface Adapter {
    /** Returns what to return for a result that was converted. */
    @Nullable Object adapt(Object[] arguments, @Nullable Object result);
  }

  private static final Object[] NONE = {};

  private final CallContext context;
  private final Class<?> type;

  /** The Lua value behind the proxy: two proxies of one function are equal. */
  private final @Nullable Object identity;

  private final Callee callee;

  /** The call from Lua to Java, in its state, for which this was made; null if there is none. */
  private final @Nullable JavaCall call;

  /** The result type of the single abstract method, if more is known than the method declares. */
  private final @Nullable Type only;

  private final Map<Method, Parameter> results = new ConcurrentHashMap<>(2);

  /** The last one of {@link #results}: a lookup compares the parts of the methods. */
  private @Nullable Result last;

  private @Nullable Adapter adapter;

  private record Result(Method method, Parameter parameter) {}

  private Implementation(
      CallContext context, Class<?> type, Type generic, @Nullable Object identity, Callee callee) {
    this.only = generic instanceof ParameterizedType ? Functional.result(generic) : null;
    this.context = context;
    this.type = type;
    this.identity = identity;
    this.callee = callee;
    var state = context.state();
    this.call = state != null && LuaState.of(identity) == state ? state.javaCall() : null;
  }

  /**
   * Creates a proxy of an interface, defined by the interface's own loader.
   *
   * @param generic the interface with its type arguments, as far as they are known
   * @throws IllegalArgumentException if the type is not an interface that a proxy can implement
   */
  static <T> T of(
      CallContext context, Class<T> type, Type generic, @Nullable Object identity, Callee callee) {
    check(type);
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            new Implementation(context, type, generic, identity, callee)));
  }

  /**
   * Creates a proxy of several interfaces, defined by the first of their loaders that sees all of
   * them.
   *
   * @throws IllegalArgumentException if there is no such loader, or a type is not an interface
   */
  static Object ofAll(CallContext context, Class<?>[] types, Object identity, Callee callee) {
    IllegalArgumentException refused = null;
    for (var each : types) {
      check(each);
    }
    for (var each : types) {
      try {
        return Proxy.newProxyInstance(
            each.getClassLoader(),
            types,
            new Implementation(context, each, each, identity, callee));
      } catch (IllegalArgumentException e) {
        refused = e;
      }
    }
    throw refused;
  }

  /**
   * Returns an object whose results are changed, for a function of a script that was converted for
   * the current call.
   */
  static Object adapted(Object function, Adapter adapter) {
    if (function instanceof LuaFunction lua) {
      Function<Object, Object> adapted =
          argument -> adapter.adapt(new Object[] {argument}, lua.apply(argument));
      return adapted;
    }
    if (Proxy.isProxyClass(function.getClass())
        && Proxy.getInvocationHandler(function) instanceof Implementation made) {
      made.adapter = adapter;
    }
    return function;
  }

  private static void check(Class<?> type) {
    if (!type.isInterface() || type.isSealed() || type.isHidden()) {
      throw new IllegalArgumentException(type.getTypeName() + " is not an interface to implement");
    }
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    var given = arguments == null ? NONE : arguments;
    Object value;
    try {
      value = called(method, method.isVarArgs() ? spread(given) : given);
    } catch (LuaException e) {
      throw thrown(method, e);
    }
    if (value != Results.ABSENT) {
      var result = result(method, value);
      return adapter == null || method.getReturnType() != Object.class
          ? result
          : adapter.adapt(given, result);
    }
    if (Functional.ofObject(method)) {
      return ofObject(proxy, method, given);
    }
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    throw new LuaException("no function '" + method.getName() + "' for " + type.getTypeName());
  }

  @SuppressWarnings("NullAway") // what has a call has a state
  private @Nullable Object called(Method method, Object[] arguments) throws Throwable {
    if (call == null || !call.enter(context.state())) {
      return callee.call(method, arguments);
    }
    try {
      return callee.call(method, arguments);
    } finally {
      context.state().exit();
    }
  }

  private static Object[] spread(Object[] arguments) {
    int fixed = arguments.length - 1;
    var last = arguments[fixed];
    if (last == null) {
      return arguments;
    }
    var all = Arrays.copyOf(arguments, fixed + Array.getLength(last));
    for (int i = fixed; i < all.length; i++) {
      all[i] = Array.get(last, i - fixed);
    }
    return all;
  }

  private @Nullable Object result(Method method, @Nullable Object value) {
    var type = method.getReturnType();
    if (type == void.class) {
      return null;
    }
    context.gate().checkAnswer(value);
    if (type == boolean.class) {
      // as in Lua's conditions: everything except false and nil is true
      return value != null && value != JavaNull.NULL && !Boolean.FALSE.equals(value);
    }
    var known = last;
    if (known == null || known.method != method) {
      known = new Result(method, results.computeIfAbsent(method, this::parameter));
      last = known;
    }
    var wanted = known.parameter;
    var converted = wanted.convert(context, value);
    if (converted == Parameter.NO) {
      throw new LuaException(
          "bad result of '"
              + method.getName()
              + "' for "
              + this.type.getTypeName()
              + " ("
              + wanted.type.getSimpleName()
              + " expected, got "
              + (value instanceof Number ? "number " + value : Argument.name(value))
              + ")");
    }
    return converted;
  }

  private Parameter parameter(Method method) {
    return only == null || method.isDefault()
        ? new Parameter(method.getReturnType(), method.getGenericReturnType())
        : new Parameter(Conversion.erased(only), only);
  }

  /**
   * Returns what a failed call throws: the Java exception that caused it if the method may throw
   * it.
   */
  private static Throwable thrown(Method method, LuaException e) {
    if (e instanceof LuaInterruptedException) {
      return e; // the thread's interrupt status is set, whatever the cause is
    }
    var cause = e.getCause();
    if (cause instanceof RuntimeException || cause instanceof Error) {
      return cause;
    }
    for (var each : method.getExceptionTypes()) {
      if (each.isInstance(cause)) {
        return cause;
      }
    }
    return e;
  }

  private Object ofObject(Object proxy, Method method, Object[] arguments) {
    switch (method.getName()) {
      case "equals":
        return proxy == arguments[0]
            || arguments[0] != null
                && Proxy.isProxyClass(arguments[0].getClass())
                && same(Proxy.getInvocationHandler(arguments[0]));
      case "hashCode":
        return Objects.hashCode(identity);
      default:
        return type.getTypeName() + " in Lua@" + Integer.toHexString(Objects.hashCode(identity));
    }
  }

  private boolean same(InvocationHandler other) {
    return other instanceof Implementation
        && ((Implementation) other).type == type
        && Objects.equals(((Implementation) other).identity, identity);
  }
}
