package org.lupine.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.lupine.Flavour;
import org.lupine.LuaChunk;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** BEHAVIOURS 256: scripts for LuaJava and LuaJ use the functions that they know. */
class LuajavaTest {
  private LuaRuntime lua;

  private void open(Flavour flavour) {
    lua = LuaRuntime.builder().flavour(flavour).build();
    lua.execute("luajava = require 'luajava'");
  }

  @AfterEach
  void close() {
    if (lua != null) {
      lua.close();
    }
  }

  /** An event source for such scripts. */
  public interface Clicks {
    String clicked(String button, int times);

    default String released(String button) {
      return button + " up";
    }
  }

  /** A class that such scripts construct. */
  public static final class Button {
    public static final int WIDTH = 80;
    public static int made;

    public String label;
    private Clicks listener;

    public Button() {
      this("?");
    }

    public Button(String label) {
      this.label = label;
      made++;
    }

    public void addListener(Clicks clicks) {
      listener = clicks;
    }

    public String click(int times) {
      return listener.clicked(label, times) + ", " + listener.released(label);
    }
  }

  /** A library in Java, as {@code loadLib} has it. */
  public static final class Library {
    /** Opens the library for scripts. */
    public static Map<String, Function<Double, Double>> open() {
      return Map.of("double", x -> x * 2);
    }
  }

  private Object eval(String expression) {
    return lua.eval(expression).first();
  }

  @EachFlavour
  void isNoGlobal(Flavour flavour) {
    try (var plain = LuaRuntime.builder().flavour(flavour).build()) {
      assertNull(plain.globals().get("luajava"));
      assertEquals(true, plain.eval("require 'luajava' == require 'luajava'").first());
    }
  }

  @EachFlavour
  void bindsClassesAndCallsStaticsAsMethods(Flavour flavour) {
    open(flavour);
    lua.execute("Button = luajava.bindClass(...)", Button.class.getName());

    assertTrue((Long) eval("luajava.bindClass('java.lang.System'):currentTimeMillis()") > 0);
    assertEquals(
        List.of(1024L, 255L),
        lua.eval(
            "luajava.bindClass('java.lang.Integer')"
                + ":parseInt('1024'), luajava.bindClass('java.lang.Integer'):parseInt('ff', 16)"));
    assertEquals(80L, eval("Button.WIDTH"));
    assertEquals(7L, lua.execute("Button.made = 7 return Button.made").first());
    assertEquals(
        "java.lang.Integer", eval("luajava.bindClass('java.lang.Integer').class:getName()"));
    var thrown = assertThrows(LuaException.class, () -> eval("luajava.bindClass('no.Such')"));
    assertTrue(thrown.getMessage().contains("no class 'no.Such'"), thrown::getMessage);
  }

  @EachFlavour
  void constructsByNameAndByClass(Flavour flavour) {
    open(flavour);
    lua.execute("name = ...", Button.class.getName());

    assertEquals("?", eval("luajava.newInstance(name).label"));
    assertEquals("Go", eval("luajava.newInstance(name, 'Go').label"));
    assertEquals("Stop", eval("luajava.new(luajava.bindClass(name), 'Stop').label"));
    assertEquals("Up", eval("luajava.new(luajava.bindClass(name).class, 'Up').label"));
    assertEquals(
        "Down",
        lua.execute("local b = luajava.newInstance(name) b.label = 'Down' return b.label").first());
    assertEquals(
        "3 5",
        lua.execute(
                "local calendar = luajava.newInstance("
                    + "'java.util.GregorianCalendar', 2024, 3, 5)\n"
                    + "local Calendar = luajava.bindClass('java.util.Calendar')\n"
                    + "return calendar:get(Calendar.MONTH) .. ' ' .. calendar:get(Calendar.DATE)")
            .first());
  }

  /** A listener that is a table; its functions get no self. */
  @EachFlavour
  void makesProxiesOfTables(Flavour flavour) {
    open(flavour);
    lua.execute(
        "button = luajava.newInstance(..., 'Go')\n"
            + "clicks = {}\n"
            + "function clicks.clicked(name, times) return name .. ' ' .. times end\n"
            + "button:addListener(luajava.createProxy('"
            + Clicks.class.getName()
            + "', clicks))",
        Button.class.getName());

    assertEquals("Go 2, Go up", eval("button:click(2)"));
    lua.execute("function clicks.released(name) return 'down' end");
    assertEquals("Go 3, down", eval("button:click(3)"));
    lua.execute("clicks.clicked = nil");
    assertThrows(LuaException.class, () -> eval("button:click(1)"));
  }

