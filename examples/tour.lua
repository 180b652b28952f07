#!/usr/bin/env lua
-- A short tour, for every flavour: ci/lua examples/tour.lua, ci/lua -f luajit examples/tour.lua

print("This is " .. (jit and jit.version or _VERSION) .. ", in a JVM.")

-- Arguments of the command line.
local name = ... or "you"
print("Hello, " .. name .. "!")

-- A table is a list and a map.
local moons = {"Io", "Europa", "Ganymede", "Callisto", planet = "Jupiter"}
table.sort(moons)
print(moons.planet .. " has " .. #moons .. " large moons: " .. table.concat(moons, ", "))

-- A metatable gives tables operators.
local Vector = {}
Vector.__index = Vector
Vector.__add = function (a, b) return Vector.new(a.x + b.x, a.y + b.y) end
Vector.__tostring = function (v) return string.format("(%g, %g)", v.x, v.y) end
function Vector.new (x, y) return setmetatable({x = x, y = y}, Vector) end
print("vectors: " .. tostring(Vector.new(1, 2) + Vector.new(0.5, 0.25)))

-- A coroutine yields one value at a time.
local function fibonacci (limit)
  return coroutine.wrap(function ()
    local a, b = 1, 1
    while a <= limit do
      coroutine.yield(a)
      a, b = b, a + b
    end
  end)
end
local numbers = {}
for n in fibonacci(100) do numbers[#numbers + 1] = n end
print("fibonacci: " .. table.concat(numbers, " "))

-- Strings are bytes, here UTF-8; patterns match bytes.
local initials = {}
for word in ("über den Fluß"):gmatch("%S+") do
  initials[#initials + 1] = word:match("^.[\128-\191]*")
end
print("initials: " .. table.concat(initials, " "))

-- An error is a value that pcall catches.
local ok, message = pcall(function () error("out of moons") end)
print("caught: " .. tostring(message), ok)

-- Java objects, if the host allows them.
if java then
  local List = java.import("java.util.ArrayList")
  local list = List()
  for _, moon in ipairs(moons) do list:add(moon) end
  java.import("java.util.Collections").reverse(list)
  print("an " .. list:getClass():getSimpleName() .. " of " .. list:size() .. ": " .. tostring(list))

  local LocalDate = java.import("java.time.LocalDate")
  print("two days after 28 February 2028: " .. tostring(LocalDate.of(2028, 2, 28):plusDays(2)))

  -- A Java exception is an error value, too, and stays the same object.
  local fine, exception = pcall(function () return list:get(99) end)
  print("Java says: " .. exception:getMessage(), fine)

  -- A Lua function where Java expects a functional interface.
  list:sort(function (a, b) return #a - #b end)
  print("by length: " .. tostring(list))
end
