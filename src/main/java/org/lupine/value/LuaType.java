package org.lupine.value;

/**
 * What a value that lives in Lua is there.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   System.out.println(Lua.typeOf(lua.eval("print").first()));   // Optional[FUNCTION]
 *   System.out.println(Lua.typeOf("text"));                      // Optional.empty
 * }
 * }</pre>
 */
public enum LuaType {
  TABLE, FUNCTION, THREAD, USERDATA
}
