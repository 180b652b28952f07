package org.lupine.bench.contender;

import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.OneArgFunction;
import org.luaj.vm2.lib.jse.CoerceJavaToLua;
import org.luaj.vm2.lib.jse.JsePlatform;
import org.luaj.vm2.luajc.LuaJC;
import org.luaj.vm2.script.LuaScriptEngineFactory;

/**
 * LuaJ: Lua 5.2 in Java; by its own interface where that is quicker than javax.script. Its compiler
 * to Java bytecode is {@code luajc}.
 */
final class LuaJ extends Contender {
  private final boolean compiles;
  private Globals globals;

  LuaJ(boolean compiles) {
    this.compiles = compiles;
    if (!compiles) {
      // One run in isolation from others is a matter of javax.script.
      new EngineRows(
              (name, opening) -> {
                if (name.matches("bindings|rule.*|jmeter")) {
                  row(name, opening);
                }
              },
              () -> new LuaScriptEngineFactory().getScriptEngine(),
              Language.LUA)
          .add();
    }
    scripts();
    variables();
    calls();
    tables();
    threads();
    loops(
        Loops.lua()
            .without("listIndex")
            .with(
                "listLoop",
                Data.SIZE,
                "function bench() local s, it = 0, list:iterator() "
                    + "while it:hasNext() do s = s + it:next() end return s end")
            .with(
                "mapPairs",
                Data.MAP_SIZE,
                "function bench() local s, it = 0, map:values():iterator() while it:hasNext() do s"
                    + " = s + it:next() end return s end")
            .lua("beanGet", "local point = point", "s = s + point:getY()")
            .lua("beanSet", "local point = point", "point:setY(1.5)"),
        this::loop);
  }

  private Globals fresh() {
    var fresh = JsePlatform.standardGlobals();
    if (compiles) {
      LuaJC.install(fresh);
    }
    return fresh;
  }

  /** Opens a Lua and returns the result of a chunk. */
  private LuaValue chunk(String chunk) {
    globals = fresh();
    return globals.load(chunk).call();
  }

  private void scripts() {
    int[] serial = {0};
    row("create", () -> () -> fresh().load("return 1").call());
    row(
        "evalNew",
        () -> {
          globals = fresh();
          return () -> globals.load("local a = " + serial[0]++ + " return a + 1").call();
        });
    row(
        "evalSeen",
        () -> {
          globals = fresh();
          return () -> globals.load("return 1").call();
        });
    row(
        "compile",
        () -> {
          globals = fresh();
          return () -> globals.load(Texts.FORTY_LINES + "return " + serial[0]++);
        });
    row(
        "compiled",
        () -> {
          globals = fresh();
          var script = globals.load("return 1");
          return script::call;
        });
    row(
        "compiledPut",
        () -> {
          globals = fresh();
          var script = globals.load("return x + 1");
          return () -> {
            globals.set("x", LuaValue.valueOf(2.5));
            return script.call();
          };
        });
  }

  private void variables() {
    row(
        "put",
        () -> {
          globals = fresh();
          return () -> {
            globals.set("x", LuaValue.valueOf(2.5));
            return globals;
          };
        });
    row(
        "get",
        () -> {
          globals = fresh();
          globals.set("x", LuaValue.valueOf(2.5));
          return () -> globals.get("x").todouble();
        });
    row(
        "putGet",
        () -> {
          globals = fresh();
          return () -> {
            globals.set("x", LuaValue.valueOf(2.5));
            return globals.get("x").todouble();
          };
        });
  }

  private void calls() {
    for (var name : new String[] {"invokeNumber", "interfaceNumber", "apiNumber"}) {
      row(
          name,
          () -> {
            var function = chunk("return function(x) return x + 1 end");
            return () -> function.call(LuaValue.valueOf(2.5)).todouble();
          });
    }
    row("invokeText", () -> callText(Texts.TEN));
    row("apiText", () -> callText(Texts.TWENTY));
    row("invokeKilobyte", () -> callText(Texts.KILOBYTE));
    row(
        "invokeNewText",
        () -> {
          var function = chunk("return function(x) return x end");
          int[] serial = {0};
          return () -> function.call(LuaValue.valueOf(Texts.fresh(serial[0]++))).tojstring();
        });
    row(
        "invokeMixed",
        () -> {
          var function = chunk("return function(s, d, b) return d end");
          return () ->
              function
                  .call(LuaValue.valueOf("abc"), LuaValue.valueOf(2.5), LuaValue.TRUE)
                  .todouble();
        });
    row(
        "scriptError",
        () -> {
          var function = chunk("return function() error('no') end");
          return () -> {
            try {
              return function.call();
            } catch (LuaError e) {
              return e;
            }
          };
        });
  }

  private Work callText(String text) {
    var function = chunk("return function(x) return x end");
    return () -> function.call(LuaValue.valueOf(text)).tojstring();
  }

  private void tables() {
    row(
        "tableGet",
        () -> {
          var table = chunk("return {x = 1.5}");
          return () -> table.get("x").todouble();
        });
    row(
        "tableSet",
        () -> {
          var table = chunk("return {x = 1.5}");
          return () -> {
            table.set("x", LuaValue.valueOf(2.5));
            return table;
          };
        });
    row(
        "tableRead",
        Data.SIZE,
        () -> {
          var table = chunk("local t = {} for i = 1, 10000 do t[i] = i + 0.5 end return t");
          return () -> {
            double sum = 0;
            for (int i = 1; i <= Data.SIZE; i++) {
              sum += table.get(i).todouble();
            }
            return sum;
          };
        });
  }

  /** Adds the rows with threads; {@code shared} is not safe, LuaJ has no lock. */
  private void threads() {
    for (int threads : new int[] {1, 2, 4, 16}) {
      row(
          "shared" + threads,
          () -> {
            var function = chunk("return function(x) return x end");
            return () -> function.call(LuaValue.valueOf(2.5)).todouble();
          });
      row(
          "locked" + threads,
          () -> {
            var function = chunk("return function(x) return x end");
            return () -> {
              synchronized (function) {
                return function.call(LuaValue.valueOf(2.5)).todouble();
              }
            };
          });
    }
  }

  private Work loop(String code) {
    globals = fresh();
    globals.set("obj", CoerceJavaToLua.coerce(new Subject()));
    globals.set("point", CoerceJavaToLua.coerce(new Point()));
    globals.set(
        "plus",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue x) {
            return LuaValue.valueOf(x.checkdouble() + 1);
          }
        });
    globals.set(
        "same",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue x) {
            return x;
          }
        });
    globals.set(
        "echo",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue text) {
            return LuaValue.valueOf(text.checkjstring());
          }
        });
    globals.set(
        "call",
        new OneArgFunction() {
          @Override
          public LuaValue call(LuaValue x) {
            return globals.get("id").call(x);
          }
        });
    globals.set("array", CoerceJavaToLua.coerce(Data.array()));
    globals.set("list", CoerceJavaToLua.coerce(Data.list()));
    globals.set("map", CoerceJavaToLua.coerce(Data.map()));
    globals.load("function id(x) return x end").call();
    globals.load(code).call();
    var bench = globals.get("bench");
    return () -> bench.call().todouble();
  }
}
