package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.StringMode;

/** BEHAVIOURS 253: tables and names of constants as arguments of Java methods. */
class TableArgumentsTest {
  private static final List<String> TAKERS =
      List.of(
          "setItems",
          "texts",
          "array",
          "numbers",
          "collection",
          "iterable",
          "set",
          "rest",
          "linked");

  /** Methods with parameters that a table may fit. */
  public static class Account {
    /** The last argument. */
    public Object got;

    private DayOfWeek day = DayOfWeek.MONDAY;

    public void setItems(List<?> items) {
      got = new ArrayList<>(items);
    }

    public void texts(List<String> items) {
      got = new ArrayList<>(items);
    }

    public void array(Object[] items) {
      got = new ArrayList<>(List.of(items));
    }

    public void numbers(String[] items) {
      got = new ArrayList<>(List.of(items));
    }

    public void collection(Collection<?> items) {
      got = new ArrayList<>(items);
    }

    public void iterable(Iterable<?> items) {
      var all = new ArrayList<Object>();
      items.forEach(all::add);
      got = all;
    }

    public void set(Set<?> items) {
      got = new ArrayList<>(items);
    }

    public void rest(int number, Object... items) {
      got = new ArrayList<>(List.of(items));
    }

    public void rest(Object... items) {
      got = new ArrayList<>(List.of(items));
    }

    public void linked(LinkedHashSet<?> items) {
      got = new ArrayList<>(items);
    }

    public String either(List<?> items) {
      return "List";
    }

    public String either(Map<?, ?> items) {
      return "Map";
    }

    public String entries(Map<String, Integer> items) {
      return new TreeMap<>(items).toString();
    }

    public String entries(int[] items) {
      return "int[" + items.length + "]";
    }

    public String entries(Point point) {
      return point.toString();
    }

    public void setPoint(Point point) {
      got = point;
    }

    public String near(Point point) {
      return "" + point;
    }

    public String near(Place place) {
      return "" + place;
    }

    public DayOfWeek getDay() {
      return day;
    }

    public void setDay(DayOfWeek day) {
      this.day = day;
    }

    public void words(String... words) {
      got = words;
    }

    public List<?> items() {
      return List.of();
    }
  }

  /** A record, which has names and an order. */
  public record Point(int x, int y) {}

  /** A record with more components. */
  public record Place(int x, int y, String name) {}

  /** A functional interface with a list as its result. */
  public interface Source {
    List<String> get();
  }

  private static Source source(LuaRuntime lua, String table) {
    return ((LuaFunction) lua.eval("function() return " + table + " end").first()).as(Source.class);
  }

  private static String refusal(LuaRuntime lua, String script, Object... arguments) {
    return assertThrows(LuaException.class, () -> lua.execute(script, arguments), script)
        .getMessage();
  }

