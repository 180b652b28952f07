package org.lupine.bench.contender;

import party.iroiro.luajava.JFunction;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.LuaException;

/** luajava: the C API in Java. */
final class Luajava extends Contender {
  private static final String PACKAGE = "party.iroiro.luajava.";
  private static final String[] LETTERS = "a b c d e f g h i j".split(" ");

  private final Class<? extends Lua> type;
  private Lua lua;

  Luajava(String flavour) {
    type = type(flavour);
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
                "function bench() local s = 0 for i, v in "
                    + "ipairs(java.luaify(list)) do s = s + v end return s end")
            .with(
                "mapPairs",
                Data.MAP_SIZE,
                "function bench() local s = 0 for k, v in "
                    + "pairs(java.luaify(map)) do s = s + v end return s end")
            .lua("beanGet", "local point = point", "s = s + point:getY()")
            .lua("beanSet", "local point = point", "point:setY(1.5)"),
        this::loop);
  }

  /** Returns the class of a flavour; that of 5.4 where the flavour is not in the class path. */
  static Class<? extends Lua> type(String flavour) {
    var name = flavour.equals("luajit") ? "LuaJit" : "Lua" + flavour.substring(3);
    try {
      return Class.forName(PACKAGE + flavour + "." + name).asSubclass(Lua.class);
    } catch (ClassNotFoundException e) {
      return party.iroiro.luajava.lua54.Lua54.class;
    }
  }

  private Lua fresh() throws ReflectiveOperationException {
    var fresh = type.getConstructor().newInstance();
    fresh.openLibraries();
    return fresh;
  }

  /** Opens a Lua and returns a ref to the result of a chunk. */
  private int chunk(String chunk) throws ReflectiveOperationException {
    lua = fresh();
    lua.load(chunk);
    lua.pCall(0, 1);
    return lua.ref();
  }

  private double number() {
    double result = lua.toNumber(-1);
    lua.pop(1);
    return result;
  }

  private double call(int ref) {
    lua.refGet(ref);
    lua.pCall(0, 1);
    return number();
  }

  private void scripts() {
    int[] serial = {0};
    row(
        "create",
        () ->
            () -> {
              try (var fresh = fresh()) {
                fresh.load("return 1");
                fresh.pCall(0, 1);
                return fresh.toNumber(-1);
              }
            });
    row(
        "evalNew",
        () -> {
          lua = fresh();
          return () -> {
            lua.load("local a = " + serial[0]++ + " return a + 1");
            lua.pCall(0, 1);
            return number();
          };
        });
    row(
        "evalSeen",
        () -> {
          lua = fresh();
          return () -> {
            lua.load("return 1");
            lua.pCall(0, 1);
            return number();
          };
        });
    row(
        "compile",
        () -> {
          lua = fresh();
          return () -> {
            lua.load(Texts.FORTY_LINES + "return " + serial[0]++);
            lua.pop(1);
            return lua;
          };
        });
    row(
        "compiled",
        () -> {
          int script = chunk("return function() return 1 end");
          return () -> call(script);
        });
  }

  private void variables() {
    row(
        "compiledPut",
        () -> {
          int script = chunk("return function() return x + 1 end");
          return () -> {
            put("x", 2.5);
            return call(script);
          };
        });
    row("bindings", () -> letters(8, chunk("return function() return a + b + c end")));
    row("rule", () -> letters(3, chunk("return function() d = a * b + c return d end")));
    row("ruleLibrary", () -> letters(3, chunk("return function() " + Texts.LIBRARY + " end")));
    row("ruleLoop", () -> letters(3, chunk("return function() " + Texts.LOOP + " end")));
    row(
        "put",
        () -> {
          lua = fresh();
          return () -> {
            put("x", 2.5);
            return lua;
          };
        });
    row(
        "get",
        () -> {
          lua = fresh();
          put("x", 2.5);
          return () -> get("x");
        });
    row(
        "putGet",
        () -> {
          lua = fresh();
          return () -> {
            put("x", 2.5);
            return get("x");
          };
        });
  }

  private void put(String name, double value) {
    lua.push(value);
    lua.setGlobal(name);
  }

  private double get(String name) {
    lua.getGlobal(name);
    return number();
  }

  /** Puts variables, then calls a function. */
  private Work letters(int count, int script) {
    return () -> {
      for (int i = 0; i < count; i++) {
        put(LETTERS[i], 1.5 + i);
      }
      return call(script);
    };
  }

  private void calls() {
    for (var name : new String[] {"invokeNumber", "interfaceNumber"}) {
      row(name, () -> callNumber(chunk("return function(x) return x + 1 end")));
    }
    row(
        "apiNumber",
        () -> {
          chunk("function f(x) return x + 1 end");
          var function = lua.get("f");
          return () -> function.call(2.5)[0].toNumber();
        });
    row("invokeText", () -> callText(chunk("return function(x) return x end"), Texts.TEN));
    row("apiText", () -> callText(chunk("return function(x) return x end"), Texts.TWENTY));
    row("invokeKilobyte", () -> callText(chunk("return function(x) return x end"), Texts.KILOBYTE));
    row(
        "invokeNewText",
        () -> {
          int function = chunk("return function(x) return x end");
          int[] serial = {0};
          return () -> text(function, Texts.fresh(serial[0]++));
        });
    row(
        "invokeMixed",
        () -> {
          int function = chunk("return function(s, d, b) return d end");
          return () -> {
            lua.refGet(function);
            lua.push("abc");
            lua.push(2.5);
            lua.push(true);
            lua.pCall(3, 1);
            return number();
          };
        });
    row(
        "scriptError",
        () -> {
          int function = chunk("return function() error('no') end");
          return () -> {
            lua.refGet(function);
            try {
              lua.pCall(0, 1);
            } catch (LuaException e) {
              return e;
            }
            throw new IllegalStateException("no error");
          };
        });
  }

  private Work callNumber(int function) {
    return () -> {
      lua.refGet(function);
      lua.push(2.5);
      lua.pCall(1, 1);
      return number();
    };
  }

  private Work callText(int function, String text) {
    return () -> text(function, text);
  }

  private String text(int function, String text) {
    lua.refGet(function);
    lua.push(text);
    lua.pCall(1, 1);
    var result = lua.toString(-1);
    lua.pop(1);
    return result;
  }

  private void tables() {
    row(
        "tableGet",
        () -> {
          int table = chunk("return {x = 1.5}");
          return () -> {
            lua.refGet(table);
            lua.getField(-1, "x");
            double result = lua.toNumber(-1);
            lua.pop(2);
            return result;
          };
        });
    row(
        "tableSet",
        () -> {
          int table = chunk("return {x = 1.5}");
          return () -> {
            lua.refGet(table);
            lua.push(2.5);
            lua.setField(-2, "x");
            lua.pop(1);
            return lua;
          };
        });
    row(
        "tableRead",
        Data.SIZE,
        () -> {
          int table = chunk("local t = {} for i = 1, 10000 do t[i] = i + 0.5 end return t");
          return () -> {
            double sum = 0;
            lua.refGet(table);
            for (int i = 1; i <= Data.SIZE; i++) {
              lua.rawGetI(-1, i);
              sum += lua.toNumber(-1);
              lua.pop(1);
            }
            lua.pop(1);
            return sum;
          };
        });
  }

  /** Adds the rows with threads; luajava has no lock, so its users have one. */
  private void threads() {
    for (int threads : new int[] {1, 2, 4, 16}) {
      row(
          "locked" + threads,
          () -> {
            var work = callNumber(chunk("return function(x) return x end"));
            return () -> {
              synchronized (lua) {
                return work.run();
              }
            };
          });
    }
    row(
        "jmeter",
        () -> {
          // A Lua for each thread: they have no state in common.
          var own =
              ThreadLocal.withInitial(
                  () -> {
                    try {
                      var each = new Luajava(type);
                      return each.letters(
                          10,
                          each.chunk(
                              "return function() return a + b + c + d + e + f + g + h + i + j"
                                  + " end"));
                    } catch (ReflectiveOperationException e) {
                      throw new IllegalStateException(e);
                    }
                  });
          return () -> own.get().run();
        });
  }

  /** Makes one without rows. */
  private Luajava(Class<? extends Lua> type) {
    this.type = type;
  }

  private Work loop(String code) throws ReflectiveOperationException {
    lua = fresh();
    object("obj", new Subject());
    object("point", new Point());
    function(
        "plus",
        in -> {
          in.push(in.toNumber(1) + 1);
          return 1;
        });
    function(
        "same",
        in -> {
          in.push(in.toObject(1), Lua.Conversion.FULL);
          return 1;
        });
    function(
        "echo",
        in -> {
          in.push(in.toString(1));
          return 1;
        });
    function(
        "call",
        in -> {
          in.getGlobal("id");
          in.pushValue(1);
          in.pCall(1, 1);
          return 1;
        });
    lua.pushJavaArray(Data.array());
    lua.setGlobal("array");
    object("list", Data.list());
    object("map", Data.map());
    lua.run("function id(x) return x end");
    lua.run(code);
    lua.getGlobal("bench");
    int bench = lua.ref();
    return () -> call(bench);
  }

  private void object(String name, Object object) {
    lua.pushJavaObject(object);
    lua.setGlobal(name);
  }

  private void function(String name, JFunction function) {
    lua.push(function);
    lua.setGlobal(name);
  }
}
