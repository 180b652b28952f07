package org.lupine.jsr223;

import java.util.List;

/** Engines of the newest Lua that is there, or of what {@code -Dlupine.default} names. */
public final class LuaEngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public LuaEngineFactory() {
    super(null, "lua", "lupine");
  }

  @Override
  public List<String> getExtensions() {
    return List.of("lua");
  }

  @Override
  public List<String> getMimeTypes() {
    return List.of("text/x-lua", "application/x-lua");
  }
}
