package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.access.LuaNamed;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Arguments by name, as scripts give them to methods, constructors, records and builders. */
class NamedCallsTest {
  /** Takes arguments by name. */
  public static class Named {
    private final String made;

    public Named() {
      this.made = "";
    }

    @LuaNamed({"first", "second"})
    public Named(Object first, @LuaNamed.Default("2") int second) {
      this.made = first + "," + second;
    }

    @LuaNamed({"x", "y", "z"})
    public List<Object> f(Object x, Object y, @LuaNamed.Default("d") Object z) {
      return Arrays.asList(x, y, z);
    }

    @LuaNamed({"text", "times"})
    public static String again(String text, @LuaNamed.Default("2") int times) {
      return text.repeat(times);
    }

    public String made() {
      return made;
    }
  }

  /** A record. */
  public record Point(int x, double y) {}

  /** Built by name. */
  public static final class Mail {
    private final StringBuilder text = new StringBuilder();

    private Mail() {}

    public static Builder builder() {
      return new Builder();
    }

    public String text() {
      return text.toString();
    }

    /** Builds mails. */
    public static final class Builder {
      private final Mail mail = new Mail();

      public Builder to(String name) {
        mail.text.append("to ").append(name);
        return this;
      }

      public void urgent(boolean urgent) {
        mail.text.append(urgent ? " !" : "");
      }

      public Mail build() {
        return mail;
      }
    }
  }

  private static LuaRuntime runtime(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    lua.execute(
        "o = ... function f(...) local l = o:f(...) return l[1], l[2], l[3] end "
            + "Named = java.import '"
            + Named.class.getName()
            + "'",
        new Named());
    return lua;
  }

  private static void assertFails(LuaRuntime lua, String message, String call) {
    var thrown = assertThrows(LuaException.class, () -> lua.execute(call), call);
    assertTrue(thrown.getMessage().contains(message), thrown::getMessage);
  }

