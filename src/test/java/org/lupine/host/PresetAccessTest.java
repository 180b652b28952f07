package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.host.HostGateTest.assertDenied;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.access.LuaExport;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.support.EachFlavour;
import org.lupine.value.BigNumbers;

/** Access to Java under a preset: data to read, a HostAccess of the user, no reflection. */
class PresetAccessTest {
  /** Data with a method. */
  public record Point(int x, List<String> tags) {
    public int doubled() {
      return 2 * x;
    }
  }

  /** A host's map with a method of its own. */
  public static final class Variables extends HashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    public String secret() {
      return "secret";
    }
  }

  /** Not data. */
  public static final class Service {
    public int field = 1;

    @LuaExport
    public Object keep(Object value) {
      return value;
    }

    public String start() {
      return "started";
    }
  }

  // Regression: a script reached the options of engines that its manager makes later
  @EachFlavour
  void noPresetReachesTheContext(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.CONSTRAINED).build();
    try (var engine = new LuaEngineFactory().getScriptEngine(options)) {
      engine.put("module", "javax.script");
      engine.put("context", engine.getContext());
      for (var context : List.of("context", "require(module).context")) {
        for (var use : List.of(":getBindings(100)", ":getWriter()", ".reader")) {
          var thrown =
              assertThrows(ScriptException.class, () -> engine.eval("return " + context + use));
          assertTrue(thrown.getMessage().contains("denied"), thrown::getMessage);
        }
      }
    }
  }

  private static LuaRuntime runtime(Flavour flavour, Sandbox preset, HostAccess access) {
    return LuaRuntime.builder().flavour(flavour).sandbox(preset).hostAccess(access).build();
  }

  @EachFlavour
  void presetsTakeAllowLists(Flavour flavour) {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      try (var lua = runtime(flavour, preset, HostAccess.allow("java.util.List"))) {
        assertEquals(
            List.of(2L, 2L, 1L),
            lua.execute("local l = ... return #l, l:size(), l[1]", new ArrayList<>(List.of(1, 2))));
        assertDenied(lua, "(...):size()", new HashMap<>());
        assertDenied(lua, "(...):getClass()", new ArrayList<>());
      }
      try (var lua =
          runtime(
              flavour,
              preset,
              HostAccess.EXPORTED.or(HostAccess.allow(Service.class.getName() + "#start")))) {
        lua.globals().put("s", new Service());
        assertEquals(List.of(7L, "started"), lua.eval("s:keep(7), s:start()"));
        assertDenied(lua, "return s.field");
      }
    }
  }

  @Test
  void presetsRefuseOnlyNamesOfReflection() {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX, Sandbox.UNTRUSTED)) {
      for (var name :
          List.of(
              "java.lang.Class",
              "java.lang.Class[]",
              "java.lang.Class#getName",
              "java.lang.reflect.Method",
              "java.lang.invoke.MethodHandle",
              "java.lang.Thread",
              "java.lang.Object#getClass",
              "java.util.List#getClass",
              "java.net.URLClassLoader",
              "java.util.concurrent.ForkJoinWorkerThread#run",
              "javax.script.ScriptEngine",
              "org.lupine.LuaRuntime",
              Service.class.getName() + "#wait")) {
        for (var access :
            List.of(
                HostAccess.allow(name),
                HostAccess.allow("java.util.Map", name),
                HostAccess.EXPORTED.or(HostAccess.allow(name)))) {
          var thrown =
              assertThrows(
                  IllegalArgumentException.class,
                  () -> LuaOptions.builder().sandbox(preset).hostAccess(access).build(),
                  name);
          assertTrue(thrown.getMessage().contains("reflection"), thrown::getMessage);
        }
      }
      for (var access :
          List.of(
              HostAccess.allow(),
              HostAccess.allow("java.util.Map#get"),
              HostAccess.allow("java.lang.Object"),
              HostAccess.allow("no.such.Type"),
              HostAccess.DATA,
              HostAccess.allow("a.B").or(HostAccess.EXPORTED))) {
        LuaOptions.builder().sandbox(preset).hostAccess(access).build();
      }
    }
  }

  /** A subclass of Thread. */
  public static final class Worker extends Thread {
    public int number() {
      return 3;
    }
  }

  @EachFlavour
  void allowListsNameReflectiveSubclasses(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .hostAccess(HostAccess.allow(Worker.class.getName()).or(HostAccess.EXPORTED))
            .build()) {
      assertEquals(3L, lua.eval("(...):number()", new Worker()).first());
      assertDenied(lua, "(...):getClass()", new Worker());
    }
  }

  private static LuaScriptEngine sandbox() {
    return (LuaScriptEngine) new ScriptEngineManager().getEngineByName("lua-sandbox");
  }

  private static Object data(Flavour flavour, String script, Object value) throws Exception {
    Object own;
    try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build()) {
      lua.globals().put("d", value);
      own = lua.execute(script).first();
    }
    var bindings = new SimpleBindings();
    bindings.put("d", value);
    try (var engine = sandbox()) {
      assertEquals(own, engine.eval(script, bindings), script);
      engine.put("d", value);
      assertEquals(own, engine.eval(script), script);
    }
    return own;
  }

  @EachFlavour
  void dataCanBeRead(Flavour flavour) throws Exception {
    var map = new LinkedHashMap<String, Object>();
    map.put("a", 1);
    map.put("b", Map.of("c", List.of(5, 6)));
    var maps =
        new ArrayList<Object>(
            List.of(
                map,
                new TreeMap<>(map),
                Collections.unmodifiableMap(map),
                Collections.synchronizedMap(map)));
    var variables = new Variables();
    variables.putAll(map);
    maps.add(variables);
    for (var each : maps) {
      assertEquals(
          "1 5 2 2 nil",
          data(
              flavour,
              "local s = d.a .. ' ' .. d.b.c[1] .. ' ' .. #d "
                  + "local n = 0 for k, v in pairs(d) do n = n + 1 end "
                  + "return s .. ' ' .. n .. ' ' .. tostring(d.none)",
              each));
      assertEquals(
          "true 2 1",
          data(
              flavour,
              "local n = 0 for e in java.iter(d) do "
                  + "n = n + #e:getKey() end "
                  + "return tostring(d:containsKey('a')) .. ' ' .. n .. ' ' .. d:get('a')",
              each));
    }
    var lists =
        List.of(
            List.of("x", "y"),
            Arrays.asList("x", "y"),
            new ArrayList<>(List.of("x", "y")),
            Collections.unmodifiableList(new ArrayList<>(List.of("x", "y"))),
            new String[] {"x", "y"});
    for (var each : lists) {
      assertEquals(
          "x 2 1x2y xy",
          data(
              flavour,
              "local s = d[1] .. ' ' .. #d .. ' ' "
                  + "for i, v in ipairs(d) do s = s .. i .. v end s = s .. ' ' "
                  + "for v in java.iter(d) do s = s .. v end return s",
              each));
    }
    assertEquals("9", data(flavour, "return tostring(d[2][1])", new int[][] {{1}, {9}}));
    assertEquals(
        "xy",
        data(
            flavour,
            "local s = '' for _, v in pairs(d) do s = s .. v end return s",
            new ArrayDeque<>(List.of("x", "y"))));
    assertEquals(
        "3 t", data(flavour, "return d:x() .. ' ' .. d:tags()[1]", new Point(3, List.of("t"))));
    assertEquals(
        true,
        data(
            flavour, "return d[1] == d[2]", List.of(new BigDecimal("1.5"), new BigDecimal("1.5"))));
    assertEquals(
        "1.5 2028-02-28 true false",
        data(
            flavour,
            "return tostring(d[1]) .. ' ' .. "
                + "tostring(d[2]) .. ' ' .. tostring(d[2] < d[3]) .. ' ' .. tostring(d[4] == d[5])",
            List.of(
                new BigDecimal("1.5"),
                LocalDate.of(2028, 2, 28),
                LocalDate.of(2028, 2, 29),
                DayOfWeek.MONDAY,
                DayOfWeek.FRIDAY)));
  }

  @EachFlavour
  void dataIsReadOnly(Flavour flavour) {
    var map = new HashMap<Object, Object>(Map.of("a", 1));
    var list = new ArrayList<Object>(List.of(1, 2));
    var array = new Object[] {1, 2};
    try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(Sandbox.SANDBOX).build()) {
      lua.execute(
          "m, l, a, v, p, s = ...",
          map,
          list,
          array,
          new Variables(),
          new Point(1, List.of()),
          new Service());
      for (var use :
          List.of(
              "m.a = 2",
              "m.b = 2",
              "l[1] = 2",
              "l[3] = 2",
              "a[1] = 2",
              "m:put('b', 1)",
              "m:remove('a')",
              "m:clear()",
              "l:add(1)",
              "l:clear()",
              "l:stream()",
              "l:iterator()",
              "l:forEach(print)",
              "m:getClass()",
              "return l.class",
              "v:secret()",
              "m:compute('a', print)",
              "p:doubled()",
              "p:toString()",
              "p:hashCode()",
              "l:hashCode()",
              "m:entrySet():clear()",
              "m:keySet():remove('a')",
              "s:start()",
              "return s.field",
              "s.field = 2")) {
        assertDenied(lua, use);
      }
      assertEquals("javaobject", lua.eval("tostring(l)").first());
    }
    assertEquals(Map.of("a", 1), map);
    assertEquals(List.of(1, 2), list);
    assertEquals(1, array[0]);
  }

  @Test
  void tablesOfAnEarlierRunAreData() throws Exception {
    try (var engine = sandbox()) {
      var bindings = new SimpleBindings();
      engine.eval("t = {10, 20, name = {first = 'Ada'}}", bindings);
      var other = new SimpleBindings();
      other.put("t", bindings.get("t"));
      assertEquals("10 Ada", engine.eval("return t[1] .. ' ' .. t.name.first", other));
      assertEquals(
          3L, engine.eval("local n = 0 for _ in pairs(t) do n = n + 1 end return n", other));
    }
  }

  @EachFlavour
  void settersCannotWeakenAPreset(Flavour flavour) {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(preset).build()) {
        var limit = lua.timeLimit();
        long memory = lua.memory().limit();
        for (var longer : List.of(Duration.ZERO, limit.plusNanos(1), Duration.ofDays(1))) {
          var thrown = assertThrows(IllegalArgumentException.class, () -> lua.timeLimit(longer));
          assertTrue(thrown.getMessage().contains(preset.name()), thrown::getMessage);
        }
        for (long more : new long[] {0, memory + 1, Long.MAX_VALUE}) {
          var thrown = assertThrows(IllegalArgumentException.class, () -> lua.maxMemory(more));
          assertTrue(thrown.getMessage().contains(preset.name()), thrown::getMessage);
        }
        assertEquals(limit, lua.timeLimit());
        assertEquals(memory, lua.memory().limit());
        lua.timeLimit(Duration.ofSeconds(1));
        lua.timeLimit(limit);
        lua.maxMemory(1 << 20);
        lua.maxMemory(memory);
        assertEquals(memory, lua.memory().limit());
      }
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.timeLimit(Duration.ofSeconds(1));
      lua.timeLimit(Duration.ZERO);
      lua.maxMemory(1 << 20);
      lua.maxMemory(0);
      assertEquals(0, lua.memory().limit());
    }
  }

  @EachFlavour
  void overflowHandlersOfSandboxedScriptsEndWithTheirRun(Flavour flavour) throws Exception {
    var big = List.of(Long.MAX_VALUE);
    var set = "java.set_overflow_handler(function() return 'mine' end) ";
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .sandbox(Sandbox.SANDBOX)
            .overflow(number -> "host")
            .build()) {
      lua.globals().put("big", big);
      lua.execute("f = ...", lua.function(arguments -> lua.eval("1").first()));
      var before = lua.eval("big[1]").first();
      assertEquals(flavour.integers() ? (Object) Long.MAX_VALUE : "host", before);
      var meanwhile = flavour.integers() ? (Object) Long.MAX_VALUE : "mine";
      assertEquals(meanwhile, lua.execute(set + "f() return big[1]").first());
      assertEquals(before, lua.eval("big[1]").first());
      assertThrows(org.lupine.value.LuaException.class, () -> lua.execute(set + "error('x')"));
      assertEquals(before, lua.eval("big[1]").first());
      try (var held = lua.enter()) {
        lua.execute(set);
        assertEquals(before, lua.eval("big[1]").first());
      }
      lua.overflowHandler(number -> "other");
      lua.execute(set);
      assertEquals(flavour.integers() ? before : "other", lua.eval("big[1]").first());
    }
    // a number that no flavour can hold
    var options =
        LuaOptions.builder()
            .flavour(flavour)
            .sandbox(Sandbox.SANDBOX)
            .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
            .overflow(number -> "host")
            .build();
    var bigger = List.of(BigInteger.TWO.pow(70).add(BigInteger.ONE));
    try (var lua = new LuaEngineFactory().getScriptEngine(options).runtime()) {
      lua.globals().put("big", bigger);
      assertEquals("host", lua.eval("big[1]").first());
      assertEquals("mine", lua.execute(set + "return big[1]").first());
      assertEquals("host", lua.eval("big[1]").first());
    }
    try (var engine = new LuaEngineFactory().getScriptEngine(options)) {
      for (var bindings : List.of(engine.getBindings(100), new SimpleBindings())) {
        bindings.put("big", bigger);
        assertEquals("mine", engine.eval(set + "return big[1]", bindings));
        assertEquals("host", engine.eval("return big[1]", bindings));
      }
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("big", big);
      lua.execute(set);
      assertEquals(
          flavour.integers() ? (Object) Long.MAX_VALUE : "mine", lua.eval("big[1]").first());
    }
  }
}
