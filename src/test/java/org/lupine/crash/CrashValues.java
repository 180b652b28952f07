package org.lupine.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.lupine.crash.CrashCase.Expected.ANY;
import static org.lupine.crash.CrashCase.Expected.ERROR;
import static org.lupine.crash.CrashCase.Expected.RUNS;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.script.Compilable;
import javax.script.ScriptContext;
import org.lupine.Flavour;

/** Values that are too many, too long or impossible in Lua, and tables with hostile metamethods. */
final class CrashValues extends CrashCalls {
  private static final String[] WORDS =
      ("a b = == ( ) { } [ ] function end if then else elseif "
              + "while do for in repeat until return break local goto :: ... .. . , ; : + - * / % ^ # // & | "
              + "~ << >> "
              + "< > <= ~= and or not nil true 1 1.5 0x1p4 's' [[x]] [==[ --[[ <const> <close> global _ENV "
              + "\" \\ \n")
          .split(" ");

  CrashValues(Flavour flavour) {
    super(flavour);
    arguments();
    strings();
    tables();
  }

  private void arguments() {
    add(
        "invokeFunction with two million arguments",
        ANY,
        engine -> {
          engine.eval("function f(...) return select('#', ...) end");
          invoke(engine, "f", new Object[2_000_000]);
        });
    add(
        "invokeFunction with arguments of all numbers",
        RUNS,
        engine -> {
          engine.eval("function f(...) return select('#', ...) end");
          for (int n = 1; n < 1 << 20; n = n * 2 + 1) {
            var arguments = new Object[n];
            Arrays.fill(arguments, "x");
            attempt(() -> invoke(engine, "f", arguments));
          }
        });
    add(
        "a Lua function with two million results",
        ANY,
        engine -> {
          engine.eval("function f() return (table.unpack or unpack)({}, 1, 2e6) end");
          invoke(engine, "f");
        });
    add(
        "a function called with what no Lua can hold",
        RUNS,
        engine -> {
          engine.eval("function f(x) return x end");
          for (var value :
              new Object[] {
                new BigInteger("1".repeat(1000)),
                Long.MIN_VALUE,
                new BigDecimal("1e1000"),
                Float.NaN,
                Character.MAX_VALUE,
                '\ud83d',
                Byte.MIN_VALUE,
                new int[0],
                new Object[][] {{}},
                Void.class,
                Thread.currentThread(),
                engine
              }) {
            attempt(() -> invoke(engine, "f", value));
            attempt(
                () -> {
                  engine.put("x", value);
                  engine.eval("return x, tostring(x)");
                });
          }
        });
  }