  @EachFlavour
  void makesProxiesOfSeveralInterfaces(Flavour flavour) throws Exception {
    open(flavour);
    lua.execute(
        "it = {run = function(...) ran = select('#', ...) end,"
            + " call = function() return 1234 end}");
    for (var names :
        List.of(
            "'java.lang.Runnable', 'java.util.concurrent.Callable'",
            "'java.lang.Runnable, java.util.concurrent.Callable'",
            "luajava.bindClass('java.lang.Runnable'), 'java.util.concurrent.Callable'")) {
      var proxy = eval("luajava.createProxy(" + names + ", it)");

      ((Runnable) proxy).run();
      assertEquals(1234L, ((Callable<?>) proxy).call());
      assertEquals(0L, eval("ran"));
    }
    assertEquals(1234L, eval("luajava.createProxy('java.util.concurrent.Callable', it):call()"));
    var thrown =
        assertThrows(
            LuaException.class,
            () -> eval("luajava.createProxy('java.lang.Runnable', 'java.lang.String', it)"));
    assertTrue(
        thrown.getMessage().contains("java.lang.String is not an interface to implement"),
        thrown::getMessage);
  }

  /** The newer LuaJava passes the table as self, and takes functions. */
  @EachFlavour
  void makesProxiesWhoseFunctionsAreMethods(Flavour flavour) {
    open(flavour);
    lua.execute(
        "it = {n = 3}\n"
            + "function it:hasNext() return self.n > 0 end\n"
            + "function it:next() self.n = self.n - 1 return self.n end\n"
            + "iterator = luajava.proxy('java.util.Iterator', it)");

    assertEquals(
        List.of(2L, 1L, 0L),
        lua.execute(
            "local all = {} while iterator:hasNext() do all[#all + 1] = iterator:next() end "
                + "return all[1], all[2], all[3]"));
    assertTrue(
        assertThrows(LuaException.class, () -> lua.execute("iterator:remove()")).getCause()
            instanceof UnsupportedOperationException);
    assertEquals(
        9L,
        eval(
            "luajava.proxy('java.util.function.IntUnaryOperator', "
                + "function(n) return n * n end):applyAsInt(3)"));
  }

  @EachFlavour
  void loadsLibrariesWrittenInJava(Flavour flavour) {
    open(flavour);

    assertEquals(
        21.0,
        ((Number)
                lua.eval("luajava.loadLib(..., 'open').double(10.5)", Library.class.getName())
                    .first())
            .doubleValue());
    assertThrows(
        LuaException.class,
        () -> lua.eval("luajava.loadLib(..., 'none')", Library.class.getName()));
  }

  @EachFlavour
  void importsPackages(Flavour flavour) {
    open(flavour);

    assertTrue((Long) eval("luajava.import('java.lang.*').System:currentTimeMillis()") > 0);
    assertEquals(0L, eval("luajava.import('java.*.*').util.ArrayList():size()"));
    assertEquals("RUNNABLE", eval("luajava.import('java.lang.Thread.*').State.RUNNABLE:name()"));
    assertEquals(
        true,
        lua.execute("local lang = luajava.import('java.lang.*') return lang.Math == lang.Math")
            .first());
    assertThrows(LuaException.class, () -> eval("luajava.import('java.lang.*').Sytem"));
  }

  // Regression: packages in packages were looked up as classes
  @EachFlavour
  void importsPackagesOfPackages(Flavour flavour) {
    open(flavour);

    assertEquals(
        "java.lang.reflect.Method",
        eval("luajava.import('java.lang.*').reflect.Method.class:getName()"));
    assertEquals(0L, eval("luajava.import('java.*').util.concurrent.ConcurrentHashMap():size()"));
    assertEquals(
        List.of(true, 7L),
        lua.execute(
            "local lang = luajava.import('java.lang.*')"
                + " return lang.reflect == lang.reflect, lang.Math:abs(-7)"));
    var thrown =
        assertThrows(LuaException.class, () -> eval("luajava.import('java.lang.*').reflect.Methd"));
    assertTrue(
        thrown.getMessage().contains("no class 'java.lang.reflect.Methd'"), thrown::getMessage);
  }

  @EachFlavour
  void makesArraysOfSeveralDimensions(Flavour flavour) {
    open(flavour);
    lua.execute(
        "local int = luajava.bindClass('int')\n" + "a = luajava.array(int, 2, 16) a[2][16] = 5");

    assertEquals(List.of(2L, 16L, 5L, 0L), lua.eval("#a, #a[1], a[2][16], a[1][16]"));
    assertEquals(List.of(2L, 16L), lua.eval("a.length, a[1].length"));
    assertEquals(int[][].class, eval("a").getClass());
    assertEquals(String[][][].class, eval("luajava.array('java.lang.String', 0, 2, 2)").getClass());
    assertThrows(LuaException.class, () -> eval("luajava.array('int', -1)"));
  }

