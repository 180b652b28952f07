package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of Lua 5.3.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua53");
 * System.out.println(lua.eval("return 7 // 2"));   // 3
 * }</pre>
 */
public final class Lua53EngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public Lua53EngineFactory() {
    super(Flavour.LUA53, "lua53", "lua5.3", "Lua 5.3");
  }
}
