package org.lupine.host;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Asks a {@link HostAccess} on behalf of a host; reflection must be permitted separately. */
final class Gate {
  private final HostAccess access;
  private final boolean guards;

  Gate(HostAccess access) {
    this.access = access;
    this.guards = access != HostAccess.ALL;
  }

  /** Returns whether it forbids anything, so that accesses must be checked. */
  boolean guards() {
    return guards;
  }

  /** Returns whether an access is permitted. */
  boolean permits(HostAccess.Access asked) {
    return !guards || access.permits(asked);
  }

  boolean allows(HostAccess.Operation operation, Class<?> type, String name) {
    return !guards || permits(new HostAccess.Access(operation, type, null, name));
  }

  /** Throws unless assigning an entry or element is permitted. */
  void checkAssigned(Class<?> type, String name) {
    if (guards
        && !access.permits(
            new HostAccess.Access(HostAccess.Operation.INDEX, type, null, name, true))) {
      throw denied(name, type);
    }
  }

  boolean allowsImplementing(Class<?> type) {
    return allows(HostAccess.Operation.IMPLEMENT, type, type.getTypeName());
  }

  /** Throws unless a use that has no member is permitted. */
  void check(HostAccess.Operation operation, Class<?> type, String name) {
    if (!allows(operation, type, name)) {
      throw denied(name, type);
    }
  }

  /**
   * Throws if an argument, or a value in a table, is an object of reflection that the gate does not
   * permit: a script may hold such an object but not pass it to Java.
   */
  void checkPassed(Object[] arguments, int from) {
    if (!guards) {
      return;
    }
    for (int i = from; i < arguments.length; i++) {
      checkEach(arguments[i]);
    }
  }

  /** Throws as the other method does for a value that gets to Java in another way. */
  void checkPassed(@Nullable Object value) {
    if (guards) {
      checkEach(value);
    }
  }

  /**
   * Throws if a result of Lua is an object of reflection that is not permitted; an imported class
   * may be returned as the class itself.
   */
  void checkAnswer(@Nullable Object value) {
    if (guards && !isLookedUp(value)) {
      checkEach(value);
    }
  }

  private void checkEach(@Nullable Object value) {
    if (value instanceof LuaTable) {
      checkTable((LuaTable) value);
    } else if (value instanceof NamedArguments) {
      ((NamedArguments) value).positional.forEach(this::checkEach);
      ((NamedArguments) value).named.values().forEach(this::checkEach);
    } else if (!(value instanceof ClassHandle)) { // it was permitted to import the class
      checkObject(Conversion.unwrap(value));
    }
  }

  /**
   * Returns the result of a conversion; throws if it is an object of reflection that is not
   * permitted. The conversion may have called metamethods of a table, whose results were not
   * checked before.
   */
  @Nullable Object converted(@Nullable Object value) {
    if (guards && !isLookedUp(value)) {
      checkObject(value);
    }
    return value;
  }

  private boolean isLookedUp(@Nullable Object value) {
    return value instanceof Class
        && allows(HostAccess.Operation.LOOKUP, (Class<?>) value, ((Class<?>) value).getName());
  }

  /**
   * Returns whether a value is an object of reflection that the gate does not permit, so that it
   * must not be passed to Java.
   */
  boolean keeps(@Nullable Object value) {
    if (!guards || value == null || Argument.kind(value) != Argument.OBJECT) {
      return false;
    }
    var asked =
        new HostAccess.Access(
            HostAccess.Operation.LOOKUP, value.getClass(), null, value.getClass().getName());
    return asked.reflective() && !permits(asked);
  }

  /** Checks the whole table, including nested ones, before any of it is passed to Java. */
  private void checkTable(LuaTable table) {
    var seen = new HashSet<LuaTable>(Set.of(table));
    var left = new ArrayDeque<LuaTable>(seen);
    while (!left.isEmpty()) {
      for (var entry : left.pop().entrySet()) {
        for (var each : Arrays.asList(entry.getKey(), entry.getValue())) {
          if (each instanceof LuaTable) {
            if (seen.add((LuaTable) each)) {
              left.push((LuaTable) each);
            }
          } else if (!isLookedUp(each)) {
            checkObject(each);
          }
        }
      }
    }
  }

  private void checkObject(@Nullable Object passed) {
    if (passed != null && keeps(passed)) {
      throw new LuaException("access to " + passed.getClass().getTypeName() + " denied");
    }
  }

  LuaException denied(String name, Class<?> type) {
    return new LuaException("access to '" + name + "' of " + type.getTypeName() + " denied");
  }
}
