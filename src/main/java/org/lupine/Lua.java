package org.lupine;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lupine.host.JavaHost;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaType;
import org.lupine.value.LuaUserdata;

/**
 * Controls how Java objects are passed to Lua, where there is a choice. Thread-safe; for all
 * runtimes.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   System.out.println(Lua.typeOf(lua.table()));   // Optional[TABLE]
 *   Map<String, Integer> map = Map.of("size", 7);
 *   System.out.println(lua.execute("return (...).size", map).first());                    // 7
 *   System.out.println(lua.execute("return (...):size()", Lua.asMembers(map)).first());   // 1
 * }
 * }</pre>
 */
public final class Lua {
  /**
   * The value of {@code java.null} in Lua, which stands for null where nil cannot be used, as a key
   * or a value of a table. When Java reads it, it is null.
   */
  public static final Object NULL = JavaHost.javaNull();

  private Lua() {}

  /**
   * Returns the type of a Lua value that Java holds. Empty for everything else, even for values
   * that Lua has its own type for: null, numbers, strings, collections.
   */
  public static Optional<LuaType> typeOf(@Nullable Object value) {
    return value instanceof LuaTable
        ? Optional.of(LuaType.TABLE)
        : value instanceof LuaFunction
            ? Optional.of(LuaType.FUNCTION)
            : value instanceof LuaCoroutine
                ? Optional.of(LuaType.THREAD)
                : value instanceof LuaUserdata ? Optional.of(LuaType.USERDATA) : Optional.empty();
  }

  /**
   * Returns an object of which Lua sees only methods, properties and fields: no entries of a map,
   * no elements of a list or array. A string, number or other value that Lua has its own type for
   * stays an object. When it comes back to Java it is the object itself.
   *
   * @throws NullPointerException if the object is null
   */
  public static Object asMembers(Object object) {
    return JavaHost.view(object, true);
  }

  /**
   * Returns an object of which Lua sees only entries or elements: a key never means a member. See
   * {@link #asMembers} for the rest.
   *
   * @throws NullPointerException if the object is null
   */
  public static Object asItems(Object object) {
    return JavaHost.view(object, false);
  }
}
