package org.lupine.host;

import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.Buffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Protocol.CoroutineCall;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.Protocol.Upcall;
import org.lupine.bridge.Results;
import org.lupine.bridge.UnboxedCall;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/**
 * Implements access to Java objects for Lua; the entry point of this package. Thread-safe; for any
 * number of states.
 */
public final class JavaHost implements Host {
  private static final Object CALLBACK = new Object();
  private static final Object LOOP = new Object();
  private static final Object STEP = new Object();
  private static final Object CAST = new Object();
  private static final Object MEMBERS = new Object();
  private static final Object ITEMS = new Object();

  private final HostOptions options;
  private final Gate gate;
  private final MethodCalls calls;
  private final Implementations implementations;
  private final Attributes objects;
  private final Operators operators;
  private final Library library;

  /**
   * Keeps the class data in use reachable, by kind; softly if the class may be unloaded before this
   * library.
   */
  private final Map<Object, Object> held = new ConcurrentHashMap<>();

  /** Whether nothing is checked or changed of the arguments and results of an unboxed call. */
  private final boolean unboxes;

  /** Creates a host that permits everything public. */
  public JavaHost() {
    this(HostOptions.DEFAULT);
  }

  public JavaHost(HostOptions options) {
    this.options = options;
    this.gate = new Gate(options.access());
    this.unboxes = !gate.guards() && !options.unpackArrays();
    this.calls = new MethodCalls(gate, this::implementForScript, options.unpackArrays());
    this.implementations = new Implementations(this, calls);
    this.objects = new Attributes(calls, options);
    this.operators = new Operators(calls, options);
    this.library = new Library(this, calls, implementations, options);
  }

  /** Returns the object that stands for null where nil cannot: {@code java.null}. */
  public static Object javaNull() {
    return JavaNull.NULL;
  }

  /** Returns the options of this host. */
  public HostOptions options() {
    return options;
  }

  @Override
  public Object kind(Object target) {
    if (target instanceof ClassHandle) {
      return ((ClassHandle) target).data.classKind;
    }
    if (target instanceof Callback) {
      return target instanceof ReadAheadLoop
          ? LOOP
          : target instanceof FunctionalCallback ? CALLBACK : STEP;
    }
    if (target instanceof Cast) {
      return CAST;
    }
    if (target instanceof View) {
      return ((View) target).members ? MEMBERS : ITEMS;
    }
    var data = JavaType.of(target.getClass());
    var known = held.get(data.kind);
    if (known == null || known instanceof SoftReference && ((Reference<?>) known).get() == null) {
      held.put(data.kind, data.lasting ? data : new SoftReference<>(data));
    }
    return data.kind;
  }

  @Override
  public int traits(Object target) {
    return Kinds.traits(target);
  }

  @Override
  public String kindName(Object target) {
    return Kinds.name(target);
  }

  @Override
  public @Nullable Object index(LuaState state, Object target, Object key) throws Throwable {
    return objects.index(state, target, key);
  }

  @Override
  public @Nullable Property newIndex(
      LuaState state, Object target, Object key, @Nullable Object value) throws Throwable {
    return objects.newIndex(state, target, key, value);
  }

  @Override
  public @Nullable Object getProperty(LuaState state, Object target, int property)
      throws Throwable {
    return objects.getProperty(state, target, property);
  }

  @Override
  public void setProperty(LuaState state, Object target, int property, @Nullable Object value)
      throws Throwable {
    objects.setProperty(state, target, property, value);
  }

  @Override
  public @Nullable UnboxedCall unboxed(
      Object target, int operation, int member, int tag, long bits, @Nullable Object argument) {
    if (!unboxes) {
      return null;
    }
    var type = JavaType.of(target.getClass());
    if (!type.plain) {
      return null;
    }
    if (operation == Upcall.INDEX) {
      return objects.elementRead(type);
    }
    var called = called(type, operation, member);
    if (called == null) {
      return null;
    }
    return operation == Upcall.INVOKE && type.readAhead && called.isGet && tag == Tag.INTEGER
        ? ElementRead.LIST_GET
        : called.unboxed(tag, bits, argument);
  }

