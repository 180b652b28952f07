package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of Lua 5.2.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua52");
 * System.out.println(lua.eval("return bit32.band(12, 10)"));   // 8
 * }</pre>
 */
public final class Lua52EngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public Lua52EngineFactory() {
    super(Flavour.LUA52, "lua52", "lua5.2", "Lua 5.2");
  }
}
