-- Cases for CrashTest: what the collector can be made to do. See stack.lua for the form.

--- weak tables that get another metatable: runs
local tables = {}
for i = 1, 500 do tables[i] = setmetatable({}, {__mode = "kv"}) end
for round = 1, 200 do
  for i = 1, #tables do setmetatable(tables[i], {__mode = "kv"}) end
end
for i = 1, #tables do assert(getmetatable(tables[i]).__mode == "kv") end

--- weak tables that get another metatable between other garbage: runs
local tables = {}
for i = 1, 500 do tables[i] = setmetatable({}, {__mode = "kv"}) end
for round = 1, 400 do
  for i = 1, #tables do
    setmetatable(tables[i], {__mode = "kv"})
    local garbage = {("x"):rep(i % 40), {}, i}
  end
  for i = 1, #tables do assert(getmetatable(tables[i]).__mode == "kv") end
end

--- weak tables that change what is weak: runs
local modes = {"k", "v", "kv", "", "vk"}
local tables = {}
for i = 1, 300 do tables[i] = setmetatable({[{}] = {}}, {__mode = modes[i % 5 + 1]}) end
for round = 1, 100 do
  for i = 1, #tables do
    tables[i][{}] = {round}
    setmetatable(tables[i], {__mode = modes[(i + round) % 5 + 1]})
    getmetatable(tables[i]).__mode = modes[(i * round) % 5 + 1]
  end
end

--- weak tables and steps of the collector: runs
local tables = {}
for i = 1, 300 do
  tables[i] = setmetatable({}, {__mode = "kv"})
  collectgarbage("step", 1)
  setmetatable(tables[i], {__mode = "kv", {}})
  collectgarbage("step", 1)
  assert(getmetatable(tables[i])[1])
end

--- ephemerons in a row: runs
local t = setmetatable({}, {__mode = "k"})
local key = {}
local first = key
for i = 1, 1e4 do local value = {} t[key] = value key = value end
collectgarbage() collectgarbage()
local n = 0
while t[first] do first = t[first] n = n + 1 end
assert(n == 1e4 or jit or _VERSION == "Lua 5.1")

--- every option of the collector: any
for _, o in ipairs {"stop", "restart", "count", "step", "isrunning", "generational", "incremental"} do
  for _, n in ipairs {0, 1, -1, 2^30, -2^30, 1e5} do pcall(collectgarbage, o, n, n, n) end
end
for _, o in ipairs {"setpause", "setstepmul", "setmajorinc"} do
  for _, n in ipairs {0, -1, 2^30, 200} do pcall(collectgarbage, o, n) end
end
pcall(collectgarbage, "no such thing")
collectgarbage("restart")
collectgarbage()

--- kinds of collection in turn: runs
for i = 1, 20 do
  pcall(collectgarbage, "generational")
  local t = {}
  for j = 1, 1000 do t[j] = setmetatable({}, {__mode = "v", {}}) end
  pcall(collectgarbage, "incremental")
  for j = 1, 1000 do t[j] = {t[j]} end
end

--- a finaliser that raises: any
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 100 do finally(function() error("in a finaliser") end) end
for i = 1, 110 do pcall(collectgarbage) end

--- a finaliser that collects: runs
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 100 do finally(function() collectgarbage() collectgarbage("step") end) end
pcall(collectgarbage) pcall(collectgarbage)

--- a finaliser that makes its like: runs
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
local n = 0
local function again() n = n + 1 if n < 1000 then finally(again) end end
finally(again)
for i = 1, 50 do pcall(collectgarbage) end

--- a finaliser that is left for the close: any
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else return setmetatable({}, {__gc = f}) end
end
kept = {}
for i = 1, 100 do
  kept[i] = finally(function() error(kept) end) or i
  finally(function() return host:echo("at the close") end)
end
if newproxy then
  last = newproxy(true)
  getmetatable(last).__gc = function() last = nil local s = host:text(100) error(s) end
end

--- a finaliser that is left and never ends its recursion: runs
if newproxy then
  last = newproxy(true)
  getmetatable(last).__gc = function(u) return (("x"):gsub("x", getmetatable(u).__gc)) end
else
  local function f() return (("x"):gsub("x", f)) end
  last = setmetatable({}, {__gc = f})
end

--- a finaliser that calls Java: runs
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 300 do finally(function() host:echo(("x"):rep(i)) host:text(i) end) end
collectgarbage() collectgarbage()

--- a finaliser that calls Java while strings go to Java: runs
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
local function inner() assert(host:echo("inner") == "inner") end
for i = 1, 3000 do
  finally(inner)
  local s = ("outer " .. i):rep(50)
  assert(host:echo(s) == s)
  assert(host:count(s, {}, s .. "x", inner, {}) == 5)
end

--- a finaliser that calls a failing Java method: any
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 100 do finally(function() host:fail() end) end
for i = 1, 110 do pcall(collectgarbage) end

--- a finaliser that runs scripts: runs
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 100 do finally(function() assert(host:eval("return 6 * 7") == 42) end) end
collectgarbage() collectgarbage()

--- a finaliser that brings its Java object back: runs
local back = {}
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
for i = 1, 100 do
  local object = host:object()
  finally(function() back[i] = object end)
end
collectgarbage() collectgarbage()
for _, object in pairs(back) do pcall(tostring, object) pcall(host.echo, host, object) end

--- a hundred thousand Java objects dropped: runs
for i = 1, 1e5 do host:object() end
collectgarbage() host:collect() collectgarbage()

--- weak tables of Java objects: runs
local t = setmetatable({}, {__mode = "kv"})
for i = 1, 1e4 do
  local o = host:object()
  t[o] = o
  t[i] = o
end
collectgarbage() host:collect() collectgarbage()
for k, v in pairs(t) do tostring(v) end

--- a Java object that is held again after it was dropped: runs
for i = 1, 2000 do
  local o = host:same()
  o = nil
  if i % 50 == 0 then collectgarbage() end
  assert(host:isSame(host:same()))
end

--- coroutines dropped in the middle of Java calls: runs
for i = 1, 2000 do
  local co = coroutine.wrap(function()
    host:call(function() return 1 end)
    coroutine.yield(host:object())
    host:call(function() return 2 end)
  end)
  co()
end
collectgarbage() host:collect() collectgarbage()
