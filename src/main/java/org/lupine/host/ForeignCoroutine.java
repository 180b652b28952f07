package org.lupine.host;

import org.lupine.value.LuaCoroutine;
import org.lupine.value.Values;

/**
 * A coroutine of another state, as a coroutine of the state that uses it. Java code gets the
 * coroutine itself.
 */
public interface ForeignCoroutine extends LuaCoroutine, ForeignValue {
  @Override
  LuaCoroutine original();

  /**
   * Resumes the coroutine for a script; returns what {@code coroutine.resume} does, except that an
   * error is thrown.
   */
  Values resumeForScript(Object... arguments);

  /** Returns what {@code coroutine.status} does for a script, for which it is not running. */
  String statusForScript();

  /** Closes the coroutine for a script. */
  void closeForScript();
}
