package org.lupine.jsr223;

import org.lupine.Flavour;

/** Engines of the newest Lua that is there, or of what {@code -Dlupine.default} names. */
public final class LuaEngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public LuaEngineFactory() {
    super((Flavour) null, "lua", "lupine", "Lua", "Lupine");
  }
}
