package org.lupine.jsr223;

/**
 * Wraps a Lua value of one state for use in another (compare Nashorn's ScriptObjectMirror).
 * Unwrapped before it reaches the host.
 */
interface Mirror {
  /** Returns the wrapped value. */
  Object original();
}
