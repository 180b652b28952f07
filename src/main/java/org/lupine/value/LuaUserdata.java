package org.lupine.value;

/**
 * A userdata that Lua or a C module created, or a LuaJIT cdata: opaque to Java.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaUserdata file = (LuaUserdata) lua.eval("io.stdout").first();
 *   System.out.println(lua.execute("return io.type(...)", file).first());   // file
 * }
 * }</pre>
 */
public interface LuaUserdata {}
