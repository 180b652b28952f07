package org.lupine.bench.contender;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows in which a script does the work: for each the text of a function {@code bench} of the
 * script's language, which takes no argument and returns a number. It finds these globals: {@code
 * obj}, a {@link Subject}; {@code point}, a {@link Point}; {@code plus}, {@code same} and {@code
 * echo}, functions of the host from a number to a number, from any value to the same one, and from
 * a text to the same one; {@code call}, a function of the host that calls the script's function
 * {@code id}; {@code array}, {@code list} and {@code map}, those of {@link Data}.
 */
final class Loops {
  /** The turns of a loop, where the row's data do not say them. */
  private static final int TURNS = 1_000;

  private final Map<String, Loop> loops = new LinkedHashMap<>();

  /** A text, and how often it does what the row counts. */
  record Loop(String code, int operations) {}

  /** Returns the loops by the names of their rows. */
  Map<String, Loop> all() {
    return loops;
  }

  /** Adds a row, or replaces it. */
  Loops with(String row, int operations, String... lines) {
    loops.put(row, new Loop(String.join("\n", lines), operations));
    return this;
  }

  /** Removes rows. */
  Loops without(String... rows) {
    loops.keySet().removeAll(List.of(rows));
    return this;
  }

  /** Adds a row with a loop in Lua. */
  Loops lua(String row, String locals, String body) {
    return with(
        row,
        TURNS,
        "function bench() local s = 0 "
            + locals
            + " for i = 1, "
            + TURNS
            + " do "
            + body
            + " end return s end");
  }

  /** Returns those that every contender of Lua has. */
  static Loops lua() {
    var loops =
        new Loops()
            .lua("callInt", "local obj = obj", "obj:mi(i)")
            .lua("callDouble", "local obj = obj", "obj:md(1.5)")
            .lua("returnDouble", "local obj = obj", "s = s + obj:rd()")
            .lua("callReturn", "local obj = obj", "s = obj:add(0.5)")
            .lua("callConstant", "local obj = obj", "obj:ms('constant')")
            .lua("callObject", "local obj = obj", "obj:mo(obj)")
            .lua("callOverloaded", "local obj = obj", "obj:ov(1.5)")
            .lua("callNewText", "local obj = obj", "s = s + #obj:echo('new' .. i)")
            .lua("lambdaDouble", "local plus = plus", "s = s + plus(1.5)")
            .lua("lambdaObject", "local same = same", "s = s + same(1.5)")
            .lua(
                "lambdaText",
                "local echo, text = echo, '" + Texts.TWENTY + "'",
                "s = s + #echo(text)")
            .lua("fieldGet", "local point = point", "s = s + point.x")
            .lua("fieldSet", "local point = point", "point.x = 1.5")
            .lua("javaError", "local obj, pcall = obj, pcall", "pcall(obj.fail, obj)")
            .lua(
                "coroutine",
                "local co = coroutine.wrap(function() local plus, yield = plus, "
                    + "coroutine.yield while true do yield(plus(1.5)) end end)",
                "s = s + co()")
            .lua("nested", "local call = call", "s = s + call(1.5)")
            .with(
                "listGet",
                Data.SIZE,
                "function bench() local s = 0 for i = 0, 9999 do s = s + list:get(i) end "
                    + "return s end")
            .with(
                "listIndex",
                Data.SIZE,
                "function bench() local s = 0 for i = 1, 10000 do s = s + list[i] end "
                    + "return s end")
            .with(
                "mapPairs",
                Data.MAP_SIZE,
                "function bench() local s = 0 for k, v in pairs(map) do s = s + v end "
                    + "return s end")
            .with(
                "arraySum",
                Data.SIZE,
                "function bench() local s, array = 0, array for i = 1, #array do "
                    + "s = s + array[i] end return s end");
    Programs.LUA.forEach((row, code) -> loops.with(row, 1, code));
    return loops;
  }
}