  private static @Nullable Overloads called(JavaType type, int operation, int member) {
    switch (operation) {
      case Upcall.CALL:
        return type.calls();
      case Upcall.INVOKE:
        return type.objects().methods(member & Upcall.METHOD);
      case Upcall.GET_PROPERTY:
        return type.objects().property(member).getter;
      case Upcall.SET_PROPERTY:
        return type.objects().property(member).setter;
      default:
        return null;
    }
  }

  @Override
  public @Nullable Values memory(Object target) {
    return gate.guards() || !objects.readsItemsItself()
        ? null
        : Buffers.memory((Buffer) target, options.indexBase());
  }

  @Override
  public @Nullable Object call(LuaState state, Object target, Object[] arguments) throws Throwable {
    // checking whether an object implements an interface would take as long as much of the rest
    var type = JavaType.of(target.getClass());
    if (type.plain && type.calls() != null) {
      return calls.call(type.calls(), state, target, arguments);
    }
    if (type.foreign) {
      return ((LuaTable) target).call(arguments);
    }
    if (target instanceof Callback) {
      return ((Callback) target).call(state, arguments);
    }
    if (target instanceof LuaFunction) {
      return ((LuaFunction) target).call(arguments);
    }
    if (target instanceof JavaFunction) {
      return function((JavaFunction) target, arguments);
    }
    if (target instanceof ClassHandle) {
      return construct(state, ((ClassHandle) target).type(), arguments);
    }
    if (target instanceof Class) {
      gate.check(HostAccess.Operation.CALL, Class.class, "new");
      return construct(state, (Class<?>) target, arguments);
    }
    if (target instanceof View || target instanceof Cast) {
      return call(state, JavaNull.orNull(Conversion.unwrap(target)), arguments);
    }
    throw new LuaException("attempt to call a " + kindName(target) + " value");
  }

  @Override
  public @Nullable Object callYieldable(LuaState state, Object target, Object[] arguments)
      throws Throwable {
    return target instanceof ForeignFunction function
        ? function.callYieldable(arguments)
        : call(state, target, arguments);
  }

  @Override
  public Object coroutine(Object target, int call, Object[] arguments) {
    var coroutine = (ForeignCoroutine) target;
    switch (call) {
      case CoroutineCall.RESUME:
        return coroutine.resumeForScript(arguments);
      case CoroutineCall.STATUS:
        return coroutine.statusForScript();
      default:
        coroutine.closeForScript();
        return true;
    }
  }

  /** Calls a function that was written for scripts, so that access is not checked. */
  private @Nullable Object function(JavaFunction function, Object[] arguments) throws Exception {
    return calls.unpacked(function.call(passed(arguments)));
  }

