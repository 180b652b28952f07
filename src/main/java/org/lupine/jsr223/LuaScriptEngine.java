package org.lupine.jsr223;

import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import javax.script.Bindings;
import javax.script.Compilable;
import javax.script.CompiledScript;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ChunkCache;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Results;
import org.lupine.bridge.Scope;
import org.lupine.io.ByteReader;
import org.lupine.value.ChunkMode;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;
import org.lupine.value.MissingNativeException;

/**
 * Lua as a script engine. Thread-safe.
 *
 * <p>Scripts whose engine scope is the engine's own run in one Lua state, one thread at a time.
 * Scripts under any other Bindings run in parallel, in states that the engine pools for them. A
 * state is opened when it is first needed. An engine that becomes unreachable is freed; after
 * {@link #close} every use is an {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (LuaScriptEngine lua = (LuaScriptEngine) new ScriptEngineManager().getEngineByName("lua")) {
 *   CompiledScript discount = lua.compile("total = price * 0.5");
 *   Bindings order = new SimpleBindings(new HashMap<>(Map.of("price", 8)));
 *   discount.eval(order);
 *   System.out.println(order.get("total"));          // 4.0
 *   System.out.println(lua.runtime().timeLimit());   // PT0S
 * }
 * }</pre>
 */
public final class LuaScriptEngine implements ScriptEngine, Compilable, Invocable, AutoCloseable {
  /**
   * The name of the attribute that limits how long a run under a context may take, whatever its
   * bindings, including all Lua that it calls: a {@link Duration}, a number of milliseconds, or the
   * text of either. It applies to scripts, compiled scripts, and functions and methods that are
   * invoked. It is looked up as {@link #FILENAME} is, when a run begins. The limits of {@link
   * LuaOptions} apply, too. Scripts cannot assign it, nor any other variable whose name begins with
   * {@code lupine.}, such as those of options: see {@link LuaScriptEngineFactory}.
   */
  public static final String TIME_LIMIT = "lupine.timeLimit";

  private static final String NO_FILE = "<eval>";
  private static final Object[] NO_ARGUMENTS = {};

  private final LuaScriptEngineFactory factory;
  private volatile @Nullable LuaOptions options; // null until attributes and properties are read
  private final LuaBindings bindings = new LuaBindings(this);
  private final ChunkCache chunks = new ChunkCache();
  private final StatePool pool = new StatePool(this);
  private final Map<Reader, ConsoleInput> inputs = new WeakHashMap<>();
  private volatile ScriptContext context = new EngineContext(bindings);
  private volatile @Nullable ScriptState main;
  private volatile boolean closed;

  /**
   * Creates an engine with these options; null for those that attributes and system properties
   * name.
   */
  LuaScriptEngine(LuaScriptEngineFactory factory, @Nullable LuaOptions options) {
    this.factory = factory;
    this.options = options;
  }

  @Override
  public @Nullable Object eval(String script, ScriptContext context) throws ScriptException {
    Objects.requireNonNull(script, "script");
    Objects.requireNonNull(context, "context");
    var file = file(context);
    Chunk chunk;
    try {
      chunk = chunks.get(script, file, this::chunk);
    } catch (RuntimeException e) {
      throw failure(e, file);
    }
    return run(chunk, context, file);
  }

  @Override
  public @Nullable Object eval(Reader reader, ScriptContext context) throws ScriptException {
    if (reader instanceof ByteReader bytes) {
      return eval(bytes, context);
    }
    return eval(text(reader), context);
  }

  /** Runs source given as bytes, without decoding it. */
  private @Nullable Object eval(ByteReader bytes, ScriptContext context) throws ScriptException {
    var file = file(context);
    try {
      return run(Chunk.bytes(bytes.readAllBytes(), name(file), ChunkMode.TEXT), context, file);
    } catch (IOException e) {
      throw new ScriptException(e);
    }
  }

  @Override
  public @Nullable Object eval(String script) throws ScriptException {
    return eval(script, context);
  }

  @Override
  public @Nullable Object eval(Reader reader) throws ScriptException {
    return eval(reader, context);
  }

  @Override
  public @Nullable Object eval(String script, Bindings bindings) throws ScriptException {
    return eval(script, contextWith(Objects.requireNonNull(bindings, "bindings")));
  }

