package org.lupine.host;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Asks a {@link HostAccess} on behalf of a host; reflection needs leave of its own. */
final class Gate {
  private final HostAccess access;
  private final boolean guards;

  Gate(HostAccess access) {
    this.access = access;
    this.guards = access != HostAccess.ALL;
  }

  /** Whether it must be asked. */
  boolean guards() {
    return guards;
  }

  boolean allows(HostAccess.Operation operation, Class<?> type, String name) {
    return !guards || permits(access, new HostAccess.Access(operation, type, null, name));
  }

  boolean allowsImplementing(Class<?> type) {
    return allows(HostAccess.Operation.IMPLEMENT, type, type.getTypeName());
  }

  /** Whether an access is let through, and is of reflection only where that is asked about. */
  static boolean permits(HostAccess access, HostAccess.Access asked) {
    return (access.reflection() || !Reflective.touches(asked)) && access.allows(asked);
  }

  /** Those of the overloads that are let through. */
  Overload[] allowed(Overloads overloads, Object target) {
    if (!guards) {
      return overloads.all;
    }
    var allowed = new ArrayList<Overload>();
    var type = target == null || target instanceof ClassHandle ? overloads.owner
        : target.getClass();
    for (var each : overloads.all) {
      if (permits(access, new HostAccess.Access(
          overloads.use.of(each.member), type, each.member, overloads.name))) {
        allowed.add(each);
      }
    }
    return allowed.toArray(new Overload[0]);
  }

  /** Refuses a use that has no member, unless it is let through. */
  void check(HostAccess.Operation operation, Class<?> type, String name) {
    if (!allows(operation, type, name)) {
      throw denied(name, type);
    }
  }

  /**
   * Refuses to pass to Java what leads into the virtual machine, though a script may hold it: by
   * itself, or in a table.
   */
  void checkPassed(Object[] arguments, int from) {
    if (!guards) {
      return;
    }
    for (int i = from; i < arguments.length; i++) {
      // A class that a script imported it was let have.
      if (arguments[i] instanceof LuaTable) {
        checkPassed((LuaTable) arguments[i]);
      } else if (!(arguments[i] instanceof ClassHandle)) {
        checkPassed(Conversion.plain(arguments[i]));
      }
    }
  }

  /** Reads the whole table, and those in it, before anything of them comes to Java. */
  private void checkPassed(LuaTable table) {
    var seen = new HashSet<LuaTable>(Set.of(table));
    var left = new ArrayDeque<LuaTable>(seen);
    while (!left.isEmpty()) {
      for (var entry : left.pop().entrySet()) {
        for (var each : List.of(entry.getKey(), entry.getValue())) {
          if (each instanceof LuaTable) {
            if (seen.add((LuaTable) each)) {
              left.push((LuaTable) each);
            }
          } else if (!(each instanceof Class) || !allows(HostAccess.Operation.LOOKUP,
              (Class<?>) each, ((Class<?>) each).getName())) {
            checkPassed(each);
          }
        }
      }
    }
  }

  private void checkPassed(@Nullable Object passed) {
    if (passed != null && Argument.kind(passed) == Argument.OBJECT
        && Reflective.reaches(passed.getClass()) && !allows(
            HostAccess.Operation.LOOKUP, passed.getClass(), passed.getClass().getName())) {
      throw new LuaException("access to " + passed.getClass().getTypeName() + " denied");
    }
  }

  LuaException denied(String name, Class<?> type) {
    return new LuaException("access to '" + name + "' of " + type.getTypeName() + " denied");
  }
}
