package org.lupine.host;

import java.util.ArrayList;
import org.lupine.value.LuaException;

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

  /** Refuses to pass to Java what leads into the virtual machine, though a script may hold it. */
  void checkPassed(Object[] arguments, int from) {
    if (!guards) {
      return;
    }
    for (int i = from; i < arguments.length; i++) {
      // A class that a script imported it was let have.
      var passed = arguments[i] instanceof ClassHandle ? null : Conversion.plain(arguments[i]);
      if (passed != null && Argument.kind(passed) == Argument.OBJECT
          && Reflective.reaches(passed.getClass()) && !allows(
              HostAccess.Operation.LOOKUP, passed.getClass(), passed.getClass().getName())) {
        throw new LuaException("access to " + passed.getClass().getTypeName() + " denied");
      }
    }
  }

  LuaException denied(String name, Class<?> type) {
    return new LuaException("access to '" + name + "' of " + type.getTypeName() + " denied");
  }
}