  private void strings() {
    add(
        "thirty megabytes put and returned",
        ANY,
        engine -> {
          engine.put("s", "x".repeat(30_000_000));
          engine.eval("assert(#s == 3e7) return s");
        });
    add(
        "ten million letters beyond ASCII",
        ANY,
        engine -> {
          engine.put("s", "\u00fc\ud83d\ude00".repeat(5_000_000));
          engine.eval("return #s, s");
        });
    add(
        "a script of ten million letters",
        ANY,
        engine -> engine.eval("return '" + "x".repeat(10_000_000) + "'"));
    add("nested source from Java", ERROR, engine -> engine.eval("(".repeat(1_000_000)));
    add(
        "nested expression from Java",
        ERROR,
        engine -> engine.eval("{".repeat(500_000) + "}".repeat(500_000)));
    add(
        "scripts of random bytes",
        RUNS,
        engine -> {
          var random = new Random(1);
          for (int i = 0; i < 3000; i++) {
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            attempt(() -> engine.eval(new String(bytes, ISO_8859_1)));
          }
        });
    add(
        "binary chunks of random bytes",
        RUNS,
        engine -> {
          var random = new Random(2);
          for (int i = 0; i < 1000; i++) {
            var bytes = new byte[20 + random.nextInt(100)];
            random.nextBytes(bytes);
            attempt(() -> engine.eval("\33Lua" + new String(bytes, ISO_8859_1)));
            attempt(() -> engine.eval("\33LJ\2" + new String(bytes, ISO_8859_1)));
          }
        });
    add(
        "scripts of random words",
        RUNS,
        engine -> {
          var random = new Random(3);
          for (int i = 0; i < 3000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(60); n > 0; n--) {
              text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            }
            attempt(() -> ((Compilable) engine).compile(text.toString()));
          }
        });
    add(
        "names from nowhere in the bindings",
        RUNS,
        engine -> {
          for (var name :
              List.of(
                  "\0", "end", "a.b", "\ud83d", "x".repeat(1_000_000), "_G", "_ENV", "_VERSION")) {
            attempt(() -> engine.put(name, 1));
            attempt(() -> engine.get(name));
            attempt(() -> engine.getBindings(ScriptContext.ENGINE_SCOPE).remove(name));
          }
        });
  }

  private void tables() {
    add(
        "put under a raising __newindex",
        RUNS,
        engine -> {
          var table =
              map(
                  engine.eval(
                      "return setmetatable({}, {__newindex = function() error('closed') end})"));
          mustThrow(RuntimeException.class, () -> table.put("x", 1));
          mustThrow(RuntimeException.class, () -> table.putAll(Map.of("x", 1, "y", 2)));
        });
    add(
        "a map with every metamethod raising",
        RUNS,
        engine -> {
          var table =
              map(
                  engine.eval(
                      "local function e() error('hostile') end "
                          + "return setmetatable({1, 2, x = {}}, {__index = e, __newindex = e, __len = e,"
                          + " __pairs = e, __eq = e, __tostring = e, __call = e, __gc = e, __ipairs = e, "
                          + "__name = e, __close = e})"));
          useEverything(table);
        });
    add(
        "a map with recursing metamethods",
        RUNS,
        engine -> {
          var table =
              map(
                  engine.eval(
                      "local t = {} "
                          + "local function e(...) return (('x'):gsub('x', function() return t.x end)) end "
                          + "return setmetatable(t, {__index = e, __newindex = function(t, k, v) t[k] = v end,"
                          + " __len = function(t) return #t + 1 end,"
                          + " __tostring = function(t) return tostring(t) .. 'x' end,"
                          + " __pairs = function(t) return pairs(t) end})"));
          useEverything(table);
        });
    add(
        "a map whose metamethods answer nonsense",
        RUNS,
        engine -> {
          for (var answer :
              List.of("nil", "1e308", "-1", "0/0", "'x'", "{}", "print", "2^53", "host")) {
            useEverything(
                map(
                    engine.eval(
                        "local function e() return "
                            + answer
                            + " end "
                            + "return setmetatable({1}, {__index = e, __newindex = e, __len = e, __pairs = e,"
                            + " __tostring = e, __name = "
                            + answer
                            + "})")));
          }
        });
    add(
        "a map that changes while it is walked",
        RUNS,
        engine -> {
          var table =
              map(engine.eval("t = {} for i = 1, 100 do t[i] = i t['k' .. i] = i end return t"));
          attempt(
              () -> {
                int n = 0;
                for (var key : table.keySet()) {
                  table.put(key + "x", 1);
                  if (++n % 10 == 0) {
                    engine.eval("for k in pairs(t) do t[k] = nil end collectgarbage()");
                  }
                }
              });
          attempt(
              () -> {
                for (Iterator<?> i = table.entrySet().iterator(); i.hasNext(); ) {
                  i.next();
                  i.remove();
                  engine.eval("collectgarbage()");
                }
              });
        });
    add(
        "keys and values from nowhere",
        RUNS,
        engine -> {
          var table = map(engine.eval("return {}"));
          for (var value :
              new Object[] {
                null,
                Double.NaN,
                Float.NaN,
                Long.MIN_VALUE,
                "\ud83d",
                "\0",
                'x',
                new Object(),
                table,
                engine,
                new byte[100],
                new BigInteger("9".repeat(100))
              }) {
            attempt(() -> table.put(value, value));
            attempt(() -> table.get(value));
            attempt(() -> table.remove(value));
            attempt(() -> table.containsKey(value));
            attempt(() -> table.containsValue(value));
          }
        });
    add(
        "a table nested a hundred thousand deep",
        RUNS,
        engine -> {
          var table = map(engine.eval("local t = {} for i = 1, 1e5 do t = {t} end return t"));
          useEverything(table);
          attempt(() -> engine.put("deep", deep(100_000)));
          attempt(() -> engine.eval("return tostring(deep) == nil"));
        });
    add(
        "a table that holds itself",
        RUNS,
        engine -> {
          var table = map(engine.eval("local t = {} t.t = t t[t] = t return setmetatable(t, t)"));
          table.put("map", table);
          useEverything(table);
        });
  }

  private static Object deep(int levels) {
    Object list = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      list = new ArrayList<>(List.of(list));
    }
    return list;
  }
}
