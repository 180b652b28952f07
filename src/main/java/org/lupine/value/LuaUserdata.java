package org.lupine.value;

/**
 * A userdata that Lua or a C module made, or a LuaJIT cdata: opaque here, itself in Lua.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaUserdata file = (LuaUserdata) lua.eval("io.stdout").first();
 *   System.out.println(lua.execute("return io.type(...)", file).first());   // file
 * }
 * }</pre>
 */
public interface LuaUserdata {}
