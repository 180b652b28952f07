package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.support.EachFlavour;
import org.lupine.support.Runtimes;

/**
 * BEHAVIOURS 299: scripts find neither pointers, where the host has left out {@code ffi}, nor
 * functions of ours that free something.
 */
class PointersTest {
  /** Scripts' ways to what our own code uses. Each value that they find is checked. */
  private static final String SEARCH =
      """
      if searching then return end              -- it has found itself
      searching = true
      local found, leaks = {}, {}
      local function check(way, value)
        local kind = type(value)
        if kind == "cdata" and tostring(value):find("*", 1, true) then
          leaks[#leaks + 1] = way .. ": " .. tostring(value)
        elseif kind == "function" then
          found[value] = true
        elseif kind == "table" then
          if rawget(value, "cdef") then leaks[#leaks + 1] = way .. ": ffi" end
          if rawget(value, "__gc") then leaks[#leaks + 1] = way .. ": a finalizer" end
          for key, element in pairs(value) do
            if type(key) ~= "table" and type(element) ~= "table" then
              check(way, key) check(way, element)
            end
          end
        end
      end
      local function check_all(way, ...)
        for i = 1, select("#", ...) do check(way, (select(i, ...))) end
      end

      local function attached(...) check_all("jit.attach", ...) end
      for _, event in ipairs {"record", "trace", "texit", "bc", "errfin"} do
        jit.attach(attached, event)
      end
      jit.opt.start("hotloop=2", "hotexit=2")
      if debug then
        local cdata = loadstring("return 1LL")()
        local meta = debug.getmetatable(cdata)
        local function leak(...) check_all("debug.getmetatable", ...) end
        meta.__index, meta.__newindex, meta.__eq = leak, leak, leak
        if pcall(debug.setmetatable, cdata, {__index = leak, __newindex = leak, __eq = leak}) then
          leaks[#leaks + 1] = "debug.setmetatable"
        end
        debug.sethook(function()
          local info = debug.getinfo(2, "f")
          if info then check("a hook", info.func) end
          for i = -5, 20 do check_all("debug.getlocal", debug.getlocal(2, i)) end
        end, "cr")
      end
      for round = 1, 2 do
        for _, kind in ipairs {"byte", "short", "int", "float", "double"} do
          local b, n = java.buffer(kind, 8), 0
          for i = 1, 100 do
            b[i % 8 + 1] = i % 8
            n = n + b[i % 8 + 1] + b[1]
          end
        end
        if debug then debug.sethook() end
        for i = 1, 100 do
          local b = java.buffer("int", 4)
          b[1] = i
        end
      end
      jit.attach(attached)

      local util = require("jit.util")
      for trace = 1, 200 do
        for k = -1, -200, -1 do check_all("jit.util", util.tracek(trace, k)) end
      end
      local b = java.buffer("int", 4)
      b[1] = 42
      local functions = {}
      for f in pairs(found) do functions[#functions + 1] = f end
      for _, f in ipairs(functions) do
        if f ~= jit.attach and f ~= check and f ~= check_all and f ~= attached then
          check_all("a function", pcall(f))
          check_all("a function", pcall(f, b))
          check_all("a function", pcall(f, b, 1))
          check_all("a function", pcall(f, "int8_t *", b))
        end
      end
      if debug then debug.sethook() end
      assert(#functions > 3)
      if b[1] ~= 42 then leaks[#leaks + 1] = "a buffer is gone" end
      return table.concat(leaks, "\\n")
      """;

  private static LuaRuntime luajit(String... libraries) {
    Assumptions.assumeTrue(
        Flavour.LUAJIT.present() || "all".equals(System.getProperty("lupine.test.flavours")));
    return LuaRuntime.builder().flavour(Flavour.LUAJIT).libraries(libraries).build();
  }

  @Test
  void areNotFoundByTheCompiler() {
    try (var lua = luajit("java", "package", "jit", "string", "table")) {
      assertEquals("", lua.execute(SEARCH).first());
    }
  }

  @Test
  void areNotFoundByHooks() {
    try (var lua = luajit("java", "package", "jit", "string", "table", "debug")) {
      assertEquals("", lua.execute(SEARCH).first());
    }
  }

  /** Without {@code ffi} the buffers of LuaJIT lack what works with pointers, and only that. */
  @Test
  void areNotFoundInBuffers() {
    try (var lua = luajit("java", "package", "jit", "string", "table", "debug")) {
      assertEquals(
          List.of("ab1", 3L, "b1", "nil nil nil nil", false, false, false),
          lua.execute(
              """
              local buffer = require("string.buffer")
              local b = buffer.new(100):put("a", "b", 1)
              local text, length = tostring(b), #b
              package.loaded["string.buffer"] = nil
              local again = package.preload["string.buffer"]
              local c = again and again().new() or b
              local methods = ("%s %s %s %s"):format(c.reserve, c.commit, c.ref, c.putcdata)
              return text, length, b:skip(1):get(), methods, (pcall(require, "ffi")),
                  (pcall(require, "thread.exdata")), (pcall(require, "thread.exdata2"))
              """));
      assertEquals("b", lua.execute("return require('string.buffer').decode('\\33b')").first());
    }
    try (var lua = luajit("package", "string", "ffi")) {
      assertEquals(
          List.of("xy", "cdata"),
          lua.execute(
              """
              local b = require("string.buffer").new()
              local p = b:reserve(8)
              p[0], p[1] = 120, 121
              return b:commit(2):tostring(), type(b:ref())
              """));
    }
  }

  @EachFlavour
  void areNotFoundUnderPresets(Flavour flavour) {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(preset).build()) {
        assertEquals(
            true,
            lua.execute(
                    """
                    if not require then return true end
                    for _, name in ipairs {"ffi", "thread.exdata", "thread.exdata2"} do
                      if pcall(require, name) then return name end
                    end
                    return not (pcall(require, "string.buffer"))
                    """)
                .first());
      }
    }
  }

  /** What hooks see of a collection lets a script finalize no object by hand. */
  @EachFlavour
  void ofObjectsAreFreedByTheCollectorAlone(Flavour flavour) {
    try (var lua = Runtimes.runtime(flavour)) {
      lua.globals().put("object", new StringBuilder("text"));
      assertEquals(
          List.of("text", true),
          lua.execute(
              """
              local found = {}
              debug.sethook(function()
                local info = debug.getinfo(2, "f")
                if info and info.func then found[info.func] = true end
              end, "c")
              for i = 1, 200 do object:length() java.buffer("int", 4)[1] = i end
              collectgarbage() collectgarbage()
              debug.sethook()
              local b, count = java.buffer("int", 4), 0
              b[1] = 42
              for f in pairs(found) do
                if f ~= debug.sethook then
                  count = count + 1
                  pcall(f, object) pcall(f, b) pcall(f, object, b)
                end
              end
              assert(b[1] == 42)
              return object:toString(), count > 3
              """));
    }
  }

  @Test
  void areHadWithFfi() {
    try (var lua = luajit("package", "ffi", "debug")) {
      assertTrue(
          (Boolean)
              lua.execute(
                      "local p = require('ffi').new('int[2]') p[1] = 5 "
                          + "return p[1] == 5 and debug.getmetatable(p).__index ~= nil")
                  .first());
    }
  }
}
