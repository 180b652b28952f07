-- Cases for CrashTest: scripts that would run out of stack. A case begins with its name, what it
-- must do (error: a ScriptException; runs: no exception; any: one of the two) and, if they are not
-- all, its flavours. 'host' is a CrashHost.

--- recursion: error
local function f() return 1 + f() end
f()

--- recursion with many locals: error
local function f(a, b, c, d, e, g, h, i, j, k) return 1 + f(k, j, i, h, g, e, d, c, b, a) end
f()

--- recursion with many arguments: error
local function f(a, ...) return 1 + f(a, 1, 2, 3, 4, 5, 6, 7, 8, 9) end
f()

--- recursion in a coroutine: error
local function f() return 1 + f() end
coroutine.wrap(f)()

--- recursion caught at every level: any
local function f() return pcall(f) end
f()

--- recursion through pcall that is no tail call: any
local function f() local ok, e = pcall(f) return e end
f()

--- recursion through xpcall: any
local function f() local ok, e = xpcall(f, function(e) return e end) return e end
f()

--- recursion through gsub: error
local function f() return (("x"):gsub("x", f)) end
f()

--- recursion through gsub in a coroutine: error
local function f() return (("x"):gsub("x", f)) end
coroutine.wrap(f)()

--- recursion through gsub with a table: error
local t = setmetatable({}, {})
getmetatable(t).__index = function() return (("x"):gsub("x", t)) end
return (("x"):gsub("x", t))

--- recursion through gsub caught at every level: any
local function f() pcall(string.gsub, "x", "x", f) end
f()

--- recursion through gsub with a hundred captures of nothing: error
local pattern = ("()"):rep(30)
local function f() return (("x"):gsub(pattern, f)) end
f()

--- recursion through a sort: error
local function f() table.sort({1, 2, 3}, function(a, b) f() return a < b end) end
f()

--- recursion through a sort in a coroutine: error
local function f() table.sort({1, 2, 3}, function(a, b) f() return a < b end) end
assert(coroutine.resume(coroutine.create(f)))

--- recursion through coroutine.wrap: error
local function f() return coroutine.wrap(f)() end
f()

--- recursion through coroutine.wrap that is no tail call: error
local function f() local x = coroutine.wrap(f)() return x end
f()

--- recursion through coroutine.resume: any
local function f() return coroutine.resume(coroutine.create(f)) end
return f()

--- recursion through coroutine.wrap and gsub: error
local function f() return (("x"):gsub("x", coroutine.wrap(f))) end
f()

--- recursion through coroutine.wrap, a sort and format: error
local f
local t = setmetatable({}, {__tostring = function() f() return "" end})
function f()
  table.sort({1, 2, 3}, coroutine.wrap(function(a, b) return tostring(t) == "" end))
end
f()

--- recursion through __tostring: error lua51 lua52 lua53 lua54 lua55
local t = setmetatable({}, {__tostring = function(t) return tostring(t) end})
tostring(t)

--- recursion through __tostring that is no tail call: error
local t = setmetatable({}, {__tostring = function(t) return "x" .. tostring(t) end})
tostring(t)

--- recursion through __tostring and format: error
local t = setmetatable({}, {})
getmetatable(t).__tostring = function() return ("%s"):format(tostring(t)) end
return ("%s"):format(tostring(t))

--- recursion through __tostring in format itself: error
local t = setmetatable({}, {__tostring = function(t) return (("%s"):format(t)) end})
return ("%s"):format(t)

--- recursion through print: error
local t = setmetatable({}, {__tostring = function(t) print(t) return "t" end})
print(t)

--- recursion through io.write of a method: error
local function f() io.write(("x"):gsub("x", f)) end
f()

--- recursion through table.concat of __index: any
local t = setmetatable({}, {__index = function(t, k) return table.concat(t, "", 1, 3) end})
return table.concat(t, "", 1, 3)

--- recursion through __index: error
local t = setmetatable({}, {__index = function(t, k) return t[k] end})
return t.x

--- recursion through __newindex: error
local t = setmetatable({}, {__newindex = function(t, k, v) t[k] = v end})
t.x = 1

--- recursion through __call: error
local t = setmetatable({}, {__call = function(t) local x = t() return x end})
t()

--- a chain of __call: any
local t = function() end
for i = 1, 1e4 do t = setmetatable({}, {__call = t}) end
t()

--- __call of itself: error lua51 lua52 lua53 lua55 luajit
local t = {}
setmetatable(t, {__call = t})
t()

--- recursion through __eq: error
local mt = {}
mt.__eq = function(a, b) return a == b end
return setmetatable({}, mt) == setmetatable({}, mt)

