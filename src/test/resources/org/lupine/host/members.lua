-- Members, entries and elements of Java objects. BEHAVIOURS 110-120, 122, 123.
local function fails(text, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "no error")
  assert(tostring(e):find(text, 1, true), tostring(e))
end

local Bean = java.import "org.lupine.host.AttributesTest.Bean"
local ArrayList = java.import "java.util.ArrayList"
local HashMap = java.import "java.util.HashMap"

-- identity
local bean = Bean()
assert(type(bean) == "userdata")
assert(rawequal(bean, bean:self(bean)))
local keyed = {[bean] = 1}
assert(keyed[bean:self(bean)] == 1)

-- beans and fields
assert(bean.name == "a")
bean.name = "b"
assert(bean:getName() == "b" and bean.getName() == "b")
assert(bean.ready == true)
bean.field = 6
assert(bean.field == 6)
assert(bean.class:getName() == "org.lupine.host.AttributesTest$Bean")
fails("no member 'nam' of org.lupine.host.AttributesTest$Bean; near: name",
  function() return bean.nam end)
fails("cannot be written", function() bean.last = 1 end)
fails("takes (number)", function() bean.name = 1 end)

-- methods with and without self, kept for later
local get = bean.getName
assert(get() == "b" and get(bean) == "b")
assert(bean.self(bean) == bean)
for i = 1, 3 do
  assert(bean:self(i) == i)
end

-- maps
local map = HashMap()
map.a = 1
map["b c"] = "x"
assert(map.a == 1 and map["b c"] == "x" and map.z == nil)
assert(map:size() == 2)
map.size = 5
assert(map.size == 5 and #map == 3)
map.size = nil
assert(map:size() == 2 and not map:containsKey("size"))
map[1] = "one"
assert(map[1] == "one" and map:get(1) == "one")
map.f = function(x) return x + 1 end
assert(map.f(1) == 2)
map.f = nil
fails("no method 'put' of java.util.HashMap takes (string), candidates: put(Object, Object)",
  function() map:put("a") end)

-- lists
local list = ArrayList {"a", "b", "c"}
assert(list[1] == "a" and list[3] == "c" and list[0] == nil and list[4] == nil)
assert(list:get(0) == "a")
list[#list + 1] = "d"
assert(#list == 4 and list:size() == 4)
list:remove(0)
assert(list[1] == "b")
list:remove("d")
assert(tostring(list) == "[b, c]")
fails("out of range", function() list[9] = 1 end)

-- arrays
local array = java.array("int", 3)
array[1] = 5
assert(#array == 3 and array[1] == 5 and array[2] == 0 and array[4] == nil)
fails("int expected, got string", function() array[1] = "x" end)
fails("out of range", function() array[4] = 1 end)

-- loops
local seen = {}
for k, v in pairs(HashMap {a = 1, b = 2}) do seen[k] = v end
assert(seen.a == 1 and seen.b == 2)
local text = ""
for i, v in pairs(list) do text = text .. i .. v end
for i, v in ipairs(list) do text = text .. i .. v end
assert(text == "1b2c1b2c")

-- operators
assert(list == ArrayList {"b", "c"} and list ~= ArrayList {"b"})
local Unit = java.import "java.util.concurrent.TimeUnit"
assert(Unit.SECONDS < Unit.DAYS and Unit.DAYS >= Unit.DAYS)
assert(list .. "!" == "[b, c]!" and "!" .. list == "![b, c]")
fails("attempt to compare", function() return Unit.DAYS < bean end)

-- what cannot be called or indexed
fails("attempt to call", function() bean() end)
fails("attempt to call", function() java.null() end)
fails("java.null", function() return java.null.x end)
assert(java.null and java.null ~= nil and rawequal(java.null, java.null))
assert(tostring(java.null) == "null")

-- the metatable is closed
assert(type(getmetatable(bean)) ~= "table")
assert(not pcall(setmetatable, bean, {}))

-- hidden classes
local List = java.import "java.util.List"
assert(List.of(1, 2):size() == 2)
assert(List.of("a"):stream():map(string.upper):findFirst():get() == "A")
