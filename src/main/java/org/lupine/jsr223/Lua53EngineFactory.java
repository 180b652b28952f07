package org.lupine.jsr223;

import org.lupine.Flavour;

/** Engines of Lua 5.3. */
public final class Lua53EngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public Lua53EngineFactory() {
    super(Flavour.LUA53, "lua53", "lua5.3", "Lua 5.3");
  }
}