--- recursion through __lt: error
local mt = {}
mt.__lt = function(a, b) return not (a < b) end
return setmetatable({}, mt) < setmetatable({}, mt)

--- recursion through __le: error
local mt = {}
mt.__le = function(a, b) return not (a <= b) end
return setmetatable({}, mt) <= setmetatable({}, mt)

--- recursion through __concat: error
local t = setmetatable({}, {__concat = function(a, b) return (a .. b) .. "x" end})
return t .. t

--- recursion through __len: error lua52 lua53 lua54 lua55
local t = setmetatable({}, {__len = function(t) return #t + 1 end})
return #t

--- recursion through __unm and __add: error
local mt = {}
mt.__unm = function(a) return -(a + a) end
mt.__add = function(a) return -a + a end
return -setmetatable({}, mt)

--- recursion through __pairs: error lua52 lua53 lua54 lua55
local t = setmetatable({}, {__pairs = function(t) return (pairs(t)) end})
for _ in pairs(t) do end

--- recursion through __close: any lua54 lua55
local load = load
local f = load [[
  local f = ...
  local x <close> = setmetatable({}, {__close = function() f(f) end})
]]
f(f)

--- recursion through a for iterator: error
local function f() for x in f do return x end end
f()

--- a chain of __index tables: error
local t = {}
for i = 1, 3e3 do t = setmetatable({}, {__index = t}) end
return t.x

--- __index of itself: error
local t = {}
setmetatable(t, {__index = t, __newindex = t})
t.x = t.y

--- recursion through load: any
local load = loadstring or load
local function f() return load(function() f() return nil end) end
assert(f())

--- recursion through a reader of load: any
local function f()
  local called
  load(function() if not called then called = true f() end end)
end
f()

--- recursion through require: any
package.preload.deep = function() package.loaded.deep = nil return require("deep") end
require("deep")

--- recursion through dofile: any
dofile("no such file")

--- recursion through string.dump: any
local function f() return (string.dump or print)(f) .. f() end
f()

--- an error in the message handler: any
xpcall(function() error("a") end, function() error("b") end)

--- a message handler that recurses: any
local function h() return 1 + h() end
xpcall(error, h)

--- a message handler that recurses through gsub: any
local function h() return (("x"):gsub("x", h)) end
xpcall(error, h)

--- a message handler that is its own function: any
local function f() return (xpcall(error, f)) end
f()

--- overflow with an overflow in the handler: any
local function f() return 1 + f() end
xpcall(f, f)

--- overflow through gsub with an overflow in the handler: any
local function f() return (("x"):gsub("x", f)) end
xpcall(f, f)

--- overflow in coroutines that live: runs
local function f() return 1 + f() end
local all = {}
for i = 1, 2 do
  all[i] = coroutine.create(f)
  assert(not coroutine.resume(all[i]))
end

--- overflow a hundred times: runs
local function f() return (("x"):gsub("x", f)) end
for i = 1, 100 do assert(not pcall(f)) end

--- overflow that is traced: runs
local function f() return 1 + f() end
local ok, trace = xpcall(f, debug.traceback)
assert(not ok and type(trace) == "string")

--- a chain of pending closes: any lua54 lua55
local load = load
local make = load [[
  local previous = ...
  return coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function()
      if previous then coroutine.close(previous) end
    end})
    coroutine.yield()
  end)
]]
local last
for i = 1, 20000 do
  last = make(last)
  coroutine.resume(last)
end
coroutine.close(last)

--- ten thousand pending to-be-closed variables: any lua54 lua55
local load = load
local f
f = load [[
  local f, n = ...
  local x <close> = setmetatable({}, {__close = function() error(n) end})
  if n > 0 then f(f, n - 1) end
]]
f(f, 10000)

--- ten thousand coroutines: runs
local all = {}
for i = 1, 10000 do
  all[i] = coroutine.wrap(function() coroutine.yield(i) end)
  all[i]()
end

--- a yield across gsub: error lua51 lua52 lua53 lua54 lua55 luajit
local f = coroutine.wrap(function() return (("x"):gsub("x", coroutine.yield)) end)
f() f() f()

--- a yield across a sort: error
local f = coroutine.wrap(function() table.sort({1, 2, 3}, coroutine.yield) end)
f() f()

--- a yield outside a coroutine: error
coroutine.yield(1)

--- a coroutine that resumes itself: runs
local co
co = coroutine.create(function() return coroutine.resume(co) end)
local ok, inner = coroutine.resume(co)
assert(ok and not inner)

--- a coroutine that wraps itself: error
local f
f = coroutine.wrap(function() return f() end)
f()
