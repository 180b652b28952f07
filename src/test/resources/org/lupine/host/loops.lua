-- java.iter, iterex, enumerate. BEHAVIOURS 124-132.
local function fails(text, f, ...)
  local ok, e = pcall(f, ...)
  assert(not ok, "no error")
  assert(tostring(e):find(text, 1, true), tostring(e))
end
local function joined(...)
  local all = {}
  for a, b in ... do
    all[#all + 1] = tostring(a) .. (b == nil and "" or "=" .. tostring(b))
  end
  return table.concat(all, " ")
end

local Arrays, Stream = java.import "java.util.Arrays", java.import "java.util.stream.Stream"
local list = Arrays.asList("x", "y")
assert(joined(java.iter(list)) == "x y")
assert(joined(java.iter(list:iterator())) == "x y")
assert(joined(java.iter(Stream.of("x", "y"))) == "x y")
assert(joined(java.iter(java.array("int", {1, 2}))) == "1 2")
local map = java.import "java.util.TreeMap" {k = "v", l = "w"}
assert(joined(java.iter(map)) == "k=v l=w")
assert(joined(java.iterex(map)) == "k=v l=w")
assert(joined(java.iterex(map:entrySet())) == "k=v l=w")

local count = 0
for v in java.iter(Arrays.asList(1, nil, 1)) do
  count = count + 1
  assert(v == 1 or rawequal(v, java.null))
end
assert(count == 3)

local rows = java.import "java.util.ArrayList"()
rows:add(java.array("Object", 4))
rows:add(java.array("Object", 0))
rows:add(java.array("Object", {1, 2}))
local seen = 0
for a, b, c, d in java.iterex(rows) do
  seen = seen + 1
  if seen < 3 then
    assert(rawequal(a, java.null) and b == nil and c == nil and d == nil)
  else
    assert(a == 1 and b == 2)
  end
end
assert(seen == 3)

assert(joined(java.enumerate(list)) == "0=x 1=y")
assert(joined(java.enumerate(list, 3)) == "3=x 4=y")
if math.type then
  for i in java.enumerate(list) do assert(math.type(i) == "integer") end
end
for _, bad in ipairs {"abc", {}, print, 2.5} do
  fails("bad argument #2 to 'enumerate'", java.enumerate, list, bad)
end
fails("bad argument #1 to 'iter'", java.iter, 5)
fails("bad argument #1 to 'iter'", java.iter, {})
fails("bad argument #2 to 'iter'", java.iter, list, list)
