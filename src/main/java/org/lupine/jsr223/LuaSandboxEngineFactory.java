package org.lupine.jsr223;

import org.lupine.LuaOptions;
import org.lupine.Sandbox;

/**
 * Engines of the newest Lua that is there for scripts of others, for hosts where a name is all that
 * can be chosen: {@link Sandbox#SANDBOX}, in the process of the JVM.
 */
public final class LuaSandboxEngineFactory extends LuaScriptEngineFactory {
  private static final LuaOptions OPTIONS = LuaOptions.builder().sandbox(Sandbox.SANDBOX).build();

  /** For {@link java.util.ServiceLoader}. */
  public LuaSandboxEngineFactory() {
    super(null, "lua-sandbox");
  }

  @Override
  public String getEngineName() {
    return super.getEngineName() + " sandbox";
  }

  @Override
  public LuaScriptEngine getScriptEngine() {
    return getScriptEngine(OPTIONS);
  }

  /**
   * An engine with options of one's own; their flavour is not used.
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
