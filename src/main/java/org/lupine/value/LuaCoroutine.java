package org.lupine.value;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A Lua thread: suspended code that Java or Lua continues. Thread-safe; calls wait while another
 * thread is in its state.
 *
 * <p>As an iterator it returns what each resume yields: one value as itself, several as {@link
 * Values}, none as null. A value returned at the end is the last item; a return without a value is
 * not an item. {@link #hasNext} resumes the coroutine, and stores the item. Take it by {@link
 * #next} before you resume the coroutine otherwise: until then, {@link #resume} and {@link #send}
 * throw an {@link IllegalStateException}.
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
  /**
   * The status of a coroutine as in {@code coroutine.status}, with NEW for one that has not
   * started.
   */
  enum Status {
    /** It has not begun to run. */
    NEW,
    /** It has yielded. */
    SUSPENDED,
    /** It is running. */
    RUNNING,
    /** It is active, but has resumed another coroutine. */
    NORMAL,
    /** It has returned, raised an error, or was closed. */
    DEAD
  }

  /**
   * Continues the coroutine and returns what it yields or returns. At the first resume the
   * arguments follow those that it was created with.
   *
   * @throws LuaException if it raises an error, is dead, or is not suspended; if a Java exception
   *     was raised, that object is the cause
   */
  Values resume(@Nullable Object... arguments);

  /**
   * Continues the coroutine, whose {@code yield} returns the value; returns its next item.
   *
   * @param value null for nil; must be null at the first resume, when the coroutine starts with the
   *     arguments that it was created with
   * @throws IllegalStateException if a value is sent to a coroutine that has not started
   * @throws NoSuchElementException if it has ended, or ends now without a value
   * @throws LuaException if it raises an error
   */
  @Nullable Object send(@Nullable Object value);

  /** Returns the status. */
  Status status();

  /**
   * Creates another coroutine of the same function, with arguments of its own.
   *
   * @throws LuaException if this one was created by Lua and has started: its function is not known
   *     then
   */
  LuaCoroutine spawn(@Nullable Object... arguments);

  /**
   * Ends the coroutine: it is dead from now on, and its pending {@code <close>} variables are
   * closed. Before Lua 5.4, which does not have these, it is ended by an uncatchable error. Has no
   * effect on a dead coroutine.
   *
   * @throws LuaException if it is running or has resumed another one, or if closing raises an error
   */
  @Override
  void close();

  /**
   * Returns the remaining items as a stream, which resumes as it is read; closing it closes the
   * coroutine.
   */
  default Stream<@Nullable Object> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false)
        .onClose(this::close);
  }
}