  @Override
  public @Nullable Object eval(Reader reader, Bindings bindings) throws ScriptException {
    return eval(reader, contextWith(Objects.requireNonNull(bindings, "bindings")));
  }

  @Override
  public CompiledScript compile(String script) throws ScriptException {
    Objects.requireNonNull(script, "script");
    var file = file(context);
    try {
      var chunk = chunk(script, file);
      mainState().lua().load(chunk, null);
      return new LuaCompiledScript(this, chunk, file);
    } catch (RuntimeException e) {
      throw failure(e, file);
    }
  }

  @Override
  public CompiledScript compile(Reader reader) throws ScriptException {
    return compile(text(reader));
  }

  /** Runs a chunk in the engine scope of a context. */
  @Nullable Object run(Chunk chunk, ScriptContext context, String file) throws ScriptException {
    try {
      var scope = context.getBindings(ScriptContext.ENGINE_SCOPE);
      if (hasNoAttributes(context, scope)) {
        return result(Results.of(mainState().run(chunk, context, null, null, file)));
      }
      var limit = attribute(context, scope, TIME_LIMIT);
      return result(
          Results.of(
              limit == null
                  ? run(chunk, context, scope, file)
                  : TimeLimit.callWithin(limit, () -> run(chunk, context, scope, file))));
    } catch (RuntimeException e) {
      throw failure(e, file);
    }
  }

  private Object[] run(Chunk chunk, ScriptContext context, @Nullable Bindings scope, String file) {
    if (scope == bindings) {
      return mainState().run(chunk, context, null, arguments(context, scope), file);
    }
    checkOpen();
    var run = orEmpty(scope);
    return pool.run(chunk, context, run, arguments(context, run), file);
  }

  /**
   * Calls a function of an engine scope; returns what stands for its {@link Results}.
   *
   * @param callback whether a thread that is inside need not have left
   */
  @Nullable Object call(
      ScriptContext context,
      @Nullable Bindings scope,
      String name,
      Object[] arguments,
      boolean callback) {
    var limit = attribute(context, scope, TIME_LIMIT);
    return limit == null
        ? callNow(context, scope, name, arguments, callback)
        : TimeLimit.callWithin(limit, () -> callNow(context, scope, name, arguments, callback));
  }

  /** Calls a function for the implementation of an interface, whose errors are not converted. */
  @Nullable Object callBack(String name, @Nullable Bindings scope, Object[] arguments) {
    try {
      return call(context, scope, name, arguments, true);
    } catch (LuaException e) {
      throw e.traced();
    }
  }

  private @Nullable Object callNow(
      ScriptContext context,
      @Nullable Bindings scope,
      String name,
      Object[] arguments,
      boolean callback) {
    if (scope != bindings) {
      checkOpen();
      return Results.of(pool.call(context, orEmpty(scope), name, arguments));
    }
    return callback
        ? mainState().callBack(context, name, arguments)
        : mainState().callGlobal(context, name, arguments);
  }

  /** Returns the bindings, or new ones for a context without an engine scope. */
  static Bindings orEmpty(@Nullable Bindings scope) {
    return scope == null ? new SimpleBindings() : scope;
  }

  @Override
  public @Nullable Object invokeFunction(String name, @Nullable Object... arguments)
      throws ScriptException, NoSuchMethodException {
    Objects.requireNonNull(name, "name");
    var given = arguments == null ? NO_ARGUMENTS : arguments;
    var context = this.context;
    Object results;
    try {
      var scope = context.getBindings(ScriptContext.ENGINE_SCOPE);
      results = call(context, scope, name, given, false);
    } catch (RuntimeException e) {
      throw failure(e, NO_FILE);
    }
    if (results == Results.ABSENT) {
      throw new NoSuchMethodException("no function '" + name + "'");
    }
    return result(results);
  }

