package org.lupine.jsr223;

import java.util.Objects;
import javax.script.Bindings;
import javax.script.CompiledScript;
import javax.script.ScriptContext;
import javax.script.ScriptException;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;

/**
 * A script that has been checked to compile. Belongs to no state: each state compiles it once, at
 * the first use. Thread-safe; threads run it in parallel, each under bindings of its own.
 */
final class LuaCompiledScript extends CompiledScript {
  private final LuaScriptEngine engine;
  private final Chunk chunk;
  private final String file;

  LuaCompiledScript(LuaScriptEngine engine, Chunk chunk, String file) {
    this.engine = engine;
    this.chunk = chunk;
    this.file = file;
  }

  @Override
  public @Nullable Object eval(ScriptContext context) throws ScriptException {
    return engine.run(chunk, Objects.requireNonNull(context, "context"), file);
  }

  @Override
  public @Nullable Object eval(@Nullable Bindings bindings) throws ScriptException {
    return engine.run(chunk, engine.contextWith(bindings), file);
  }

  @Override
  public @Nullable Object eval() throws ScriptException {
    return engine.run(chunk, engine.getContext(), file);
  }

  @Override
  public LuaScriptEngine getEngine() {
    return engine;
  }
}