  @EachFlavour
  void keysThatAListCannotHoldAreRefused(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      for (var name : TAKERS) {
        if (name.equals("rest")) {
          continue; // its elements are objects of any kind
        }
        lua.execute("local a = ... a:" + name + "{'x', 'y'}", account);
        assertEquals(List.of("x", "y"), account.got, name);
        lua.execute("local a = ... a:" + name + "({})", account);
        assertEquals(List.of(), account.got, name);
        lua.execute("local a = ... a:" + name + "{n = 1, 'x'}", account);
        assertEquals(List.of("x"), account.got, name);
        for (var table :
            List.of(
                "{x = 1}",
                "{'a', x = 1}",
                "{'a', [9] = 'b'}",
                "{[0] = 'a'}",
                "{[1.5] = 'a'}",
                "{[true] = 'a'}",
                "{[java.null] = 'a'}",
                "{[{}] = 'a'}")) {
          account.got = "kept";
          var message = refusal(lua, "local a = ... a:" + name + "(" + table + ")", account);
          assertTrue(message.contains("is not an element of"), message);
          assertEquals("kept", account.got, name);
        }
      }
      assertTrue(
          refusal(lua, "local a = ... a:setItems{x = 1}", account)
              .contains(
                  "takes (table), candidates: setItems(List); the table's key 'x' is not an element of List"));
      assertTrue(
          refusal(lua, "local a = ... a:setItems{'a', [9] = 'b'}", account)
              .contains("the table's key 9 is not an element of List"));
    }
  }

  @EachFlavour
  void propertiesFieldsAndResultsRefuseThemToo(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      assertTrue(
          refusal(lua, "local a = ... a.items = {x = 1}", account)
              .contains("the table's key 'x' is not an element of List"));
      var source = source(lua, "{'a', x = 1}");
      assertThrows(RuntimeException.class, source::get);
      assertEquals(List.of("a"), source(lua, "{'a'}").get());
    }
  }

  @EachFlavour
  void anArrayIsNotMadeWithoutThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var type : List.of("'int'", "'java.lang.Object'", "'java.lang.Integer'")) {
        var array = "java.array(" + type + ", ";
        assertEquals(
            List.of(2L, 1L, 0L),
            lua.execute(
                "return #%s{1, 2}), #%s{n = 1, 5}), #%s{})".formatted(array, array, array)));
        assertTrue(
            refusal(lua, "return " + array + "{1, x = 2})")
                .contains(
                    "bad argument #2 to 'array' (the table's key 'x' is not an element of "
                        + type.replace("'", "")
                        + "[])"));
        assertTrue(
            refusal(lua, "return " + array + "{1, [9] = 2})").contains("the table's key 9 is not"));
      }
    }
  }

  @EachFlavour
  void aTableIsNotConvertedWithoutItsOtherKeys(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var table = (LuaTable) lua.execute("return {1, 2, x = 3}").first();
      for (var type : List.of(double[].class, int[].class, Object[].class, List.class, Set.class)) {
        var message =
            assertThrows(IllegalArgumentException.class, () -> table.as(type), type.getName())
                .getMessage();
        assertTrue(message.contains("the key 'x' is not an element of"), message);
      }
      table.remove("x");
      table.put("n", 2);
      assertArrayEquals(new double[] {1, 2}, table.as(double[].class));
      assertEquals(2, table.as(List.class).size());
      assertEquals(2, table.asList().size());
    }
  }

  @EachFlavour
  void aTableWithALengthMetamethodIsConvertedByIt(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      var script =
          "local a = ... a:setItems(setmetatable({_data = 1}, {"
              + "__len = function() return 2 end, __index = function(_, i) return i * 10 end}))";
      if (flavour == Flavour.LUA51) { // whose '#' does not ask it
        assertTrue(refusal(lua, script, account).contains("the table's key '_data'"));
        return;
      }
      lua.execute(script, account);
      assertEquals(List.of(10L, 20L), account.got);
    }
  }

  @EachFlavour
  void theContentsOfATableChooseBetweenListAndMap(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      for (int i = 0; i < 3; i++) { // again: the choice is not remembered by the type
        assertEquals(
            List.of("List", "Map", "Map", "Map", "List"),
            lua.execute(
                "local a = ... "
                    + "return a:either{1, 2}, a:either{x = 1}, a:either{1, x = 1}, a:either{}, "
                    + "a:either{n = 1, 5}",
                account));
        assertEquals(
            List.of("int[2]", "{x=1, y=2}"),
            lua.execute("local a = ... return a:entries{1, 2}, a:entries{x = 1, y = 2}", account));
      }
    }
  }

  @EachFlavour
  void keysThatARecordCannotHoldAreRefused(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      for (var table : List.of("{x = 1, y = 2}", "{1, 2}")) {
        lua.execute("local a = ... a:setPoint(" + table + ")", account);
        assertEquals(new Point(1, 2), account.got, table);
      }
      var defaults = "setmetatable({x = 1}, {__index = {y = 2, z = 3}})";
      lua.execute("local a = ... a:setPoint(" + defaults + ")", account);
      assertEquals(new Point(1, 2), account.got);
      for (var table :
          List.of(
              "{x = 1, y = 2, z = 3}",
              "{1, 2, 3}",
              "{1, 2, z = 3}",
              "{1, 2, [1.5] = 3}",
              "{x = 1, y = 2, [true] = 3}",
              "{x = 1, y = 2, [java.null] = 3}",
              "{x = 1, y = 2, 3}")) {
        account.got = "kept";
        for (var use : List.of("a:setPoint(%s)", "a.point = %s")) {
          var message = refusal(lua, "local a = ... " + use.formatted(table), account);
          assertTrue(message.contains("component"), message);
          assertTrue(message.contains("Point"), message);
        }
        assertEquals("kept", account.got, table);
        var given = (LuaTable) lua.execute("return " + table).first();
        assertThrows(IllegalArgumentException.class, () -> given.as(Point.class), table);
      }
      assertTrue(
          refusal(lua, "local a = ... a:setPoint{x = 1, y = 2, xx = 3}", account)
              .contains(
                  "takes (table), candidates: setPoint(Point); no component 'xx' of "
                      + Point.class.getTypeName()
                      + "; near: x"));
    }
  }

  @EachFlavour
  void keysOfRecordsMayBeBytes(Flavour flavour) {
    var options = LuaRuntime.builder().flavour(flavour).strings(StringMode.ALWAYS_BYTES);
    try (var lua = options.build()) {
      var account = new Account();
      lua.execute("local a = ... a:setPoint{x = 1, y = 2}", account);
      assertEquals(new Point(1, 2), account.got);
      var table = (LuaTable) lua.execute("return {x = 3, y = 4}").first();
      assertEquals(new Point(3, 4), table.as(Point.class));
      assertThrows(
          LuaException.class,
          () -> lua.execute("local a = ... a:setPoint{x = 1, ['\\255'] = 2}", account));
    }
  }

  @EachFlavour
  void theKeysOfATableChooseBetweenRecords(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      for (int i = 0; i < 3; i++) { // again: the choice is not remembered by the type
        assertEquals(
            List.of("Place[x=1, y=2, name=home]"),
            lua.execute("return (...):near{x = 1, y = 2, name = 'home'}", account));
        assertTrue(
            refusal(lua, "return (...):near{x = 1, y = 2, nam = 'home'}", account)
                .contains("no component 'nam' of "));
      }
    }
  }

  @EachFlavour
  void aNameThatIsNoConstantIsAnErrorThatListsThem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      for (var script :
          List.of("local a = ... a:setDay('FRIDAI')", "local a = ... a.day = 'FRIDAI'")) {
        var message = refusal(lua, script, account);
        assertTrue(
            message.contains(
                "; DayOfWeek has MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, "
                    + "SATURDAY, SUNDAY; near: FRIDAY"),
            message);
      }
      lua.execute("local a = ... a.day = 'FRIDAY'", account);
      assertEquals(DayOfWeek.FRIDAY, account.getDay());
    }
  }

  @EachFlavour
  void aConstantIsNotEqualToItsName(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(false, true, true, true),
          lua.execute(
              "local day = ... "
                  + "return day == 'FRIDAY', day:name() == 'FRIDAY', tostring(day) == 'FRIDAY', "
                  + "day == java.import('java.time.DayOfWeek').FRIDAY",
              DayOfWeek.FRIDAY));
    }
  }

  @EachFlavour
  void manyWrongArgumentsAreSummarized(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var account = new Account();
      var message =
          refusal(
              lua,
              "local a = ... local t = {} for i = 1, 200 do t[i] = i end "
                  + "a:words((table.unpack or unpack)(t))",
              account);
      assertTrue(
          message.contains(
              "takes (number, number, number, number, number, number, number, "
                  + "number and 192 more), candidates: words(String...)"),
          message);
      assertFalse(message.contains("\n"), message);
    }
  }
}
