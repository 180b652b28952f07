x = 6
print(x * 7)
x + 1
"a" .. "ü"
nonsense(
error("kept going")
local list = java.import("java.util.ArrayList")(); list:add("one"); return list
function f(n) return n < 2 and 1 or n * f(n - 1) end
return f(10)
