-- Cases for CrashTest: library functions with arguments that nobody passes. See stack.lua.

--- a pattern of two hundred thousand items: any
return ("a"):rep(2e5):match(("a?"):rep(2e5))

--- a pattern of three hundred thousand items: any
return ("a"):rep(3e5):find((".?"):rep(3e5))

--- a long pattern in gsub, gmatch and find: runs
local pattern = ("a?"):rep(2e5)
pcall(string.gsub, ("a"):rep(2e5), pattern, "")
pcall(string.find, ("a"):rep(2e5), pattern)
pcall(function() for s in ("a"):rep(2e5):gmatch(pattern) do return s end end)

--- a pattern of ten thousand captures: error
return ("x"):rep(1e4):match(("(x"):rep(1e4))

--- a pattern of ten thousand nested captures: error
return ("x"):rep(1e4):match(("("):rep(1e4) .. "x" .. (")"):rep(1e4))

--- malformed patterns: runs
for _, p in ipairs {"[", "[^", "[a-", "[]", "[^]", "[%", "%", "%b", "%bx", "%f", "%1", "(%1)",
    "%f[", "(", ")", "(()", "%9", "[a-%", "[[:alpha:]", ("["):rep(1e5), ("%f[a"):rep(1e5)} do
  pcall(string.find, "abc", p)
  pcall(string.gsub, "abc", p, "%1")
  pcall(string.match, "", p)
end

--- malformed replacements: runs
for _, r in ipairs {"%", "%9", "%x", ("%0"):rep(1e4), "%2"} do
  pcall(string.gsub, "abc", "(b)", r)
end

--- a match that starts far outside: runs
for _, i in ipairs {-2^31, 2^31, -2^53, 2^53, 0} do
  pcall(string.find, "abc", "b", i)
  pcall(string.match, "abc", "b", i)
  pcall(string.sub, "abc", i, -i)
  pcall(string.byte, "abc", i, -i)
end

--- unpack of two thousand million: error
local unpack = table.unpack or unpack
unpack({}, 0, 2^31 - 1)

--- unpack to the end of the integers: runs
local unpack = table.unpack or unpack
pcall(unpack, {}, -2^31, 2^31 - 1)
pcall(unpack, {}, 1, 2^31 - 1)
pcall(unpack, {}, 1, 2^53)
pcall(unpack, {}, -2^53, 2^53)
pcall(unpack, {}, 1, 1e8)
pcall(unpack, {}, 2^31 - 2, 2^31 - 1)
pcall(unpack, {}, 2^31 - 1, 2^31)
pcall(unpack, {}, -2^31, -2^31)
if math.maxinteger then
  pcall(unpack, {}, math.maxinteger - 1, math.maxinteger)
  pcall(unpack, {}, math.mininteger, math.maxinteger)
  pcall(unpack, {}, math.mininteger, math.mininteger + 1)
end

--- unpack of two million: any
return select("#", (table.unpack or unpack)({}, 1, 2e6))

--- unpack of all sizes: runs
local unpack = table.unpack or unpack
for i = 0, 21 do pcall(function() return select("#", unpack({}, 1, 2^i)) end) end

--- a call with two million arguments: any
local unpack = table.unpack or unpack
local function f(...) return select("#", ...) end
return f(unpack({}, 1, 2e6))

--- select from the far end: runs
pcall(select, -2^31, 1)
pcall(select, 2^31, 1)
pcall(select, -1)
pcall(select, 0, 1)
pcall(select, 0 / 0, 1)

--- byte of a million: any
return ("x"):rep(1e6):byte(1, -1)

--- char of a million: any
return #string.char((table.unpack or unpack)({1, 2, 3}, 1, 1e6))

--- rep of too much: runs lua52 lua53 lua54 lua55 luajit
pcall(string.rep, "x", 2^31)
pcall(string.rep, "xx", 2^62)
pcall(string.rep, ("x"):rep(1e6), 1e9)
pcall(string.rep, "x", 2^40, ("y"):rep(1e6))
pcall(string.rep, "x", -1)