  @EachFlavour
  void picksMethodsByTheirSignature(Flavour flavour) {
    open(flavour);
    lua.execute("Math = luajava.bindClass('java.lang.Math')");

    assertEquals(
        List.of(2L, 2.3),
        lua.eval(
            "luajava.method(Math, 'max', 'int,int')(1.2, 2.3), "
                + "luajava.method(Math, 'max', 'double, double')(1.2, 2.3)"));
    assertEquals(
        List.of(true, true, 400L),
        lua.execute(
            "local Atomic = luajava.bindClass('java.util.concurrent.atomic.AtomicInteger')\n"
                + "local n = luajava.method(Atomic, 'new', 'int')(100)\n"
                + "local swap = luajava.method(n, 'compareAndSet', 'int,int')\n"
                + "return swap(100, 200), swap(200, 400), luajava.method(n, 'get')()"));
    assertEquals(
        "[b]",
        lua.execute(
                "local l = luajava.newInstance('java.util.ArrayList')\n"
                    + "l:add('a') l:add('b') luajava.method(l, 'remove', 'int')(0)\n"
                    + "return tostring(l)")
            .first());
  }

  @EachFlavour
  void copiesCollectionsToTables(Flavour flavour) {
    open(flavour);
    lua.globals().put("map", Map.of("list", List.of(1, Map.of("deep", true))));
    lua.globals().put("names", new String[] {"b", "a"});

    assertEquals(
        List.of("table", 2L, "a"),
        lua.execute("local t = luajava.astable(names) table.sort(t) return type(t), #t, t[1]"));
    assertEquals("userdata", eval("type(luajava.astable(map).list)"));
    assertEquals(
        List.of("table", 1L, true),
        lua.execute(
            "local t = luajava.luaify(map) " + "return type(t.list), t.list[1], t.list[2].deep"));
    assertEquals(true, eval("luajava.luaify('text') == 'text'"));
  }

  // Regression: Lua values were refused
  @EachFlavour
  void leavesLuaValuesAsTheyAre(Flavour flavour) {
    open(flavour);

    assertEquals(1L, eval("luajava.luaify({a = 1}).a"));
    for (var value :
        List.of(
            "{}", "print", "coroutine.create(function() end)", "nil", "true", "1.5", "io.stdout")) {
      assertEquals(
          true,
          lua.execute("local value = " + value + " return rawequal(luajava.luaify(value), value)")
              .first(),
          value);
    }
  }

  // Regression: errors named lines of the module
  @EachFlavour
  void errorsNameTheLineOfTheScript(Flavour flavour) {
    for (var sandbox : List.of(Sandbox.TRUSTED, Sandbox.CONSTRAINED)) {
      try (var shut =
          LuaRuntime.builder()
              .flavour(flavour)
              .sandbox(sandbox)
              .hostAccess(HostAccess.BINDINGS_ONLY)
              .build()) {
        shut.execute("luajava = require 'luajava'");
        for (var each :
            List.of(
                "local x = luajava.bindClass('java.lang.System')",
                "luajava.newInstance('java.util.Date')",
                "luajava.array('int', 1)",
                "local x = luajava.import('java.lang.*').System",
                "luajava.createProxy('java.lang.Runnable', {})",
                "luajava.loadLib('java.util.List', 'of')",
                "for x in luajava.astable(nil) do end")) {
          var thrown =
              assertThrows(
                  LuaException.class,
                  () -> shut.execute(LuaChunk.of("\n\n" + each).named("=script")));
          assertEquals("script:3", thrown.chunk() + ":" + thrown.line(), thrown::getMessage);
          assertTrue(thrown.getMessage().startsWith("script:3: "), thrown::getMessage);
        }
      }
    }
  }

  @EachFlavour
  void reachesNoMoreThanScriptsMay(Flavour flavour) {
    try (var shut =
        LuaRuntime.builder().flavour(flavour).hostAccess(HostAccess.BINDINGS_ONLY).build()) {
      for (var each :
          List.of(
              "bindClass('java.lang.System')",
              "newInstance('java.util.Date')",
              "createProxy('java.lang.Runnable', {})",
              "loadLib('java.util.List', 'of')",
              "array('int', 1)",
              "import('java.lang.*').System")) {
        var thrown =
            assertThrows(LuaException.class, () -> shut.eval("require('luajava')." + each));
        assertTrue(thrown.getMessage().contains("denied"), thrown::getMessage);
      }
    }
    try (var none = LuaRuntime.builder().flavour(flavour).hostAccess(HostAccess.NONE).build()) {
      var thrown = assertThrows(LuaException.class, () -> none.require("luajava"));
      assertTrue(thrown.getMessage().startsWith("module 'luajava' not found"), thrown::getMessage);
    }
  }
}
