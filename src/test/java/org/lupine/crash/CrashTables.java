package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.CLOSED;
import static org.lupine.crash.CrashCase.Expected.RUNS;
import static org.lupine.support.Runtimes.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.script.ScriptEngine;
import org.lupine.Flavour;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Tables that change, or have false lengths, while Java uses them. */
final class CrashTables extends CrashCalls {
  CrashTables(Flavour flavour) {
    super(flavour);
    undelivered();
    iterators();
    lists();
    copies();
    others();
  }

  private static LuaTable table(ScriptEngine engine, String chunk) throws Exception {
    return (LuaTable) engine.eval(chunk);
  }

  /** One collection frees the handles of objects that could not be stored, and of others. */
  private void undelivered() {
    add(
        "many objects that find no place, and a collection meanwhile",
        RUNS,
        engine -> {
          var t =
              table(
                  engine,
                  "return setmetatable({}, {__newindex = function() error(setmetatable({},"
                      + " {__tostring = function() collectgarbage() return 'no' end})) end})");
          var count = (LuaFunction) engine.eval("return function(...) return select('#', ...) end");
          for (int i = 0; i < 2; i++) {
            var many = new HashMap<String, Object>();
            for (int n = 0; n < 20_000; n++) {
              many.put("key " + n, new Object());
            }
            attempt(() -> t.putAll(many));
            var some = new Object[2000];
            java.util.Arrays.setAll(some, n -> new Object());
            attempt(() -> count.call(some));
          }
          engine.eval("collectgarbage() collectgarbage()");
        });
  }

  // BEHAVIOURS 75, 76
  private void iterators() {
    add(
        "a table that gets keys while Java iterates",
        RUNS,
        engine -> {
          var t =
              table(engine, "local t = {} for i = 1, 300 do t[i], t['k' .. i] = i, i end return t");
          attempt(
              () -> {
                for (var each : t.entrySet()) {
                  t.put("new" + each.getKey(), 1);
                }
              });
        });
    add(
        "a table whose keys are collected while Java iterates",
        RUNS,
        engine -> {
          engine.eval("t = {} for i = 1, 1000 do t[{}], t['k' .. i] = {}, i end");
          var iterator = ((LuaTable) engine.get("t")).entrySet().iterator();
          for (int i = 0; i < 10; i++) {
            iterator.next();
            engine.eval(
                "for k in pairs(t) do t[k] = nil end collectgarbage() for i = 1, 50 do"
                    + " t[{}] = i end");
            attempt(iterator::remove);
          }
          attempt(() -> iterator.forEachRemaining(each -> each.setValue(1)));
        });
    add(
        "a weak table that empties while Java iterates",
        RUNS,
        engine -> {
          var t =
              table(
                  engine,
                  "t = setmetatable({}, {__mode = 'kv'}) for i = 1, 500 do"
                      + " t[{}] = {} t[i] = {} end return t");
          attempt(
              () ->
                  t.entrySet()
                      .forEach(each -> attempt(() -> engine.eval("collectgarbage() t[{}] = {}"))));
          attempt(() -> t.toJava());
        });
    add(
        "a __pairs that raises, or returns something that is not a function",
        RUNS,
        engine -> {
          for (var pairs :
              List.of(
                  "error",
                  "5",
                  "function() return nil, 1 end",
                  "function() return print end",
                  "function(t) return function() error(t) end end")) {
            var t = table(engine, "return setmetatable({}, {__pairs = " + pairs + "})");
            attempt(() -> t.pairs().forEach(each -> {}));
          }
        });
  }

  private void lists() {
    for (var length :
        List.of(
            "-1", "0.5", "2^53", "2^62", "2^31 + 1", "0/0", "1/0", "'3'", "nil", "error()", "{}")) {
      add(
          "a list whose __len returns " + length,
          RUNS,
          engine -> {
            var list =
                table(
                        engine,
                        "return setmetatable({1, 2}, {__len = function() return "
                            + length
                            + " end})")
                    .asList();
            attempt(list::size);
            attempt(list::toArray);
            attempt(() -> list.get(1));
            attempt(() -> list.add("x"));
            attempt(() -> list.add(0, "x"));
            attempt(() -> list.remove(0));
            attempt(() -> list.set(0, new Object()));
            attempt(() -> list.iterator().next());
            attempt(() -> list.listIterator(1).previous());
          });
    }
    add(
        "a list whose metamethods change it",
        RUNS,
        engine -> {
          engine.eval(
              "t = setmetatable({}, {__len = function(t) return 5 end,"
                  + " __index = function(t, i) rawset(t, i, {}) collectgarbage() return java end,"
                  + " __newindex = function(t, i, v) if i > 2 then error(v) end rawset(t, i + 1, v) end})");
          var list = ((LuaTable) engine.get("t")).asList();
          attempt(() -> list.add(0, new Object()));
          attempt(() -> list.addAll(1, Collections.nCopies(100, new Object())));
          attempt(() -> list.remove(1));
          attempt(list::clear);
          attempt(() -> list.sort(null));
          attempt(() -> ((LuaTable) engine.get("t")).putAll(Map.of(1, new Object(), 2, "x", 3, 4)));
        });
  }

