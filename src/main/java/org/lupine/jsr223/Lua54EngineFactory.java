package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of Lua 5.4.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua54");
 * System.out.println(lua.eval("local x <const> = 6 return x * 7"));   // 42
 * }</pre>
 */
public final class Lua54EngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public Lua54EngineFactory() {
    super(Flavour.LUA54, "lua54", "lua5.4", "Lua 5.4");
  }
}
