package org.lupine.host;

import java.lang.reflect.Member;
import java.util.Set;

/** What leads out of the objects handed over, into the virtual machine. */
final class Reflective {
  private static final Set<String> METHODS =
      Set.of("getClass", "wait", "notify", "notifyAll", "finalize", "clone");

  private static final Set<String> TYPES = Set.of(
      "java.lang.Class", "java.lang.ClassLoader", "java.lang.Module", "java.lang.ModuleLayer",
      "java.lang.Thread", "java.lang.ThreadGroup", "java.lang.Process",
      "java.lang.ProcessBuilder", "java.lang.ProcessHandle", "java.lang.Runtime",
      "java.lang.System", "java.lang.StackWalker", "java.lang.ClassValue",
      "java.security.ProtectionDomain", "java.security.AccessController",
      "javax.script.ScriptEngine", "javax.script.ScriptEngineManager",
      "javax.script.ScriptEngineFactory", "sun.misc.Unsafe");

  private Reflective() {}

  /** Whether an access is to such a type, or by a method that every object has. */
  static boolean touches(HostAccess.Access access) {
    Member member = access.member();
    return member != null && METHODS.contains(member.getName())
        || "class".equals(access.name()) || reaches(access.type());
  }

  /** Whether a type, or one that it extends, is of reflection, class loading or threads. */
  static boolean reaches(Class<?> type) {
    while (type.isArray()) {
      type = type.getComponentType();
    }
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (named(each)) {
        return true;
      }
      for (var side : each.getInterfaces()) {
        if (reaches(side)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean named(Class<?> type) {
    var name = type.getName();
    return TYPES.contains(name) || name.startsWith("java.lang.reflect.")
        || name.startsWith("java.lang.invoke.") || name.startsWith("org.lupine.bridge.");
  }
}
