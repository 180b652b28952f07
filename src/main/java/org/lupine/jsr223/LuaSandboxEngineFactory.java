package org.lupine.jsr223;

import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;

/**
 * Engines of the newest Lua that is available, for scripts of others, in hosts that can only choose
 * a name: {@link Sandbox#SANDBOX}, in the JVM's process.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua-sandbox");
 * lua.put("order", Map.of("total", 120));
 * System.out.println(lua.eval("return order.total > 100 and load == nil"));   // true
 * }</pre>
 */
public final class LuaSandboxEngineFactory extends LuaScriptEngineFactory {
  /** Creates the factory; called by {@link java.util.ServiceLoader}. */
  public LuaSandboxEngineFactory() {
    super((Flavour) null, "lua-sandbox");
  }

  @Override
  public String getEngineName() {
    return super.getEngineName() + " sandbox";
  }

  /** Returns no extensions, so that a host does not run its own files in the sandbox. */
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
   * Creates an engine with the given options; their flavour is ignored.
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
