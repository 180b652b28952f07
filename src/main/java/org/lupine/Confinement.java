package org.lupine;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Memory;

/** Removes from a new state what its scripts must not have. */
final class Confinement {
  /** Run once in each state, before any other script; for every Lua version. */
  private static final Chunk SCRIPT =
      Chunk.text(
          """
      local allowed, level = ...
      local loaded = package.loaded
      local preload = package.preload
      local globals = {
        coroutine = {"coroutine"}, string = {"string"}, utf8 = {"utf8"}, table = {"table"},
        math = {"math"}, bit = {"bit", "bit32"}, os = {"os"}, io = {"io"}, debug = {"debug"},
        package = {"package", "require", "module"}, jit = {"jit", "jit.util", "jit.opt",
        "jit.profile"}, ffi = {"ffi", "thread.exdata", "thread.exdata2"},
        java = {"java", "luajava"}}

      local function drop(name)
        _G[name], loaded[name], preload[name] = nil, nil, nil
      end

      local function keep(library, names)
        for name in pairs(library or {}) do
          if not (" " .. names .. " "):find(" " .. name .. " ", 1, true) then
            library[name] = nil
          end
        end
      end

      local find = string.find
      for library, names in pairs(globals) do
        if not find(allowed, " " .. library .. " ", 1, true) then
          if library == "string" then getmetatable("").__index = nil end
          for i = 1, #names do drop(names[i]) end
        end
      end
      if level == 0 then return end

      for _, name in ipairs {"dofile", "loadfile", "newproxy", "module", "setfenv", "getfenv"} do
        drop(name)
      end
      local strings = getmetatable("")
      strings.__metatable = false
      local files = io and getmetatable(io.stdout)
      if files then
        if files.__index == files then
          files.__index = {}
          for name, method in pairs(files) do
            if not find(name, "__", 1, true) then files.__index[name] = method end
          end
        end
        files.__metatable = false
      end
      keep(os, "time date clock difftime")
      keep(io, "write read stdout stderr type")
      if string then string.dump = nil end
      if package then
        package.path, package.cpath, package.loadlib = "", "", nil
        _G.package, loaded.package = nil, nil
        for name in pairs(preload) do
          if name == "string.buffer" then preload[name] = nil end
        end
      end
      if level == 1 then return end

      drop("load")
      drop("loadstring")
      """,
          "=sandbox",
          StandardCharsets.UTF_8,
          false);

  private Confinement() {}

  /** Reduces a state to what its options permit, and sets its limits. */
  static void apply(LuaState state, Memory memory, LuaOptions options) {
    if (options.sandbox() != Sandbox.TRUSTED || options.libraries() != null) {
      confine(state, options.sandbox(), options.libraries());
    }
    if (options.sandbox().compareTo(Sandbox.SANDBOX) >= 0) {
      state.briefOverflow();
    }
    state.timeLimit(Limits.nanoseconds(options.timeLimit()));
    if (options.maxOutput() != 0 || options.maxTransfer() != 0) {
      state.transferLimits(options.maxOutput(), options.maxTransfer());
    }
    if (options.maxMemory() != 0) {
      memory.limit(options.maxMemory());
    }
  }

  private static void confine(LuaState state, Sandbox sandbox, @Nullable Set<String> libraries) {
    var names = libraries == null ? Sandbox.LIBRARIES : new TreeSet<>(libraries);
    state.run(
        SCRIPT,
        ' ' + String.join(" ", names) + ' ',
        sandbox == Sandbox.TRUSTED ? 0 : sandbox == Sandbox.CONSTRAINED ? 1 : 2);
    if (sandbox.compareTo(Sandbox.SANDBOX) >= 0) {
      state.confine();
    }
    state.globals().rememberLibrary();
  }
}
