package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of Lua 5.1.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua51");
 * System.out.println(lua.eval("return setfenv(function() return x end, {x = 42})()"));   // 42
 * }</pre>
 */
public final class Lua51EngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public Lua51EngineFactory() {
    super(Flavour.LUA51, "lua51", "lua5.1", "Lua 5.1");
  }
}
