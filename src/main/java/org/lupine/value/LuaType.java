package org.lupine.value;

/**
 * The Lua type of a value that Java holds a wrapper of.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   System.out.println(Lua.typeOf(lua.eval("print").first()));   // Optional[FUNCTION]
 *   System.out.println(Lua.typeOf("text"));                      // Optional.empty
 * }
 * }</pre>
 */
public enum LuaType {
  /** A table: a {@link LuaTable}. */
  TABLE,
  /** A function of Lua or C: a {@link LuaFunction}. */
  FUNCTION,
  /** A coroutine: a {@link LuaCoroutine}. */
  THREAD,
  /** A userdata that stands for no Java object: a {@link LuaUserdata}. */
  USERDATA
}
