package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.host.HostGateTest.assertDenied;
import static org.lupine.host.HostGateTest.runtime;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess;
import org.lupine.access.HostAccess.Operation;
import org.lupine.host.HostGateTest.Account;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.Yield;

/** Known ways around access control: reflection, other spellings, other ways to a member. */
class GateBypassTest {
  // BEHAVIOURS 177
  @EachFlavour
  void deniesReflection(Flavour flavour) {
    for (var access : List.<HostAccess>of(HostAccess.BINDINGS_ONLY, any -> true)) {
      try (var lua = runtime(flavour, access)) {
        lua.execute("o, list, e = ...", new Account(), List.of(), new Exception("e"));
        for (var use :
            List.of(
                "o:getClass()",
                "o.getClass()",
                "return o.class",
                "o['getClass'](o)",
                "o.getClass(o)",
                "java.members(o):getClass()",
                "return java.members(o).class",
                "list:getClass()",
                "return list.class",
                "e:getClass()",
                "o:notify()",
                "o:wait()",
                "o:notifyAll()",
                "local f = o.getClass return f()",
                "pcall(error) o.getClass(o)")) {
          assertDenied(lua, use);
        }
        assertThrows(LuaException.class, () -> lua.execute("return java.items(o).class"));
        assertThrows(LuaException.class, () -> lua.execute("return o.Class"));
        assertEquals(false, lua.eval("getmetatable(o)").first());
      }
    }
  }

  // BEHAVIOURS 177
  @EachFlavour
  void passesNoReflectiveObjectsInTables(Flavour flavour) throws Exception {
    HostAccess access = asked -> asked.type() != Runtime.class;
    try (var lua = runtime(flavour, access)) {
      var method = String.class.getMethod("length");
      lua.execute("o, Text = ..., java.import 'java.lang.String'", new Account());
      for (var object : List.of(method, Thread.currentThread(), Runtime.class)) {
        lua.globals().put("object", object);
        for (var use :
            List.of(
                "o:give({object})",
                "o:give({{x = {object}}})",
                "o:give({[object] = 1})",
                "local t = {} t.t = t t.object = object o:give(t)",
                "o:pay(1, {object})")) {
          assertDenied(lua, use);
        }
      }
      assertEquals(2L, lua.eval("#o:give({1, {x = o, y = {}}})").first());
      assertEquals("length", lua.eval("o:give({Text, 'length'})[2]").first());
    }
  }

  /** Takes values in many ways. */
  public static class Taker implements Comparable<Object> {
    public List<Object> taken = new ArrayList<>();

    public void list(List<String> given) {
      taken.addAll(given);
    }

    public void objects(Object... given) {
      taken.addAll(Arrays.asList(given));
    }

    public void map(Map<String, Object> given) {
      taken.addAll(given.values());
    }

    public void supplied(Supplier<Object> supplier) {
      taken.add(supplier.get());
    }

    public void typed(Supplier<List<Class<?>>> supplier) {
      taken.addAll(supplier.get());
    }

    public void results(LuaFunction function) {
      taken.addAll(function.call());
    }

    public void items(LuaCoroutine coroutine) {
      coroutine.forEachRemaining(taken::add);
    }

    public void errors(Runnable action) {
      taken.add(assertThrows(LuaException.class, action::run).value());
    }

    @Override
    public int compareTo(Object other) {
      taken.add(other);
      return 0;
    }

    @Override
    public boolean equals(Object other) {
      taken.add(other);
      return false;
    }

    @Override
    public int hashCode() {
      return 1;
    }
  }

