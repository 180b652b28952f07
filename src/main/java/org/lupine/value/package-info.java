/**
 * The types that Java has for values of Lua, and for what goes wrong in it.
 *
 * <p>{@link org.lupine.value.LuaTable}, {@link org.lupine.value.LuaFunction}, {@link
 * org.lupine.value.LuaCoroutine} and {@link org.lupine.value.LuaUserdata} refer to a value that
 * lives in a runtime. They are equal if the values are the same in Lua, keep their value from being
 * collected, and cannot be used once the runtime is closed. {@link org.lupine.value.LuaString} is a
 * string that is not text in the charset of its runtime; {@link org.lupine.value.Values} are the
 * results of a call.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaTable point = lua.table().with("x", 3).with("y", 4);
 *   LuaFunction length = lua.compile("local p = ... return (p.x ^ 2 + p.y ^ 2) ^ 0.5");
 *   System.out.println(length.call(point).first());   // 5.0
 * }
 * }</pre>
 *
 * <p>{@link org.lupine.value.JavaFunction} and {@link org.lupine.value.Yield} are for Java
 * functions that Lua calls. Exceptions are a {@link org.lupine.value.LuaException} or a subclass of
 * it. The enumerations and {@link org.lupine.value.Overflow} are the choices of {@link
 * org.lupine.LuaOptions} about values, and {@link org.lupine.value.ChunkMode} is that of {@link
 * org.lupine.LuaChunk}.
 */
package org.lupine.value;
