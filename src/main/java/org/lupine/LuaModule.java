package org.lupine;

import java.nio.charset.Charset;
import java.util.Objects;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ModuleFinder;
import org.lupine.value.ChunkMode;

/**
 * The result of a {@link ModuleSource}: Lua source, or a value that is the module. Immutable.
 *
 * <pre>{@code
 * ModuleSource settings = (name, places) -> name.equals("settings")
 *     ? LuaModule.text("return {depth = 3}", "settings.lua") : null;
 * try (LuaRuntime lua = LuaRuntime.builder().modules(settings).build()) {
 *   System.out.println(lua.eval("require('settings').depth").first());   // 3
 * }
 * }</pre>
 */
public final class LuaModule {
  private final Object content;
  private final boolean value;
  private final String origin;

  private LuaModule(Object content, boolean value, String origin) {
    this.content = Objects.requireNonNull(content, "content");
    this.value = value;
    this.origin = Objects.requireNonNull(origin, "origin");
  }

  /**
   * Creates a module of source text; the module is what the text returns. The text gets the
   * module's name as {@code ...}, and from Lua 5.2 on the origin, too.
   *
   * @param origin the file that positions in messages name
   */
  public static LuaModule text(String source, String origin) {
    return new LuaModule(source, false, origin);
  }

  /** Creates a module of source text as bytes, which are in the charset of Lua's strings. */
  public static LuaModule text(byte[] source, String origin) {
    return new LuaModule(source.clone(), false, origin);
  }

  /**
   * Creates a module that is a Java object, converted as arguments are. Each script that requires
   * it in one runtime gets the same module.
   *
   * @param origin where it comes from, for people
   */
  public static LuaModule value(Object module, String origin) {
    return new LuaModule(module, true, origin);
  }

  ModuleFinder.Found found(Charset charset) {
    var name = "@" + origin;
    return new ModuleFinder.Found(
        value
            ? content
            : content instanceof String
                ? Chunk.text((String) content, name, charset, false)
                : Chunk.bytes((byte[]) content, name, ChunkMode.TEXT),
        origin);
  }
}
