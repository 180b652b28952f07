import org.jspecify.annotations.NullMarked;

/** Native Lua for the JVM: engines of {@link javax.script}, and a runtime API. */
@NullMarked
@SuppressWarnings("module") // modules with the natives of other platforms need not be there
module org.lupine {
  requires transitive java.scripting;
  requires static org.jspecify;

  exports org.lupine;
  exports org.lupine.access;
  exports org.lupine.jsr223;
  exports org.lupine.value;
  exports org.lupine.bridge.load to
      org.lupine.natives.linux.aarch64,
      org.lupine.natives.linux.aarch64.musl,
      org.lupine.natives.linux.x86_64,
      org.lupine.natives.linux.x86_64.musl,
      org.lupine.natives.macos.aarch64,
      org.lupine.natives.macos.x86_64,
      org.lupine.natives.windows.x86_64;

  uses org.lupine.bridge.load.PlatformNatives;

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
