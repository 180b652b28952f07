package org.lupine.access;

import org.jspecify.annotations.Nullable;

/**
 * What replaces access to members, entries and elements, in one direction or both. Loops, calls
 * and operators are {@link HostAccess}'s.
 *
 * <pre>{@code
 * AttributeHandlers handlers = new AttributeHandlers(
 *     (target, name) -> target instanceof Map ? "no " + name : AttributeHandlers.DEFAULT, null);
 * try (LuaRuntime lua = LuaRuntime.builder().attributeHandlers(handlers).build()) {
 *   System.out.println(lua.execute("return (...).tea", Map.of("tea", 2.5)).first());   // no tea
 * }
 * }</pre>
 *
 * @param getter for reading; null: as without handlers
 * @param setter for writing; null: as without handlers
 */
public record AttributeHandlers(@Nullable Getter getter, @Nullable Setter setter) {
  /** What a getter answers so that the script gets what it would get without handlers. */
  public static final Object DEFAULT = new Object();

  /** Reads; for any number of threads at once. An exception reaches the script as itself. */
  @FunctionalInterface
  public interface Getter {
    /**
     * The value that the script gets: null for nil, {@link #DEFAULT} for what it gets by default.
     *
     * @param target the object, also where the script has a view of it; a class that a script
     *     imported is the class
     * @param name mostly a String; any other Lua value if the script writes {@code target[value]}
     */
    @Nullable Object get(Object target, @Nullable Object name);
  }

  /** Writes; for any number of threads at once. An exception reaches the script as itself. */
  @FunctionalInterface
  public interface Setter {
    /** Takes the value that the script sets; target and name are those of {@link Getter#get}. */
    void set(Object target, @Nullable Object name, @Nullable Object value);
  }
}