  private void copies() {
    add(
        "tables copied while finalizers change them",
        RUNS,
        engine -> {
          engine.eval(
              "t = {} local function fin() for i = 1, 10 do t[{}] = {t} end t[#t] = nil end"
                  + " local function arm() if newproxy then getmetatable(newproxy(true)).__gc = fin"
                  + " else setmetatable({}, {__gc = fin}) end end"
                  + " function fill() t = {} for i = 1, 500 do t[i] = {{}, print} arm() end end");
          for (int i = 0; i < 20; i++) {
            engine.eval("fill()");
            var t = (LuaTable) engine.get("t");
            attempt(t::toJava);
            attempt(() -> t.as(List.class));
            attempt(() -> ((LuaScriptEngine) engine).runtime().tableFrom(t, t, List.of(t)));
            attempt(() -> t.as(double[].class));
            attempt(() -> t.asList().addAll(Collections.nCopies(1000, new Object())));
          }
        });
    add(
        "a table of many tables",
        RUNS,
        engine -> {
          var t = table(engine, "local t = {} for i = 1, 2e5 do t[i] = {} end return t");
          t.toJava();
          var lua = ((LuaScriptEngine) engine).runtime();
          var made = new ArrayList<Object>();
          for (int i = 0; i < 50_000; i++) {
            made.add(Map.of("i", i));
          }
          lua.tableFromDeep(made).toJava();
        });
    // BEHAVIOURS 178
    add(
        "tables under a registry that is broken",
        CLOSED,
        engine -> {
          var t = table(engine, "return {1, {2}}");
          var lua = ((LuaScriptEngine) engine).runtime();
          attempt(
              () ->
                  engine.eval(
                      "local r = debug.getregistry() for k in pairs(r) do"
                          + " if k ~= 1 and k ~= 2 then r[k] = 5 end end"));
          attempt(t::toJava);
          attempt(t::length);
          attempt(() -> t.asList().add("x"));
          attempt(() -> t.pairs().iterator());
          attempt(() -> lua.tableFrom(List.of(new Object())));
          attempt(() -> lua.tableFromDeep(List.of(List.of(t))));
          attempt(() -> t.putAll(Map.of("k", new Object())));
          close(engine);
        });
    for (var value : List.of("nil", "5")) {
      add(
          "calls back under a registry that is broken by " + value,
          CLOSED,
          engine -> {
            var t = table(engine, "t = {f = function(x) return x end, x = 1} f = t.f return t");
            var f = (LuaFunction) t.get("f");
            var state = state(((LuaScriptEngine) engine).runtime());
            for (int i = 0; i < 3; i++) { // until the names are known
              engine.get("x");
              invoke(engine, "f", 1);
              t.get("x");
              t.put("x", 1);
            }
            engine.put(
                "back",
                (Runnable)
                    () -> {
                      attempt(() -> f.call(1));
                      attempt(() -> state.callNumber(f, 1));
                      attempt(() -> invoke(engine, "f", 1));
                      attempt(() -> engine.get("x"));
                      attempt(() -> engine.put("x", 1));
                      attempt(() -> t.get("x"));
                      attempt(() -> t.put("x", 2));
                    });
            attempt(
                () ->
                    engine.eval(
                        "local back = back local r = debug.getregistry()"
                            + " for k in pairs(r) do if k ~= 1 and k ~= 2 then r[k] = "
                            + value
                            + " end end"
                            + " back()"));
            attempt(() -> state.callNumber(f, 1));
            close(engine);
          });
    }
  }

  private void others() {
    // BEHAVIOURS 93, 97, 98
    add(
        "sources that call Lua, and hold themselves",
        RUNS,
        engine -> {
          var lua = ((LuaScriptEngine) engine).runtime();
          engine.eval("function f(x) collectgarbage() return {x} end");
          lua.tableFrom(
              Stream.iterate(1, i -> i + 1)
                  .limit(2_000)
                  .map(
                      i -> {
                        try {
                          return invoke(engine, "f", i);
                        } catch (Exception e) {
                          throw new IllegalStateException(e);
                        }
                      }));
          var map = new HashMap<Object, Object>();
          map.put("self", map);
          map.put("list", List.of(map, map));
          lua.tableFromDeep(map, map).toJava();
        });
    // BEHAVIOURS 65, 100
    add(
        "keys and tables that cannot be",
        RUNS,
        engine -> {
          var t = table(engine, "return {}");
          mustThrow(IllegalArgumentException.class, () -> t.put(Double.NaN, 1));
          try (var other = other(flavour)) {
            var foreign = table(other.engine(), "return {}");
            mustThrow(RuntimeException.class, () -> t.put("x", foreign));
            mustThrow(RuntimeException.class, () -> t.asList().add(foreign));
            mustThrow(
                RuntimeException.class,
                () -> ((LuaScriptEngine) engine).runtime().tableFrom(foreign));
          }
        });
  }
}
