import org.jspecify.annotations.NullMarked;

/** Native Lua for the JVM: an engine of {@link javax.script}, and a runtime API under it. */
@NullMarked
module org.lupine {
  requires transitive java.scripting;
  requires static org.jspecify;

  exports org.lupine;
  exports org.lupine.access;
  exports org.lupine.jsr223;
  exports org.lupine.value;

  provides javax.script.ScriptEngineFactory with
      org.lupine.jsr223.LuaEngineFactory,
      org.lupine.jsr223.Lua51EngineFactory,
      org.lupine.jsr223.Lua52EngineFactory,
      org.lupine.jsr223.Lua53EngineFactory,
      org.lupine.jsr223.Lua54EngineFactory,
      org.lupine.jsr223.Lua55EngineFactory,
      org.lupine.jsr223.LuaJitEngineFactory,
      org.lupine.jsr223.LuaSandboxEngineFactory;
}
