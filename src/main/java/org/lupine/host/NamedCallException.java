package org.lupine.host;

import org.lupine.value.LuaException;

/** Names or a number of arguments that one method does not take. */
final class NamedCallException extends LuaException {
  private static final long serialVersionUID = 1L;

  NamedCallException(String message) {
    super(message);
  }
}
