package org.lupine.value;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A Lua thread: suspended code that Java or Lua continues. For use by any thread; calls wait while
 * another thread is in its state.
 *
 * <p>As an iterator it gives what each resume yields: one value as itself, several as {@link
 * Values}, none as null; a value returned at the end is the last item, a return without one is no
 * item. {@link #hasNext} resumes to find out, and its item is to be taken before anything else
 * resumes through this object: else that is an {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaFunction countdown = lua.compile("for i = 3, 1, -1 do coroutine.yield(i) end");
 *   try (Stream<Object> items = countdown.coroutine().stream()) {
 *     System.out.println(items.toList());   // [3, 2, 1]
 *   }
 * }
 * }</pre>
 */
public interface LuaCoroutine extends Iterator<@Nullable Object>, AutoCloseable {
  /** What a coroutine is doing, as {@code coroutine.status} has it, with the unstarted apart. */
  enum Status { NEW, SUSPENDED, RUNNING, NORMAL, DEAD }

  /**
   * Continues the coroutine and gives what it yields or returns. The first time the arguments
   * follow those that it was made with.
   *
   * @throws LuaException if it raises, is dead, or is not suspended; if a Java exception was
   *     raised, that very object is the cause
   */
  Values resume(@Nullable Object... arguments);

  /**
   * Continues the coroutine, whose {@code yield} returns the value, and gives its next item.
   *
   * @param value null for nil; must be null the first time, when the coroutine starts with the
   *     arguments that it was made with
   * @throws IllegalStateException if a value is sent to a coroutine that has not started
   * @throws NoSuchElementException if it has ended, or ends now without a value
   * @throws LuaException if it raises
   */
  @Nullable Object send(@Nullable Object value);

  /** Where it stands. */
  Status status();

  /**
   * Returns a new coroutine of the same function, with arguments of its own.
   *
   * @throws LuaException if Lua made this one and it has started: its function is not known then
   */
  LuaCoroutine spawn(@Nullable Object... arguments);

  /**
   * Ends the coroutine: it is dead from now on, and its pending {@code <close>} variables are
   * closed. Before Lua 5.4, which has none of these, an error that it cannot keep ends it. One
   * that is dead already stays so.
   *
   * @throws LuaException if it is running or has resumed another, or if closing raises
   */
  @Override
  void close();

  /** What is left as a stream, which resumes as it is read; closing it closes the coroutine. */
  default Stream<@Nullable Object> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false)
        .onClose(this::close);
  }
}