  // BEHAVIOURS 136
  @EachFlavour
  void areFieldsOfATable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(1L, 2L, "d"), lua.eval("f{x=1, y=2}"));
      assertEquals(List.of(5L, 6L, "d"), lua.eval("f{5, y=6}"));
      assertEquals(List.of(5L, 6L, 7L), lua.eval("f{z=7, 5, 6}"));
      assertEquals(List.of(1L, 2L, "d"), lua.eval("f(1, 2)"));
      assertEquals(List.of(1L, 2L, 3L), lua.eval("f(1, 2, 3)"));
      assertEquals(
          List.of(1L, 2L, "d"),
          lua.execute("local l = o.f{x=1, y=2} " + "return l[1], l[2], l[3]"));
      assertEquals(List.of(5L, 6L, 7L), lua.eval("f{[2]=6, z=7, [1]=5}"));
    }
  }

  // BEHAVIOURS 136
  @EachFlavour
  void areRefusedIfTheyAreWrong(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertFails(lua, "no value for argument 'y' of 'f'", "f{x=1}");
      assertFails(lua, "no value for argument 'x' of 'f'", "f{y=1}");
      assertFails(lua, "no argument 'yy' of 'f'; near: y", "f{x=1, yy=2}");
      assertFails(lua, "argument 'x' of 'f' is given twice", "f{1, 2, x=3}");
      assertFails(lua, "bad key 3 among arguments", "f{5, [3]=6}");
      assertFails(lua, "too many arguments to 'f'", "f{1, 2, 3, 4}");
      assertFails(lua, "no value for argument 'x' of 'f'", "f{}");
    }
  }

  // BEHAVIOURS 137
  @EachFlavour
  void mayBeNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(Arrays.asList(5L, null, 6L), lua.eval("f(5, nil, 6)"));
      assertEquals(Arrays.asList(5L, null, "d"), lua.eval("f{5, java.null}"));
      assertEquals(Arrays.asList(null, 2L, null), lua.eval("f{x=java.null, y=2, z=java.null}"));
      assertEquals(Arrays.asList(null, null, "d"), lua.eval("f(nil, nil)"));
      assertEquals(Arrays.asList(1L, null, "d"), lua.eval("f(1, java.args{y=java.null})"));
    }
  }

  // BEHAVIOURS 138
  @EachFlavour
  void areMergedFromSeveralPlaces(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(1L, 2L, 3L), lua.eval("f(java.args{1, z=3}, java.args{2})"));
      assertEquals(
          List.of(1L, 2L, 3L), lua.eval("f(java.args{1}, java.args{y=2}, java.args{z=3})"));
      assertEquals(List.of(0L, 1L, "d"), lua.eval("f(0, java.args{y=1})"));
      assertEquals(List.of(0L, 1L, "d"), lua.eval("f(java.args{y=1}, 0)"));
      assertFails(lua, "argument 'y' is given twice", "f(0, java.args{y=1}, java.args{y=1})");
      assertFails(lua, "given twice", "f(0, 1, java.args{x=1})");
    }
  }

  // BEHAVIOURS 138
  @EachFlavour
  void areNamesAndPositionsOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var bad :
          List.of(
              "[0]=1",
              "[2]=1",
              "1, [3]=2",
              "[3.14]=1",
              "[true]=1",
              "[{}]=1",
              "[-1]=1",
              "[1/0]=1")) {
        assertThrows(LuaException.class, () -> lua.execute("return java.args{" + bad + "}"), bad);
      }
      assertFails(lua, "bad argument #1 to 'args' (table expected, got no value)", "java.args()");
      for (var bad : List.of("nil", "1", "'x'", "print", "o", "java.null")) {
        assertFails(lua, "bad argument #1 to 'args' (table expected", "java.args(" + bad + ")");
      }
      assertThrows(LuaException.class, () -> lua.execute("return java.args({}, {})"));
    }
  }

  // BEHAVIOURS 136
  @EachFlavour
  void workForStaticMethodsAndConstructors(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of("abab", "ababab", "ab"),
          lua.eval(
              "Named.again{text='ab'}, " + "Named.again{'ab', times=3}, Named.again('ab', 1)"));
      assertEquals(
          List.of("x,2", "x,5", "x,7", ""),
          lua.eval(
              "Named{first='x'}:made(), "
                  + "Named{'x', second=5}:made(), Named.new('x', java.args{second=7}):made(), "
                  + "Named():made()"));
    }
  }

  // BEHAVIOURS 232
  @EachFlavour
  void makeRecordsAndObjectsOfBuilders(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local point, mail = ... Point, Mail = java.import(point), java.import(mail)",
          Point.class.getName(),
          Mail.class.getName());
      assertEquals(
          List.of(new Point(1, 2.5), new Point(1, 2.5), new Point(1, 2.5)),
          lua.eval("Point{x=1, y=2.5}, Point(1, java.args{y=2.5}), Point(1, 2.5)"));
      assertFails(lua, "no argument 'z' of 'new'", "Point(java.args{x=1, z=2})");
      assertEquals(
          List.of("to you", " !", ""),
          lua.eval(
              "Mail(java.args{to='you'}):text(), "
                  + "Mail(java.args{urgent=true}):text(), Mail(java.args{}):text()"));
      assertFails(lua, "no argument 'from' of ", "Mail(java.args{from='me'})");
    }
  }

  // what java.args makes is for a call, and never reaches Java
  @EachFlavour
  void areNoObjectsOfJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var map = new HashMap<String, Object>();
      var list = new ArrayList<Object>(List.of(1));
      var seen = new ArrayList<Object>();
      lua.execute(
          "jf, m, l = ...",
          (JavaFunction)
              arguments -> {
                seen.addAll(Arrays.asList(arguments));
                return null;
              },
          map,
          list);
      for (var use :
          List.of(
              "jf(java.args{1})",
              "jf(java.args{a = 1})",
              "m.k = java.args{1}",
              "l[1] = java.args{1}",
              "java.items(l)[1] = java.args{1}",
              "return java.args{1}")) {
        assertThrows(LuaException.class, () -> lua.execute(use), use);
      }
      assertEquals(Map.of(), map);
      assertEquals(List.of(1), list);
      assertEquals(List.of(), seen);
      assertEquals(
          "a JavaFunction has no names of arguments: pass them by position",
          assertThrows(LuaException.class, () -> lua.execute("jf(java.args{1})")).text());

      // a table is passed as it is, and fails where Java reads such a value
      lua.execute("jf({java.args{1}, 'x'}) m.k = {java.args{1}, 'x'}");
      for (var passed : List.of(seen.get(0), map.get("k"))) {
        var table = (LuaTable) passed;
        assertEquals("x", table.get(2L));
        for (Executable read :
            List.<Executable>of(
                () -> table.get(1L),
                () -> table.asList().get(0),
                () -> table.values().toArray(),
                table::toJava)) {
          assertEquals(
              "java.args is for the arguments of a call, not a value",
              assertThrows(LuaException.class, read).text());
        }
      }
    }
  }

  // no message names a class of this library
  @EachFlavour
  void messagesNameNoClassOfOurs(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "sb, r, l = ...",
          new StringBuilder("x"),
          (Runnable) () -> {},
          new ArrayList<>(List.of(1)));
      for (var value :
          List.of(
              "java.cast('int', 1)",
              "java.members(l)",
              "java.items(l)",
              "java.args{1}",
              "java.null",
              "java.iter(l)",
              "java.fn(r, 'run')",
              "java.import('java.util.List')",
              "l")) {
        for (var use :
            List.of(
                "sb:setLength(%s)",
                "return (%s).x.y",
                "local v = %s v.x.y = 1",
                "return (%s) + {}",
                "return #(%s) + {}",
                "local v = %s v(nil, nil, nil)()",
                "return (%s) < {}",
                "return (%s) .. {}",
                "l[%s] = 1",
                "l:add(1, %s, 2, 3)",
                "return java.new(%s)",
                "return java.array(%s, 1)",
                "return java.cast(%s, 1)",
                "return java.instanceof(1, %s)")) {
          var answer = lua.execute("return pcall(function() " + use.formatted(value) + " end)");
          assertFalse(
              String.valueOf(answer.get(answer.size() - 1)).contains("org.lupine."),
              () -> use.formatted(value) + ": " + answer);
        }
      }
    }
  }
}
