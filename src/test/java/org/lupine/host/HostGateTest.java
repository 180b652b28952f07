package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaRuntime;
import org.lupine.access.HostAccess;
import org.lupine.access.HostAccess.Access;
import org.lupine.access.HostAccess.Operation;
import org.lupine.access.LuaExport;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;

/** HostAccess, which is asked about every kind of use of Java. */
class HostGateTest {
  /** A class with members of every kind, all public. */
  public static class Account {
    public static int opened = 1;
    public int balance = 10;
    private String owner = "me";

    public Account() {}

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public static String bank() {
      return "bank";
    }

    public String pay(int amount) {
      return "int";
    }

    public String pay(String amount) {
      return "String";
    }

    public String pay(Object... amounts) {
      return "Object...";
    }

    public Object give(Object value) {
      return value;
    }

    public int run(Runnable task) {
      task.run();
      return 1;
    }

    /** Nested. */
    public static class Inner {}
  }

  static LuaRuntime runtime(Flavour flavour, HostAccess access) {
    return LuaRuntime.builder().flavour(flavour).hostAccess(access).build();
  }

  static LuaException assertDenied(LuaRuntime lua, String chunk, Object... arguments) {
    var thrown = assertThrows(LuaException.class, () -> lua.execute(chunk, arguments), chunk);
    assertTrue(thrown.getMessage().contains("denied"), () -> chunk + ": " + thrown.getMessage());
    return thrown;
  }

  // BEHAVIOURS 173
  @EachFlavour
  void seesEveryKindOfUse(Flavour flavour) {
    var seen = new ArrayList<Access>();
    try (var lua =
        runtime(
            flavour,
            access -> {
              seen.add(access);
              return true;
            })) {
      var uses = new HashMap<Operation, String>();
      uses.put(Operation.LOOKUP, "java.import 'java.util.ArrayList'");
      uses.put(Operation.NEW, "Class()");
      uses.put(Operation.READ, "local _ = o.owner");
      uses.put(Operation.WRITE, "o.owner = 'x'");
      uses.put(Operation.CALL, "o:getOwner()");
      uses.put(Operation.STATIC_READ, "local _ = Class.opened");
      uses.put(Operation.STATIC_WRITE, "Class.opened = 1");
      uses.put(Operation.STATIC_CALL, "Class.bank()");
      uses.put(Operation.INDEX, "local _ = list[1]");
      uses.put(Operation.ITERATE, "for _ in java.iter(list) do end");
      uses.put(Operation.IMPLEMENT, "java.implement('Runnable', print)");
      uses.put(Operation.TOSTRING, "tostring(o)");
      uses.put(Operation.EQUALS, "local _ = list == other");
      uses.put(Operation.COMPARE, "local _ = day < day");
      uses.put(Operation.LENGTH, "local _ = #list");
      lua.execute(
          "o, list, other, day, Class = ... Class = java.import(Class)",
          new Account(),
          List.of(1),
          List.of(2),
          DayOfWeek.MONDAY,
          Account.class.getName());
      for (var operation : Operation.values()) {
        if (operation != Operation.CLOSE) {
          seen.clear();
          lua.execute(uses.get(operation));
          assertTrue(
              seen.stream().anyMatch(each -> each.operation() == operation), operation::name);
        }
      }
      seen.clear();
      lua.execute(
          "local f, mine = ... f() f:get() local _ = list .. 'x' "
              + "for _ in pairs(list) do end for _ in ipairs(list) do end "
              + "for _ in java.enumerate(list) do end for _ in java.iterex(list) do end "
              + "mine[1] = list[1] m = java.members(list):size() java.array('int', 1) "
              + "java.typeof(list) java.cast('long', 1) java.instanceof(list, 'java.util.List')",
          (Supplier<String>) () -> "x",
          new ArrayList<>(List.of(2)));
      assertEquals(
          List.of(
              Operation.CALL,
              Operation.CALL,
              Operation.TOSTRING,
              Operation.ITERATE,
              Operation.ITERATE,
              Operation.ITERATE,
              Operation.ITERATE,
              Operation.INDEX,
              Operation.INDEX,
              Operation.CALL,
              Operation.NEW,
              Operation.LOOKUP,
              Operation.LOOKUP),
          seen.stream().map(Access::operation).toList());
    }
  }

  // BEHAVIOURS 173: Lua has <close> since 5.4
  @EachFlavour
  void asksBeforeSomethingIsClosed(Flavour flavour) {
    var seen = new ArrayList<Operation>();
    try (var lua =
        runtime(
            flavour,
            access -> !(seen.add(access.operation()) && access.operation() == Operation.CLOSE))) {
      if (flavour.integers() && flavour != Flavour.LUA53) {
        assertDenied(lua, "local r <close> = ...", new StringReader(""));
        assertEquals(List.of(Operation.CLOSE), seen);
      } else {
        assertThrows(LuaException.class, () -> lua.execute("local r <close> = ..."));
      }
    }
  }