  @Override
  public Object[] passed(Object[] arguments) {
    if (ParameterNames.hasNamedArguments(arguments, 0)) {
      throw new LuaException("a JavaFunction has no names of arguments: pass them by position");
    }
    gate.checkPassed(arguments, 0);
    var plain = new Object[arguments.length];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = Conversion.unwrap(arguments[i]);
    }
    return plain;
  }

  private @Nullable Object construct(LuaState state, Class<?> type, Object[] arguments)
      throws Throwable {
    if (type.isInterface()
        && arguments.length == 1
        && (arguments[0] instanceof LuaTable || arguments[0] instanceof LuaFunction)) {
      return implementations.implemented(state, type, arguments[0]);
    }
    var member = JavaType.of(type).statics().get("new");
    if (ParameterNames.hasNamedArguments(arguments, 0)) {
      var built =
          BuilderCall.build(objects, calls.context(state), type, NamedArguments.of(arguments, 0));
      if (built != Overloads.NO) {
        return built;
      }
    }
    if (member == null || member.methods == null || member.methods.use != MemberUse.CONSTRUCT) {
      throw new LuaException(
          type.isInterface()
              ? "interface " + type.getTypeName() + " takes one function or table"
              : Modifier.isAbstract(type.getModifiers())
                  ? "class " + type.getTypeName() + " is abstract"
                  : "no public constructor of " + type.getTypeName());
    }
    return calls.call(member.methods, state, null, arguments);
  }

  @Override
  public @Nullable Object invoke(
      LuaState state, Object target, int member, boolean self, Object[] arguments)
      throws Throwable {
    var inner =
        target instanceof View || target instanceof Cast
            ? Objects.requireNonNull(Conversion.unwrap(target))
            : target;
    var methods = methods(inner, member);
    var result = methods.call(calls.context(state), inner, arguments, 0);
    if (result == Overloads.NO && self && arguments.length == 0) {
      // the target itself may be the argument, as in f(o.equals, o); with more, an argument is
      // missing
      result = methods.call(calls.context(state), inner, new Object[] {target}, 0);
    }
    if (result == Overloads.NO) {
      throw methods.mismatch(calls.context(state), inner, arguments, 0);
    }
    return calls.results(methods, result);
  }

  private static Overloads methods(Object target, int id) {
    if (target instanceof ClassHandle) {
      return ((ClassHandle) target).data.statics().methods(id);
    }
    var table = JavaType.of(target.getClass()).objects();
    return id < table.size()
        ? table.methods(id)
        : JavaType.of((Class<?>) target).statics().methods(id - table.size());
  }

  @Override
  public @Nullable Object operate(LuaState state, int operator, Object left, @Nullable Object right)
      throws Throwable {
    return operators.operate(state, operator, left, right);
  }

  @Override
  public @Nullable Object library(LuaState state, int function, Object[] arguments)
      throws Throwable {
    return library.call(state, function, arguments);
  }

  @Override
  public String[] libraryNames() {
    return library.names();
  }

  @Override
  public Object nullObject() {
    return JavaNull.NULL;
  }

  /** Returns whether an interface declares a method that every object has anyway. */
  public static boolean isOfObject(Method method) {
    return Functional.ofObject(method);
  }

  /** Implements an interface for Java code, which needs no permission. */
  @Override
  public <T> T implement(LuaState state, Class<T> type, Object functionOrTable) {
    return implementations.implementation(state, type, type, functionOrTable);
  }

  private Object implementForScript(
      LuaState state, Class<?> type, Type generic, Object functionOrTable) {
    return implementations.implement(state, type, generic, functionOrTable);
  }

  /**
   * Returns an object of an interface whose methods are functions that are looked up by name at
   * each call. For Java code, which needs no permission.
   *
   * @param identity what two such objects must share to be equal
   * @param functions calls the function of a name and returns its first result; {@link
   *     Results#ABSENT} if there is none
   * @throws IllegalArgumentException if the type is not an interface that can be implemented
   */
  public <T> T implementByName(
      LuaState state,
      Class<T> type,
      @Nullable Object identity,
      BiFunction<String, Object[], @Nullable Object> functions) {
    return Implementation.of(
        calls.context(state),
        type,
        type,
        identity,
        (method, arguments) -> functions.apply(method.getName(), arguments));
  }

  /**
   * Converts a Lua value to a Java type, as arguments of Java methods are converted.
   *
   * @param type may be generic; a primitive type stands for its box
   * @throws IllegalArgumentException if the value does not fit the type
   */
  public @Nullable Object convert(LuaState state, Object value, Type type) {
    var erased = Conversion.erased(Objects.requireNonNull(type, "type"));
    var converted = new Parameter(erased, type).convert(calls.context(state), value);
    if (converted == Parameter.NO) {
      throw new IllegalArgumentException(
          "no conversion of "
              + (value instanceof Number ? "number " + value : Argument.name(value))
              + " to "
              + type.getTypeName());
    }
    return converted;
  }

  /** Converts a table for Java code, which needs no permission to have an interface implemented. */
  @Override
  @SuppressWarnings("unchecked")
  public <T> T map(LuaState state, Class<T> type, LuaTable table) {
    var context = new CallContext(gate, state, implementations::implementation);
    return (T) new TableMapper(context, Objects.requireNonNull(type, "type")).map(table);
  }

  /**
   * Returns what Java code gets for an object that Lua held: null for {@code java.null}, the {@link
   * Class} for an imported class, the target of a view, or else the object itself.
   */
  @Override
  public @Nullable Object toJava(Object value) {
    return Conversion.unwrap(value);
  }

  /** Returns an object of which Lua sees only the members, or only the items. */
  public static Object view(@Nullable Object target, boolean members) {
    return View.of(target, members);
  }
}
