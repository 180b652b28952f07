package org.lupine;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ChunkCache;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Memory;
import org.lupine.bridge.StateAccess;
import org.lupine.host.JavaHost;
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
 * One Lua interpreter. For use by any thread, one at a time: the others wait. After {@link #close}
 * every use is an {@link IllegalStateException}; one that nobody holds is freed without it.
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
   * Returns the newest Lua that is there, with the default options.
   *
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create() {
    return create(LuaOptions.defaults());
  }

  /**
   * Returns a runtime with these options.
   *
   * @throws UnsupportedOperationException for {@link Sandbox#UNTRUSTED}
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(LuaOptions options) {
    return create(options.flavour(), options);
  }

  /**
   * Returns a runtime of a flavour, whatever the options say of that.
   *
   * @throws IllegalArgumentException if the options ask for what it lacks
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(Flavour flavour, LuaOptions options) {
    return new LuaRuntime(Objects.requireNonNull(flavour, "flavour"), options);
  }

  /** Begins with the default options. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the Lua version. */
  public Flavour flavour() {
    return flavour;
  }

  /** Returns the version of the language, as in {@code 5.4}; {@code 5.1} for LuaJIT. */
  public String version() {
    return flavour.language();
  }

  /**
   * What this Lua is in full, as in {@code Lua 5.4.9} or {@code LuaJIT 2.1}: from the native
   * library itself, no script has a say.
   */
  public String implementation() {
    return state.implementation();
  }

  /** How this runtime is set up. */
  public LuaOptions options() {
    return options;
  }

  /**
   * Returns the values of an expression, or of several with commas.
   *
   * @param arguments are {@code ...} in the text
   * @throws LuaSyntaxException if the text is none
   * @throws LuaException if it raises
   */
  public Values eval(String expression, @Nullable Object... arguments) {
    return run(expressions.get(expression, expression,
        (text, name) -> LuaChunk.of(text).expression(options.sourceCharset())), null, arguments);
  }

  /**
   * Returns the same for a chunk that holds the text of an expression.
   *
   * @throws LuaSyntaxException if the text is none, or only bytecode is taken
   */
  public Values eval(LuaChunk expression, @Nullable Object... arguments) {
    return run(expression.expression(options.sourceCharset()), expression.environment(),
        arguments);
  }

  /**
   * Runs statements, and gives what they return.
   *
   * @param arguments are {@code ...} in the text
   * @throws LuaSyntaxException if the text is no chunk
   * @throws LuaException if it raises
   */
  public Values execute(String text, @Nullable Object... arguments) {
    return run(chunks.get(text, text,
        (code, name) -> LuaChunk.of(code).chunk(options.sourceCharset())), null, arguments);
  }

  /**
   * Runs a chunk, and gives what it returns.
   *
   * @param arguments are {@code ...} in the chunk
   * @throws LuaSyntaxException if it is no chunk of this flavour, or none of its mode
   * @throws LuaException if it raises, or its environment is of another runtime
   */
  public Values execute(LuaChunk chunk, @Nullable Object... arguments) {
    return run(chunk.chunk(options.sourceCharset()), chunk.environment(), arguments);
  }

  private Values run(Chunk chunk, @Nullable LuaTable environment, Object @Nullable [] given) {
    var arguments = given == null ? new Object[] {null} : given;
    return Values.wrap(environment == null ? state.run(chunk, arguments)
        : state.runIn(environment, chunk, arguments));
  }

  /**
   * Compiles statements to a function, whose arguments are {@code ...} in the text.
   *
   * @throws LuaSyntaxException if the text is no chunk
   */
  public LuaFunction compile(String text) {
    return compile(LuaChunk.of(text));
  }

  /**
   * Compiles statements to a function.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the text is no chunk
   */
  public LuaFunction compile(String text, String name) {
    return compile(LuaChunk.of(text).named(name));
  }

  /**
   * Compiles source, or loads what {@code string.dump} gave.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the code is no chunk of this flavour
   */
  public LuaFunction compile(byte[] code, String name) {
    return compile(LuaChunk.of(code).named(name).mode(LuaChunk.Mode.ANY));
  }

  /**
   * Compiles a chunk to a function, whose arguments are {@code ...} in the chunk and whose globals
   * are the chunk's environment.
   *
   * @throws LuaSyntaxException if it is no chunk of this flavour, or none of its mode
   */
  public LuaFunction compile(LuaChunk chunk) {
    return state.load(chunk.chunk(options.sourceCharset()), chunk.environment());
  }

  /** Returns a function of Lua's that calls a Java function; in Lua it is one like any other. */
  public LuaFunction function(JavaFunction function) {
    return state.function(Objects.requireNonNull(function, "function"));
  }

  /**
   * Returns the module of a name, by Lua's own {@code require}: what {@code package.loaded} has,
   * else what {@code package.preload}, the {@linkplain LuaOptions.Settings#modules sources} and the
   * files of {@code package.path} give. The module alone, on every version.
   *
   * @return null only if {@code package.loaded} was made to hold nothing
   * @throws LuaException if it is nowhere, with every place looked in, or if it raises
   */
  public @Nullable Object require(String name) {
    var results = state.callGlobal("require", new Object[] {Objects.requireNonNull(name, "name")});
    if (results == null) {
      throw new LuaException("no function 'require' in this runtime");
    }
    return results.length == 0 ? null : results[0];
  }

  /**
   * Returns a new table of these elements, from 1 on; null leaves a place empty.
   *
   * @throws LuaException if one is a Lua value of another runtime
   */
  public LuaTable table(@Nullable Object... elements) {
    return state.table(elements);
  }

  /**
   * Returns a new table of what is in these sources, from left to right: entries of a map are set,
   * later ones winning, and so are those of a table of this runtime, metamethods bypassed; elements
   * of any other iterable, of an iterator, stream or array are appended, behind those before them.
   * A null element leaves its place empty, a null value its key; the null key is {@code java.null}.
   * Collections inside are Java objects to Lua. One array of primitive numbers crosses as a block.
   *
   * @throws IllegalArgumentException if a source is null, none of these, or has a key that is NaN
   * @throws LuaException if a value is a Lua value of another runtime
   */
  public LuaTable tableFrom(Object... sources) {
    return state.tableFrom(false, sources);
  }

  /**
   * Returns the same, where maps, collections and arrays inside are tables too, at any depth;
   * cycles and sharing are kept. Bytes ({@code byte[]}) inside are a string.
   */
  public LuaTable tableFromDeep(Object... sources) {
    return state.tableFrom(true, sources);
  }

  /** Returns the table of the global variables. */
  public LuaTable globals() {
    return state.globals();
  }

  /**
   * Says what Lua gets from now on for a number that it cannot hold exactly, whatever the options
   * or a script said; by any thread, also while a script runs.
   *
   * @param overflow null: what the options said
   */
  public void overflowHandler(@Nullable Overflow overflow) {
    state.overflow(overflow);
  }

  /**
   * Ends the script that runs now, if one does, with a {@link LuaInterruptedException}; Java code
   * that it called ends by itself. While the runtime closes, its finalizers end. For any thread.
   */
  public void interrupt() {
    state.interrupt();
  }

  /** What this runtime uses. */
  public LuaMemory memory() {
    return LuaMemory.of(memory.figures());
  }

  /**
   * Limits the bytes that scripts and values may use beyond what the interpreter itself took; more
   * is a {@link LuaMemoryException}. Below what is in use nothing grows until something is freed.
   *
   * @param bytes 0 for no limit
   * @throws IllegalArgumentException if it is negative, or more than the preset allows
   */
  public void maxMemory(long bytes) {
    memory.limit(options.sandbox().maxMemory(Limits.bytes(bytes)));
  }

  /** Returns how long each call from Java may take; {@link Duration#ZERO} for any time. */
  public Duration timeLimit() {
    return Duration.ofNanos(state.timeLimit());
  }

  /**
   * Limits the time, by the clock on the wall, of each call from Java that begins from now on; it
   * ends with a {@link LuaTimeoutException} then. {@link Duration#ZERO} is any time.
   *
   * @throws IllegalArgumentException if it is negative or more than 292 years, or more than the
   *     preset allows
   */
  public void timeLimit(Duration limit) {
    long nanoseconds = Limits.nanoseconds(Objects.requireNonNull(limit, "limit"));
    options.sandbox().timeLimit(limit);
    state.timeLimit(nanoseconds);
  }

  /**
   * Returns the same for one action, all of whose Lua must end in time; the tighter of several
   * limits holds. Other threads wait until it ends.
   *
   * @throws Exception what the action throws
   * @throws IllegalArgumentException if the limit is zero, negative or more than 292 years
   */
  public <T> T withTimeLimit(Duration limit, Callable<T> action) throws Exception {
    return state.callWithin(
        Limits.someNanoseconds(limit), Objects.requireNonNull(action, "action"));
  }

  /** Something that lasts until it is closed; closing it again does nothing. */
  public interface Hold extends AutoCloseable {
    /**
     * Ends it.
     *
     * @throws IllegalStateException if another thread began it
     */
    @Override
    void close();
  }

  /**
   * Keeps all other threads out, for several operations that belong together; waits its turn. May
   * be nested.
   */
  public Hold enter() {
    var entry = new RuntimeHold(state);
    state.enter();
    return entry.begun();
  }

  /**
   * {@link #enter} that waits no longer than a time; null if that was not enough.
   *
   * <pre>{@code
   * try (var held = lua.tryEnter(Duration.ofMillis(50))) {
   *   if (held != null) {
   *     ...
   *   }
   * }
   * }</pre>
   *
   * @param timeout zero or less to wait not at all
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  public @Nullable Hold tryEnter(Duration timeout) throws InterruptedException {
    var entry = new RuntimeHold(state);
    return state.tryEnter(Limits.waiting(timeout)) ? entry.begun() : null;
  }

  /**
   * Lets Lua's garbage collector rest until the result is closed, by any thread. Pauses count: it
   * works again after the last.
   */
  public Hold pauseGc() {
    return gcPauses.begin();
  }

  /** Collects Lua's garbage now, in full, and gives the bytes that are in use then. */
  public long gc() {
    return state.collect();
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return state.isClosed();
  }

  /** Frees the interpreter, once what runs in it has ended. May be called again. */
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
