package org.lupine.access;

import org.jspecify.annotations.Nullable;

/**
 * Sees each access of a script to a member, entry or element of a Java object, through views and
 * look-ups of methods included; for any number of threads at once. Loops, calls and operators are
 * {@link HostAccess}'s, which is asked for the member that the filter names, too.
 *
 * <pre>{@code
 * AttributeFilter readOnly = (target, name, setting) -> {
 *   if (setting) {
 *     throw new LuaException("read-only");
 *   }
 *   return name;
 * };
 * try (LuaRuntime lua = LuaRuntime.builder().attributeFilter(readOnly).build()) {
 *   lua.globals().put("names", new ArrayList<>(List.of("Io")));
 *   System.out.println(lua.eval("names[1]").first());                                   // Io
 *   System.out.println(lua.eval("pcall(function() names[1] = 'x' end)").first());       // false
 * }
 * }</pre>
 */
@FunctionalInterface
public interface AttributeFilter {
  /**
   * Gives the name to use, which may be another one than the script's, or throws to refuse: the
   * script, and in the end its caller, gets that very exception.
   *
   * @param target the object; for a class that a script imported, the class
   * @param name mostly a String; any other Lua value if the script writes {@code target[value]}:
   *     then that value may be the answer, else only a String
   * @param setting whether the script writes
   */
  Object filter(Object target, @Nullable Object name, boolean setting);
}
