-- Cases for CrashTest: source texts that ask too much of the parser. See stack.lua for the form.

--- nested parentheses: error
assert((loadstring or load)("return " .. ("("):rep(1e5) .. "1" .. (")"):rep(1e5)))

--- nested parentheses without an end: error
assert((loadstring or load)("return " .. ("("):rep(1e6)))

--- nested constructors: error
assert((loadstring or load)("return " .. ("{"):rep(1e5) .. ("}"):rep(1e5)))

--- nested blocks: error
assert((loadstring or load)(("do "):rep(1e5) .. ("end "):rep(1e5)))

--- nested loops: error
assert((loadstring or load)(("while 1 do "):rep(1e5) .. ("end "):rep(1e5)))

--- nested functions: error
assert((loadstring or load)("return " .. ("function() return "):rep(1e5) .. ("end "):rep(1e5)))

--- nested calls: error
assert((loadstring or load)("return " .. ("f("):rep(1e5) .. (")"):rep(1e5)))

--- nested indices: error
assert((loadstring or load)("return " .. ("a["):rep(1e5) .. "1" .. ("]"):rep(1e5)))

--- a row of unary operators: error
assert((loadstring or load)("return " .. ("-"):rep(3):gsub("%-", "- ") .. ("not "):rep(1e5) .. "1"))

--- a row of concatenations: error
assert((loadstring or load)("return " .. ("'x' .. "):rep(1e5) .. "'x'"))

--- a row of powers: error
assert((loadstring or load)("return " .. ("x ^ "):rep(1e5) .. "x"))

--- a row of comparisons: any
assert((loadstring or load)("return " .. ("1 < "):rep(1e5) .. "1"))

--- a row of additions: any
assert((loadstring or load)("return " .. ("x + "):rep(1e5) .. "1"))

--- a row of assigned variables: error
assert((loadstring or load)(("a, "):rep(1e5) .. "a = 1"))

--- a row of fields: any
assert((loadstring or load)("return a" .. (".b"):rep(1e5)))

--- a row of calls: any
assert((loadstring or load)("return f" .. ("()"):rep(1e5)))

--- a row of elseif: any
assert((loadstring or load)("if x then " .. ("elseif x then "):rep(5e3) .. "end"))

--- three hundred locals: error
local names = {}
for i = 1, 300 do names[i] = "v" .. i end
assert((loadstring or load)("local " .. table.concat(names, ", ")))

--- a function of three hundred upvalues: any
local source = {}
for i = 1, 300 do
  source[i] = i % 150 == 1 and "local v" .. i .. " local function f" .. i .. "() local v" .. i
    or "local v" .. i
end
for i = 1, 300 do source[#source + 1] = "v" .. i .. " = v" .. i end
assert((loadstring or load)(table.concat(source, " ") .. " end end"))

--- three hundred thousand constants: any
local source = {}
for i = 1, 3e5 do source[i] = i + 0.5 end
assert((loadstring or load)("return {" .. table.concat(source, ", ") .. "}"))()

--- a call of three hundred arguments: any
assert((loadstring or load)("return print(" .. ("1, "):rep(300) .. "1)"))()

--- a jump over two hundred thousand instructions: any
local body = ("x = y "):rep(2e5)
assert((loadstring or load)("while x do " .. body .. "end"))

--- a million lines: any
assert((loadstring or load)(("\n"):rep(1e6) .. "error('far down')"))()

--- a name of a million letters: any
assert((loadstring or load)(("a"):rep(1e6) .. " = 1"))()

--- a number of a million digits: any
assert((loadstring or load)("return " .. ("1"):rep(1e6)))()

--- a hexadecimal number of a million digits: any
assert((loadstring or load)("return 0x" .. ("f"):rep(1e6)))()

--- a long bracket of a million signs: any
assert((loadstring or load)("return [" .. ("="):rep(1e6) .. "[x]" .. ("="):rep(1e6) .. "]"))()

--- an unfinished long bracket of a million signs: error
assert((loadstring or load)("return [" .. ("="):rep(1e6)))

--- an unfinished string of a million letters: error
assert((loadstring or load)("return '" .. ("x"):rep(1e6)))

--- an unfinished comment of a million letters: error
assert((loadstring or load)("--[[" .. ("x"):rep(1e6)))

--- bad escapes: runs
for _, s in ipairs {[['\xzz']], [['\u{80000000}']], [['\u{ffffffffffff}']], [['\300']], [['\]]} do
  pcall(loadstring or load, "return " .. s)
end

--- goto into nowhere: any
assert((loadstring or load)("goto " .. ("x"):rep(1e5)))

--- five thousand labels: any lua52 lua53 lua54 lua55 luajit
local source = {}
for i = 1, 5e3 do source[i] = "::l" .. i .. ":: goto l" .. i end
load(table.concat(source, " "))

--- a chunk name with a newline and a zero: any
local load = loadstring or load
load("error('x')", "=\0")
assert(load("error('x')", ("@x\ny"):rep(1e4)))()

--- a chunk name of a million letters: error
assert((loadstring or load)("error('x')", ("x"):rep(1e6)))()

--- a syntax error beside a token of a million letters: error
assert((loadstring or load)("x = = " .. ("y"):rep(1e6)))

--- a reader that returns other things: any
local pieces = {"return ", 1, {}, nil}
local n = 0
load(function() n = n + 1 return pieces[n] end)

--- a reader of endless digits: any
local n = 0
load(function() n = n + 1 return n < 1e5 and "1" or nil end)

--- a reader that yields: any
local f = coroutine.wrap(function() assert(load(coroutine.yield)) end)
f() f()

--- a trace of more than the compiler can count: runs luajit
jit.opt.start("maxrecord=200000", "maxirconst=32000", "maxsnap=60000", "maxmcode=100000", "sizemcode=16384")
local lines = {}
for i = 1, 4000 do lines[i] = "x = x * 1." .. i + 1000 .. " + t[" .. i % 50 + 1 .. "] if x == " .. i .. " then y = x end" end
local g = assert(loadstring("local t, x, y = ... " .. table.concat(lines, " ") .. " return x"))
local t = {}
for i = 1, 50 do t[i] = i end
local x = 1
for i = 1, 200 do
  x = g(t, x, 1.5) x = g(t, x, 1.5) x = g(t, x, 1.5) x = g(t, x, 1.5)
  x = g(t, x, 1.5) x = g(t, x, 1.5) x = g(t, x, 1.5) x = g(t, x, 1.5)
end