  // BEHAVIOURS 173
  @EachFlavour
  void deniesEverythingIfNothingIsAllowed(Flavour flavour) {
    try (var lua = runtime(flavour, HostAccess.NONE)) {
      lua.execute(
          "o, list, map, day, f = ...",
          new Account(),
          new ArrayList<>(List.of(1)),
          new HashMap<>(Map.of("k", 1)),
          DayOfWeek.MONDAY,
          (Supplier<String>) () -> "x");
      for (var use :
          List.of(
              "return o.owner",
              "o.owner = 1",
              "o:getOwner()",
              "o.balance = 1",
              "o.bank()",
              "return list[1]",
              "list[1] = 2",
              "return map.k",
              "map.k = 2",
              "map:size()",
              "return #list",
              "for _ in pairs(list) do end",
              "for _ in ipairs(list) do end",
              "return day < day",
              "f()",
              "f:get()",
              "return list.size()")) {
        assertDenied(lua, use);
      }
      assertEquals(
          List.of("javaobject", "javaobject!", true, true, false),
          lua.execute("return " + "tostring(o), o .. '!', o == o, rawequal(o, o), list == map"));
      assertEquals(10, ((Account) lua.eval("o").first()).balance);
    }
  }

  // BEHAVIOURS 141
  @EachFlavour
  void hidesFunctionsThatNoScriptMayUse(Flavour flavour) {
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY)) {
      assertEquals(
          Arrays.asList(null, "table", "function"),
          lua.eval("java.import, type(java), type(java.iter)"));
      assertNull(lua.eval("require('java').import").first());
    }
    try (var lua = runtime(flavour, HostAccess.NONE)) {
      assertNull(lua.eval("java").first());
      assertEquals(false, lua.eval("(pcall(require, 'java'))").first());
    }
    try (var lua = runtime(flavour, HostAccess.ALL)) {
      assertEquals("function", lua.eval("type(java.import)").first());
    }
  }

  // BEHAVIOURS 173
  @EachFlavour
  void allowsBindingsButNoClasses(Flavour flavour) {
    try (var lua = runtime(flavour, HostAccess.BINDINGS_ONLY)) {
      lua.execute("o, list = ...", new Account(), new ArrayList<>(List.of(1, 2)));
      assertEquals(List.of("me", 2L, 1L, 10L), lua.eval("o.owner, #list, list[1], o.balance"));
      lua.execute("o.owner = 'x' list[1] = 5 o:run(function() end)");
      for (var use :
          List.of(
              "java.array('java.util.List', 1)",
              "java.instanceof(o, 'Object')",
              "java.cast('Object', o)",
              "java.implement('Runnable', print)",
              "java.typeof(o)",
              "java.array('int', 1)",
              "java.fn(o, 'Runnable')")) {
        assertDenied(lua, use);
      }
    }
  }

  // BEHAVIOURS 173: allow-lists
  @EachFlavour
  void allowsWhatIsNamed(Flavour flavour) {
    var name = Account.class.getName();
    try (var lua =
        runtime(
            flavour,
            HostAccess.allow(
                "java.util.List",
                name + "#getOwner",
                name + "#bank",
                "java.lang.Math",
                name + "#opened",
                "java.util.Date#new"))) {
      lua.execute("o, Account = ..., java.import '" + name + "'", new Account());
      assertEquals(
          List.of("me", "me", "bank", "bank", 1L),
          lua.eval("o.owner, o:getOwner(), o.bank(), Account.bank(), Account.opened"));
      assertEquals(
          List.of(2L, 2L, 1L, "[1, 2]", 5L),
          lua.execute(
              "local l = ... "
                  + "return #l, l:size(), l[1], tostring(l), java.import('Math').abs(-5)",
              new ArrayList<>(List.of(1, 2))));
      for (var use :
          List.of(
              "o.owner = 'x'",
              "o:setOwner('x')",
              "return o.balance",
              "Account()",
              "return Account.Inner",
              "o:pay(1)",
              "java.import 'java.util.ArrayList'",
              "java.implement('java.util.Map', {})",
              "(...):ensureCapacity(5)",
              "(...):trimToSize()")) {
        assertDenied(lua, use, new ArrayList<>());
      }
      assertDenied(lua, "(...):size()", new HashMap<>());
      assertEquals("userdata", lua.eval("type(java.import('java.util.Date')(0))").first());
      assertDenied(lua, "java.import('java.util.Date')(0):getTime()");
    }
    for (var bad : List.of("", " ", "#x", "x#", "a#b#c", " java.util.List")) {
      assertThrows(IllegalArgumentException.class, () -> HostAccess.allow(bad), bad);
    }
  }

  // BEHAVIOURS 173: HostAccess.or
  @EachFlavour
  void allowsWhatEitherOfTwoGatesAllows(Flavour flavour) {
    try (var lua =
        runtime(flavour, HostAccess.BINDINGS_ONLY.or(HostAccess.allow("java.lang.Math")))) {
      assertEquals(
          List.of(5L, 1L),
          lua.execute("return java.import('Math').abs(-5), (...):size()", List.of(1)));
      assertDenied(lua, "java.import('Integer')");
      assertDenied(lua, "(...):getClass()", List.of());
      assertDenied(lua, "(...):getName()", Thread.currentThread());
    }
  }

  /** Exports its methods to scripts. */
  @LuaExport
  public interface Greeter {
    String greet(String name);
  }

  /** Implements an exported interface, and has members of its own. */
  public static class Person implements Greeter {
    @LuaExport public int age = 3;
    public String name = "p";

    @LuaExport
    public Person() {}

    @Override
    public String greet(String whom) {
      return "hello " + whom;
    }

    public String secret() {
      return "secret";
    }

    @LuaExport
    public String getHome() {
      return "home";
    }
  }

  /** Overrides what its superclass exports. */
  public static class Child extends Person {
    @Override
    public String getHome() {
      return "room";
    }
  }

  // BEHAVIOURS 173: @LuaExport
  @EachFlavour
  void allowsWhatIsExported(Flavour flavour) {
    try (var lua = runtime(flavour, HostAccess.EXPORTED)) {
      Greeter hidden = name -> "hidden " + name;
      lua.execute("p, child, hidden = ...", new Person(), new Child(), hidden);
      assertEquals(
          List.of("hello a", "hello b", "hidden c", "hidden d", 3L, "home", "home", "room"),
          lua.eval(
              "p:greet('a'), child:greet('b'), hidden:greet('c'), hidden('d'), p.age, p.home, "
                  + "p:getHome(), child.home"));
      lua.execute("p.age = 4");
      for (var use :
          List.of(
              "p:secret()",
              "return p.name",
              "p.name = 'x'",
              "p:hashCode()",
              "p:getClass()",
              "return p.class",
              "java.import 'java.util.List'",
              "(...):size()",
              "return (...)[1]",
              "return #(...)")) {
        assertDenied(lua, use, List.of());
      }
      assertEquals("javaobject", lua.eval("tostring(p)").first());
    }
  }

  // BEHAVIOURS 240
  @EachFlavour
  void tellsReadingFromWriting(Flavour flavour) {
    try (var lua = runtime(flavour, access -> access.operation() == Operation.READ)) {
      lua.execute("o = ...", new Account());
      assertEquals(List.of("me", 10L), lua.eval("o.owner, o.balance"));
      for (var use : List.of("o.owner = 'x'", "o.balance = 1", "o:setOwner('x')", "o:getOwner()")) {
        assertDenied(lua, use);
      }
    }
  }

  // BEHAVIOURS 173
  @EachFlavour
  void allowsFunctionsThatWereMadeForScripts(Flavour flavour) {
    JavaFunction count = arguments -> Arrays.asList(arguments).toString();
    for (var access : List.of(HostAccess.NONE, HostAccess.EXPORTED, HostAccess.BINDINGS_ONLY)) {
      try (var lua = runtime(flavour, access)) {
        lua.execute("f, o, made = ...", count, new Account(), lua.function(count));
        assertEquals(List.of("[1, null]", "[2]", "[]"), lua.eval("f(1, nil), made(2), f()"));
        assertDenied(lua, "f(...)", String.class);
        if (access != HostAccess.BINDINGS_ONLY) {
          assertDenied(lua, "f:call(1)");
        }
      }
    }
  }

  // BEHAVIOURS 173: the exception reaches the caller
  @EachFlavour
  void mayDenyByAnException(Flavour flavour) {
    var veto = new SecurityException("no");
    try (var lua =
        runtime(
            flavour,
            access -> {
              throw veto;
            })) {
      for (var use :
          List.of(
              "return (...).owner",
              "(...):getOwner()",
              "(...).owner = 1",
              "return tostring(...)",
              "java.import 'Math'")) {
        assertSame(
            veto,
            assertThrows(LuaException.class, () -> lua.execute(use, new Account()), use)
                .getCause());
      }
    }
  }

  // BEHAVIOURS 173: operators of big numbers
  @EachFlavour
  void asksForArithmetic(Flavour flavour) {
    var big = Lua.asMembers(BigInteger.TWO.pow(70));
    try (var lua = runtime(flavour, access -> access.operation() != Operation.COMPARE)) {
      for (var use :
          List.of(
              "return ... + 1",
              "return 1 - (...)",
              "return -...",
              "local b = ... return b < b",
              "local b = ... return b >= b")) {
        assertDenied(lua, use, big);
      }
      assertEquals(true, lua.execute("local b = ... return b == b", big).first());
    }
  }
}
