package org.lupine.host;

import org.lupine.value.LuaException;

/** Thrown if a method does not take the names or the number of arguments. */
final class NamedCallException extends LuaException {
  private static final long serialVersionUID = 1L;

  NamedCallException(String message) {
    super(message);
  }
}