  @Override
  public @Nullable Object invokeMethod(Object table, String name, @Nullable Object... arguments)
      throws ScriptException, NoSuchMethodException {
    Objects.requireNonNull(name, "name");
    checkOpen();
    var home = home(table);
    if (home == null || !(Mirrors.unwrap(table) instanceof LuaTable of)) {
      throw new IllegalArgumentException("not a table of this engine: " + table);
    }
    var context = this.context;
    var given = arguments == null ? NO_ARGUMENTS : arguments;
    Object[] results;
    try {
      var limit = attribute(context, context.getBindings(ScriptContext.ENGINE_SCOPE), TIME_LIMIT);
      results =
          limit == null
              ? home.callMethod(context, of, name, given)
              : TimeLimit.callWithin(limit, () -> home.callMethod(context, of, name, given));
    } catch (RuntimeException e) {
      throw failure(e, NO_FILE);
    }
    if (results == null) {
      throw new NoSuchMethodException("no method '" + name + "'");
    }
    return result(Results.of(results));
  }

  @Override
  public <T> @Nullable T getInterface(Class<T> type) {
    return Interfaces.ofScope(this, type);
  }

  @Override
  public <T> @Nullable T getInterface(Object table, Class<T> type) {
    return Interfaces.ofTable(home(table), Mirrors.unwrap(table), type);
  }

  @Override
  public void put(String key, @Nullable Object value) {
    var scope = context.getBindings(ScriptContext.ENGINE_SCOPE);
    if (scope == bindings) {
      bindings.set(key, value);
    } else if (scope != null) {
      scope.put(key, value);
    }
  }

  /**
   * Returns the value of a name in the engine scope. If that is not the engine's own, this includes
   * functions that scripts defined under those bindings, which the bindings do not hold.
   */
  @Override
  public @Nullable Object get(String key) {
    var scope = context.getBindings(ScriptContext.ENGINE_SCOPE);
    var value = scope == null ? null : scope.get(key);
    return value != null
        ? value
        : key.startsWith("javax.script.")
            ? factory.getParameter(key)
            : scope == null || scope == bindings || scope.containsKey(key)
                ? null
                : pool.function(scope, key);
  }

  @Override
  public @Nullable Bindings getBindings(int scope) {
    return context.getBindings(scope);
  }

  @Override
  public void setBindings(@Nullable Bindings bindings, int scope) {
    context.setBindings(bindings, scope);
  }

  /**
   * Returns plain bindings, tied to no engine. Scripts under them are isolated from all others.
   */
  @Override
  public Bindings createBindings() {
    return new SimpleBindings();
  }

  @Override
  public ScriptContext getContext() {
    return context;
  }

  @Override
  public void setContext(ScriptContext context) {
    this.context = Objects.requireNonNull(context, "context");
  }

  @Override
  public LuaScriptEngineFactory getFactory() {
    return factory;
  }

  /**
   * Returns the runtime whose globals are the engine's own scope; opens it if necessary.
   * Interrupting it interrupts everything that runs in this engine, under any bindings, and its
   * time limit applies to each call under any bindings.
   *
   * @throws MissingNativeException if it cannot be opened
   */
  public LuaRuntime runtime() {
    return mainState().runtime();
  }

  /** Frees the states; waits for scripts that are running in them. May be called again. */
  @Override
  public void close() {
    ScriptState open;
    synchronized (this) {
      closed = true;
      open = main;
    }
    if (open != null) {
      open.close();
    }
    pool.close();
  }

  /** Returns the state of the engine's own scope, or null if there is none yet. */
  @Nullable ScriptState mainStateOrNull() {
    checkOpen();
    return main;
  }

  /** Returns the state of the engine's own scope. */
  ScriptState mainState() {
    var state = mainStateOrNull();
    if (state != null) {
      return state;
    }
    options();
    synchronized (this) {
      checkOpen();
      if (main == null) {
        var opened = open();
        boolean filled = false;
        try {
          opened.lua().onInterrupt(pool::interrupt);
          bindings.flowInto(opened);
          filled = true;
        } finally {
          if (!filled) {
            opened.close();
          }
        }
        main = opened;
      }
      return main;
    }
  }

  /** Returns a new state of this engine's flavour and options. */
  ScriptState open() {
    try {
      return new ScriptState(this, LuaRuntime.create(factory.flavour(), options()));
    } catch (LinkageError e) {
      throw new MissingNativeException("natives cannot be used: " + e.getMessage(), e);
    }
  }

  /** Returns the options if they have been read or given, else null. */
  @Nullable LuaOptions knownOptions() {
    return options;
  }