--- rep of nothing: any
return #string.rep("", 2^24)

--- concat of much: any
local s = ("x"):rep(2^18)
local t = {}
for i = 1, 2^4 do t[i] = s end
return #table.concat(t, s)

--- concat to the end of the integers: runs
pcall(table.concat, {}, "x", 1, 2^31 - 1)
pcall(table.concat, {}, "x", 2^31 - 2, 2^31 - 1)
if math.maxinteger then
  pcall(table.concat, {}, "x", math.maxinteger - 1, math.maxinteger)
  pcall(table.concat, {}, "x", math.mininteger, math.maxinteger)
end

--- format: runs
local function try(...) pcall(string.format, ...) end
try("%99.99f", 1e308) try("%99.99f", -1e308) try("%100d", 1) try("%.100d", 1) try("%5.3q", "x")
try("%s", ("x"):rep(1e6)) try("%99s", ("x"):rep(1e6)) try("%.99s", ("x"):rep(1e6)) try("%")
try("%y") try("%----------d", 1) try("%0000000000d", 1) try("%a", 0 / 0) try("%99.99a", 1e308)
try("%c%c%c", 0, 300, -1) try("%d", 2^63) try("%d", 0 / 0) try("%x", -1) try("%p", {})
try(("%d"):rep(1e5), 1) try("%q", ("\0\r\n\"\\"):rep(1e5)) try("%q", 1 / 0) try("%i", "10")
try("%1$s", "x") try("%*d", 3, 4) try("%n", 1) try("%ls", "x") try("%s")

--- a sort by a comparator that is always true: any
local t = {}
for i = 1, 1000 do t[i] = i end
table.sort(t, function() return true end)

--- a sort by a comparator that throws dice: any
local t = {}
for i = 1, 5000 do t[i] = i * 7919 % 5003 end
for i = 1, 20 do pcall(table.sort, t, function() return math.random() < 0.5 end) end

--- a sort that empties its table: any
local t = {}
for i = 1, 1000 do t[i] = i end
table.sort(t, function(a, b)
  for i = 1, 1000 do t[i] = nil end
  collectgarbage()
  error("emptied")
end)

