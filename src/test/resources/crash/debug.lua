-- Cases for CrashTest: the debug library against the engine's own tables. See stack.lua.

--- debug removed under a strict global table: any
setmetatable(_G, {
  __index = function(_, name) error("undefined " .. tostring(name), 2) end,
  __newindex = function(_, name) error("assignment to undefined " .. tostring(name), 2) end,
})
debug = nil
local function f() return no_such_global end
f()

--- everything removed under a strict global table: error
local error, rawset, pairs, setmetatable = error, rawset, pairs, setmetatable
setmetatable(_G, {__index = error, __newindex = error, __metatable = false})
for name in pairs(_G) do rawset(_G, name, nil) end
error("nothing is left")

--- the library tables emptied: error
for _, library in pairs {string, table, math, coroutine, io, os, debug, package} do
  for name in pairs(library) do library[name] = nil end
end
error({})

--- the library functions replaced by hostile ones: error
local error, pairs = error, pairs
local function hostile() error("called") end
for name, value in pairs(_G) do
  if type(value) == "table" then
    for inner in pairs(value) do value[inner] = hostile end
  elseif name ~= "error" then
    _G[name] = hostile
  end
end
error("x")

--- traceback replaced: error
debug.traceback = function() return (("x"):gsub("x", debug.traceback)) end
error("x")

--- the metatable of strings removed: any
debug.setmetatable("", nil)
error("x")

--- the metatable of strings exchanged: error
local function hostile() error("hostile") end
debug.setmetatable("", {__index = hostile, __tostring = hostile, __concat = hostile, __len = hostile,
  __eq = hostile, __gc = hostile, __mode = "kv", __metatable = hostile})
error("x")

--- metatables for all basic types: runs
local function hostile() error("hostile") end
local mt = {__index = hostile, __newindex = hostile, __tostring = hostile, __call = hostile,
  __gc = hostile, __eq = hostile, __len = hostile, __name = hostile, __close = hostile}
for _, value in pairs {1, true, "", print, coroutine.create(function() end)} do debug.setmetatable(value, mt) end
debug.setmetatable(nil, mt)
host:echo(1) host:echo("x") host:echo(true) host:echo(nil) host:echo(print)
for _, value in pairs {1, true, "", print, coroutine.create(function() end)} do debug.setmetatable(value, nil) end
debug.setmetatable(nil, nil)

--- a Java object without its metatable: any
debug.setmetatable(host, nil)
host:echo(1)

