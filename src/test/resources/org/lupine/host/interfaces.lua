-- Functions and tables as objects of interfaces; exceptions. BEHAVIOURS 105, 108, 133, 161-163.
local function fails(text, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "no error")
  assert(tostring(e):find(text, 1, true), tostring(e))
end

local ArrayList = java.import "java.util.ArrayList"
local list = ArrayList {3, 1, 2}
list:sort(function(a, b) return a < b and -1 or a > b and 1 or 0 end)
assert(tostring(list) == "[1, 2, 3]")
list:removeIf(function(x) return x == 2 end)
assert(tostring(list) == "[1, 3]")
local sum = 0
list:forEach(function(x) sum = sum + x end)
assert(sum == 4)
assert(list:stream():mapToInt(function(x) return x * 2 end):sum() == 8)
fails("int expected, got number 0.5",
  function() list:stream():mapToInt(function() return 0.5 end):sum() end)

-- tables
local calls = {}
local comparator = java.implement("java.util.Comparator", {
  compare = function(self, a, b)
    calls[#calls + 1] = self
    return b < a and -1 or b > a and 1 or 0
  end,
})
list:sort(comparator)
assert(tostring(list) == "[3, 1]" and calls[1].compare)
list:sort(comparator:reversed())
assert(tostring(list) == "[1, 3]")
assert(comparator == comparator and comparator:hashCode() == comparator:hashCode())
assert(tostring(comparator):find("java.util.Comparator", 1, true))
local named = java.implement("Runnable", {
  run = function() end,
  toString = function() return "me" end,
})
assert(tostring(named) == "me")
fails("no function 'run' for java.lang.Runnable",
  function() java.implement("Runnable", {}):run() end)
fails("is not a functional interface", java.implement, "java.util.List", print)
fails("bad argument #2 to 'implement'", java.implement, "Runnable", 5)

-- tables that can be called, tables for generic interfaces
local add = setmetatable({}, {__call = function(self, a, b) return a + b end})
assert(java.import "java.util.Map".of("k", 1):getOrDefault("z", 5) == 5)
local map = java.import "java.util.HashMap" {k = 1}
map:merge("k", 2, add)
assert(map.k == 3)
map:merge("k", 2, {apply = function(self, a, b) return a * b end})
assert(map.k == 6)

-- a class handle of an interface is called for the same
local ran
java.import "Runnable"(function() ran = true end):run()
assert(ran)

-- exceptions keep their identity
local Exception = java.import "java.io.IOException"
local boom = Exception("boom")
local ok, e = pcall(java.throw, boom)
assert(not ok and rawequal(e, boom) and e.message == "boom" and e:getMessage() == "boom")
ok, e = pcall(error, boom)
assert(rawequal(e, boom))
ok, e = pcall(function() list:forEach(function() java.throw(boom) end) end)
assert(not ok)
local callable = java.implement("java.util.concurrent.Callable", function() error(boom) end)
ok, e = pcall(callable.call, callable)
assert(not ok and rawequal(e, boom))
local runnable = java.implement("Runnable", function() java.throw(java.import "IllegalStateException"("x")) end)
ok, e = pcall(runnable.run, runnable)
assert(not ok and e.message == "x")
fails("Throwable expected, got string", java.throw, "x")
