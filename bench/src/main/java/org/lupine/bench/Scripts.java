package org.lupine.bench;

/** What all contenders run. */
final class Scripts {
  private Scripts() {}

  static final String TEXT = "twenty characters...";

  static final String SHORT = "local a = 20 return a * 2 + 2";

  /** Uses three variables of its bindings, and sets one. */
  static final String RULE = "total = price * count if total > limit then total = limit end "
      + "return total";

  /** Expects {@code twice}, {@code echo} and {@code counter} from the host by the time of a loop. */
  static final String PRELUDE = String.join("\n",
      "function increment(x) return x + 1 end",
      "function same(text) return text end",
      "point = {x = 1.5, y = 2.5}",
      "function twices(n)",
      "  local f, t = twice, 0",
      "  for i = 1, n do t = t + f(i + 0.5) end",
      "  return t",
      "end",
      "function echoes(n)",
      "  local f, t, text = echo, 0, '" + TEXT + "'",
      "  for i = 1, n do t = t + #f(text) end",
      "  return t",
      "end",
      "function adds(n)",
      "  local c, t = counter, 0",
      "  for i = 1, n do t = c:add(0.5) end",
      "  return t",
      "end",
      "local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end",
      "function fib(n) return f(n) end",
      "function sorts(n)",
      "  local t, seed = {}, 42",
      "  for i = 1, n do",
      "    seed = (seed * 16807) % 2147483647",
      "    t[i] = seed",
      "  end",
      "  table.sort(t)",
      "  return t[1]",
      "end",
      "function texts(n)",
      "  local t = {}",
      "  for i = 1, n do t[i] = string.format('%d:%s', i, ('x'):rep(i % 10)) end",
      "  local all, count = table.concat(t, ','), 0",
      "  for digits in all:gmatch('%d+') do count = count + #digits end",
      "  return count + #all:gsub('x', 'yy'):upper()",
      "end",
      "");
}
