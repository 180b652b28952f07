-- Cases for CrashTest: Java and Lua calling one another. See stack.lua for the form.

--- ping-pong: error
local function f() return host:call(f) end
f()

--- ping-pong that is no tail call: error
local function f() return 1 + host:call(f) end
f()

--- ping-pong through a Runnable: error
local function f() host:run(f) end
f()

--- ping-pong through a LuaFunction: error
local function f() return host:callDirectly(f) end
f()

--- ping-pong through eval: error
function again() return host:eval("return again()") end
again()

--- ping-pong through invokeFunction: error
function again() return host:invoke("again") end
again()

--- ping-pong through a comparator: error
local function f(a, b)
  local list = host:list() list:add(3) list:add(1) list:add(2)
  list:sort(f)
  return 0
end
f()

--- ping-pong through a table's entries: error
t = setmetatable({}, {__index = function(t, k) return host:get(t, k) end})
return host:get(t, "x")

--- ping-pong through a table's assignments: error
t = setmetatable({}, {__newindex = function(t, k, v) host:put(t, k, v) end})
host:put(t, "x", 1)

--- ping-pong through toString: any
t = setmetatable({}, {__tostring = function(t) return host:textOf(t) .. "x" end})
return host:textOf(t)

--- ping-pong through coroutines: error
local function f() return host:call(coroutine.wrap(f)) end
f()

--- ping-pong through gsub: error
local function f() return (("x"):gsub("x", function() return host:call(f) end)) end
f()

--- ping-pong through a sort: error
local function f() table.sort({3, 2, 1}, function(a, b) host:call(f) return a < b end) end
f()

--- ping-pong caught at every level: any
local function f() return (pcall(host.call, host, f)) end
f()

--- ping-pong caught by Java at every level: any
local function f() return host:attempt(f) end
f()

--- ping-pong with growing strings: error
local function f(s) return host:apply(f, s .. ("x"):rep(1000)) end
f("x")

--- ping-pong with a hundred arguments: error
local function f(...) return host:spread(f, 1, 2, 3, ...) end
f()

--- a stack that Java has used up: anything
host:brink(function() return 1 end)

--- a stack that Java has used up, then a gsub: anything
host:brink(function() return (("xxx"):gsub("x", function(s) return s:rep(100) end)) end)

--- a stack that Java has used up, then a coroutine: anything
host:brink(coroutine.wrap(function() while true do coroutine.yield(host:text(10)) end end))

--- a stack that Java has used up, then ping-pong: anything
local function f() return host:call(f) end
host:brink(f)

--- a stack that Java has used up, then eval: anything
host:brinkEval("return #('x'):rep(10)")

--- a stack overflow of Java: anything
host:overflow()

--- a stack overflow of Java in a pcall: anything
for i = 1, 20 do pcall(host.overflow, host) end

--- a stack overflow of Java below gsub recursion: anything
local function f() return (("x"):gsub("x", f)) end
for i = 1, 5 do pcall(f) pcall(host.overflow, host) end

--- failing methods: runs
for i = 1, 1000 do
  assert(not pcall(host.fail, host))
  assert(not pcall(host.call, host, function() host:fail() end))
  assert(not pcall(host.call, host, function() error({}) end))
end

--- failing methods in coroutines: runs
for i = 1, 300 do
  local co = coroutine.create(function() coroutine.yield(host:text(3)) host:fail() end)
  assert(coroutine.resume(co)) assert(not coroutine.resume(co))
  assert(coroutine.status(co) == "dead")
end

--- exceptions of every kind: anything
for i = 1, 20 do
  local ok, e = pcall(host.throwKind, host, i)
  pcall(tostring, e)
  pcall(error, e)
  pcall(function() return e:getMessage() end)
  pcall(function() return e.cause end)
end

--- an exception of every kind, 1: anything
host:throwKind(1)

--- an exception of every kind, 2: anything
host:throwKind(2)

--- an exception of every kind, 3: anything
host:throwKind(3)

--- an exception of every kind, 4: anything
host:throwKind(4)

