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
import org.lupine.bridge.Protocol.Trait;
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
  /** Traits that a View or Cast forwards to its target. */
  static final int ANY = Trait.CALL | Trait.LENGTH | Trait.ORDER | Trait.ARITHMETIC | Trait.PAIRS;

  private static final Object CALLBACK = new Object();
  private static final Object LOOP = new Object();
  private static final Object CAST = new Object();
  private static final Object MEMBERS = new Object();
  private static final Object ITEMS = new Object();

  final HostOptions options;
  final Gate gate;
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

  /** The context of conversions outside of a call, without a state. */
  final CallContext stateless;

  private @Nullable CallContext context; // of the last call; its fields are final

  /** Creates a host that permits everything public. */
  public JavaHost() {
    this(HostOptions.DEFAULT);
  }

  public JavaHost(HostOptions options) {
    this.options = options;
    this.gate = new Gate(options.access());
    this.unboxes = !gate.guards() && !options.unpackArrays();
    this.objects = new Attributes(this, options);
    this.operators = new Operators(this, options);
    this.library = new Library(this, options);
    this.stateless = new CallContext(gate, null, this::implement);
  }

  /** Returns the object that stands for null where nil cannot: {@code java.null}. */
  public static Object javaNull() {
    return JavaNull.NULL;
  }

  /** Returns the options of this host. */
  public HostOptions options() {
    return options;
  }

  /** Returns the context of calls in a state. */
  CallContext context(LuaState state) {
    var known = context;
    if (known == null || known.state() != state) {
      known = new CallContext(gate, state, this::implement);
      context = known;
    }
    return known;
  }

  @Override
  public Object kind(Object target) {
    if (target instanceof ClassHandle) {
      return ((ClassHandle) target).data.classKind;
    }
    if (target instanceof Callback) {
      return target instanceof ReadAheadLoop ? LOOP : CALLBACK;
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
    if (target instanceof ReadAheadLoop) {
      return Trait.CALL | Trait.LOOP;
    }
    if (target instanceof ClassHandle || target instanceof Callback || target instanceof Class) {
      return Trait.CALL;
    }
    return target instanceof JavaNull
        ? 0
        : target instanceof View || target instanceof Cast
            ? ANY
            : target instanceof LuaFunction
                ? Trait.CALL | Trait.FUNCTION
                : JavaType.of(target.getClass()).traits;
  }

  @Override
  public String kindName(Object target) {
    if (target == JavaNull.NULL) {
      return "java.null";
    }
    return target instanceof ClassHandle
        ? "class " + ((ClassHandle) target).type().getTypeName()
        : target instanceof View
            ? ((View) target).members ? "java.members" : "java.items"
            : target instanceof Cast
                ? "java.cast"
                : target instanceof Callback || target instanceof LuaFunction
                    ? "function"
                    : target instanceof LuaTable
                        ? "table of another run"
                        : Argument.name(target.getClass());
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
      return called(type.calls(), state, target, arguments);
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
    return unpacked(function.call(passed(arguments)));
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

  /** Calls the best overload with all arguments. */
  @Nullable Object called(
      Overloads methods, LuaState state, @Nullable Object target, Object[] arguments)
      throws Throwable {
    var result = methods.call(context(state), target, arguments, 0);
    if (result == Overloads.NO) {
      throw methods.mismatch(context(state), target, arguments, 0);
    }
    return results(methods, result);
  }

  private @Nullable Object construct(LuaState state, Class<?> type, Object[] arguments)
      throws Throwable {
    if (type.isInterface()
        && arguments.length == 1
        && (arguments[0] instanceof LuaTable || arguments[0] instanceof LuaFunction)) {
      return implemented(state, type, arguments[0]);
    }
    var member = JavaType.of(type).statics().get("new");
    if (ParameterNames.hasNamedArguments(arguments, 0)) {
      var built = BuilderCall.build(this, context(state), type, NamedArguments.of(arguments, 0));
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
    return called(member.methods, state, null, arguments);
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
    var result = methods.call(context(state), inner, arguments, 0);
    if (result == Overloads.NO && self && arguments.length == 0) {
      // the target itself may be the argument, as in f(o.equals, o); with more, an argument is
      // missing
      result = methods.call(context(state), inner, new Object[] {target}, 0);
    }
    if (result == Overloads.NO) {
      throw methods.mismatch(context(state), inner, arguments, 0);
    }
    return results(methods, result);
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

  /** Converts a result for Lua: results of methods of big number classes stay objects. */
  private @Nullable Object results(Overloads of, Object result) {
    return of.big ? Arithmetic.kept(result) : unpacked(result);
  }

  private @Nullable Object unpacked(@Nullable Object result) {
    return options.unpackArrays() && result instanceof Object[]
        ? Values.of((Object[]) result)
        : result;
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
    return implementation(state, type, type, functionOrTable);
  }

  /**
   * Implements an interface for a script, given its type arguments as far as they are known.
   *
   * @throws LuaException if the script may not
   */
  <T> T implement(LuaState state, Class<T> type, Type generic, Object functionOrTable) {
    gate.check(HostAccess.Operation.IMPLEMENT, type, type.getTypeName());
    return implementation(state, type, generic, functionOrTable);
  }

  private <T> T implementation(
      LuaState state, Class<T> type, Type generic, Object functionOrTable) {
    var only = Functional.method(type);
    if (functionOrTable instanceof LuaTable) {
      return Implementation.of(
          context(state),
          type,
          only == null ? type : generic,
          functionOrTable,
          (method, arguments) ->
              called(state, (LuaTable) functionOrTable, only, method, arguments));
    }
    if (only == null) {
      throw new IllegalArgumentException(
          type.getTypeName() + " is not a functional interface: it takes a table of functions");
    }
    return Implementation.of(
        context(state),
        type,
        generic,
        functionOrTable,
        (method, arguments) ->
            implementsOnly(only, method)
                ? called(state, functionOrTable, arguments)
                : Results.ABSENT);
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
        context(state),
        type,
        type,
        identity,
        (method, arguments) -> functions.apply(method.getName(), arguments));
  }

  /** Calls a table's function, or the table itself if the interface has a single method. */
  private static @Nullable Object called(
      LuaState state, LuaTable table, @Nullable Method only, Method method, Object[] arguments) {
    var results = state.callMethod(table, method.getName(), arguments);
    return Results.first(
        Results.of(
            results == null
                    && only != null
                    && implementsOnly(only, method)
                    && state.isCallable(table)
                ? state.call(table, arguments)
                : results));
  }

  private static boolean implementsOnly(Method only, Method method) {
    return Modifier.isAbstract(method.getModifiers())
        && !Functional.ofObject(method)
        && only.getName().equals(method.getName());
  }

  private @Nullable Object called(LuaState state, Object callee, Object[] arguments)
      throws Throwable {
    var result =
        callee instanceof LuaFunction
            ? ((LuaFunction) callee).call(arguments)
            : call(state, callee, arguments);
    return result instanceof Values ? ((Values) result).first() : result;
  }

  /** Implements an interface for a script; failures are Lua errors. */
  Object implemented(LuaState state, Class<?> type, Object functionOrTable) {
    try {
      return implement(state, type, type, functionOrTable);
    } catch (IllegalArgumentException e) {
      throw new LuaException(e.getMessage(), e);
    }
  }

  /** Implements several interfaces by the functions of a table. */
  Object implementedAll(LuaState state, Class<?>[] types, LuaTable table) {
    for (var each : types) {
      gate.check(HostAccess.Operation.IMPLEMENT, each, each.getTypeName());
    }
    try {
      return Implementation.ofAll(
          context(state),
          types,
          table,
          (method, arguments) -> called(state, table, null, method, arguments));
    } catch (IllegalArgumentException e) {
      throw new LuaException(e.getMessage(), e);
    }
  }

  /**
   * Converts a Lua value to a Java type, as arguments of Java methods are converted.
   *
   * @param type may be generic; a primitive type stands for its box
   * @throws IllegalArgumentException if the value does not fit the type
   */
  public @Nullable Object convert(LuaState state, Object value, Type type) {
    var erased = Conversion.erased(Objects.requireNonNull(type, "type"));
    var converted = new Parameter(erased, type).convert(context(state), value);
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
    var context = new CallContext(gate, state, this::implementation);
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
    return new View(Objects.requireNonNull(Conversion.unwrap(target), "object"), members);
  }

  /** Returns the name that the filter uses in place of a script's. */
  String filtered(Object target, String name) {
    return objects.filtered(target, name);
  }
}
