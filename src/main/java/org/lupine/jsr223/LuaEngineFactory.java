package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of the newest Lua that is available, or of the one that {@code -Dlupine.default} names.
 */
public final class LuaEngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public LuaEngineFactory() {
    super((Flavour) null, "lua", "lupine", "Lua", "Lupine");
  }
}