--- an error of the machine that is caught: anything
pcall(host.outOfMemory, host)

--- an error of the machine in a finaliser's reach: anything
local co = coroutine.wrap(function() pcall(host.outOfMemory, host) return 1 end)
co()

--- error values: runs
for _, e in pairs {0 / 0, {}, print, host, coroutine.create(function() end), true, "\255\0", ("x"):rep(1e6),
    setmetatable({}, {__tostring = error}), setmetatable({}, {__tostring = function() return 1 end}),
    setmetatable({}, {__tostring = function(t) return tostring(t) .. "x" end}),
    setmetatable({}, {__index = error, __name = 1})} do
  pcall(host.call, host, function() error(e) end)
  pcall(host.call, host, function() error(e, 2) end)
end
pcall(host.call, host, function() error() end)

--- an error without a value: error
error()

--- an error that is a table: error
error({})

--- an error whose text raises: error
error(setmetatable({}, {__tostring = function() error("again") end}))

--- an error whose text is no text: error
error(setmetatable({}, {__tostring = function() return {} end}))

--- an error whose text recurses: error
error(setmetatable({}, {__tostring = function(t) return tostring(t) .. "x" end}))

--- an error whose text recurses through gsub: error
local function f() return (("x"):gsub("x", f)) end
error(setmetatable({}, {__tostring = f}))

--- an error whose text calls Java: error
error(setmetatable({}, {__tostring = function() return host:eval("return 'text'") end}))

--- an error whose text closes the coroutine: error
local co
co = coroutine.wrap(function() error(setmetatable({}, {__tostring = function() co() end})) end)
co()

--- an error that is a coroutine, a function, a file: error
error(coroutine.create(function() end))

--- an error that is a Java object: error
error(host)

--- an error of ten million letters: error
error(("x"):rep(1e7))

--- an error that is no text in the charset: error
error("\255\254\0" .. ("\192"):rep(1000))

--- an error in a coroutine in a coroutine: error
coroutine.wrap(function() coroutine.wrap(function() error({}) end)() end)()

--- a coroutine closed while it is in a Java call: any
local co
co = coroutine.create(function()
  host:call(function()
    if coroutine.close then pcall(coroutine.close, co) end
    pcall(coroutine.resume, co)
  end)
  return host:echo(1)
end)
coroutine.resume(co)

--- a coroutine that yields through a Java call: any
local co = coroutine.wrap(function()
  local ok, e = pcall(host.call, host, function() coroutine.yield(1) return 2 end)
  coroutine.yield(tostring(e))
  return host:echo("end")
end)
for i = 1, 5 do pcall(co) end

--- a coroutine resumed by its own Java call: any
local co
co = coroutine.create(function() return host:call(function() return coroutine.resume(co) end) end)
coroutine.resume(co)

--- a Java call in a coroutine that resumes others: runs
local function make(n)
  return coroutine.wrap(function()
    for i = 1, n do coroutine.yield(host:call(function() return make(n - 1)() end)) end
    return n
  end)
end
make(10)()

--- a coroutine left in Java's hands: runs
for i = 1, 300 do
  host:keep(coroutine.create(function() coroutine.yield(host:object()) end))
  host:keep(coroutine.wrap(function() coroutine.yield(host:object()) end))
end
host:drop() host:collect() collectgarbage()

--- two hundred thousand arguments: any
local t = {}
for i = 1, 2e5 do t[i] = i end
return host:count((table.unpack or unpack)(t))

--- two million arguments: any
local t = {}
for i = 1, 2e6 do t[i] = i end
return host:count((table.unpack or unpack)(t))

--- arguments of all numbers: runs
local unpack = table.unpack or unpack
for i = 0, 20 do
  for _, n in ipairs {2^i - 1, 2^i, 2^i + 1} do
    local ok, count = pcall(function() return host:count(unpack({}, 1, n)) end)
    assert(not ok or count == n)
  end
end

--- results of all numbers: runs
for i = 0, 20 do pcall(function() return select("#", host:many(2^i)) end) end

--- two million results: any
return select("#", host:many(2e6))

