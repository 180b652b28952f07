package org.lupine;

import java.nio.charset.Charset;
import java.util.Objects;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ModuleFinder;

/**
 * What a {@link ModuleSource} found: Lua source, or a value that is the module. Immutable.
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
   * Source text; what it returns is the module. It gets the module's name as {@code ...}, and from
   * 5.2 on the origin too.
   *
   * @param origin the file that positions in messages name
   */
  public static LuaModule text(String source, String origin) {
    return new LuaModule(source, false, origin);
  }

  /** Returns the same as bytes, which are in the charset of Lua's strings. */
  public static LuaModule text(byte[] source, String origin) {
    return new LuaModule(source.clone(), false, origin);
  }

  /**
   * Returns a module that Java made: any object, converted as arguments are. The same for whoever
   * requires it in one runtime.
   *
   * @param origin where it comes from, for people
   */
  public static LuaModule value(Object module, String origin) {
    return new LuaModule(module, true, origin);
  }

  ModuleFinder.Found found(Charset charset) {
    var name = "@" + origin;
    return new ModuleFinder.Found(value ? content
        : content instanceof String ? Chunk.text((String) content, name, charset, false)
        : Chunk.bytes((byte[]) content, name, Chunk.Mode.TEXT), origin);
  }
}