  // BEHAVIOURS 177: on every way into Java
  @EachFlavour
  void passesNoReflectiveObjectsToJava(Flavour flavour) throws Exception {
    HostAccess access = asked -> asked.type() != Runtime.class;
    var list = new ArrayList<Object>(List.of(1));
    var map = new HashMap<Object, Object>();
    var array = new Object[1];
    var taker = new Taker();
    try (var lua = runtime(flavour, access)) {
      lua.execute(
          "l, m, a, o = ... fake = setmetatable({}, {__len = function() "
              + "return 1 end, __index = function(_, k) return c end})",
          list,
          map,
          array,
          taker);
      for (var object :
          List.of(
              String.class.getMethod("length"),
              Thread.currentThread(),
              Runtime.class,
              getClass().getClassLoader())) {
        lua.globals().put("c", object);
        for (var use :
            List.of(
                "l[1] = c",
                "l[2] = c",
                "l[1] = {c}",
                "m.k = c",
                "m[c] = 1",
                "return m[c]",
                "m.k = {x = {c}}",
                "a[1] = c",
                "java.items(l)[1] = c",
                "java.items(m).k = c",
                "m.k = java.members(c)",
                "o:supplied(function() return c end)",
                "o:supplied(function() return {c} end)",
                "o:typed(function() return {c} end)",
                "o:supplied({get = function() return c end})",
                "java.implement('java.util.function.Supplier', function() return c end):get()",
                "java.array('java.lang.Object', {c})",
                "a[1] = java.cast('java.lang.Object', c)",
                "java.cast('java.util.List', {c}) l[1] = java.cast('java.util.List', {c})",
                "o:objects(java.cast('java.lang.Object[]', {c}))",
                "o:list({c})",
                "o:map({k = c})",
                "o.taken = {c}",
                "o:objects(1, c)",
                "o:objects(java.args{c})",
                "o:objects(java.args{1, {c}})",
                "o.taken = c")) {
          assertDenied(lua, use);
        }
        lua.execute("local _ = o == c, c == o");
        for (var use :
            List.of(
                "java.array('java.lang.Object', fake)",
                "o:objects(java.cast('java.lang.Object[]', fake))")) {
          if (flavour != Flavour.LUA51) {
            assertDenied(lua, use);
          }
        }
      }
      assertEquals(List.of(1), list);
      assertEquals(Map.of(), map);
      assertEquals(Arrays.asList((Object) null), Arrays.asList(array));
      assertEquals(List.of(), taker.taken);
      lua.execute("l[1] = java.import('String') o:supplied(function() return l[1] end)");
      assertEquals(List.of(String.class), taker.taken);
    }
    var seen = new ArrayList<Object>();
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .hostAccess(access)
            .attributeHandlers(
                new AttributeHandlers(
                    (target, name) -> seen.add(name), (target, name, value) -> seen.add(value)))
            .build()) {
      lua.execute("o, c = ...", taker, Thread.currentThread());
      assertDenied(lua, "o.x = c");
      assertDenied(lua, "o[c] = 1");
      assertDenied(lua, "return o[c]");
      assertEquals(List.of(), seen);
    }
  }

  // BEHAVIOURS 177
  @EachFlavour
  void comparesWithNoReflectiveObjects(Flavour flavour) {
    var taker = new Taker();
    try (var lua = runtime(flavour, asked -> asked.type() != Runtime.class)) {
      lua.execute("o, other, c = ...", taker, new Taker(), Thread.currentThread());
      for (var use :
          List.of(
              "return o < {c}",
              "return o <= {{x = c}}",
              "return {c} > o",
              "return o >= {c}",
              "return o < c",
              "return c < o",
              "return o < java.args{1}")) {
        assertThrows(LuaException.class, () -> lua.execute(use), use);
      }
      assertEquals(List.of(), taker.taken);

      lua.execute("return o < other");
      assertSame(Taker.class, taker.taken.get(0).getClass());
      if (flavour != Flavour.LUA51) { // it compares objects of one kind only
        lua.execute("return o < java.import 'java.lang.String'");
        assertSame(String.class, taker.taken.get(1));
      }
    }
  }

  // BEHAVIOURS 177: what SECURITY.md says of Java code that calls Lua itself
  @EachFlavour
  void javaGetsWhatItAsksForItself(Flavour flavour) {
    var taker = new Taker();
    var object = Thread.currentThread();
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY)) {
      lua.execute("o, c = ...", taker, object);
      lua.execute("o:results(function() return c end)");
      lua.execute("o:items(coroutine.create(function() coroutine.yield(c) end))");
      lua.execute("o:errors(function() error(c) end)");
      assertEquals(object, lua.eval("c").first());
    }
    assertEquals(List.of(object, object), taker.taken.subList(0, 2));
    assertEquals(object, taker.taken.get(taker.taken.size() - 1));
  }

  // BEHAVIOURS 177
  @EachFlavour
  void deniesMembersOfReflectiveObjects(Flavour flavour) throws Exception {
    try (var lua = runtime(flavour, any -> true)) {
      var method = String.class.getMethod("length");
      for (var object :
          List.of(
              String.class,
              method,
              Thread.currentThread(),
              Runtime.getRuntime(),
              getClass().getClassLoader(),
              String.class.getModule(),
              ProcessHandle.current(),
              LuaRuntime.builder(),
              LuaOptions.defaults())) {
        lua.globals().put("object", object);
        lua.globals().put("o", new Account());
        for (var use :
            List.of(
                "object:hashCode()",
                "object:toString()",
                "return object.name",
                "object()",
                "java.members(object):hashCode()",
                "o:give(object)",
                "o:pay(object)",
                "o:pay(1, 2, object)",
                "o.owner = object",
                "java.members(o):give(object)",
                "o:give(java.members(object))",
                "o:pay(java.cast('Object', object))")) {
          var thrown = assertThrows(LuaException.class, () -> lua.execute(use), use);
          assertFalse(thrown.getMessage().contains("Chosen"), use);
        }
        assertEquals("javaobject", lua.eval("tostring(object)").first());
        assertSame(object, lua.eval("object").first());
      }
      assertDenied(lua, "(...):getDeclaringClass():getName()", DayOfWeek.MONDAY);
      for (var name :
          List.of(
              "Class",
              "Thread",
              "Runtime",
              "System",
              "ClassLoader",
              "ProcessBuilder",
              "java.lang.reflect.Method",
              "java.lang.reflect.Proxy",
              "java.lang.invoke.MethodHandles",
              "javax.script.ScriptEngineManager",
              "org.lupine.LuaRuntime",
              "java.lang.reflect.InvocationHandler")) {
        assertDenied(lua, "java.import(...)", name);
        assertDenied(lua, "java.implement(..., print)", name);
      }
    }
  }

  // BEHAVIOURS 177: unless allowed by name
  @EachFlavour
  void allowsReflectionByName(Flavour flavour) {
    try (var lua =
        runtime(
            flavour,
            HostAccess.allow(
                "java.util.ArrayList",
                "java.lang.Object#getClass",
                "java.lang.Class#getSimpleName"))) {
      lua.execute("list = ...", new ArrayList<>());
      assertEquals("ArrayList", lua.eval("list:getClass():getSimpleName()").first());
      assertEquals("ArrayList", lua.eval("list.class.simpleName").first());
      assertDenied(lua, "list:getClass():getName()");
      assertDenied(lua, "list:getClass():getClassLoader()");
      assertDenied(lua, "list:notify()");
    }
    try (var lua = runtime(flavour, HostAccess.allow("java.lang.Thread"))) {
      assertEquals("name", lua.eval("(...):getName()", new Thread("name")).first());
      assertDenied(lua, "(...):getClass()", new Thread());
      assertDenied(lua, "(...):getContextClassLoader():getParent()", Thread.currentThread());
    }
    try (var lua = runtime(flavour, HostAccess.allow("java.lang.Object", "java.util.List"))) {
      assertDenied(lua, "(...):hashCode()", Thread.currentThread());
      assertDenied(lua, "(...):getClass()", new Object());
      assertNotEquals(null, lua.eval("(...):hashCode()", new Object()).first());
    }
  }

  // BEHAVIOURS 241
  @EachFlavour
  void choosesAmongAllowedOverloads(Flavour flavour) {
    try (var lua =
        runtime(
            flavour,
            access ->
                access.member() == null || !access.member().toString().contains("pay(int)"))) {
      assertEquals(
          List.of("Object...", "String"),
          lua.execute("local o = ... return o:pay(1), o:pay('1')", new Account()));
    }
    try (var lua =
        runtime(
            flavour,
            access ->
                access.member() == null
                    || access.member().toString().contains("pay(java.lang.String)"))) {
      var thrown =
          assertThrows(LuaException.class, () -> lua.execute("(...):pay(1, 2)", new Account()));
      assertTrue(thrown.getMessage().contains("candidates: pay(String)"), thrown::getMessage);
      assertFalse(thrown.getMessage().contains("pay(int)"), thrown::getMessage);
      assertEquals("String", lua.eval("(...):pay('x')", new Account()).first());
      thrown =
          assertThrows(LuaException.class, () -> lua.execute("return (...).ovner", new Account()));
      assertFalse(thrown.getMessage().contains("owner"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 240
  @EachFlavour
  void knowsAMemberByAnySpelling(Flavour flavour) {
    try (var lua =
        runtime(
            flavour,
            access ->
                access.member() == null
                    || !List.of("getOwner", "setOwner", "bank")
                        .contains(access.member().getName()))) {
      lua.execute(
          "o, Class, other = ..., java.import '" + Account.class.getName() + "'", new Account());
      lua.execute("other = Class()");
      for (var use :
          List.of(
              "return o.owner",
              "o.owner = 'x'",
              "o:getOwner()",
              "o.getOwner()",
              "o['getOwner'](o)",
              "o:setOwner('x')",
              "o.bank()",
              "o:bank()",
              "Class.bank()",
              "Class:bank()",
              "Class.getOwner(o)",
              "Class.setOwner(o, 'x')",
              "java.members(o).owner = 1",
              "return java.members(o).owner",
              "other.getOwner(o)",
              "java.cast('Object', o):getOwner()",
              "local get = o.getOwner get()",
              "pcall(o.getOwner) o:getOwner()")) {
        assertDenied(lua, use);
      }
      assertThrows(LuaException.class, () -> lua.execute("return java.items(o).owner"));
      assertThrows(LuaException.class, () -> lua.execute("return o.Owner"));
      assertEquals("me", ((Account) lua.eval("o").first()).getOwner());
    }
  }

  // BEHAVIOURS 240
  @EachFlavour
  void tellsEntriesFromMembers(Flavour flavour) {
    var map = new HashMap<Object, Object>(Map.of("class", "c", "getClass", "g", "k", "v"));
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY)) {
      assertEquals(
          List.of("c", "g", 3L),
          lua.execute("local m = ... " + "return m.class, m.getClass, m:size()", map));
      assertDenied(lua, "java.members(...):getClass()", map);
      assertEquals(Arrays.asList((Object) null), lua.execute("return (...).class", Map.of()));
    }
    try (var lua = runtime(flavour, access -> access.operation() == Operation.CALL)) {
      assertEquals(3L, lua.execute("return (...):size()", map).first());
      assertEquals("v", lua.execute("return (...):get('k')", map).first());
      assertDenied(lua, "return (...).k", map);
      assertDenied(lua, "(...).k = 1", map);
      assertDenied(lua, "return java.items(...).k", map);
      assertDenied(lua, "return java.items(...).size", map);
    }
  }

  // BEHAVIOURS 242
  @EachFlavour
  void asksBeforeAFunctionBecomesAnInterface(Flavour flavour) {
    try (var lua = runtime(flavour, access -> access.operation() != Operation.IMPLEMENT)) {
      lua.execute("o = ...", new Account());
      assertThrows(LuaException.class, () -> lua.execute("o:run(function() end)"));
      assertThrows(LuaException.class, () -> lua.execute("o:run({run = function() end})"));
      assertDenied(lua, "java.implement('Runnable', function() end)");
      assertDenied(lua, "java.import 'Runnable'(function() end)");
    }
  }

  // BEHAVIOURS 242
  @EachFlavour
  void asksForTheMethodsOfProxies(Flavour flavour) {
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY);
        var other = runtime(flavour, HostAccess.ALL)) {
      var proxy =
          other
              .execute(
                  "return java.implement('java.util.Comparator', " + "function(a, b) return 7 end)")
              .first();
      assertEquals(7L, lua.eval("(...):compare(1, 2)", proxy).first());
      assertDenied(lua, "(...):getClass()", proxy);
      assertDenied(lua, "return (...).class", proxy);
    }
    try (var lua = runtime(flavour, access -> access.operation() != Operation.CALL)) {
      assertDenied(lua, "java.implement('java.util.Comparator', function() end):reversed()");
      assertDenied(lua, "java.implement('Runnable', function() end):run()");
      assertDenied(lua, "java.implement('Runnable', function() end)()");
    }
  }

  // BEHAVIOURS 240
  @EachFlavour
  void asksForTheNameThatAFilterReturns(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder()
            .flavour(flavour)
            .hostAccess(HostAccess.BINDINGS_ONLY)
            .attributeFilter((target, name, setting) -> "kind".equals(name) ? "getClass" : name)
            .build()) {
      assertDenied(lua, "(...):kind()", new Account());
      assertEquals("me", lua.eval("(...).owner", new Account()).first());
    }
  }

  // BEHAVIOURS 243
  @EachFlavour
  void initializesNoClassBeforeItIsUsed(Flavour flavour) {
    try (var lua = runtime(flavour, access -> access.operation() == Operation.LOOKUP)) {
      lua.execute("C = java.import '" + GateBypassTest.class.getName() + "$Initialized'");
      assertDenied(lua, "C()");
      assertDenied(lua, "C.touch()");
      assertDenied(lua, "return C.field");
      assertFalse(initialized);
    }
  }

  /** Takes whatever it is given. */
  public static class Teller {
    public String take(Object given) {
      return given.toString();
    }
  }

  @EachFlavour
  void allowsJavaNullInATable(Flavour flavour) {
    try (var lua = runtime(flavour, access -> access.operation() == Operation.CALL)) {
      lua.globals().put("o", new Teller());
      assertTrue(
          lua.eval("o:take({java.null, x = java.null})").first().toString().startsWith("table"));
    }
  }

  private static volatile boolean initialized;

  /** Records that it was initialized. */
  public static class Initialized {
    public static Object field = new Object();

    static {
      initialized = true;
    }

    public static void touch() {}
  }

  // BEHAVIOURS 177: also to what continues after a yield
  @EachFlavour
  void passesNoReflectiveObjectsByAResume(Flavour flavour) {
    var seen = new ArrayList<Object>();
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY)) {
      lua.globals()
          .put(
              "ask",
              lua.function(
                  any ->
                      Yield.of(1)
                          .then(
                              next -> {
                                seen.addAll(next);
                                return null;
                              })));
      lua.globals().put("c", Thread.currentThread());
      var use = "local co = coroutine.wrap(function() ask() end) co() co(%s)";
      if (flavour == Flavour.LUA51 || flavour == Flavour.LUAJIT) {
        assertThrows(LuaException.class, () -> lua.execute(use.formatted("1")));
        return; // these versions have no continuations
      }
      assertDenied(lua, use.formatted("c"));
      assertDenied(lua, use.formatted("{c}"));
      assertThrows(LuaException.class, () -> lua.execute(use.formatted("java.args{1}")));
      assertEquals(List.of(), seen);
      lua.execute(use.formatted("2, java.null"));
      assertEquals(Arrays.asList(2L, null), seen);
    }
  }

  // BEHAVIOURS 177: under the presets themselves, whose data scripts may write in part
  @EachFlavour
  void presetsPassNoReflectiveObjects(Flavour flavour) throws Exception {
    for (var preset : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      var list = new ArrayList<Object>(List.of(1));
      var map = new HashMap<Object, Object>();
      var seen = new ArrayList<Object>();
      try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(preset).build()) {
        lua.execute(
            "l, m, a, f = ...",
            list,
            map,
            new Object[1],
            lua.function(
                arguments -> {
                  seen.addAll(Arrays.asList(arguments));
                  return null;
                }));
        for (var object :
            List.of(
                String.class.getMethod("length"),
                Thread.currentThread(),
                getClass().getClassLoader())) {
          lua.globals().put("c", object);
          for (var use :
              List.of("l[1] = c", "m.k = c", "m.k = {c}", "a[1] = c", "f(c)", "f({c})")) {
            assertThrows(LuaException.class, () -> lua.execute(use), use);
          }
        }
      }
      assertEquals(List.of(1), list);
      assertEquals(Map.of(), map);
      assertEquals(List.of(), seen);
    }
  }
}
