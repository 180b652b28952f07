package org.lupine.jsr223;

/**
 * A Lua value in a state other than its own, which scripts use there as one of theirs. Hosts never
 * see one, they get the value itself.
 */
interface Mirror {
  /** Returns the value itself. */
  Object original();
}