--- two million results of a Lua function to Java: any
return host:call(function() return (table.unpack or unpack)({}, 1, 2e6) end)

--- long strings both ways: runs
for i = 0, 21, 3 do
  local s = ("x"):rep(2^i)
  assert(#host:text(2^i) == 2^i)
  assert(host:length(s) == 2^i)
  assert(host:echo(s) == s)
end

--- sixty megabytes both ways: any
local s = host:text(6e7)
assert(#s == 6e7)
return host:length(s)

--- strings that are no text: runs
for i = 0, 255 do
  local s = string.char(i)
  assert(host:echo(s) == s)
  assert(host:echo(s:rep(100)) == s:rep(100))
  assert(host:echo("\240\159\152" .. s) == "\240\159\152" .. s)
end

--- text of every kind: runs
for i = 0, 8 do
  local ok, s = pcall(host.awkward, host, i)
  if ok then host:echo(s) end
end

--- many wrappers held at once: runs
local t = {}
for i = 1, 1e4 do t[i] = host:object() host:keep({i}) host:keep(function() return i end) end
collectgarbage()
for i = 1, 1e4 do assert(t[i]) end
host:drop()

--- a table that holds itself crosses: runs
local t = {}
t.t, t[t] = t, t
setmetatable(t, t)
host:echo(t) host:textOf(t) host:hash(t) host:same(t, t) host:keep(t)

--- a Java collection that holds itself: any
local list, map = host:list(), host:map()
list:add(list) map:put("map", map) map:put("list", list)
pcall(tostring, list) pcall(tostring, map) pcall(list.hashCode, list) pcall(map.hashCode, map)
host:echo(list)

--- a Java list that changes while it is walked: any
local list = host:list()
for i = 1, 100 do list:add(i) end
for i, v in ipairs(list) do if i < 1000 then list:add(i) end end

--- indices from nowhere: runs
local list, array, map = host:list(), host:array(), host:map()
list:add(1)
for _, i in pairs {0, -1, 2, 2^31, -2^31, 2^53, 1.5, 0 / 0, 1 / 0, "x", {}, print, true, host} do
  for _, o in ipairs {list, array, map, host} do
    pcall(function() return o[i] end)
    pcall(function() o[i] = i end)
    pcall(function() o[i] = {} end)
    pcall(function() o[i] = nil end)
  end
end

--- arguments of the wrong type: runs
for _, v in pairs {0 / 0, 2^31, 2^63, -1.5, "x", {}, print, true, host, coroutine.create(function() end)} do
  pcall(host.text, host, v) pcall(host.length, host, v) pcall(host.call, host, v)
  pcall(host.run, host, v) pcall(host.list, v) pcall(host.apply, host, v, v) pcall(host.many, host, v)
end

--- names from nowhere: runs
for _, name in pairs {"", "\0", ("x"):rep(1e6), "class", "getClass", "\255", "nil", 1, 1.5, true, {}} do
  pcall(function() return host[name] end)
  pcall(function() host[name] = 1 end)
  pcall(function() return host[name](host) end)
end

--- every class method called without arguments: runs
for _, name in ipairs {"notify", "notifyAll", "getClass", "hashCode", "toString"} do
  pcall(function() return host[name](host) end)
end

--- the engine closed by the script: closed
host:close()
local x = {}
host:echo(x)
return 1

--- the engine closed by a callback: closed
host:call(function() host:close() return {} end)
for i = 1, 100 do pcall(host.echo, host, {}) end
collectgarbage()

--- the engine closed in a coroutine: closed
local f = coroutine.wrap(function() host:close() coroutine.yield(1) return 2 end)
f() f()

--- the engine closed in a sort: closed
table.sort({3, 2, 1}, function(a, b) host:close() return a < b end)

--- the engine closed in a finaliser: closed
if newproxy then
  getmetatable(newproxy(true)).__gc = function() host:close() end
else
  setmetatable({}, {__gc = function() host:close() end})
end
collectgarbage() collectgarbage()
host:close()

--- the engine closed by a script inside a script: closed
host:eval("host:close()")
return {}
