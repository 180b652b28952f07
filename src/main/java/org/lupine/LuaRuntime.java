package org.lupine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ChunkCache;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Memory;
import org.lupine.bridge.Results;
import org.lupine.bridge.StateAccess;
import org.lupine.host.JavaHost;
import org.lupine.value.ChunkMode;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.MissingNativeException;
import org.lupine.value.Overflow;
import org.lupine.value.Values;

/**
 * One Lua interpreter. May be used by any thread, one at a time; others block. After {@link #close}
 * every use is an {@link IllegalStateException}; a runtime that becomes unreachable is freed by a
 * cleaner.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.globals().put("names", List.of("Io", "Europa"));
 *   lua.execute("function greet(i) return 'hello, ' .. names[i] end");
 *   LuaFunction greet = (LuaFunction) lua.globals().get("greet");
 *   System.out.println(greet.call(2).first());   // hello, Europa
 * }
 * }</pre>
 */
public final class LuaRuntime implements AutoCloseable {
  static {
    StateAccess.publish(runtime -> ((LuaRuntime) runtime).state);
  }

  private final Flavour flavour;
  private final LuaOptions options;
  private final LuaState state;
  private final ChunkCache expressions = new ChunkCache();
  private final ChunkCache chunks = new ChunkCache();
  private final GcPauses gcPauses;
  private final Memory memory;

  private LuaRuntime(Flavour flavour, LuaOptions options) {
    options.check(flavour);
    options.sandbox().checkInProcess();
    this.flavour = flavour;
    this.options = options;
    this.state = LuaState.open(flavour.id(), new JavaHost(options.host()), options.state());
    this.gcPauses = new GcPauses(state);
    state.modules(options.modules(), options.nativeModules());
    this.memory = new Memory(state);
    Confinement.apply(state, memory, options);
  }

  /**
   * Creates a runtime of the newest Lua that is available, with the default options.
   *
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create() {
    return create(LuaOptions.defaults());
  }

  /**
   * Creates a runtime with these options.
   *
   * @throws UnsupportedOperationException for {@link Sandbox#UNTRUSTED}
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(LuaOptions options) {
    return create(options.flavour(), options);
  }

  /**
   * Creates a runtime of a flavour, regardless of the flavour in the options.
   *
   * @throws IllegalArgumentException if the options ask for something that the flavour lacks
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(Flavour flavour, LuaOptions options) {
    return new LuaRuntime(Objects.requireNonNull(flavour, "flavour"), options);
  }

  /** Returns a builder with the default options. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the Lua version. */
  public Flavour flavour() {
    return flavour;
  }

  /** Returns the version of the language, such as {@code 5.4}; {@code 5.1} for LuaJIT. */
  public String version() {
    return flavour.language();
  }

  /**
   * Returns the exact version, such as {@code Lua 5.4.9} or {@code LuaJIT 2.1}. It comes from the
   * native library itself; scripts cannot change it.
   */
  public String implementation() {
    return state.implementation();
  }

  /** Returns the options of this runtime. */
  public LuaOptions options() {
    return options;
  }

  /**
   * Evaluates an expression, or several separated by commas, and returns the values.
   *
   * @param arguments the values of {@code ...} in the text
   * @throws LuaSyntaxException if the text is not an expression
   * @throws LuaException if it raises an error
   */
  public Values eval(String expression, @Nullable Object... arguments) {
    return run(
        expressions.get(
            expression,
            expression,
            (text, name) -> LuaChunk.of(text).expression(options.sourceCharset())),
        null,
        arguments);
  }

  /**
   * Evaluates a chunk that holds the text of an expression.
   *
   * @throws LuaSyntaxException if the text is not an expression, or the mode permits only bytecode
   */
  public Values eval(LuaChunk expression, @Nullable Object... arguments) {
    return run(expression.expression(options.sourceCharset()), expression.environment(), arguments);
  }

  /**
   * Runs statements and returns what they return.
   *
   * @param arguments the values of {@code ...} in the text
   * @throws LuaSyntaxException if the text is not a chunk
   * @throws LuaException if it raises an error
   */
  public Values execute(String text, @Nullable Object... arguments) {
    return run(
        chunks.get(text, text, (code, name) -> LuaChunk.of(code).chunk(options.sourceCharset())),
        null,
        arguments);
  }

