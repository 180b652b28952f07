package org.lupine.value;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The result of a Java function that yields from the coroutine that called it, as {@code
 * coroutine.yield} does. Immutable.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.globals().put("ask", lua.function(args -> Yield.of("name?")));
 *   LuaCoroutine dialogue = lua.compile("return 'hello, ' .. ask()").coroutine();
 *   System.out.println(dialogue.resume().first());       // name?
 *   System.out.println(dialogue.resume("Io").first());   // hello, Io
 * }
 * }</pre>
 *
 * <p>The values go to the code that resumes the coroutine; the values of the next resume are what
 * the function returns in Lua, unless {@link #then} is used. Outside of a coroutine, and where Lua
 * itself could not yield (Lua manual, 4.5), the call raises an error.
 */
public final class Yield {
  private final Values values;
  private final @Nullable Function<? super Values, ?> next;

  private Yield(Values values, @Nullable Function<? super Values, ?> next) {
    this.values = values;
    this.next = next;
  }

  /** Yields these values; elements may be null. */
  public static Yield of(Object... values) {
    return new Yield(Values.of(values), null);
  }

  /**
   * Returns this yield with a continuation in Java: it receives the values of the next resume, and
   * returns what the function returns in Lua, or another Yield. Lua 5.1 and LuaJIT cannot continue
   * a function that is not written in Lua: there the call raises an error.
   */
  public Yield then(Function<? super Values, ?> next) {
    return new Yield(values, Objects.requireNonNull(next, "next"));
  }

  /** Returns the yielded values. */
  public Values values() {
    return values;
  }

  /**
   * Returns the continuation for the values of the next resume; null if the function returns them.
   */
  public @Nullable Function<? super Values, ?> next() {
    return next;
  }
}
