package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;
import org.lupine.value.Malformed;

/** Strings that cross again and again stay what they are, in both directions. */
class KnownStringsTest {
  /** How often a string crosses: more than it takes until the other side knows it. */
  private static final int TIMES = 12;

  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "name",
          "zero \0 inside",
          "\u00e4\u20ac\ud83d\ude00",
          "?",
          "x".repeat(2047),
          "y".repeat(2048),
          "z".repeat(2049),
          "\u20ac".repeat(1500),
          "w".repeat(100_000));

  /** A class with methods of one parameter. */
  public static final class Methods {
    public final List<Object> seen = new ArrayList<>();
    public String field = "";
    private String property = "";

    public String same(String text) {
      return text;
    }

    public Object any(Object value) {
      return value;
    }

    public CharSequence sequence(CharSequence value) {
      return value;
    }

    public String over(String text) {
      return "text " + text;
    }

    public String over(double number) {
      return "number " + number;
    }

    public int number(int number) {
      return number;
    }

    public char character(char c) {
      return c;
    }

    public void see(String text) {
      seen.add(text);
    }

    public String getProperty() {
      return property;
    }

    public void setProperty(String property) {
      this.property = property;
    }
  }

  @EachFlavour
  void areTheSameBothWays(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var id = (LuaFunction) lua.execute("return function(x) return x end").first();
      var length = (LuaFunction) lua.execute("return function(x) return #x end").first();
      for (var text : TEXTS) {
        for (int i = 0; i < TIMES; i++) {
          assertEquals(text, id.call(text).first());
          assertEquals(text, id.call(new String(text.toCharArray())).first());
          assertEquals(
              text.getBytes(StandardCharsets.UTF_8).length,
              ((Number) length.call(text).first()).intValue());
        }
      }
    }
  }

  @EachFlavour
  void areTheSameInMethodsFieldsAndProperties(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("o", new Methods());
      lua.globals().put("f", (UnaryOperator<String>) text -> text);
      var use =
          (LuaFunction)
              lua.execute(
                      "return function(s)"
                          + " assert(o:same(s) == s) assert(o:any(s) == s) assert(f(s) == s)"
                          + " assert(o:sequence(s) == s) assert(o:over(s) == 'text ' .. s)"
                          + " o.field = s assert(o.field == s)"
                          + " o.property = s assert(o.property == s) o:see(s)"
                          + " end")
                  .first();
      for (int i = 0; i < TIMES; i++) {
        for (var text : TEXTS) {
          use.call(text);
        }
      }
      var seen = ((Methods) lua.globals().get("o")).seen;
      assertEquals(TIMES * TEXTS.size(), seen.size());
      for (int i = 0; i < seen.size(); i++) {
        assertEquals(TEXTS.get(i % TEXTS.size()), seen.get(i));
      }
    }
  }

  @EachFlavour
  void areConvertedAsBefore(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.globals().put("o", new Methods());
      lua.execute(
          "for i = 1, 12 do"
              + " assert(o:character('c') == 'c')"
              + " assert(not pcall(o.character, o, 'text'))"
              + " local ok, e = pcall(o.number, o, 'no number')"
              + " assert(not ok and tostring(e):find('no number') ~= false)"
              + " assert(o:over('5') == 'text 5')"
              + " end");
    }
  }

  /** More strings by turns than there are numbers, of which many share a slot. */
  @EachFlavour
  void areNotConfused(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var id = (LuaFunction) lua.execute("return function(x) return x end").first();
      var pair = (LuaFunction) lua.execute("return function(x, y) return y, x end").first();
      var joined = (LuaFunction) lua.execute("return function(x, y) return x .. y end").first();
      lua.globals().put("o", new Methods());
      lua.execute(
          "for i = 1, 20000 do local s = 'string ' .. (i - i % 4) % 200"
              + " assert(o:same(s) == s) assert(o:any(s) == s) end");
      for (int i = 0; i < 5000; i++) {
        var one = "a" + i / 5 % 300 + "z";
        var other = "b" + i / 3 % 70 + "z";
        assertEquals(one, id.call(one).first());
        assertEquals(List.of(other, one), List.of(pair.call(one, other).toArray()));
        assertEquals(one + other, joined.call(one, other).first());
        assertEquals(List.of(one, one), List.of(pair.call(one, new String(one)).toArray()));
      }
    }
  }

  /** While Lua is told a number, a finalizer passes other strings, which take the same slots. */
  @EachFlavour
  void areNotConfusedByFinalizers(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var id = (LuaFunction) lua.execute("return function(x, ...) return x end").first();
      int[] finalized = new int[1];
      lua.globals()
          .put(
              "again",
              (Runnable)
                  () -> {
                    var text = "f" + finalized[0]++ % 50 + "z";
                    for (int i = 0; i < 4; i++) {
                      assertEquals(text, id.call(text).first());
                      assertEquals(text, id.call(text, "a" + i + "z").first());
                    }
                  });
      lua.execute(
          "function garbage() local p = newproxy and newproxy(true) or setmetatable({}, {})"
              + " getmetatable(p).__gc = function() again() end"
              + " if not newproxy then setmetatable(p, getmetatable(p)) end end"
              + " pcall(collectgarbage, 'setpause', 50)");
      var garbage = (LuaFunction) lua.globals().get("garbage");
      for (int i = 0; i < 3000; i++) {
        var text = "a" + i / 4 % 90 + "z";
        garbage.call();
        assertEquals(text, id.call(text).first());
        assertEquals(text, id.call(text, 1.5, text).first());
      }
      assertTrue(finalized[0] > 100);
    }
  }

  @EachFlavour
  void mayBeOneOfSeveralArguments(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var all =
          (LuaFunction)
              lua.execute("return function(...) return select('#', ...), ... end").first();
      var values =
          new Object[] {"text", null, true, 1.5, 7, "text", "other", -1L, false, "ninth", null};
      for (int count = 0; count <= values.length; count++) {
        var some = java.util.Arrays.copyOf(values, count);
        for (int i = 0; i < TIMES; i++) {
          var back = all.call(some).toArray();
          assertEquals(count, ((Number) back[0]).intValue());
          for (int k = 0; k < count; k++) {
            var value = back[k + 1];
            assertEquals(
                values[k] instanceof Number ? ((Number) values[k]).doubleValue() : values[k],
                value instanceof Number ? ((Number) value).doubleValue() : value);
          }
        }
      }
      assertEquals(
          List.of("1", "2", "3"),
          IntStream.of(3, 1, 2)
              .mapToObj(String::valueOf)
              .sorted(comparator(lua))
              .collect(Collectors.toList()));
    }
  }

  @SuppressWarnings("unchecked")
  private static Comparator<String> comparator(LuaRuntime lua) {
    return ((LuaFunction)
            lua.execute("return function(a, b) return a < b and -1 or a == b and 0 or 1 end")
                .first())
        .as(Comparator.class);
  }

  @EachFlavour
  void errorsOfCallsWithSeveralArgumentsAreTheSame(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var fail = (LuaFunction) lua.execute("return function(a, b) error(a .. b, 0) end").first();
      for (int i = 0; i < TIMES; i++) {
        var thrown = assertThrows(LuaException.class, () -> fail.call("some", "thing"));
        assertEquals("something", thrown.getMessage());
      }
    }
  }

  @EachFlavour
  void areValuesOfGlobalsAndFields(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var table = (LuaTable) lua.execute("return {}").first();
      var read =
          (LuaFunction) lua.execute("return function(t) return variable, t.field end").first();
      for (int i = 0; i < TIMES; i++) {
        for (var text : List.of("one", "two", "")) {
          lua.globals().put("variable", text);
          table.put("field", text);
          assertEquals(text, lua.globals().get("variable"));
          assertEquals(text, table.get("field"));
          assertEquals(List.of(text, text), List.of(read.call(table).toArray()));
        }
      }
    }
  }

  @EachFlavour
  void keepTheirCharset(Flavour flavour) {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).charset(StandardCharsets.ISO_8859_1).build()) {
      var length = (LuaFunction) lua.execute("return function(x) return #x, x end").first();
      lua.globals().put("f", (UnaryOperator<String>) text -> text);
      for (int i = 0; i < TIMES; i++) {
        var values = length.call("\u00e4\u00f6");
        assertEquals(2, ((Number) values.first()).intValue());
        assertEquals("\u00e4\u00f6", values.toArray()[1]);
        assertEquals("\u00ff", lua.execute("return f('\\255')").first());
      }
    }
  }

  @EachFlavour
  void thatCannotBeEncodedOrDecodedFailEachTime(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).malformed(Malformed.REPORT).build()) {
      var id = (LuaFunction) lua.execute("return function(x) return x end").first();
      var bad =
          (LuaFunction)
              lua.execute("local s = '\\255\\254' return function() return s end").first();
      lua.globals().put("o", new Methods());
      for (int i = 0; i < TIMES; i++) {
        assertThrows(IllegalArgumentException.class, () -> id.call("\ud83d"));
        assertThrows(LuaException.class, bad::call);
        assertEquals(false, lua.execute("return (pcall(o.same, o, '\\255\\254'))").first());
        assertEquals("fine", id.call("fine").first());
      }
    }
  }

  @EachFlavour
  void areBytesInBinaryMode(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).charset(null).build()) {
      var id = (LuaFunction) lua.execute("return function(x) return x end").first();
      var seen = new ArrayList<Object>();
      lua.globals().put("see", (BiFunction<Object, Object, Object>) (one, two) -> seen.add(one));
      lua.globals().put("back", (UnaryOperator<Object>) value -> value);
      for (int i = 0; i < TIMES; i++) {
        assertTrue(id.call("text").first() instanceof LuaString);
        lua.execute("see('text', 1) assert(back('text') == 'text')");
      }
      assertEquals(TIMES, seen.size());
      seen.forEach(each -> assertEquals("text", each.toString()));
    }
  }

  @EachFlavour
  void countAgainstTheTransferLimit(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).maxTransfer(20_000).build()) {
      lua.globals().put("o", new Methods());
      var thrown =
          assertThrows(
              LuaException.class,
              () -> lua.execute("local s = ('x'):rep(1000) for i = 1, 100 do o:same(s) end"));
      assertTrue(thrown.getMessage().contains("maxTransfer"), thrown.getMessage());
      lua.execute("local s = ('x'):rep(1000) for i = 1, 15 do o:same(s) end");
    }
  }

  @EachFlavour
  void resultsOfJavaMayAlternateWithNull(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      int[] count = new int[1];
      lua.globals().put("next", (Supplier<String>) () -> count[0]++ % 2 == 0 ? "constant" : null);
      for (int i = 0; i < TIMES; i++) {
        assertEquals("constant", lua.execute("return next()").first());
        assertNull(lua.execute("return next()").first());
      }
    }
  }

  /** Crosses with a text in both directions, by each way that has numbers for it. */
  private static void cross(LuaRuntime lua, LuaFunction id, String text) {
    for (int i = 0; i < 4; i++) {
      assertEquals(text, id.call(text).first());
      assertEquals(text, id.call(text, text).first());
      lua.globals().put("variable", text);
      assertEquals(text, lua.globals().get("variable"));
      assertEquals(true, lua.execute("return o:same(variable) == variable").first());
    }
  }

  // Regression: a name whose number Lua had no memory for read nil for ever
  @EachFlavour
  void areRightAfterMemoryErrors(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var id = (LuaFunction) lua.execute("return function(x, ...) return x end").first();
      lua.globals().put("o", new Methods());
      int refused = 0;
      for (int more = 0; more < 12_000; more += 100) {
        // of the same length, first and last character: they take each other's slot
        var texts = List.of("a" + (10_000 + more) + "z", "a" + (50_000 + more) + "z");
        lua.maxMemory(0);
        lua.gc();
        lua.maxMemory(Math.max(1, lua.memory().used() - lua.memory().base() + more));
        for (var text : texts) {
          for (int i = 0; i < 4; i++) {
            try {
              cross(lua, id, text);
            } catch (LuaMemoryException e) {
              refused++;
            }
          }
        }
        lua.maxMemory(0);
        texts.forEach(text -> cross(lua, id, text));
      }
      assertTrue(refused > 100, refused + " times");
    }
  }
}
