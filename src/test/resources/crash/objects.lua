-- Cases for CrashTest: Java objects in Lua, and numbers that Lua cannot hold. See stack.lua.

--- an overflow handler that overflows again: error
local big = java.import "java.math.BigInteger"("2"):pow(70)
local box = java.array("Object", {big, big + 1})
java.set_overflow_handler(function(n) return box[2] end)
return box[1]

--- an overflow handler that overflows at every level: any
local big = java.import "java.math.BigInteger"("2"):pow(70)
local box = java.array("Object", {big, big + 1})
java.set_overflow_handler(function(n) pcall(function() return box[2] end) return box[1] end)
for i = 1, 100 do pcall(function() return box[1] end) end

--- an overflow handler that recurs without end: error
local box = java.array("Object", {java.import "java.math.BigInteger"("2"):pow(70)})
local function f(n) return 1 + f(n) end
java.set_overflow_handler(f)
return box[1]

--- an overflow handler that replaces itself: runs
local box = java.array("Object", {java.import "java.math.BigInteger"("2"):pow(70)})
local function handler(n)
  java.set_overflow_handler(function() java.set_overflow_handler(handler) return "other" end)
  return "one"
end
java.set_overflow_handler(handler)
for i = 1, 100 do assert(type(box[1]) == "string") end

--- an overflow handler that yields: any
local box = java.array("Object", {java.import "java.math.BigInteger"("2"):pow(70)})
java.set_overflow_handler(coroutine.yield)
local f = coroutine.wrap(function() return box[1] end)
f() f()

--- an overflow handler that closes the engine: closed
local box = java.array("Object", {java.import "java.math.BigInteger"("2"):pow(70)})
java.set_overflow_handler(function() host:close() return {} end)
return box[1]

--- an object whose text is asked without end: error
local o
o = java.implement("Runnable", {run = print, toString = function() return tostring(o) .. "x" end})
return tostring(o)

--- an object whose equals compares without end: error
local a, b
local methods = {run = print, equals = function() return a == b end}
a = java.implement("Runnable", methods)
b = java.implement("Runnable", {run = print, equals = methods.equals})
return a == b

--- objects whose order is asked without end: error
local a, b
local function order() return a < b and 1 or 0 end
a, b = java.implement("Comparable", order), java.implement("Comparable", order)
return a < b

--- a hash that is asked without end: error
local map = java.import "java.util.HashMap" {x = 1}
local o
o = java.implement("Runnable", {run = print, hashCode = function() return map[o] or 1 end})
return map[o]

--- a list that holds itself: any
local list = java.import "java.util.ArrayList"()
list:add(list)
return tostring(list), list:hashCode()

--- a loop whose steps loop without end: error
local function f()
  for v in java.iter(java.implement("Iterable", {iterator = function() f() end})) do end
end
f()

--- arguments by name in a table that is no sequence: error
return java.args(setmetatable({}, {__index = function(t, k) return k end, __len = error}))[1]

--- a table as an argument that refers to itself: any
local t = {}
t.t, t[1] = t, t
java.import "java.util.ArrayList"(t):hashCode()

--- a billion elements: error
return java.array("long", 2147483647)

--- a billion dimensions: error
return java.array("int" .. ("[]"):rep(300), 1)

--- names of classes that are none: error
for _, name in ipairs {"", ".", "..", "[]", "int[", "[I", ("a."):rep(1e5), ("x"):rep(1e6), "\0"} do
  pcall(java.import, name)
end
return java.import("a\0b")

--- metamethods of objects on other values: any
local meta = debug.getmetatable(java.import "java.util.ArrayList"())
for name, f in pairs(meta) do
  if type(f) == "function" then
    for _, value in ipairs {1, "x", {}, print, io.stdout, java.null, coroutine.create(print)} do
      pcall(f, value, value)
      pcall(f, java.null, value)
      pcall(f)
    end
  end
end

--- finalisers that take steps of the loop whose values are being pushed: runs lua51 lua53
local list = java.import("java.util.ArrayList")()
for i = 1, 4000 do list:add(i % 80 < 40 and ("x"):rep(60) .. i or i) end
collectgarbage("setpause", 100)
collectgarbage("setstepmul", 1000)
local step
local function finally(f)
  if newproxy then getmetatable(newproxy(true)).__gc = f else setmetatable({}, {__gc = f}) end
end
local function arm()
  finally(function()
    if step then tostring(list) step() arm() end
  end)
end
for _, loop in ipairs {java.iter, ipairs} do
  step = loop(list)
  arm()
  for a, b in step do
    local garbage = {}
    assert(type(a) == "string" or type(a) == "number")
    assert(b == nil or type(b) == "string" or type(b) == "number")
  end
end
step = nil
