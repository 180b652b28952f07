package org.lupine.value;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a Java function returns to yield from the coroutine that called it, as {@code
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
 * <p>The values go to whoever resumes the coroutine; the values of the next resume are what the
 * function returns in Lua, unless {@link #then} says otherwise. Outside of a coroutine, and where
 * Lua itself could not yield (Lua manual, 4.5), the call raises an error.
 */
public final class Yield {
  private final Values values;
  private final @Nullable Function<? super Values, ?> next;

  private Yield(Values values, @Nullable Function<? super Values, ?> next) {
    this.values = values;
    this.next = next;
  }

  /** Yields these values, none to many; elements may be null. */
  public static Yield of(Object... values) {
    return new Yield(Values.of(values), null);
  }

  /**
   * Returns the same, and afterwards Java goes on: it gets the values of the next resume, and gives
   * what the function returns in Lua, or another Yield. Lua 5.1 and LuaJIT cannot continue a
   * function that is not Lua's: there the call raises an error.
   */
  public Yield then(Function<? super Values, ?> next) {
    return new Yield(values, Objects.requireNonNull(next, "next"));
  }

  /** What is yielded. */
  public Values values() {
    return values;
  }

  /** What goes on with the values of the next resume; null if these are the results themselves. */
  public @Nullable Function<? super Values, ?> next() {
    return next;
  }
}