  /**
   * Runs a chunk and returns what it returns.
   *
   * @param arguments the values of {@code ...} in the chunk
   * @throws LuaSyntaxException if it is not a chunk of this flavour, or its mode does not permit it
   * @throws LuaException if it raises an error, or its environment is of another runtime
   */
  public Values execute(LuaChunk chunk, @Nullable Object... arguments) {
    return run(chunk.chunk(options.sourceCharset()), chunk.environment(), arguments);
  }

  private Values run(Chunk chunk, @Nullable LuaTable environment, Object @Nullable [] given) {
    var arguments = given == null ? new Object[] {null} : given;
    return Values.wrap(
        environment == null
            ? state.run(chunk, arguments)
            : state.runIn(environment, chunk, arguments));
  }

  /**
   * Compiles statements to a function, whose arguments are {@code ...} in the text.
   *
   * @throws LuaSyntaxException if the text is not a chunk
   */
  public LuaFunction compile(String text) {
    return compile(LuaChunk.of(text));
  }

  /**
   * Compiles statements to a function.
   *
   * @param name the chunk name in Lua's format: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the text is not a chunk
   */
  public LuaFunction compile(String text, String name) {
    return compile(LuaChunk.of(text).named(name));
  }

  /**
   * Compiles source, or loads bytecode that {@code string.dump} returned.
   *
   * @param name the chunk name in Lua's format: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the code is not a chunk of this flavour
   */
  public LuaFunction compile(byte[] code, String name) {
    return compile(LuaChunk.of(code).named(name).mode(ChunkMode.ANY));
  }

  /**
   * Compiles a chunk to a function, whose arguments are {@code ...} in the chunk and whose globals
   * are the chunk's environment.
   *
   * @throws LuaSyntaxException if it is not a chunk of this flavour, or its mode does not permit it
   */
  public LuaFunction compile(LuaChunk chunk) {
    return state.load(chunk.chunk(options.sourceCharset()), chunk.environment());
  }

  /** Returns a Lua function that calls a Java function; in Lua it is a function like any other. */
  public LuaFunction function(JavaFunction function) {
    return state.function(Objects.requireNonNull(function, "function"));
  }

  /**
   * Returns the module of a name, by Lua's own {@code require}: from {@code package.loaded}, or
   * else from {@code package.preload}, the {@linkplain LuaOptions.Settings#modules sources} and the
   * files of {@code package.path}. Only the module is returned, on every version.
   *
   * @return null only if {@code package.loaded} was set to hold nothing
   * @throws LuaException if the module is not found, with every place searched, or if it raises an
   *     error
   */
  public @Nullable Object require(String name) {
    var results =
        state.globals().call("require", new Object[] {Objects.requireNonNull(name, "name")});
    if (results == Results.ABSENT) {
      throw new LuaException("no function 'require' in this runtime");
    }
    return Results.first(results);
  }

  /**
   * Returns a new table with these elements, from index 1; null leaves an index empty.
   *
   * @throws LuaException if an element is a Lua value of another runtime
   */
  public LuaTable table(@Nullable Object... elements) {
    return state.table(elements);
  }

  /**
   * Returns a new table with the contents of these sources, from left to right. Entries of a map,
   * or of a table of this runtime (bypassing metamethods), are set, later ones replacing earlier
   * ones. Elements of any other iterable, of an iterator, stream or array are appended. A null
   * element leaves its index empty, an entry with a null value is omitted, and a null key becomes
   * {@code java.null}. Collections inside are Java objects to Lua. A single array of primitive
   * numbers crosses as a block.
   *
   * @throws IllegalArgumentException if a source is null or of another type, or has a key that is
   *     NaN
   * @throws LuaException if a value is a Lua value of another runtime
   */
  public LuaTable tableFrom(Object... sources) {
    return state.tableFrom(false, sources);
  }

  /**
   * Returns a new table like {@link #tableFrom}, where maps, collections and arrays inside become
   * tables, too, at any depth; cycles and sharing are preserved. A {@code byte[]} inside becomes a
   * string.
   */
  public LuaTable tableFromDeep(Object... sources) {
    return state.tableFrom(true, sources);
  }

  /** Returns the table of the global variables. */
  public LuaTable globals() {
    return state.globals().table();
  }

  /**
   * Sets the handler that decides what Lua gets for a number that it cannot represent exactly,
   * replacing that of the options or of a script. Thread-safe, also while a script runs.
   *
   * @param overflow null for that of the options
   */
  public void overflowHandler(@Nullable Overflow overflow) {
    state.overflow(overflow);
  }

  /**
   * Interrupts the script that is running, if any, with a {@link LuaInterruptedException}; Java
   * code that it called ends by itself. While the runtime is being closed, interrupts its
   * finalizers. Thread-safe.
   */
  public void interrupt() {
    state.interrupt();
  }

