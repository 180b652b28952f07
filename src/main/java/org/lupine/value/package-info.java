/**
 * Java types for Lua values and Lua errors.
 *
 * <p>{@link org.lupine.value.LuaTable}, {@link org.lupine.value.LuaFunction}, {@link
 * org.lupine.value.LuaCoroutine} and {@link org.lupine.value.LuaUserdata} refer to a value that
 * lives in a runtime. They are equal if the values are the same in Lua, keep their value from being
 * collected, and cannot be used once the runtime is closed. {@link org.lupine.value.LuaString} is a
 * string that cannot be decoded in the charset of its runtime, or any string if the runtime passes
 * strings as bytes; {@link org.lupine.value.Values} are the results of a call.
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
 * it. {@link org.lupine.value.BigNumbers}, {@link org.lupine.value.Malformed}, {@link
 * org.lupine.value.NumberMode}, {@link org.lupine.value.StringMode} and {@link
 * org.lupine.value.Overflow} are for options of {@link org.lupine.LuaOptions}, and {@link
 * org.lupine.value.ChunkMode} for one of {@link org.lupine.LuaChunk}.
 */
package org.lupine.value;
