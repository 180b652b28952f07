package org.lupine.jsr223;

import org.lupine.Flavour;

/**
 * Engines of the newest Lua that is available, or of the one that {@code -Dlupine.default} names.
 *
 * <pre>{@code
 * LuaOptions options = LuaOptions.builder().timeLimit(Duration.ofSeconds(1)).build();
 * try (LuaScriptEngine lua = new LuaEngineFactory().getScriptEngine(options)) {
 *   System.out.println(lua.eval("6 * 7"));   // 42
 * }
 * }</pre>
 */
public final class LuaEngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public LuaEngineFactory() {
    super((Flavour) null, "lua", "lupine", "Lua", "Lupine");
  }
}
