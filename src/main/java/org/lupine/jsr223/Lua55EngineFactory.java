package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of Lua 5.5.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua55");
 * System.out.println(lua.eval("return #table.create(100)"));   // 0
 * }</pre>
 */
public final class Lua55EngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public Lua55EngineFactory() {
    super(Flavour.LUA55, "lua55", "lua5.5", "Lua 5.5");
  }
}