--- a sort that grows its table: any
local t, n = {}, 0
for i = 1, 100 do t[i] = -i end
table.sort(t, function(a, b)
  n = n + 1
  if n < 1000 then t[#t + 1] = n end
  return (a or 0) < (b or 0)
end)

--- a sort by an invalid comparator: any
table.sort({3, 2, 1}, print)

--- a sort of different things: error
table.sort({1, "x", {}, print})

--- a sort of a table that lies about its length: runs
for _, n in ipairs {2^31, 2^53, -1, 1.5, "x"} do
  pcall(table.sort, setmetatable({}, {__len = function() return n end}), function() error() end)
end

--- insert and remove with a lying length: runs
for _, n in ipairs {2^53, -1, -2^53, 1.5, "x", math.maxinteger or 1, math.mininteger or 1} do
  local t = setmetatable({}, {__len = function() return n end})
  pcall(table.insert, t, 1)
  pcall(table.remove, t)
  pcall(table.concat, t)
  pcall(table.unpack or unpack, t)
  pcall(ipairs, t)
end

--- moves over the end: runs
if table.move then
  pcall(table.move, {1}, 1, 1, 2^62)
  pcall(table.move, {1, 2}, 1, 2, math.maxinteger or 2^31)
  pcall(table.move, {}, math.mininteger or -2^53, math.maxinteger or -2^53, 1)
end

--- tables of all sizes: runs
local function grow(i) local t = {} t[2^i] = 1 t[-2^i] = 2 t[2^i + 0.5] = 3 return #t end
for i = 0, 62 do grow(i) end
if table.new then pcall(table.new, 2^31, 2^31) end
if table.create then pcall(table.create, 2^31, 2^31) pcall(table.create, 2^40) end

--- next with what is no key: runs
pcall(next, {}, "x")
pcall(next, {1, 2}, 3)
pcall(next, {1, 2}, 0 / 0)
pcall(next, {}, {})
pcall(rawset, {}, nil, 1)
pcall(rawset, {}, 0 / 0, 1)

--- a table that changes while it is walked: any
local t = {}
for i = 1, 100 do t[i] = i t["k" .. i] = i end
local n = 0
for k in pairs(t) do
  n = n + 1
  t[k] = nil
  for i = 1, 10 do t[tostring(k) .. i] = true end
  if n > 1e4 then break end
end

--- keys that are collected while a weak table is walked: any
local t = setmetatable({}, {__mode = "k"})
for i = 1, 1000 do t[{}] = {} end
for k in pairs(t) do collectgarbage() end

--- a number from a million digits: runs
tonumber(("1"):rep(1e6))
tonumber("0x" .. ("f"):rep(1e6))
tonumber("0x." .. ("f"):rep(1e6) .. "p" .. ("9"):rep(1e6))
tonumber("1e" .. ("9"):rep(1e6))
tonumber((" "):rep(1e6) .. "1" .. (" "):rep(1e6))
pcall(tonumber, "zz", 36)
pcall(tonumber, "1", 99)
pcall(tonumber, ("z"):rep(1e6), 36)

--- integer arithmetic at the ends: runs lua53 lua54 lua55
local lo, hi = math.mininteger, math.maxinteger
assert(not pcall(function() return 1 // 0 end))
assert(not pcall(function() return 1 % 0 end))
assert(lo // -1 == lo and lo % -1 == 0 and hi + 1 == lo)
pcall(math.random, 0) pcall(math.random, lo, hi) pcall(math.random, hi, lo)
pcall(math.tointeger, 2^63) pcall(math.abs, lo) pcall(math.ult, lo, hi)
pcall(function() for i = 1, 10, 0 do end end)
assert(1 << 64 == 0 and 1 >> -64 == 0 and 1 << lo == 0 and lo >> 63 == 1)

--- random numbers of strange ranges: runs
pcall(math.random, 0) pcall(math.random, -2^53, 2^53) pcall(math.random, 1, 2^31)
pcall(math.random, 0 / 0) pcall(math.random, 1 / 0) pcall(math.random, -1 / 0, 1 / 0)
pcall(math.randomseed, 0 / 0) pcall(math.randomseed, 2^63) pcall(math.randomseed, -1 / 0)

--- bit operations of strange numbers: runs
local b = bit32 or bit or {}
for _, f in pairs(b) do
  for _, n in ipairs {0, -1, 2^31, 2^53, 2^64, -2^64, 0 / 0, 1 / 0, 1.5} do
    pcall(f, n, n, n) pcall(f, n) pcall(f) pcall(f, n, -n)
  end
end

--- pack and unpack: runs
if string.pack then
  for _, f in ipairs {"i17", "i0", "!17i4", "s8", "j", "z",
      "Xi3", "X", "!8Xd", ("i16"):rep(1e4), "<>=!", "s1", "i16"} do
    pcall(string.pack, f, 1, 2, 3)
    pcall(string.pack, f, ("x"):rep(300))
    pcall(string.unpack, f, ("\255"):rep(64))
    pcall(string.unpack, f, "", 1)
    pcall(string.unpack, f, "x", 2^53)
    pcall(string.packsize, f)
  end
  pcall(string.packsize, ("c2147483647"):rep(10))
  pcall(string.packsize, "c9999999999999999999")
  pcall(string.unpack, "z", "no end")
  pcall(string.pack, "i1", 1000)
end

--- utf8 of invalid text: runs
if utf8 then
  local bad = "\255\254ab\192\128\237\160\128\244\144\128\128\253\191\191\191\191\191\224"
  pcall(utf8.len, bad) pcall(utf8.codepoint, bad, 1, -1) pcall(utf8.offset, bad, 2^53)
  pcall(utf8.offset, bad, -2^53, -2^53) pcall(utf8.char, 2^31) pcall(utf8.char, -1)
  pcall(function() for _ in utf8.codes(bad) do end end)
  pcall(utf8.codepoint, ("x"):rep(1e7), 1, -1)
  pcall(utf8.char, (table.unpack or unpack)({}, 1, 1e5))
  local f, s = utf8.codes("abc")
  pcall(f, s, 2^53) pcall(f, s, -2^53) pcall(f, s, math.maxinteger) pcall(f, bad, 1)
end

--- dates: runs
for _, f in ipairs {"%Ez", "%", "%E", "%O", "%Q", "!%c", "*t", "!*t", ("%c"):rep(1e4), "%5z", "\0%"} do
  pcall(os.date, f) pcall(os.date, f, 0) pcall(os.date, f, 2^60) pcall(os.date, f, -2^60)
end
pcall(os.time, {year = 2^40, month = 1, day = 1}) pcall(os.time, {year = -2^31, month = 1, day = 1})
pcall(os.time, {year = 2000, month = 2^31 - 1, day = -2^31, hour = 2^31 - 1})
pcall(os.time, {}) pcall(os.difftime, 2^60, -2^60) pcall(os.getenv, ("x"):rep(1e6))
pcall(os.setlocale, ("x"):rep(1e6)) pcall(os.setlocale, "x", "no such category")

--- exits: error
os.exit(0)

--- exits with a state to be closed: error
os.exit(true, true)

--- exits in a coroutine, in a pcall, in a sort: error
pcall(table.sort, {1, 2, 3}, coroutine.wrap(function() pcall(os.exit, 1, true) end))

--- finalisers that exit while the engine is closed: runs lua52 lua53 lua54 lua55
local mt = {__gc = function() os.exit() end}
keep = {} for i = 1, 1.2e6 do keep[i] = setmetatable({}, mt) end

--- files used after they are closed: runs
local name = os.tmpname()
local f = assert(io.open(name, "w"))
f:write("x") f:close()
pcall(f.close, f) pcall(f.write, f, "x") pcall(f.read, f, "*a") pcall(f.seek, f) pcall(f.lines, f)
tostring(f) io.type(f) pcall(io.output, f) pcall(io.input, f)
local lines = io.lines(name)
while lines() do end
pcall(lines)
local f = io.open(name)
local next_line = f:lines()
f:close()
pcall(next_line)
os.remove(name)

--- files that finalisers close while they are read: runs
-- BEHAVIOURS 296
if jit then jit.off() end
local unpack = table.unpack or unpack
local file, other, close
local reading, closed, left
local times = 0
local function arm()
  local function finish()
    arm()
    if not reading then return end
    left = left - 1
    if left < 0 then reading = false closed = true close() end
  end
  coroutine.wrap(function()  -- whose stack holds nothing afterwards
    if newproxy then getmetatable(newproxy(true)).__gc = finish else setmetatable({}, {__gc = finish}) end
  end)()
end
local text = ("12 " .. ("3"):rep(700) .. "\n"):rep(5) .. ("x"):rep(3000)
-- Has the file closed at each of the first steps of the collector.
local function try(name, prepare, use)
  for step = 0, 9 do
    file = io.tmpfile()
    file:write(text) file:seek("set")
    prepare()
    left, closed, reading = step, false, true
    local ok, e = pcall(use)
    reading = false
    if closed == ok or (closed and not tostring(e):find("closed", 1, true)) then
      error(name .. ", step " .. step .. ": " .. tostring(closed) .. " " .. tostring(e))
    end
    if closed then times = times + 1 else file:close() end
  end
end
arm()
if _VERSION == "Lua 5.5" then
  collectgarbage("param", "pause", 0) collectgarbage("param", "stepmul", 0)
elseif _VERSION == "Lua 5.4" then
  collectgarbage("incremental", 1, 1000, 63)
else
  local all = (jit or _VERSION == "Lua 5.1") and 0 or 1e9
  collectgarbage("setpause", 0) collectgarbage("setstepmul", all)
end
collectgarbage()
local function nothing() end
local function set_default() io.input(file) end
local function close_file() file:close() end
local function close_no_default()
  io.input(other)
  file = nil
  collectgarbage() collectgarbage()
end
for _, formats in ipairs {
  {"*a"}, {"*l", "*l", "*l"}, {"*n", "*l", "*a"}, {3000, 3000}, {700, 700, 700, 700}, {1e6, 0, 0}
} do
  local name = table.concat(formats, " ")
  close = close_file
  try(name, nothing, function() file:read(unpack(formats)) reading = false end)
  try("lines of " .. name, nothing, function()
    local next_line = file:lines(unpack(formats))
    for i = 1, 25 do next_line() end
    reading = false
  end)
  try("default file, " .. name, set_default, function() io.read(unpack(formats)) reading = false end)
  close = close_no_default
  other = io.tmpfile()
  try("another default file, " .. name, set_default, function()
    io.read(unpack(formats))
    reading = false
    if closed then error("closed") end
  end)
end
assert(times > 20)
close = close_file
try("write", nothing, function() file:write("a", 1, 2.5, ("b"):rep(20000), 3) reading = false end)
try("seek", nothing, function() file:seek("set", "1") file:seek("end", "-1") reading = false end)
try("flush", nothing, function() file:setvbuf("full", "100") file:flush() reading = false end)

--- files of strange names and modes: runs
pcall(io.open, "/", "w") pcall(io.open, ("x"):rep(1e6)) pcall(io.open, "a\0b") pcall(io.open, "x", "zz")
pcall(io.lines, "no such file") pcall(io.popen, "exit 3", "zz") pcall(dofile, "/") pcall(loadfile, "/")
pcall(os.rename, "no such file", "/") pcall(os.remove, "/") pcall(io.lines, "/")

--- files with strange positions and formats: runs
local f = io.tmpfile()
f:write(("1"):rep(1e5), " ", ("x"):rep(1e5))
pcall(f.seek, f, "set", 2^60) pcall(f.seek, f, "set", -1) pcall(f.seek, f, "zz") pcall(f.seek, f, "end", -2^60)
f:seek("set")
pcall(f.read, f, "*n") pcall(f.read, f, 2^31) pcall(f.read, f, -1) pcall(f.read, f, "*z")
pcall(f.read, f, (table.unpack or unpack)({}, 1, 300)) pcall(f.setvbuf, f, "full", -1)
pcall(f.lines, f, (table.unpack or unpack)({}, 1, 300))
f:close()

--- a file in a coroutine that is dropped: runs
for i = 1, 200 do
  local co = coroutine.wrap(function() local f = io.tmpfile() coroutine.yield() f:close() end)
  co()
end
collectgarbage() collectgarbage()

--- standard files closed: any
pcall(io.close)
pcall(io.stdout.close, io.stdout)
pcall(io.stderr.close, io.stderr)
pcall(io.stdin.close, io.stdin)
pcall(io.write, "x") pcall(io.read) pcall(print, "x") pcall(io.lines)
pcall(io.output) pcall(io.input)

--- standard files exchanged: any
local f = io.tmpfile()
io.output(f) io.input(f)
io.write("x")
f:close()
pcall(io.write, "x") pcall(io.read) pcall(io.lines) pcall(io.close)
pcall(io.output, io.stdin) pcall(io.input, io.stdout)
pcall(io.write, "x") pcall(io.read)

--- warnings: runs
if warn then
  warn("@on") warn("@off") warn("@on") warn(("x"):rep(1e6)) warn("a", "b", "c") pcall(warn, {})
  pcall(warn) warn("@no such thing") warn("\0\255")
end

--- the profiler's callback raises: runs luajit
local profile = require 'jit.profile'
local calls = 0
jit.off()
profile.start('i1', function() calls = calls + 1 error({}) end)
local start = os.clock()
while calls < 1 and os.clock() - start < 10 do end
profile.stop()
jit.on()
assert(calls >= 1)

--- the profiler's callback overflows the stack: runs luajit
local profile = require 'jit.profile'
local calls = 0
jit.off()
local function deep() return 1 + deep() end
profile.start('i1', function() calls = calls + 1 deep() end)
local start = os.clock()
while calls < 1 and os.clock() - start < 10 do end
profile.stop()
jit.on()
assert(calls >= 1)

--- a profiler that runs on: runs luajit
require 'jit.profile'.start('i1000000', function() end)

--- the profiler while functions are compiled and hooked: runs luajit
local profile = require 'jit.profile'
profile.start('li1', function(thread) profile.dumpstack(thread, 'fZ;', -10) end)
for i = 1, 200 do
  debug.sethook(function() end, '', 1000)
  local f = loadstring('local n = 0 for i = 1, 1000 do n = n + i % ' .. i .. ' end return n')
  for _ = 1, 20 do f() end
  debug.sethook()
  collectgarbage 'step'
end
profile.stop()

--- stack dumps of the profiler while finalizers dump, too: runs luajit
local profile = require("jit.profile")
collectgarbage("setpause", 100) collectgarbage("setstepmul", 1000)
for i = 1, 2000 do
  getmetatable(newproxy(true)).__gc = function() profile.dumpstack("pF;", 200) end
  local function down(n) if n > 0 then return (down(n - 1)) end return profile.dumpstack("f;", 100) end
  assert(down(i % 60):find("down;", 1, true))
end

--- tables of jit.util that constructors copy: runs luajit
local util = require("jit.util")
local function make() return {1, 2, 3, 4, 5, 6, 7, 8, x = 1} end
local function change(t)
  if type(t) ~= "table" then return end
  for key in pairs(t) do t[key] = nil end
  for i = 1, 100 do t["key" .. i] = i end
end
for i = -10, 10 do change((util.funck(make, i))) end
for i = 1, 200 do local t = make() t[8] = i end
for trace = 0, 50 do
  for k = -1, -300, -1 do
    local constant = util.tracek(trace, k)
    if constant ~= _G then change(rawequal(constant, package.loaded) and 0 or constant) end
  end
end
local t = make()
assert(#t == 8 and t.x == 1 and t.key1 == nil)

--- numbers of traces that look like objects: runs luajit
local util = require("jit.util")
jit.opt.start("hotloop=2", "maxirconst=5000", "maxrecord=10000")
local numbers = 0
for kind = 0, 20 do
  local lines = {}
  for op = 0, 255 do lines[#lines + 1] = ("x = x + %.17g"):format(2 + (op * 256 + kind) / 2 ^ 19) end
  local code = "local x = 0 for i = 1, 20 do " .. table.concat(lines, " ") .. " end return x"
  assert(loadstring(code))()
end
for trace = 0, 100 do
  for k = -1500, -1 do
    local constant, kind = util.tracek(trace, k)
    if type(constant) == "table" then next(constant) end
    tostring(constant)
    if kind == 14 then            -- a number, which takes two places
      numbers = numbers + 1
      assert(select("#", util.tracek(trace, k + 1)) == 0)
    end
  end
  util.traceexitstub(trace, 0)
  util.traceexitstub(30000 + trace, 0)
end
assert(numbers > 255)
collectgarbage() collectgarbage()

--- metamethods of C data called by hand: runs luajit
local values = {"text", 1, {}, print, false}
for _, f in pairs(debug.getmetatable(1LL)) do
  if type(f) == "function" then
    pcall(f)
    for _, a in ipairs(values) do
      pcall(f, a) pcall(f, nil, a) pcall(f, a, nil)
      for _, b in ipairs(values) do pcall(f, a, b) end
    end
  end
end

--- levels of tail calls that are lost: runs lua51
local function levels(n)
  if n > 0 then return levels(n - 1) end
  local info = debug.getinfo(30000, "S")
  local text = debug.traceback("x")
  return info, text
end
local info, text = levels(1e6)
assert(info == nil)
assert(select(2, text:gsub("\n", "\n")) == 23)
local co = coroutine.create(function() levels(1e5) coroutine.yield() end)
coroutine.resume(co)
debug.traceback(co)
