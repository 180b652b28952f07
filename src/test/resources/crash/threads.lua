-- Cases for CrashTest: coroutines and Java functions that yield. See stack.lua for the form.

--- a Java function that yields for ever: runs
local Yield = java.import("org.lupine.value.Yield")
local co = coroutine.wrap(function() while true do Yield.of(1, "x") end end)
for i = 1, 1000 do assert(co() == 1) end

--- a Java function that yields outside a coroutine: error
java.import("org.lupine.value.Yield").of(1)

--- a Java function that yields as the body of a coroutine: runs
local of = java.fn(java.import("org.lupine.value.Yield").of)
local co = coroutine.create(of)
assert(select(2, coroutine.resume(co, 1)) == 1)
assert(select(2, coroutine.resume(co, 2)) == 2)
assert(not coroutine.resume(co))

--- library functions as the bodies of coroutines: runs
for _, name in ipairs {"print", "type", "pcall", "error", "next", "select", "tostring"} do
  local co = coroutine.create(_G[name])
  coroutine.resume(co, print)
  coroutine.resume(co)
end
for _, f in ipairs {coroutine.yield, coroutine.create, coroutine.wrap, coroutine.running} do
  local co = coroutine.wrap(f)
  pcall(co, print) pcall(co, print) pcall(co, print)
end
local w = coroutine.wrap(coroutine.wrap(coroutine.yield))
pcall(w, 1) pcall(w, 2) pcall(w, 3)

--- a Java function that yields in pcall, in a coroutine in it: runs
local Yield = java.import("org.lupine.value.Yield")
for i = 1, 50 do
  local co = coroutine.wrap(function()
    pcall(Yield.of, 1)
    pcall(pcall, pcall, Yield.of, 2)
    coroutine.wrap(function() pcall(Yield.of, 3) end)()
    return xpcall(function() Yield.of(4) end, function(e) return e end)
  end)
  for k = 1, 5 do pcall(co, k) end
end
collectgarbage() collectgarbage()

--- a Java function that yields in a metamethod: any
local Yield = java.import("org.lupine.value.Yield")
local t = setmetatable({}, {
  __index = function(t, k) Yield.of(k) return k end, __newindex = function() Yield.of(1) end,
  __add = function() Yield.of(1) return 1 end, __lt = function() Yield.of(1) return true end,
  __eq = function() Yield.of(1) return true end, __concat = function() Yield.of(1) return "" end,
  __call = function(...) Yield.of(...) return ... end, __len = function() Yield.of(1) return 1 end,
  __tostring = function() Yield.of(1) return "" end})
local uses = {
  function() return t.x end, function() t.x = 1 end, function() return t + t end,
  function() return t < t end, function() return t .. "x" end, function() return t(1, 2) end,
  function() return #t end, function() return tostring(t) end,
  function() return setmetatable({}, getmetatable(t)) == t end,
  function() for k in t do if k then break end end end,
  function() return ("x"):gsub("x", t) end, function() return table.concat({t, t}) end}
for _, use in ipairs(uses) do
  local co = coroutine.create(use)
  for i = 1, 4 do coroutine.resume(co, i) end
end

--- a Java function that yields in a sort, a gsub, a finalizer: any
local Yield = java.import("org.lupine.value.Yield")
for _, use in ipairs {
  function() table.sort({3, 2, 1}, function(a, b) Yield.of(1) return a < b end) end,
  function() return (("xyz"):gsub(".", function(c) Yield.of(c) return c end)) end,
  function() load(function() Yield.of(1) end) end,
  function() host:call(function() Yield.of(1) end) end,
  function() for i = 1, 3 do setmetatable({}, {__gc = function() Yield.of(1) end}) end
    collectgarbage() end} do
  local co = coroutine.create(use)
  for i = 1, 4 do coroutine.resume(co, i) end
end
collectgarbage()

--- many values yielded by Java, many returned: any
local Yield = java.import("org.lupine.value.Yield")
local unpack = unpack or table.unpack
local co = coroutine.create(function()
  local t = {}
  for i = 1, 150 do t[i] = i end
  for i = 1, 20 do Yield.of(unpack(t)) end
  return select("#", Yield.of(("x"):rep(1e6)))
end)
local back = {}
for i = 1, 5000 do back[i] = i end
for i = 1, 22 do coroutine.resume(co, unpack(back)) end

