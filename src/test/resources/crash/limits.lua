-- Cases for CrashTest: scripts that run in 8 MiB and 100 milliseconds. See stack.lua.

--- a loop: error
while true do end

--- a loop of loops that are kept: error
while true do pcall(function() while true do end end) end

--- a handler that loops too: error
xpcall(function() while true do end end, function() while true do end end)

--- a handler of a handler that fails: error
local function h() error(h) end
while true do xpcall(error, h) end

--- pcall of pcall of pcall: error
local f = function() while true do end end
for i = 1, 150 do local g = f f = function() pcall(g) while true do end end end
f()

--- a loop in coroutines inside coroutines: error
local function f(n)
  if n == 0 then while true do end end
  local co = coroutine.create(f)
  while true do coroutine.resume(co, n - 1) co = coroutine.create(f) end
end
f(50)

--- coroutines that are left behind in the middle: error
while true do
  local co = coroutine.wrap(function() pcall(function() coroutine.yield() end) end)
  co()
end

--- a comparator that loops: error
table.sort({5, 4, 3, 2, 1}, function() while true do end end)

--- a replacement that loops: error
return ("abc"):gsub(".", function() while true do end end)

--- a metamethod that loops: error
return setmetatable({}, {__index = function() while true do end end}).x

--- a finalizer that loops: error
local function loop() while true do end end
if newproxy then getmetatable(newproxy(true)).__gc = loop end
setmetatable({}, {__gc = loop})
while true do collectgarbage() end

--- a finalizer that makes finalizers: error
local function again()
  if newproxy then getmetatable(newproxy(true)).__gc = again
  else setmetatable({}, {__gc = again}) end
end
again()
while true do collectgarbage() end

--- finalizers that are left for the close: any
local function loop() while true do end end
kept = {}
for i = 1, 100 do
  if newproxy then kept[i] = newproxy(true) getmetatable(kept[i]).__gc = loop
  else kept[i] = setmetatable({}, {__gc = function() local t = {} for j = 1, 10 do t[j] = {} end end}) end
end
kept = nil

--- variables that close with loops: error lua54 lua55
local x <close> = setmetatable({}, {__close = function() while true do end end})
local y <close> = setmetatable({}, {__close = function() while true do end end})
while true do end

--- a coroutine killed while its variables close: error lua54 lua55
local co = coroutine.create(function()
  local x <close> = setmetatable({}, {__close = function() while true do end end})
  while true do end
end)
pcall(coroutine.resume, co)
coroutine.close(co)

--- a hook that loops: error
debug.sethook(function() while true do end end, "", 1)
return 1 + 1

--- hooks switched off and on: error
while true do debug.sethook() debug.sethook(function() end, "crl", 1) end

--- a chain of calls that never comes to a function: any
local t = {}
for i = 1, 1e5 do t = setmetatable({}, {__call = t}) end
t()

--- readers without end: error
load(function() return " " end)

--- readers that grow what is compiled: error
assert(load(function() return "x = 1 " end))

--- patterns: error
return ("a"):rep(40):find(("a?"):rep(40) .. ("a"):rep(40))

--- a callback that runs a loop: error
host:call(function() while true do end end)

--- callbacks in callbacks: error
local function f(n)
  if n == 0 then while true do end end
  pcall(function() host:call(function() f(n - 1) end) end)
end
f(8)

--- a string that doubles: error
local s = "x"
while true do s = s .. s end

--- long strings: error
return ("x"):rep(1e9)

--- long strings of long strings: error
return ("x"):rep(1e8):rep(1e8)

--- separators: error
return ("x"):rep(1e6, ("y"):rep(1e6)) .. ("x"):rep(1e9)

--- a table that grows: error
local t = {}
for i = 1, 1e9 do t[i] = i end

--- a table of tables: error
local t = {}
for i = 1, 1e9 do t[i] = {i} end

--- a table of strings: error
local t = {}
for i = 1, 1e9 do t["k" .. i] = i end

--- functions: error
local t = {}
for i = 1, 1e9 do t[i] = function() return i end end

--- coroutines: error
local t = {}
for i = 1, 1e9 do t[i] = coroutine.create(function() end) coroutine.resume(t[i]) end

--- memory that is short again and again: error
local t = {}
while true do pcall(function() for i = 1, 1e9 do t[#t + 1] = {} end end) end

--- memory that is short in a handler: error
local t = {}
xpcall(function() for i = 1, 1e9 do t[i] = {} end end,
  function(e) for i = 1, 1e9 do t[#t + 1] = {} end end)
while true do end

--- memory that is short in coroutines: error
local t = {}
while true do
  coroutine.resume(coroutine.create(function() for i = 1, 1e9 do t[#t + 1] = {} end end))
end

--- memory that is short in a comparator: error
local t = {}
table.sort({5, 4, 3, 2, 1}, function() for i = 1, 1e9 do t[i] = {} end end)

--- memory that is short in a replacement: error
local t = {}
return ("abc"):gsub(".", function() for i = 1, 1e9 do t[i] = {} end end)

--- memory that is short in a finalizer: any
local t = {}
local function fill() for i = 1, 1e9 do t[#t + 1] = {} end end
if newproxy then getmetatable(newproxy(true)).__gc = fill end
setmetatable({}, {__gc = fill})
collectgarbage()
collectgarbage()

--- memory that is short as a message is made: error
local t = {}
pcall(function() for i = 1, 1e9 do t[i] = ("x"):rep(100) .. i end end)
error(setmetatable({}, {__tostring = function() return ("x"):rep(1e7) end}))

--- memory that is short in the compiler: error
local code = {}
for i = 1, 1e5 do code[i] = "x" .. i .. " = {" .. i .. "}" end
code = table.concat(code, "\n")
local t = {}
while true do t[#t + 1] = assert((loadstring or load)(code)) end

--- memory that is short in callbacks: error
local t = {}
while true do t[#t + 1] = host:echo(("x"):rep(1000) .. #t) t[#t + 1] = {} end

--- memory that is short where Java objects come in: error
local t = {}
while true do t[#t + 1] = java.array("int", 1) end

--- stack that grows until memory is short: error
local function f() return 1 + f() end
return f()

--- many results: error
local t = {}
for i = 1, 5e5 do t[i] = i end
return select("#", (table.unpack or unpack)(t), (table.unpack or unpack)(t)) and ("x"):rep(1e9)

--- concat of what is too long: error
local t = {}
for i = 1, 1e4 do t[i] = ("x"):rep(1000) end
return #table.concat(t) + #table.concat(t, ("y"):rep(1e4))

--- upper, reverse and format of what is long: any
local s = ("x"):rep(2e6)
return #s:upper() + #s:reverse() + #("%s"):format(s) + #("%q"):format(s)

--- memory that is short while compiled code runs: error luajit
local t = {}
local function add(i) t[i] = {x = i, y = {i}} end
for i = 1, 1e9 do add(i) end

--- cdata without end: error luajit
local ffi = require "ffi"
local t = {}
for i = 1, 1e9 do t[i] = ffi.new("int[100]") end

--- a long set in a pattern, many times over: error
local set = "[" .. ("b"):rep(1e6) .. "a]"
local s = ("a"):rep(1e6)
return s:find(set .. "*") or s:match(set .. "+$")

--- the profiler's callback does not end: error luajit
local begun
require 'jit.profile'.start('i1', function()
  if not begun then begun = true while true do end end
end)
while true do end

--- the profiler where there is no memory: error luajit
require 'jit.profile'.start('i1', function() return ('x'):rep(1e6) .. os.clock() end)
local t = {} for i = 1, 1e9 do t[i] = tostring(i) end
