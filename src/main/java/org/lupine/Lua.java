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
 * Java objects as they are handed to Lua, where there is a choice. For any thread and runtime.
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
   * What {@code java.null} is in Lua: stands for null where nil cannot, as a key or a value of a
   * table. Read by Java it is null.
   */
  public static final Object NULL = JavaHost.javaNull();

  private Lua() {}

  /**
   * Returns the type of a Lua value that Java holds. Empty for all else, also where Lua would have
   * a value of its own for it: null, numbers, strings, collections.
   */
  public static Optional<LuaType> typeOf(@Nullable Object value) {
    return value instanceof LuaTable ? Optional.of(LuaType.TABLE)
        : value instanceof LuaFunction ? Optional.of(LuaType.FUNCTION)
        : value instanceof LuaCoroutine ? Optional.of(LuaType.THREAD)
        : value instanceof LuaUserdata ? Optional.of(LuaType.USERDATA) : Optional.empty();
  }

  /**
   * Returns an object of which Lua sees methods, properties and fields only: no entries of a map,
   * no elements of a list or array. A string, number or other value that would become one of Lua's
   * own stays an object. Where it comes back to Java it is the object itself.
   *
   * @throws NullPointerException if there is no object
   */
  public static Object asMembers(Object object) {
    return JavaHost.view(object, true);
  }

  /**
   * Returns an object of which Lua sees entries or elements only, so that none is taken for a
   * member; else as {@link #asMembers}.
   *
   * @throws NullPointerException if there is no object
   */
  public static Object asItems(Object object) {
    return JavaHost.view(object, false);
  }
}
