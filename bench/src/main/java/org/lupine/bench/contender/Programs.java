package org.lupine.bench.contender;

import java.util.LinkedHashMap;
import java.util.Map;

/** Twelve programs that compute and do not leave Lua; each defines a function {@code bench}. */
public final class Programs {
  /** The programs by the names of their rows. */
  public static final Map<String, String> LUA = new LinkedHashMap<>();

  static {
    add(
        "fib",
        "local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end",
        "function bench() return f(24) end");
    add(
        "sort",
        "function bench()",
        "  local t, seed = {}, 42",
        "  for i = 1, 10000 do seed = (seed * 16807) % 2147483647 t[i] = seed end",
        "  table.sort(t)",
        "  return t[1]",
        "end");
    add(
        "text",
        "function bench()",
        "  local t = {}",
        "  for i = 1, 2000 do t[i] = string.format('%d:%s', i, ('x'):rep(i % 10)) end",
        "  local all, count = table.concat(t, ','), 0",
        "  for digits in all:gmatch('%d+') do count = count + #digits end",
        "  return count + #all:gsub('x', 'yy'):upper()",
        "end");
    add(
        "concat",
        "function bench()",
        "  local s = ''",
        "  for i = 1, 1000 do s = s .. i .. ',' end",
        "  return #s",
        "end");
    add(
        "closures",
        "local function counter(n) return function(d) n = n + d return n end end",
        "function bench()",
        "  local s = 0",
        "  for i = 1, 5000 do local c = counter(i) s = s + c(1) + c(2) end",
        "  return s",
        "end");
    add(
        "mandel",
        "function bench()",
        "  local inside = 0",
        "  for py = 0, 39 do",
        "    for px = 0, 39 do",
        "      local cx, cy, x, y, n = px / 20 - 1.5, py / 20 - 1, 0, 0, 0",
        "      while n < 50 and x * x + y * y < 4 do",
        "        x, y, n = x * x - y * y + cx, 2 * x * y + cy, n + 1",
        "      end",
        "      if n == 50 then inside = inside + 1 end",
        "    end",
        "  end",
        "  return inside",
        "end");
    add(
        "sieve",
        "function bench()",
        "  local composite, count = {}, 0",
        "  for i = 2, 20000 do",
        "    if not composite[i] then",
        "      count = count + 1",
        "      for k = i * i, 20000, i do composite[k] = true end",
        "    end",
        "  end",
        "  return count",
        "end");
    add(
        "queens",
        "local function free(q, n, c)",
        "  for i = 1, n - 1 do",
        "    if q[i] == c or q[i] - i == c - n or q[i] + i == c + n then return false end",
        "  end",
        "  return true",
        "end",
        "local function place(q, n)",
        "  if n > 7 then return 1 end",
        "  local count = 0",
        "  for c = 1, 7 do if free(q, n, c) then q[n] = c count = count + place(q, n + 1) end end",
        "  return count",
        "end",
        "function bench() return place({}, 1) end");
    add(
        "matrix",
        "local function make(n)",
        "  local m = {}",
        "  for i = 1, n do m[i] = {} for k = 1, n do m[i][k] = i - k + 0.5 end end",
        "  return m",
        "end",
        "function bench()",
        "  local a, b, sum = make(40), make(40), 0",
        "  for i = 1, 40 do",
        "    for k = 1, 40 do",
        "      local s, row = 0, a[i]",
        "      for l = 1, 40 do s = s + row[l] * b[l][k] end",
        "      sum = sum + s",
        "    end",
        "  end",
        "  return sum",
        "end");
    add(
        "trees",
        "local function tree(d) if d == 0 then return {} end return {tree(d - 1), tree(d - 1)} end",
        "local function count(t) if t[1] then return 1 + count(t[1]) + count(t[2]) end return 1"
            + " end",
        "function bench() return count(tree(12)) end");
    add(
        "objects",
        "local Account = {} Account.__index = Account",
        "function Account.new(b) return setmetatable({balance = b}, Account) end",
        "function Account:deposit(d) self.balance = self.balance + d return self end",
        "function Account:value() return self.balance end",
        "function bench()",
        "  local s = 0",
        "  for i = 1, 3000 do s = s + Account.new(i):deposit(1):deposit(2):value() end",
        "  return s",
        "end");
    add(
        "nbody",
        "function bench()",
        "  local b = {}",
        "  for i = 1, 5 do b[i] = {x = i, y = i * i % 7, z = i % 3, u = 0, v = 0, w = 0, m = 1 / i}"
            + " end",
        "  for step = 1, 100 do",
        "    for i = 1, 5 do",
        "      local p = b[i]",
        "      for k = i + 1, 5 do",
        "        local q = b[k]",
        "        local x, y, z = p.x - q.x, p.y - q.y, p.z - q.z",
        "        local d = x * x + y * y + z * z",
        "        local f = 0.001 / (d * math.sqrt(d))",
        "        p.u, p.v, p.w = p.u - x * q.m * f, p.v - y * q.m * f, p.w - z * q.m * f",
        "        q.u, q.v, q.w = q.u + x * p.m * f, q.v + y * p.m * f, q.w + z * p.m * f",
        "      end",
        "    end",
        "    for i = 1, 5 do",
        "      local p = b[i]",
        "      p.x, p.y, p.z = p.x + 0.001 * p.u, p.y + 0.001 * p.v, p.z + 0.001 * p.w",
        "    end",
        "  end",
        "  return b[1].x",
        "end");
  }

  private Programs() {}

  private static void add(String row, String... lines) {
    LUA.put(row, String.join("\n", lines));
  }
}
