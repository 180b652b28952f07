package org.lupine.value;

import org.jspecify.annotations.Nullable;

/**
 * What Lua knows about a function.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.execute(LuaChunk.of("function area(w, h)\n  return w * h\nend").named("@shapes.lua"));
 *   LuaFunctionInfo info = ((LuaFunction) lua.globals().get("area")).info();
 *   System.out.println(info.name() + ", " + info.chunk());   // area, shapes.lua
 *   System.out.println(info.line() + "-" + info.lastLine());   // 1-3
 * }
 * }</pre>
 *
 * @param name the name that it has as a global, or in a loaded module ({@code string.rep}); null if
 *     it has none
 * @param source the chunk name in Lua's format: {@code @file}, {@code =shown} or source text;
 *     {@code =[C]} for a function that is not written in Lua
 * @param chunk the chunk's display name, as in error messages
 * @param line the first line of its definition, from 1; 0 for a whole chunk, -1 if it is not
 *     written in Lua
 * @param lastLine the last line of its definition; -1 if it is not written in Lua
 * @param parameters the number of named parameters; -1 where the flavour does not tell (5.1,
 *     LuaJIT)
 * @param varargs whether it takes more; null where the flavour does not tell
 * @param upvalues the number of variables of enclosing functions that it uses
 */
public record LuaFunctionInfo(
    @Nullable String name,
    String source,
    String chunk,
    int line,
    int lastLine,
    int parameters,
    @Nullable Boolean varargs,
    int upvalues) {
  /** Returns whether it is written in Lua. */
  public boolean isLua() {
    return line >= 0;
  }
}
