package org.lupine.jsr223;

import org.lupine.Flavour;

/** Engines of LuaJIT. */
public final class LuaJitEngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public LuaJitEngineFactory() {
    super(Flavour.LUAJIT, "luajit", "LuaJIT");
  }
}