  /** Returns the memory that this runtime uses. */
  public LuaMemory memory() {
    return LuaMemory.of(memory.figures());
  }

  /**
   * Limits the bytes that scripts and values may use in addition to what the interpreter itself
   * took; exceeding it is a {@link LuaMemoryException}. If more is in use already, nothing can be
   * allocated until enough is freed.
   *
   * @param bytes 0 for no limit
   * @throws IllegalArgumentException if it is negative, or more than the preset permits
   */
  public void maxMemory(long bytes) {
    memory.limit(options.sandbox().maxMemory(Limits.bytes(bytes)));
  }

  /** Returns the time limit of each call from Java; {@link Duration#ZERO} for none. */
  public Duration timeLimit() {
    return Duration.ofNanos(state.timeLimit());
  }

  /**
   * Limits the elapsed time of each call from Java that begins from now on; it ends with a {@link
   * LuaTimeoutException} then. So does a call that waits as long for other threads to leave this
   * runtime.
   *
   * @param limit {@link Duration#ZERO} for no limit
   * @throws IllegalArgumentException if it is negative or more than 292 years, or more than the
   *     preset permits
   */
  public void timeLimit(Duration limit) {
    long nanoseconds = Limits.nanoseconds(Objects.requireNonNull(limit, "limit"));
    options.sandbox().timeLimit(limit);
    state.timeLimit(nanoseconds);
  }

  /**
   * Runs an action; all Lua code in it must end within a time limit, as {@link
   * #timeLimit(Duration)} describes. Of several limits the tightest applies. Other threads wait
   * until the action ends.
   *
   * @throws Exception what the action throws
   * @throws IllegalArgumentException if the limit is zero, negative or more than 292 years
   */
  public <T> T withTimeLimit(Duration limit, Callable<T> action) throws Exception {
    return state.callWithin(
        Limits.someNanoseconds(limit), Objects.requireNonNull(action, "action"));
  }

  /**
   * Something that lasts until it is closed: exclusive use of a runtime ({@link #enter}), or a
   * pause of its garbage collector ({@link #pauseGc}). Closing it again has no effect.
   */
  public interface Hold extends AutoCloseable {
    /**
     * Ends the exclusive use or the pause.
     *
     * @throws IllegalStateException if another thread began it
     */
    @Override
    void close();
  }

  /**
   * Acquires exclusive use of this runtime until the result is closed, for several operations that
   * belong together; blocks while another thread uses it. Re-entrant.
   *
   * @throws LuaTimeoutException if it blocks for longer than a {@linkplain #timeLimit time limit}
   */
  public Hold enter() {
    var hold = new RuntimeHold(state);
    state.enter();
    return hold.begun();
  }

  /**
   * Acquires exclusive use as {@link #enter} does, waiting for at most the given time; returns null
   * if that was not enough.
   * <pre>{@code
   * try (var held = lua.tryEnter(Duration.ofMillis(50))) {
   *   if (held != null) {
   *     ...
   *   }
   * }
   * }</pre>
   *
   * @param timeout zero or less for no wait
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  public @Nullable Hold tryEnter(Duration timeout) throws InterruptedException {
    var hold = new RuntimeHold(state);
    return state.tryEnter(Limits.waiting(timeout)) ? hold.begun() : null;
  }

  /**
   * Stops Lua's garbage collector until the result is closed, by any thread. Requests are counted:
   * the collector restarts after the last one is closed.
   */
  public Hold pauseGc() {
    return gcPauses.begin();
  }

  /** Runs a full garbage collection in Lua and returns the bytes that are in use afterwards. */
  public long gc() {
    return state.collect();
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return state.isClosed();
  }

  /**
   * Frees the interpreter, once what runs in it has ended. May be called again. Finalizers run; the
   * {@linkplain #timeLimit time limit}, a {@linkplain #withTimeLimit limit} that the caller is
   * under, and an interrupt of its thread end them without an exception. Those of a runtime that
   * became unreachable without being closed have at most ten seconds if it has no limit.
   */
  @Override
  public void close() {
    state.close();
  }

  /** Builds a runtime. */
  public static final class Builder extends LuaOptions.Settings<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Opens the runtime.
     *
     * @throws IllegalArgumentException if some options exclude one another
     * @throws MissingNativeException if there is no native library for it
     */
    public LuaRuntime build() {
      return create(options());
    }
  }
}
