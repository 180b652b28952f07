package org.lupine.value;

import java.util.Iterator;

/**
 * A Lua thread: suspended code that Java or Lua continues.
 *
 * <p>As an iterator it gives what each resume yields: one value as itself, several as {@link
 * Values}, none as null; a value returned at the end is the last item, a return without one is no
 * item.
 */
public interface LuaCoroutine extends Iterator<Object> {
  /** What a coroutine is doing, as {@code coroutine.status} has it, with the unstarted apart. */
  enum Status { NEW, SUSPENDED, RUNNING, NORMAL, DEAD }

  /**
   * Continues the coroutine and gives what it yields or returns.
   *
   * @throws LuaException if it raises, or is dead
   */
  Values resume(Object... arguments);

  /** Where it stands. */
  Status status();
}
