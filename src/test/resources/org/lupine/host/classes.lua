-- Classes, constructors, statics, casts, arrays. BEHAVIOURS 119, 139, 140.
local function fails(text, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "no error")
  assert(tostring(e):find(text, 1, true), tostring(e))
end

local String, Integer, Math = java.import "String", java.import "Integer", java.import "Math"
local ArrayList = java.import "java.util.ArrayList"
assert(rawequal(ArrayList, java.import "java.util.ArrayList"))

assert(Math.max(3, 7) == 7 and Math.max(1.5, 2) == 2 and Math.abs(-4) == 4)
assert(Integer.MAX_VALUE == 2147483647)
assert(String.format("%s-%d", "a", 3) == "a-3")
assert(String.valueOf(true) == "true")
assert(String.join("+", ArrayList {"a", "b"}) == "a+b")
assert(ArrayList().class:getSimpleName() == "ArrayList")
assert(ArrayList.class:getSimpleName() == "ArrayList")
assert(ArrayList.new():size() == 0)
assert(java.import("java.util.Map").Entry.class:isInterface())
assert(java.import "java.util.Map.Entry" == java.import "java.util.Map$Entry")

fails("no class 'no.such.Thing'", java.import, "no.such.Thing")
fails("bad argument #1 to 'import'", java.import)
fails("java.lang.Number is abstract", java.import "Number")
fails("no constructor of java.util.ArrayList takes (boolean)", ArrayList, true)
fails("no integer representation", Math.floorMod, 1.5, 2)
fails("near: max", function() return Math.mx end)

-- statics of a bean
local Bean = java.import "org.lupine.host.AttributesTest$Bean"
Bean.shared = 11
assert(Bean.shared == 11 and Bean.hello("you") == "hello you" and Bean:hello("you") == "hello you")
Bean.shared = 7
assert(Bean.Inner().class:getSimpleName() == "Inner")
fails("cannot be written", function() Bean.FIXED = "" end)

-- methods of objects by their class
assert(ArrayList.size(ArrayList {1}) == 1)

-- overloads
local Cases = java.import "org.lupine.host.OverloadsTest.Cases"
local cases = Cases()
assert(cases:number(1) == "int" and cases:number(2147483648) == "long")
assert(cases:number(1.5) == "double")
assert(cases:any("x") == "String" and cases:any(true) == "boolean")
assert(cases:sum() == 0 and cases:sum(1, 2, 3) == 6)
assert(cases:letter("x") == "char x")
assert(cases:number(java.cast("double", 1)) == "double")
fails("choose with java.cast", function() cases:unclear(nil) end)
assert(cases:unclear(java.cast("String", nil)) == "String")
for _, bad in ipairs {3.7, 2147483648, 1e300} do
  fails("number has no integer representation", function() cases:whole(bad) end)
end
assert(select("#", cases:nothing()) == 0)

-- java.fn
local new = java.fn(ArrayList)
assert(type(new) == "function" and new():size() == 0)
local words = {"b", "a"}
local less = java.fn(java.import "java.util.Comparator".naturalOrder(), "java.util.Comparator")
table.sort(words, function(a, b) return less(a, b) < 0 end)
assert(words[1] == "a")
fails("bad argument #1 to 'fn'", java.fn, 5)

-- arrays, types
assert(#java.array("String", {"a", "b"}) == 2)
assert(java.array("int[]", 2)[1] == nil)
assert(java.instanceof(ArrayList(), "java.util.List") and not java.instanceof("x", ArrayList))
assert(java.typeof(ArrayList()) == ArrayList and java.typeof(1) == nil)

-- views
local map = java.import "java.util.HashMap" {size = 9}
assert(java.members(map):size() == 1 and java.members(map).empty == false)
assert(java.items(map).size == 9 and java.items(map).isEmpty == nil)
fails("no items", function() return java.items(cases).x end)