--- a Java object with another metatable: runs
local ok, e
local o = host:object()
for _, mt in pairs {{}, {__index = string}, {__index = host}, getmetatable(""), debug.getmetatable(io.stdout)} do
  assert(not pcall(debug.setmetatable, o, mt))
  pcall(tostring, o) pcall(function() return o.x end) pcall(function() return o:hashCode() end)
  pcall(function() return o == host end) pcall(function() return #o end) pcall(host.echo, host, o)
  pcall(function() o.x = 1 end) pcall(io.type, o) pcall(pairs, o) pcall(io.close, o)
end

--- a Java object with the metatable of another class: runs
local list, map, o = host:list(), host:map(), host:object()
pcall(debug.setmetatable, o, debug.getmetatable(list))
pcall(function() return o:add(1) end) pcall(function() return o[1] end) pcall(function() return #o end)
pcall(function() o[1] = 1 end) pcall(function() return o:get(0) end) pcall(pairs, o) pcall(tostring, o)
pcall(debug.setmetatable, list, debug.getmetatable(map))
pcall(function() return list.x end) pcall(function() list.x = 1 end)
pcall(function() return list:put(1, 2) end) pcall(function() return list:size() end)
pcall(debug.setmetatable, map, debug.getmetatable(host))
pcall(function() return map:echo(1) end) pcall(function() return map:text(3) end)
pcall(function() return map:fail() end) pcall(host.echo, host, map)

--- the metatables of Java objects, which are copies: runs
for _, o in ipairs {host:list(), host:map(), host:object(), host:array()} do
  local mt = debug.getmetatable(o)
  assert(mt and not mt.__gc)
  for key in pairs(mt) do mt[key] = nil end
  for _, other in ipairs {{}, mt, debug.getmetatable(io.stdout), debug.getmetatable(host)} do
    assert(not pcall(debug.setmetatable, o, other))
  end
  assert(not pcall(debug.setmetatable, o, nil))
  assert(debug.getmetatable(o).__index and tostring(o))
end
assert(host:echo(1) == 1)

--- other things with the metatable of a Java object: runs
local mt = debug.getmetatable(host)
local function try(value)
  local old = debug.getmetatable(value)
  debug.setmetatable(value, mt)
  pcall(function() return value.echo end) pcall(function() return value:echo(1) end)
  pcall(function() value.x = 1 end) pcall(function() return #value end) pcall(tostring, value)
  pcall(function() return value == host end) pcall(function() return value < host end)
  pcall(function() return value .. "x" end) pcall(function() return value() end) pcall(pairs, value)
  pcall(function() return -value end) pcall(function() return value + 1 end)
  pcall(host.echo, host, value) pcall(function() host:count(value, value) end)
  debug.setmetatable(value, old)
end
try({}) try(io.stdout) try(io.tmpfile()) try(print) try(coroutine.create(function() end)) try("x") try(1) try(true)
try(nil)
if newproxy then try(newproxy()) try(newproxy(true)) end

--- every metamethod of a Java object called with other things: runs
local things = {{}, 1, "x", true, print, coroutine.create(function() end), io.stdout, io.tmpfile(), host, 0 / 0}
if newproxy then things[#things + 1] = newproxy(true) end
for _, object in ipairs {host, host:list(), host:map(), host:object(), host:array(), host:type()} do
  for name, f in pairs(debug.getmetatable(object) or {}) do
    if type(f) == "function" and name ~= "__gc" then
      pcall(f)
      for _, one in ipairs(things) do
        pcall(f, one) pcall(f, one, nil) pcall(f, nil, one)
        for _, two in ipairs(things) do pcall(f, one, two) pcall(f, one, two, one) end
      end
    end
  end
end

--- methods of Java objects called on other things: runs
local things = {{}, 1, "x", true, print, coroutine.create(function() end), io.stdout, io.tmpfile(), host:list(), 0 / 0}
if newproxy then things[#things + 1] = newproxy() end
local methods = {host.echo, host.text, host.count, host.call, host:list().add, host:map().put, host:object().hashCode}
for _, f in pairs(methods) do
  pcall(f)
  for _, one in ipairs(things) do pcall(f, one) pcall(f, one, one) pcall(f, nil, one) pcall(f, one, nil, one) end
end

--- finalisers called by hand: any
for _, o in ipairs {host:object(), host:list(), host:map(), host:array()} do
  local gc = (debug.getmetatable(o) or {}).__gc
  if gc then
    pcall(gc, o) pcall(gc, o) pcall(gc, {}) pcall(gc) pcall(gc, io.stdout) pcall(gc, "x")
    pcall(tostring, o) pcall(function() return o:hashCode() end) pcall(host.echo, host, o)
    pcall(function() return o == host end) pcall(function() return #o end) pcall(pairs, o)
  end
end
collectgarbage() host:collect() collectgarbage()
for i = 1, 1000 do host:object() end
collectgarbage()

--- the finaliser of the only helper called by hand: any
local gc = (debug.getmetatable(host) or {}).__gc
if gc then gc(host) gc(host) end
host:echo(1)

--- finalisers of files called by hand: runs
local gc = debug.getmetatable(io.tmpfile()).__gc
local f = io.tmpfile()
gc(f) pcall(gc, f) pcall(f.write, f, "x") pcall(gc, {}) pcall(gc) pcall(gc, host) pcall(gc, "x")
for _, file in ipairs {io.stdout, io.stderr, io.stdin} do pcall(gc, file) pcall(gc, file) pcall(tostring, file) end
pcall(io.write, "x") pcall(io.read) pcall(print, "x")
if newproxy then pcall(gc, newproxy(true)) end

--- files with other metatables: runs
for _, file in ipairs {io.stdout, io.stderr, io.stdin, io.tmpfile()} do
  local old = debug.getmetatable(file)
  for _, mt in ipairs {{}, debug.getmetatable(host), {__index = old and old.__index}} do
    debug.setmetatable(file, mt)
    pcall(io.type, file) pcall(io.close, file) pcall(io.output, file) pcall(io.input, file)
    pcall(function() file:write("x") end) pcall(tostring, file) pcall(io.write, "x") pcall(io.read)
  end
  debug.setmetatable(file, old)
end

--- a file with another environment: any lua51 luajit
local f = io.tmpfile()
debug.setfenv(f, {})
pcall(f.close, f)
debug.setfenv(io.stdout, {})
pcall(io.stdout.close, io.stdout)
pcall(io.close)
debug.setfenv(io.close, {})
pcall(io.close)
debug.setfenv(io.read, {})
pcall(io.read)
debug.setfenv(io.write, {})
pcall(io.write, "x")
pcall(io.lines)

--- the environment of the main thread exchanged: any lua51 luajit
debug.setfenv(coroutine.running() or print, {})
setfenv(0, {})
x = 1
error(x)

--- every function with another environment: any lua51 luajit
local debug, pairs, type, pcall = debug, pairs, type, pcall
for _, library in pairs {_G, string, table, math, coroutine, io, os, package} do
  for _, f in pairs(library) do
    if type(f) == "function" then pcall(debug.setfenv, f, {}) end
  end
end
pcall(require, "x") pcall(io.lines) pcall(module, "x") pcall(print, "x") pcall(io.write, "x")

--- the registry cleared: any
local registry = debug.getregistry()
local keys = {}
for key in pairs(registry) do keys[#keys + 1] = key end
for _, key in ipairs(keys) do registry[key] = nil end
pcall(io.write, "x") pcall(io.read) pcall(io.output) pcall(io.close) pcall(io.lines) pcall(print, "x")
pcall(io.tmpfile) pcall(require, "x") pcall(load or loadstring, "return 1") pcall(host.echo, host, {})
pcall(host.call, host, function() return 1 end) pcall(host.object, host) pcall(io.open, "/dev/null")
pcall(string.gmatch, "x", "x") pcall(coroutine.wrap, print) pcall(debug.sethook) pcall(debug.gethook)
collectgarbage()
x = {}
host:echo(x)

--- the registry overwritten with numbers: any
local registry = debug.getregistry()
local keys = {}
for key in pairs(registry) do keys[#keys + 1] = key end
for _, key in ipairs(keys) do registry[key] = 42 end
pcall(io.write, "x") pcall(io.read) pcall(io.output) pcall(io.close) pcall(io.lines) pcall(print, "x")
pcall(io.tmpfile) pcall(require, "x") pcall(loadstring or load, "return 1") pcall(host.echo, host, {})
pcall(host.call, host, function() return 1 end) pcall(host.object, host) pcall(io.open, "/dev/null")
pcall(debug.sethook, print, "l") pcall(debug.gethook) pcall(debug.sethook)
collectgarbage()
host:echo({})

--- the registry overwritten with a Java object: any
local registry, host, object = debug.getregistry(), host, host:object()
local keys = {}
for key in pairs(registry) do keys[#keys + 1] = key end
for _, key in ipairs(keys) do registry[key] = object end
pcall(io.write, "x") pcall(io.read) pcall(io.output) pcall(io.close) pcall(io.lines) pcall(print, "x")
pcall(io.tmpfile) pcall(require, "x") pcall(loadstring or load, "return 1") pcall(host.echo, host, {})
collectgarbage()

--- the registry overwritten with tables and files: any
local host, file = host, io.tmpfile()
for _, value in ipairs {{}, file, print, "x", coroutine.create(function() end)} do
  local registry = debug.getregistry()
  local keys = {}
  for key in pairs(registry) do keys[#keys + 1] = key end
  for _, key in ipairs(keys) do registry[key] = value end
  pcall(io.write, "x") pcall(io.read) pcall(io.lines) pcall(print, "x") pcall(io.close)
  pcall(io.tmpfile) pcall(require, "x") pcall(loadstring or load, "return 1") pcall(host.echo, host, {})
  pcall(host.call, host, function() return {} end)
  collectgarbage()
end

--- the values of the registry exchanged with one another: any
local registry, host = debug.getregistry(), host
local keys, values = {}, {}
for key, value in pairs(registry) do keys[#keys + 1] = key values[#values + 1] = value end
for i, key in ipairs(keys) do registry[key] = values[#values + 1 - i] end
pcall(io.write, "x") pcall(io.read) pcall(io.lines) pcall(print, "x") pcall(io.close)
pcall(io.tmpfile) pcall(require, "x") pcall(loadstring or load, "return 1") pcall(host.echo, host, {})
pcall(host.call, host, function() return {} end)
collectgarbage()

--- tables of the registry emptied: any
local host, next, type, pcall = host, next, type, pcall
for _, value in pairs(debug.getregistry()) do
  if type(value) == "table" and value ~= _G and value ~= package.loaded then
    for key in next, value do value[key] = nil end
  end
end
pcall(host.echo, host, {}) pcall(host.echo, host, host) pcall(host.call, host, function() return {} end)
pcall(host.object, host) pcall(io.write, "x") pcall(io.tmpfile) pcall(require, "x")
collectgarbage()

--- tables of the registry filled with what does not belong there: any
local host, next, type, pcall = host, next, type, pcall
for _, junk in next, {host:object(), 42, "x", print, {}} do
  for _, value in pairs(debug.getregistry()) do
    if type(value) == "table" and value ~= _G and value ~= package.loaded then
      for key in next, value do value[key] = junk end
    end
  end
  pcall(host.echo, host, {}) pcall(host.echo, host, host) pcall(host.object, host)
  pcall(host.call, host, function() return {} end) pcall(io.write, "x") pcall(io.tmpfile)
  collectgarbage()
end

--- metatables of the registry's tables: any
local host, pcall = host, pcall
local function hostile() error("hostile") end
local mt = {__index = hostile, __newindex = hostile, __len = hostile, __mode = "kv", __gc = hostile}
for _, value in pairs(debug.getregistry()) do
  if type(value) == "table" and value ~= _G then debug.setmetatable(value, mt) end
end
debug.setmetatable(debug.getregistry(), mt)
pcall(host.echo, host, {}) pcall(host.object, host) pcall(host.call, host, function() return {} end)
collectgarbage()
pcall(host.echo, host, {}) pcall(io.write, "x") pcall(require, "x")

--- upvalues of the engine's functions exchanged: runs
local junk = {1e9, -1, "x", {}, print, host, false}
for _, o in ipairs {host, host:list(), host:map(), host:object()} do
  local functions = {}
  for _, name in ipairs {"hashCode", "toString", "echo", "add", "put", "size"} do
    local ok, f = pcall(function() return o[name] end)
    if ok then functions[#functions + 1] = f end
  end
  for _, f in pairs(debug.getmetatable(o) or {}) do
    if type(f) == "function" then functions[#functions + 1] = f end
  end
  for _, f in pairs(functions) do
    for i = 1, 5 do
      local name, old = debug.getupvalue(f, i)
      if name then
        for _, value in ipairs(junk) do
          debug.setupvalue(f, i, value)
          pcall(f, o) pcall(f, o, 1) pcall(f, o, "x", 1) pcall(f)
        end
        debug.setupvalue(f, i, nil)
        pcall(f, o) pcall(f, o, 1)
        debug.setupvalue(f, i, old)
      end
    end
  end
end

--- upvalues of the library's functions exchanged: runs
local function each(make)
  for i = 1, 5 do
    for _, value in pairs {1e9, -1, "x", {}, print, host, false, 2^53} do
      local f = make()
      if debug.setupvalue(f, i, value) then pcall(f) pcall(f, 1) end
    end
    local f = make()
    if debug.setupvalue(f, i, nil) then pcall(f) end
  end
end
each(function() return ("abc"):gmatch("b") end)
each(function() return coroutine.wrap(function() end) end)
each(function() return io.tmpfile():lines() end)
each(function() return (ipairs({})) end)
each(function() return io.lines("/dev/null") end)
for _, f in pairs {print, io.write, io.read, io.lines, require, pcall, tostring, type, load, dofile} do
  for i = 1, 5 do if debug.getupvalue(f, i) then pcall(debug.setupvalue, f, i, {}) pcall(f, "/dev/null") end end
end

--- upvalues joined across functions: any lua52 lua53 lua54 lua55 luajit
local function a() return host end
pcall(debug.upvaluejoin, a, 1, print, 1)
pcall(debug.upvaluejoin, ("x"):gmatch("x"), 1, a, 1)
pcall(debug.upvaluejoin, host.echo, 1, a, 1)
pcall(debug.upvaluejoin, a, 1, host.echo, 1)
pcall(a)
pcall(debug.upvalueid, a, 99) pcall(debug.upvalueid, print, 1) pcall(debug.upvalueid, host.echo, 1)

--- user values of the engine's userdata: any lua52 lua53 lua54 lua55
for _, u in ipairs {host, host:list(), io.stdout, io.tmpfile()} do
  for _, n in ipairs {1, 0, -1, 2, 1000} do
    pcall(debug.setuservalue, u, {}, n) pcall(debug.setuservalue, u, nil, n) pcall(debug.getuservalue, u, n)
  end
  pcall(tostring, u)
end
host:echo(1)

--- hooks that raise: any
debug.sethook(function() debug.sethook() error("from the hook") end, "crl", 1)
host:echo(1)

--- hooks that recurse: any
local function hook() debug.sethook() local x = ("x"):gsub("x", hook) end
debug.sethook(hook, "crl", 1)
pcall(function() return host:echo(host:echo(1)) end)
debug.sethook()

--- hooks that call Java: runs
local n = 0
debug.sethook(function() n = n + 1 if n < 1e4 then host:echo(n) end end, "crl", 1)
for i = 1, 100 do host:echo({}) end
debug.sethook()

--- a hook left behind: any
debug.sethook(function() host:echo("hook") end, "crl", 1)

--- hooks in coroutines: any lua51 lua52 lua53 lua54 lua55
local co = coroutine.create(function() for i = 1, 100 do host:echo(i) end coroutine.yield() end)
debug.sethook(co, function() error("in the coroutine") end, "l")
coroutine.resume(co)
debug.sethook(co, coroutine.yield, "", 1)
coroutine.resume(co)
local co = coroutine.create(function() while true do local x = 1 end end)
debug.sethook(co, function() coroutine.yield() end, "l")
for i = 1, 10 do coroutine.resume(co) end
debug.sethook(co)
debug.sethook()

--- a hook of all coroutines that raises: any luajit
debug.sethook(function() debug.sethook() error("in the hook") end, "l")
local co = coroutine.create(function() for i = 1, 100 do host:echo(i) end coroutine.yield() end)
coroutine.resume(co)

--- locals of the engine's frames: any
for level = 0, 30 do
  for i = -10, 10 do
    local ok, name = pcall(debug.getlocal, level, i)
    if ok and name and level ~= 1 then pcall(debug.setlocal, level, i, nil) end
  end
  pcall(debug.getinfo, level, "nSlutfrL")
end
host:call(function()
  for level = 0, 30 do
    if level ~= 1 then
      for i = -10, 10 do pcall(function() debug.setlocal(level + 2, i, host) end) end
    end
  end
end)

--- locals of a loop: any
local turns = 0
for i = 1, 10 do
  local n = 1
  while debug.getlocal(1, n) do
    local name = debug.getlocal(1, n)
    if name:find("for") then debug.setlocal(1, n, turns % 2 == 0 and "x" or {}) end
    n = n + 1
  end
  turns = turns + 1
  if turns > 20 then break end
end

--- the hidden variables of loops over pairs: runs luajit
for _, junk in ipairs {42, true, "x", {}, print} do
  local turns = 0
  for k in pairs({1, 2, 3, x = 4}) do
    for i = 1, 30 do
      local name, value = debug.getlocal(1, i)
      if name and name:find("(for ", 1, true) then
        tostring(value) host:echo(value)
        if name ~= "(for index)" then debug.setlocal(1, i, junk) end
      end
    end
    turns = turns + 1
  end
  assert(turns == 4)
end

--- tables of variable arguments that are none any more: runs lua55
local make = load("return function(...t) local x = t debug.setlocal(1, 1, ...) return ... end")
for _, junk in ipairs {42, true, "x", print, host} do
  local ok, e = pcall(make(), junk, 2)
  assert(not ok and tostring(e):find("vararg table", 1, true), tostring(e))
end
assert(select("#", make()({n = 3}, 2)) == 3)

--- the functions that free the buffers of the library, called with other things: runs lua54 lua55
local found, metatables = {}, {}
for _, mask in ipairs {"c", "r", "cr"} do
  debug.sethook(function()
    local info = debug.getinfo(2, "fSr")
    if info.what == "C" and info.func then found[info.func] = true end
    for i = 1, 10 do
      local _, value = debug.getlocal(2, i)
      local _, transferred = debug.getlocal(2, (info.ftransfer or 1) + i - 1)
      for _, each in ipairs {value or false, transferred or false} do
        if type(each) == "userdata" then metatables[debug.getmetatable(each) or {}] = true end
      end
    end
  end, mask)
  local s = ("x"):rep(1e6)
  s = table.concat({s, s}) s = s:gsub("x", "yy")
  pcall(string.gsub, s, "y", error)
  debug.sethook()
end
for mt in pairs(metatables) do
  assert(not mt.__close or mt.__name == "FILE*")
end
for f in pairs(found) do
  if f ~= debug.sethook and f ~= error then pcall(f) pcall(f, io.tmpfile()) pcall(f, {}) end
end

--- locals of a suspended coroutine: any
local co = coroutine.create(function(a, ...)
  local b = 1
  for k, v in pairs({1, 2, 3}) do coroutine.yield(k) end
  return a, b, ...
end)
coroutine.resume(co, 1, 2, 3)
for i = -10, 20 do pcall(debug.setlocal, co, 1, i, "x") pcall(debug.setlocal, co, 0, i, host) end
for i = 1, 5 do coroutine.resume(co) end

--- information on strange things: runs
for _, what in ipairs {"", ">", ">S", "x", "nSlutfrL", ("S"):rep(1e5), "\0"} do
  pcall(debug.getinfo, 1, what) pcall(debug.getinfo, print, what) pcall(debug.getinfo, host.echo, what)
end
pcall(debug.getinfo, 2^31) pcall(debug.getinfo, -1) pcall(debug.getinfo, host) pcall(debug.traceback, nil, 2^31)
pcall(debug.traceback, "x", -5) pcall(debug.traceback, host) pcall(debug.traceback, coroutine.create(function() end), "x", 3)

--- the debug prompt: any
debug.debug()

--- dumps with a byte changed: runs
local load = loadstring or load
local function original(a, ...) local t = {a, "text", 1.5, ...} for k, v in pairs(t) do a = k end return t end
local ok, dump = pcall(string.dump, original)
if ok then
  for i = 1, #dump do
    local changed = dump:sub(1, i - 1) .. string.char((dump:byte(i) + 1 + i % 7) % 256) .. dump:sub(i + 1)
    local f = load(changed)
    if f then pcall(f, 1, 2, 3) end
    load(dump:sub(1, i))
  end
end

--- dumps of the engine's functions: runs
pcall(string.dump, print) pcall(string.dump, host.echo) pcall(string.dump, host) pcall(string.dump)
pcall(string.dump, coroutine.wrap(function() end)) pcall(string.dump, function() return host end, true)
local load = loadstring or load
local ok, dump = pcall(string.dump, function(...) return host, ... end)
if ok then local f = load(dump) if f then pcall(f, 1) end end

--- libraries loaded by hand: runs
if package.loadlib then
  pcall(package.loadlib, "no such library", "*") pcall(package.loadlib, "/", "f")
  pcall(package.loadlib, "", "f") pcall(package.loadlib, ("x"):rep(1e4), "f")
end
package.path, package.cpath = nil, nil
pcall(require, "x")
package.path, package.cpath = {}, host
pcall(require, "x")
package.loaders, package.searchers, package.preload = nil, nil, nil
pcall(require, "x")
package.loaded = nil
pcall(require, "x")

--- the functions that run a script: runs
for level = 0, 20 do
  local info = debug.getinfo(level, "fS")
  if not info then break end
  if info.func and info.what == "C" then pcall(info.func) pcall(info.func, {}) end
end
assert(host:call(function() return 1 end) == 1)

--- the engine's own functions and tables in a script's hands: runs
local C, junk = {}, {{}, {1}, {"x", 1}, {{}, "x", {}}, {print, print}, {host, "echo", 1}, {-1, -1},
  {coroutine.create(print), 1, "x"}, {false, 2, 3, 4, 5}, {io.stdout}, {host.echo, host:object()}}
local unpack, keep = unpack or table.unpack, {}
for _, f in ipairs {debug.sethook, coroutine.yield, coroutine.create, coroutine.wrap} do
  keep[f] = true
end
local function look(v)
  if type(v) == "function" and not keep[v] and debug.getinfo(v, "S").what == "C" then C[v] = true end
end
local function sweep()
  for level = 0, 40 do
    local info = debug.getinfo(level)
    if not info then return end
    look(info.func)
    for i = -5, 40 do
      local name, value = debug.getlocal(level, i)
      local told = info.ntransfer and i >= info.ftransfer and i < info.ftransfer + info.ntransfer
      assert(not name or level == 0 or told or info.what == "Lua" or info.what == "main", name)
      look(value)
      if info.what ~= "Lua" and info.what ~= "main" then assert(not debug.setlocal(level, i, {})) end
    end
  end
end
local function tail() return sweep() end
local function misuse()
  for f in pairs(C) do
    for _, arguments in ipairs(junk) do
      pcall(f, unpack(arguments))
      coroutine.resume(coroutine.create(f), unpack(arguments))
    end
  end
  C = {}
end
local function both() sweep() tail() return 1 end
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
local list = host:list()
list:add(1) list:add(2)
local places = {
  both, function() host:call(both) end, function() host:run(both) end,
  function() host:callDirectly(both) end, function() host:apply(both, 1.5) end,
  function() list:forEach(both) end, function() list:sort(both) end,
  function() host:call(function() host:call(both) error(both) end) end,
  function() coroutine.wrap(function() both() host:call(both) end)() end,
  function() xpcall(error, both) end, function() host:call(function() xpcall(error, both) end) end,
  function() host:call(function() error(setmetatable({}, {__tostring = both})) end) end,
  function() finally(both) finally(function() host:call(both) end) collectgarbage() end,
  function() host:textOf(setmetatable({}, {__tostring = both})) end,
  function() host:get(setmetatable({}, {__index = both}), "x") end,
  function() print(setmetatable({}, {__tostring = both})) end,
  function() for _, mask in ipairs {"c", "r", "l", "crl"} do
    debug.sethook(both, mask, 10)
    host:call(function() return pcall(host.fail, host) end)
    host:echo({}) list:forEach(print)
    debug.sethook()
  end end,
}
for _, place in ipairs(places) do
  pcall(place)
  debug.sethook()
  misuse()
  assert(host:echo(5) == 5)
end
debug.sethook(both, "cr")

--- the finalizer of loaded C modules called with other things: runs
local registry = debug.getregistry()
local clibs = registry._CLIBS
local mt = clibs and debug.getmetatable(clibs) or registry._LOADLIB
local gc = mt and mt.__gc
for i = 1, 100 do
  if gc then pcall(gc, {host, host:object(), io.tmpfile()}) end
  if mt then debug.setmetatable(io.tmpfile(), mt) end
end
collectgarbage()

--- proxies with the metatables of the registry: runs lua51 luajit
for round = 1, 50 do
  local texts = {}
  for i = 1, 2000 do texts[i] = ("x"):rep(i % 60) .. i end
  texts = nil
  collectgarbage()
  for name, mt in pairs(debug.getregistry()) do
    for i = 1, 50 do
      local p = newproxy()
      debug.setmetatable(p, mt)
      pcall(tostring, p) pcall(io.type, p) pcall(function() return p:write("x") end)
      pcall(function() return p:close() end)
    end
  end
  collectgarbage()
end

--- a call hook that calls Java before each function: runs
local long = ("\4\0\0\0\255\255\255\127"):rep(300)
local list, busy = host:list(), false
debug.sethook(function()
  if busy then return end
  busy = true
  list:contains(long)
  busy = false
end, "c")
for i = 1, 300 do
  host:keep({})
  local first, third = "text" .. i, "more" .. i
  local same = host:spread(function(a, b, c, d) return a == first and c == third and #b + #d end, first, {}, third, {})
  if same ~= 0 then debug.sethook() error("arguments were lost") end
end
debug.sethook()

--- finalisers that resume the coroutine that is examined: runs
pcall(collectgarbage, "setpause", 100)
pcall(collectgarbage, "setstepmul", 10000)
pcall(collectgarbage, "incremental", 1, 1000, 24)
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
local function deep(n)
  if n == 0 then coroutine.yield() else deep(n - 1) end
  return n
end
local load = loadstring or load
for _, examine in ipairs {
  debug.traceback,
  function(co) debug.getinfo(co, 1, "S") debug.getinfo(co, 1) end,
  function(co) pcall(debug.getlocal, co, 1, 1) pcall(debug.getlocal, co, 2, 1) end,
  function(co) pcall(debug.setlocal, co, 1, 1, {}) end
} do
  for i = 1, 100 do
    local co = coroutine.create(i % 2 == 0 and function() deep(30) end
      or load("local n" .. i .. " = 1 coroutine.yield() --" .. ("x"):rep(2e5)))
    coroutine.resume(co)
    finally(function()
      coroutine.resume(co)
      pcall(collectgarbage)
      pcall(collectgarbage)
    end)
    examine(co)
  end
end