  /**
   * Returns the options, which are read once; until then the engine's own context may set them.
   */
  LuaOptions options() {
    var known = options;
    if (known != null) {
      return known;
    }
    var context = this.context;
    var scope = context.getBindings(ScriptContext.ENGINE_SCOPE);
    var read = NamedOptions.read(factory.preset(), key -> attribute(context, scope, key));
    synchronized (this) {
      if (options == null) {
        options = read;
      }
      return options;
    }
  }

  /** Applies the runtime's current time limit to a state. */
  void limit(LuaState state) {
    var runtime = main;
    if (runtime != null && state.timeLimit() != runtime.lua().timeLimit()) {
      state.timeLimit(runtime.lua().timeLimit());
    }
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Returns the current context with other bindings in its engine scope; the context itself for
   * null.
   */
  ScriptContext contextWith(@Nullable Bindings bindings) {
    return bindings == null ? context : new EngineContext(bindings, context);
  }

  /** Returns the input that keeps the bytes of a Reader between two reads. */
  ConsoleInput input(Reader reader) {
    synchronized (inputs) {
      return inputs.computeIfAbsent(reader, each -> new ConsoleInput(options().charset()));
    }
  }

  Bindings ownBindings() {
    return bindings;
  }

  StatePool pool() {
    return pool;
  }

  /** Returns the state of this engine that a Lua value belongs to, or null. */
  private @Nullable ScriptState home(@Nullable Object value) {
    return ScriptConsole.home(this, LuaState.of(Mirrors.unwrap(value)));
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("engine is closed");
    }
  }

  /** Returns a failure as a ScriptException, or throws it as it is if the engine is closed. */
  private ScriptException failure(RuntimeException failure, String file) {
    if (closed && failure instanceof IllegalStateException) {
      throw failure;
    }
    return ScriptErrors.toScriptException(failure, file.equals(NO_FILE) ? null : file);
  }

  private Chunk chunk(String script, String file) {
    return Chunk.text(script, name(file), options().sourceCharset(), true);
  }

  private static String name(String file) {
    return (file.equals(NO_FILE) ? "=" : "@") + file;
  }

  private String file(ScriptContext context) throws ScriptException {
    try {
      var file = attribute(context, context.getBindings(ScriptContext.ENGINE_SCOPE), FILENAME);
      return file == null ? NO_FILE : file.toString();
    } catch (RuntimeException e) {
      throw failure(e, NO_FILE);
    }
  }

  private Object @Nullable [] arguments(ScriptContext context, Bindings scope) {
    var arguments = attribute(context, scope, ARGV);
    return arguments == null
        ? null
        : arguments instanceof Object[]
            ? (Object[]) arguments
            : arguments instanceof Collection
                ? ((Collection<?>) arguments).toArray()
                : new Object[] {arguments};
  }

  /**
   * Returns whether there can be no reserved attribute, as in most runs in the engine's own scope;
   * then no lookup is needed.
   */
  private boolean hasNoAttributes(ScriptContext context, @Nullable Bindings scope) {
    return scope == bindings && bindings.reservesNothing() && ScriptConsole.isAlone(context);
  }

  /** Returns a reserved attribute; finds those in the engine's own scope without entering Lua. */
  private @Nullable Object attribute(ScriptContext context, @Nullable Bindings scope, String key) {
    if (scope != bindings) {
      return context.getAttribute(key);
    }
    var inner = ScriptConsole.innerAttribute(context, key);
    if (inner != Scope.ABSENT) {
      return inner;
    }
    var own = bindings.reserved(key);
    if (own != null) {
      return own;
    }
    var beyond = ScriptConsole.outerAttribute(context, key);
    return beyond == Scope.ABSENT ? null : beyond;
  }

  /** Returns results as a host gets them: several as an array. */
  private static @Nullable Object result(@Nullable Object results) {
    if (!(results instanceof Results)) {
      return Mirrors.unwrap(results);
    }
    var all = ((Results) results).all();
    for (int i = 0; i < all.length; i++) {
      all[i] = Mirrors.unwrap(all[i]);
    }
    return all;
  }

  private static String text(Reader reader) throws ScriptException {
    Objects.requireNonNull(reader, "reader");
    var text = new StringBuilder();
    var some = new char[8192];
    try {
      for (int length = reader.read(some); length >= 0; length = reader.read(some)) {
        text.append(some, 0, length);
      }
    } catch (IOException e) {
      throw new ScriptException(e);
    }
    return text.toString();
  }
}
