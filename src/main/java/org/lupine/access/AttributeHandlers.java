package org.lupine.access;

import org.jspecify.annotations.Nullable;

/**
 * Replaces access to members, entries and elements, for reading, writing or both. Iteration, calls
 * and operators are left to {@link HostAccess}.
 *
 * <pre>{@code
 * AttributeHandlers handlers = new AttributeHandlers(
 *     (target, name) -> target instanceof Map ? "no " + name : AttributeHandlers.DEFAULT, null);
 * try (LuaRuntime lua = LuaRuntime.builder().attributeHandlers(handlers).build()) {
 *   System.out.println(lua.execute("return (...).tea", Map.of("tea", 2.5)).first());   // no tea
 * }
 * }</pre>
 *
 * @param getter for reading; null for the default behaviour
 * @param setter for writing; null for the default behaviour
 */
public record AttributeHandlers(@Nullable Getter getter, @Nullable Setter setter) {
  /** The result of a getter that stands for what the script would get without handlers. */
  public static final Object DEFAULT = new Object();

  /** Reads. Must be thread-safe. An exception reaches the script as itself. */
  @FunctionalInterface
  public interface Getter {
    /**
     * Returns the value that the script gets: null for nil, {@link #DEFAULT} for the default.
     *
     * @param target the object, also if the script has a view of it; for a class that a script
     *     imported, the class
     * @param name mostly a String; any other Lua value if the script writes {@code target[value]}
     */
    @Nullable Object get(Object target, @Nullable Object name);
  }

  /** Writes. Must be thread-safe. An exception reaches the script as itself. */
  @FunctionalInterface
  public interface Setter {
    /** Sets the value; target and name are those of {@link Getter#get}. */
    void set(Object target, @Nullable Object name, @Nullable Object value);
  }
}