--- coroutines that yield and are dropped: runs
local Yield = java.import("org.lupine.value.Yield")
for i = 1, 3000 do
  local co = coroutine.wrap(function() Yield.of({}, function() end, i) end)
  co()
end
collectgarbage() collectgarbage()

--- create and wrap of what is no function: runs
for _, make in ipairs {coroutine.create, coroutine.wrap} do
  for _, bad in ipairs {1, "x", {}, true, host, java.null} do assert(not pcall(make, bad)) end
  assert(not pcall(make))
  assert(not pcall(make, nil))
end

--- a yield in a message handler, and through it: any
local Yield = java.import("org.lupine.value.Yield")
local co = coroutine.create(function()
  return xpcall(function() error("x") end, function(e) Yield.of(e) return e end)
end)
for i = 1, 3 do coroutine.resume(co, i) end

--- a coroutine that closes itself below Java: runs lua54 lua55
local list, self = host:list(), coroutine.running
list:add(1) list:add(2)
local ways = {
  function(f) list:forEach(f) end, function(f) host:call(f) end, function(f) host:run(f) end,
  function(f) return host:attempt(f) end, function(f) host:callDirectly(f) end,
  function(f) host:apply(f, 1.5) end, function(f) host:spread(f, 1, "x", {}) end,
  function(f) list:sort(function() f() return 0 end) end,
  function(f) host:call(function() host:call(f) end) end,
  function(f) host:call(function() pcall(pcall, f) f() end) end,
  function(f) host:call(function() table.sort({1, 2}, function() f() return false end) end) end,
  function(f) host:call(function() local x <close> = setmetatable({}, {__close = f}) end) end,
  function(f) host:call(function() return setmetatable({}, {__index = f}).x end) end,
}
local closings = {
  function() coroutine.close(self()) end, function() assert(pcall(coroutine.close, self())) end
}
for n, way in ipairs(ways) do
  for _, close in ipairs(closings) do
    local co = coroutine.create(function()
      local ok, e = pcall(way, close)
      coroutine.yield(e)
      way(close)
    end)
    local ok, e = coroutine.resume(co)
    assert(ok and tostring(e):find("cannot close a running coroutine", 1, true), n .. tostring(e))
    coroutine.resume(co)
    assert(coroutine.status(co) == "dead", n)
    collectgarbage()
  end
end

--- a coroutine that closes itself above Java: runs lua55
local closed = 0
local function closing()
  local co = coroutine.create(function()
    local x <close> = setmetatable({}, {__close = function() closed = closed + 1 end})
    host:echo(1)
    table.sort({1, 2, 3}, function() pcall(coroutine.close) end)
    host:fail()
  end)
  assert(coroutine.resume(co))
  assert(coroutine.status(co) == "dead")
end
closing()
host:call(closing)
coroutine.wrap(function() host:call(closing) closing() coroutine.close() host:fail() end)()
assert(closed == 4)

--- a hook of the coroutine that makes those of other threads: runs lua51 lua52 lua53 lua54 lua55
local Thread = java.import("java.lang.Thread")
local hooked, calls = {}, 0
local function hook()
  calls = calls + 1
  if coroutine.close then pcall(coroutine.close) coroutine.close() end
  error("hook")
end
local function finalize()
  local co, is_main = coroutine.running()
  if co and not is_main and not hooked[co] then
    hooked[co] = true
    debug.sethook(co, hook, "c")
  end
end
local function arm()
  if newproxy then getmetatable(newproxy(true)).__gc = finalize
  else setmetatable({}, {__gc = finalize}) end
end
pcall(collectgarbage, "incremental")
pcall(collectgarbage, "setpause", 1) pcall(collectgarbage, "setstepmul", 1000)
local n = 0
for i = 1, 400 do
  local thread = Thread(java.cast("java.lang.Runnable", function()
    n = n + 1
    for k = 1, 20 do arm() end
  end))
  for k = 1, 20 do arm() end
  pcall(thread.start, thread)
  pcall(thread.join, thread)
end
assert(n > 200, n)
