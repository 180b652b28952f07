package org.lupine;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.LuaState;
import org.lupine.host.JavaHost;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.MissingNativeException;
import org.lupine.value.Values;

/**
 * One Lua interpreter. For use by any thread, one at a time: the others wait. After {@link #close}
 * every use is an {@link IllegalStateException}; one that nobody holds is freed without it.
 */
public final class LuaRuntime implements AutoCloseable {
  private final Flavour flavour;
  private final LuaOptions options;
  private final LuaState state;

  private LuaRuntime(Flavour flavour, LuaOptions options) {
    this.flavour = flavour;
    this.options = options;
    this.state = LuaState.open(flavour.id(), new JavaHost(options.host()), options.state());
    state.timeLimit(LuaOptions.nanoseconds(options.timeLimit()));
  }

  /**
   * The newest Lua that is there, with the default options.
   *
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create() {
    return create(LuaOptions.defaults());
  }

  /**
   * A runtime with these options.
   *
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(LuaOptions options) {
    return create(options.flavour(), options);
  }

  /**
   * A runtime of a flavour, whatever the options say of that.
   *
   * @throws MissingNativeException if there is no native library for it
   */
  public static LuaRuntime create(Flavour flavour, LuaOptions options) {
    return new LuaRuntime(Objects.requireNonNull(flavour, "flavour"), options);
  }

  /** Begins with the default options. */
  public static Builder builder() {
    return new Builder();
  }

  /** The Lua version. */
  public Flavour flavour() {
    return flavour;
  }

  /**
   * The values of an expression, or of several with commas.
   *
   * @param arguments are {@code ...} in the text
   * @throws LuaSyntaxException if the text is none
   * @throws LuaException if it raises
   */
  public Values eval(String expression, Object... arguments) {
    return run("return " + expression, arguments);
  }

  /**
   * Runs statements, and gives what they return.
   *
   * @param arguments are {@code ...} in the text
   * @throws LuaSyntaxException if the text is no chunk
   * @throws LuaException if it raises
   */
  public Values execute(String text, Object... arguments) {
    return run(text, arguments);
  }

  private Values run(String text, Object[] arguments) {
    return Values.wrap(state.run(chunk(text, text), arguments));
  }

  /**
   * Compiles statements to a function, whose arguments are {@code ...} in the text.
   *
   * @throws LuaSyntaxException if the text is no chunk
   */
  public LuaFunction compile(String text) {
    return compile(text, text);
  }

  /**
   * Compiles statements to a function.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the text is no chunk
   */
  public LuaFunction compile(String text, String name) {
    return state.load(chunk(text, name));
  }

  /**
   * Compiles source, or loads what {@code string.dump} gave.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @throws LuaSyntaxException if the code is no chunk of this flavour
   */
  public LuaFunction compile(byte[] code, String name) {
    return state.load(Chunk.bytes(code, name, Chunk.Mode.ANY));
  }

  private Chunk chunk(String text, String name) {
    Charset charset = options.charset() == null ? StandardCharsets.UTF_8 : options.charset();
    return Chunk.text(text, name, charset, false);
  }

  /** The table of the global variables. */
  public LuaTable globals() {
    return state.globals();
  }

  /**
   * Ends the script that runs now with a {@link LuaInterruptedException}; does nothing if none
   * does. Java code that the script called goes on until it returns. For any thread.
   */
  public void interrupt() {
    state.interrupt();
  }

  /** How long each call from Java may take; {@link Duration#ZERO} for any time. */
  public Duration timeLimit() {
    return Duration.ofNanos(state.timeLimit());
  }

  /**
   * Limits the time, by the clock on the wall, of each call from Java that begins from now on;
   * then it ends with a {@link LuaTimeoutException}, which no {@code pcall} keeps. Java code that a
   * script called is not ended, but the script is when that returns.
   *
   * @param limit {@link Duration#ZERO} for any time
   * @throws IllegalArgumentException if it is negative or more than 292 years
   */
  public void timeLimit(Duration limit) {
    state.timeLimit(LuaOptions.nanoseconds(limit));
  }

  /**
   * Does something whose Lua parts, taken together with the rest of it, must end in time: as {@link
   * #timeLimit(Duration)} for this action alone. The tighter of several limits holds. Other threads
   * wait until the action ends.
   *
   * @return what the action returns
   * @throws Exception what the action throws
   * @throws IllegalArgumentException if the limit is zero, negative or more than 292 years
   */
  public <T> T timeLimit(Duration limit, Callable<T> action) throws Exception {
    long nanoseconds = LuaOptions.nanoseconds(limit);
    if (nanoseconds == 0) {
      throw new IllegalArgumentException("a time limit of zero");
    }
    return state.within(nanoseconds, Objects.requireNonNull(action, "action"));
  }

  /** The state below; for the parts of the library that are built on runtimes. */
  public LuaState state() {
    return state;
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
     * @throws MissingNativeException if there is no native library for it
     */
    public LuaRuntime build() {
      return create(options());
    }
  }
}
