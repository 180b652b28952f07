package org.lupine.jsr223;

import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;

/**
 * Engines of the newest Lua that is there for scripts of others, for hosts where a name is all that
 * can be chosen: {@link Sandbox#SANDBOX}, in the process of the JVM.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua-sandbox");
 * lua.put("order", Map.of("total", 120));
 * System.out.println(lua.eval("return order.total > 100 and load == nil"));   // true
 * }</pre>
 */
public final class LuaSandboxEngineFactory extends LuaScriptEngineFactory {
  /** For {@link java.util.ServiceLoader}. */
  public LuaSandboxEngineFactory() {
    super((Flavour) null, "lua-sandbox");
  }

  @Override
  public String getEngineName() {
    return super.getEngineName() + " sandbox";
  }

  /** None, so that no file of a host's own becomes a script of others. */
  @Override
  public List<String> getExtensions() {
    return List.of();
  }

  @Override
  public List<String> getMimeTypes() {
    return List.of();
  }

  @Override
  Sandbox preset() {
    return Sandbox.SANDBOX;
  }

  /**
   * Returns an engine with options of one's own; their flavour is not used.
   *
   * @throws IllegalArgumentException if their sandbox is weaker than {@link Sandbox#SANDBOX}
   */
  @Override
  public LuaScriptEngine getScriptEngine(LuaOptions options) {
    if (options.sandbox().compareTo(Sandbox.SANDBOX) < 0) {
      throw new IllegalArgumentException(
          "'lua-sandbox' needs Sandbox.SANDBOX, not Sandbox." + options.sandbox());
    }
    return super.getScriptEngine(options);
  }
}
