package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of LuaJIT.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("luajit");
 * System.out.println(lua.eval("return require('bit').band(12, 10)"));   // 8
 * }</pre>
 */
public final class LuaJitEngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public LuaJitEngineFactory() {
    super(Flavour.LUAJIT, "luajit", "LuaJIT");
  }
}
