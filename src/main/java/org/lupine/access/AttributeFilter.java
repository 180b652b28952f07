package org.lupine.access;

import org.jspecify.annotations.Nullable;

/**
 * Sees each access of a script to a member, entry or element of a Java object, including those
 * through views and lookups of methods. Must be thread-safe. Iteration, calls and operators do not
 * pass through the filter; {@link HostAccess} alone decides about them. It is also asked about each
 * member that the filter has returned.
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
   * Returns the name to use, which may differ from the script's, or throws to refuse: the script,
   * and finally its caller, gets that same exception.
   *
   * @param target the object; for a class that a script imported, the class
   * @param name mostly a String; any other Lua value if the script writes {@code target[value]}:
   *     the result may be that value then, otherwise only a String
   * @param setting whether the script writes
   */
  Object filter(Object target, @Nullable Object name, boolean setting);
}
