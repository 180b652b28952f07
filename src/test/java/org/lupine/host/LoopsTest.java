package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigInteger;
import java.time.Duration;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaChunk;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.BigNumbers;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFrame;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.Malformed;
import org.lupine.value.Overflow;
import org.lupine.value.Values;

/** Loops over Java objects by java.iter and the like, and results that are arrays. */
class LoopsTest {
  /** A Lua function that joins the values of a loop, up to four values a step. */
  private static final String JOINED =
      "function joined(...) local all = {} "
          + "for a, b, c, d in ... do all[#all + 1] = tostring(a) .. ',' .. tostring(b) .. ',' .. "
          + "tostring(c) .. ',' .. tostring(d) end return (table.concat(all, ' '):gsub(',nil', '')) "
          + "end";

  private static LuaRuntime runtime(Flavour flavour) {
    return prepared(LuaRuntime.builder().flavour(flavour).build());
  }

  private static LuaRuntime unpacking(Flavour flavour) {
    return prepared(LuaRuntime.builder().flavour(flavour).unpackReturnedArrays(true).build());
  }

  private static LuaRuntime prepared(LuaRuntime lua) {
    lua.execute(JOINED);
    return lua;
  }

  private static Object joined(LuaRuntime lua, String loop, Object... arguments) {
    return lua.execute("return joined(" + loop + ")", arguments).first();
  }

  // BEHAVIOURS 124
  @EachFlavour
  void takeItemsInOrder(Flavour flavour) {
    var reversed = new ArrayDeque<>(List.of("a", "b", "c")).descendingIterator();
    try (var lua = runtime(flavour)) {
      assertEquals("a b c", joined(lua, "java.iter(...)", List.of("a", "b", "c")));
      assertEquals("c b a", joined(lua, "java.iter(...)", reversed));
      assertEquals("a b", joined(lua, "java.iter(...)", Stream.of("a", "b")));
      assertEquals("1 2 3", joined(lua, "java.iter(...)", IntStream.rangeClosed(1, 3)));
      assertEquals("x y", joined(lua, "java.iter(...)", (Object) new String[] {"x", "y"}));
      assertEquals("0.5", joined(lua, "java.iter(...)", (Object) new double[] {0.5}));
      assertEquals("a", joined(lua, "java.iter(...)", Collections.enumeration(List.of("a"))));
      assertEquals("k=v", joined(lua, "java.iter(...)", Map.of("k", "v")));
      assertEquals("", joined(lua, "java.iter(...)", List.of()));
    }
  }

  // BEHAVIOURS 125
  @EachFlavour
  void turnNullsIntoJavaNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(3L, 2L),
          lua.execute(
              "local steps, nulls = 0, 0 "
                  + "for v in java.iter(...) do steps = steps + 1 "
                  + "if v == java.null then nulls = nulls + 1 else assert(v == 1) end end "
                  + "return steps, nulls",
              Arrays.asList(null, 1, null)));
      assertEquals(
          2L,
          lua.execute(
                  "local n = 0 for v in java.iter(...) do n = n + 1 "
                      + "assert(rawequal(v, java.null)) end return n",
                  Arrays.asList(null, null))
              .first());

      var table =
          (LuaTable)
              lua.execute(
                      "local t = {} for v in java.iter(...) do t[1] = v end " + "return t",
                      Collections.singletonList(null))
                  .first();

      assertEquals(null, table.get(1L));
      assertEquals(true, lua.execute("return (...)[1] == java.null", table).first());
    }
  }

  // BEHAVIOURS 126
  @EachFlavour
  void spreadEntries(Flavour flavour) {
    var map = new TreeMap<>(Map.of("k", 1, "l", 2));
    try (var lua = runtime(flavour)) {
      assertEquals("k,1 l,2", joined(lua, "java.iterex((...):entrySet())", map));
      assertEquals("k,1 l,2", joined(lua, "java.iterex(...)", map));
      assertEquals(
          "1,2 3 4",
          joined(lua, "java.iterex(...)", List.of(new Object[] {1, 2}, 3, Values.of(4))));
    }
  }

  // BEHAVIOURS 127
  @EachFlavour
  void turnOnlyAFirstNullIntoJavaNull(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, true, 1L),
          lua.execute(
              "local n, first, rest = 0 "
                  + "for a, b, c, d in java.iterex(...) do n = n + 1 first = a == java.null "
                  + "rest = b == nil and c == nil and d == nil end return first, rest, n",
              List.of((Object) new Object[4])));
      var map = new LinkedHashMap<Object, Object>();
      map.put(null, null);
      assertEquals("null", joined(lua, "java.iterex(...)", map));
      assertEquals("null", joined(lua, "pairs(...)", map));
    }
  }

  // BEHAVIOURS 128
  @EachFlavour
  void goOnAfterAnEmptyItem(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          "1 null 2 null 3",
          joined(
              lua,
              "java.iterex(...)",
              List.of(
                  new Object[] {1},
                  new Object[0],
                  new Object[] {2},
                  Values.none(),
                  new Object[] {3})));
    }
  }

  // BEHAVIOURS 129
  @EachFlavour
  void count(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = List.of("a", "b", "c");
      assertEquals("0,a 1,b 2,c", joined(lua, "java.enumerate(...)", list));
      assertEquals("3,a 4,b 5,c", joined(lua, "java.enumerate(..., 3)", list));
      assertEquals("-1,a 0,b 1,c", joined(lua, "java.enumerate(..., -1)", list));
      assertEquals("0,a 1,b 2,c", joined(lua, "java.enumerate(..., nil)", list));
      assertEquals(
          flavour.integers() ? "integer" : null,
          lua.execute(
                  "local kind "
                      + "for i in java.enumerate(..., 3.0) do kind = math.type and math.type(i) end "
                      + "return kind",
                  list)
              .first());
    }
  }

  // BEHAVIOURS 130
  @EachFlavour
  void countFromWholeNumbersOnly(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var bad : List.of("'abc'", "{}", "print", "2.5", "0/0", "true", "java.null", "1e300")) {
        var thrown =
            assertThrows(
                LuaException.class,
                () -> lua.execute("java.enumerate(..., " + bad + ")", List.of(1)),
                bad);
        assertTrue(
            thrown.getMessage().contains("bad argument #2 to 'enumerate'"), thrown::getMessage);
      }
    }
  }

  // BEHAVIOURS 131
  @EachFlavour
  void countAndSpread(Flavour flavour) {
    var pairs = List.of(new Object[] {"a", "b"}, new Object[] {null, "d"}, new Object[0]);
    try (var lua = unpacking(flavour)) {
      assertEquals("0,a,b 1,d 2", joined(lua, "java.enumerate(...)", pairs));
      assertEquals(
          true,
          lua.execute(
                  "for i, a, b in java.enumerate(...) do "
                      + "if i == 1 then return a == nil and b == 'd' end end",
                  pairs)
              .first());
    }
    try (var lua = runtime(flavour)) {
      assertEquals(
          "userdata",
          lua.execute("for i, a in java.enumerate(...) do return type(a) end", pairs).first());
    }
  }

  // BEHAVIOURS 132
  @EachFlavour
  void refuseWhatCannotBeLoopedOver(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var name : List.of("iter", "iterex", "enumerate")) {
        for (var bad : List.of("5", "{}", "nil", "'text'", "print", "java.null", "")) {
          var thrown =
              assertThrows(
                  LuaException.class, () -> lua.execute("java." + name + "(" + bad + ")"), bad);
          assertTrue(
              thrown.getMessage().contains("bad argument #1 to '" + name + "'"),
              thrown::getMessage);
        }
      }
      var thrown =
          assertThrows(
              LuaException.class, () -> lua.execute("local l = ... java.iter(l, l)", List.of()));
      assertTrue(thrown.getMessage().contains("bad argument #2 to 'iter'"), thrown::getMessage);
      assertThrows(
          LuaException.class, () -> lua.execute("local l = ... java.iterex(l, l)", List.of()));
      assertThrows(
          LuaException.class,
          () -> lua.execute("local l = ... java.enumerate(l, 1, 2)", List.of()));
      assertThrows(LuaException.class, () -> lua.execute("java.iter(...)", new Object()));
    }
  }

  // BEHAVIOURS 133
  @EachFlavour
  void passOnWhatAnIteratorThrows(Flavour flavour) {
    var boom = new IllegalStateException("boom");
    try (var lua = runtime(flavour)) {
      for (var loop : List.of("java.iter", "java.iterex", "java.enumerate", "pairs", "ipairs")) {
        var items =
            new Iterator<Object>() {
              int left = 2;

              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public Object next() {
                if (left-- == 0) {
                  throw boom;
                }
                return left;
              }
            };
        lua.execute("seen = 0");
        var thrown =
            assertThrows(
                LuaException.class,
                () -> lua.execute("for _ in " + loop + "(...) do seen = seen + 1 end", items),
                loop);
        assertSame(boom, thrown.getCause());
        assertEquals(2L, lua.eval("seen").first());
      }
    }
  }

  /** The loops that take several items at once from a list. */
  private static final List<String> OVER_LISTS =
      List.of("java.iter(o)", "java.enumerate(o)", "pairs(o)", "ipairs(o)");

  /**
   * Runs a loop whose n-th step fails; returns how many turns its body has made, and what the steps
   * return after the failure, joined.
   */
  private static List<Object> stepsUntilAFailure(LuaRuntime lua, String loop, Object over) {
    return lua.execute(
        "local o = ... local step = "
            + loop
            + " local turns, rest, failure = 0, {} repeat local ok, a, b = pcall(step) "
            + "if ok and failure then rest[#rest + 1] = tostring(b == nil and a or b) "
            + "elseif ok then turns = turns + 1 else failure = failure or a end "
            + "until ok and a == nil return turns, table.concat(rest, ' '), failure",
        over);
  }

  /** Returns a runtime that refuses numbers which Lua cannot represent. */
  private static LuaRuntime strict(Flavour flavour) {
    return LuaRuntime.builder()
        .flavour(flavour)
        .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
        .overflow(Overflow.ERROR)
        .build();
  }

  // BEHAVIOURS 302
  @EachFlavour
  void giveWhatComesBeforeAnItemThatCannotBePassed(Flavour flavour) {
    var runtimes =
        List.of(
            strict(flavour),
            LuaRuntime.builder().flavour(flavour).malformed(Malformed.REPORT).build());
    var big = new BigInteger("9".repeat(30));
    for (int which = 0; which < 2; which++) {
      try (var lua = runtimes.get(which)) {
        for (int good : new int[] {0, 1, 2, 3, 6, 7, 20, 40, 70}) {
          for (boolean numbers : new boolean[] {true, false}) {
            var list = new ArrayList<Object>();
            for (int i = 0; i < good; i++) {
              list.add(numbers ? (Object) i : "text " + i);
            }
            list.add(which == 0 ? big : "\uD800");
            list.addAll(List.of("after", "the", "failure"));
            var map = new LinkedHashMap<Object, Object>();
            list.forEach(each -> map.put(map.size(), each));
            var keys = new LinkedHashMap<Object, Object>();
            list.forEach(each -> keys.put(each, keys.size()));

            for (var loop : OVER_LISTS) {
              assertStops(good, "after the failure nil", stepsUntilAFailure(lua, loop, list));
              assertStops(
                  good, "after the failure nil", stepsUntilAFailure(lua, loop, list.toArray()));
            }
            assertStops(good, "after the failure nil", stepsUntilAFailure(lua, "pairs(o)", map));
            int n = good + 1;
            assertStops(
                good,
                n + " " + (n + 1) + " " + (n + 2) + " nil",
                stepsUntilAFailure(lua, "pairs(o)", keys));
          }
        }
      }
    }
  }

  private static void assertStops(int good, String rest, List<Object> seen) {
    assertEquals((long) good, seen.get(0));
    assertEquals(rest, seen.get(1).toString().replace(".0", ""));
    assertNotNull(seen.get(2));
  }

  // BEHAVIOURS 302
  @EachFlavour
  void giveWhatComesBeforeAFailureOfTheIterator(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var boom : List.of(new IllegalStateException("boom"), new AssertionError("boom"))) {
        for (int good : new int[] {0, 1, 2, 6, 20, 40}) {
          var failing =
              new AbstractList<Object>() {
                @Override
                public Object get(int index) {
                  if (index == good && boom instanceof RuntimeException) {
                    throw (RuntimeException) boom;
                  }
                  if (index == good) {
                    throw (Error) boom;
                  }
                  return "text " + index;
                }

                @Override
                public int size() {
                  return 100;
                }
              };
          var entries =
              new AbstractMap<Object, Object>() {
                @Override
                public Set<Entry<Object, Object>> entrySet() {
                  var all = new LinkedHashSet<Entry<Object, Object>>();
                  for (int i = 0; i < 100; i++) {
                    int key = i;
                    all.add(
                        new SimpleEntry<>(i, "v") {
                          @Override
                          public Object getKey() {
                            return failing.get(key);
                          }

                          @Override
                          public int hashCode() {
                            return key;
                          }
                        });
                  }
                  return all;
                }
              };

          for (var loop : OVER_LISTS) {
            assertFails(lua, good, boom, loop, Collections.unmodifiableList(failing));
          }
          assertFails(lua, good, boom, "pairs(o)", Collections.unmodifiableMap(entries));
        }
      }
    }
  }

  private static void assertFails(
      LuaRuntime lua, int good, Throwable boom, String loop, Object over) {
    lua.execute("seen = 0");
    var thrown =
        assertThrows(
            Throwable.class,
            () -> lua.execute("local o = ... for _ in " + loop + " do seen = seen + 1 end", over));
    assertSame(boom, boom instanceof Error ? thrown : thrown.getCause(), loop);
    assertEquals((long) good, lua.eval("seen").first(), loop);
  }

  // BEHAVIOURS 302
  @EachFlavour
  void giveWhatComesBeforeAConcurrentModification(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (int good : new int[] {1, 2, 6, 20, 40}) {
        for (var loop : OVER_LISTS) {
          var list =
              new AbstractList<Object>() {
                @Override
                public Object get(int index) {
                  if (index == good - 1) {
                    modCount++;
                  }
                  return "text " + index;
                }

                @Override
                public int size() {
                  return 100;
                }
              };
          lua.execute("seen = 0");
          var thrown =
              assertThrows(
                  LuaException.class,
                  () ->
                      lua.execute(
                          "local o = ... for _ in " + loop + " do seen = seen + 1 end",
                          Collections.unmodifiableList(list)));

          assertInstanceOf(java.util.ConcurrentModificationException.class, thrown.getCause());
          assertEquals((long) good, lua.eval("seen").first(), loop);
        }
      }
    }
  }

  // BEHAVIOURS 302
  @EachFlavour
  void raiseNoFailureThatTheyHaveNotReached(Flavour flavour) {
    try (var lua = strict(flavour)) {
      var list = new ArrayList<Object>(Collections.nCopies(20, "text"));
      list.add(new BigInteger("9".repeat(30)));

      assertEquals(
          20L,
          lua.execute(
                  "local n = 0 for v in java.iter(...) do n = n + 1 "
                      + "if n == 20 then break end end return n",
                  list)
              .first());
    }
  }

  // BEHAVIOURS 133
  @EachFlavour
  void passOnAConcurrentModification(Flavour flavour) {
    var list = new ArrayList<Object>(List.of(1, 2, 3));
    try (var lua = runtime(flavour)) {
      var thrown =
          assertThrows(
              LuaException.class,
              () -> lua.execute("local l = ... for v in java.iter(l) do l:add(4) end", list));

      assertInstanceOf(java.util.ConcurrentModificationException.class, thrown.getCause());
    }
  }

  // BEHAVIOURS 134
  @EachFlavour
  void takeAReturnedArrayAsOneValueByDefault(Flavour flavour) {
    Supplier<Object> array = () -> new Object[] {1, 2};
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(1L, "userdata", 2L),
          lua.execute("local f = ... return select('#', f()), type(f()), f()[2]", array));
    }
  }

  // BEHAVIOURS 134
  @EachFlavour
  void spreadAReturnedArrayIfToldTo(Flavour flavour) {
    Supplier<Object> three = () -> new Object[] {1, null, 3};
    Supplier<Object> empty = () -> new String[0];
    try (var lua = unpacking(flavour)) {
      assertEquals(
          Arrays.asList(1L, null, 3L, null),
          lua.execute("local a, b, c, d = (...)() return a, b, c, d", three));
      assertEquals(
          List.of(1L, 3L), lua.execute("local a = (...)() return a, select('#', (...)())", three));
      assertEquals(0L, lua.execute("return select('#', (...)())", empty).first());
      assertEquals(3L, lua.execute("return select('#', (...):get())", three).first());
      assertEquals(3L, lua.execute("return select('#', java.fn(...)())", three).first());
      assertEquals(
          3L,
          lua.execute("return select('#', java.fn(..., 'java.util.function.Supplier')())", three)
              .first());
      assertEquals(
          2L, lua.execute("return select('#', (...):split(','))", Lua.asMembers("a,b")).first());
    }
  }

  // BEHAVIOURS 135
  @EachFlavour
  void spreadReturnedNullsButNoArraysThatAreRead(Flavour flavour) {
    Supplier<Object> nulls = () -> new Object[] {null, null};
    try (var lua = unpacking(flavour)) {
      assertEquals(
          List.of(2L, true, true),
          lua.execute(
              "local a, b = (...)() return select('#', (...)()), a == nil, b == nil", nulls));
      assertEquals(
          List.of("userdata", "userdata"),
          lua.execute(
              "local l, m = ... return type(l[1]), type(m.k)",
              List.of((Object) new Object[2]),
              Map.of("k", new Object[2])));
      assertEquals(
          "userdata",
          lua.execute("return type((...)[1])", (Object) new Object[][] {{1, 2}}).first());
    }
  }

  // BEHAVIOURS 124
  @EachFlavour
  void takeAllItemsWhateverTheirNumber(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (int size : new int[] {0, 1, 2, 3, 4, 7, 8, 31, 62, 63, 64, 65, 200}) {
        var list = new ArrayList<Object>();
        var map = new LinkedHashMap<Object, Object>();
        var expected = new StringBuilder();
        for (int i = 1; i <= size; i++) {
          list.add(i % 5 == 0 ? null : i);
          map.put(i, i % 5 == 0 ? null : -i);
          expected.append(i > 1 ? " " : "").append(i);
        }
        var counts =
            "local all, n = {}, 0 for k, v in LOOP do all[#all + 1] = k "
                + "n = n + (v or 0) end return table.concat(all, ' '), n";

        var pairs = lua.execute(counts.replace("LOOP", "pairs(...)"), map);
        var ipairs = lua.execute(counts.replace("LOOP", "ipairs(...)"), list);

        int sum = list.stream().mapToInt(each -> each == null ? 0 : (Integer) each).sum();
        assertEquals(expected.toString(), pairs.get(0));
        assertEquals(-sum, ((Number) pairs.get(1)).intValue());
        assertEquals(sum, ((Number) ipairs.get(1)).intValue());
      }
    }
  }

  @EachFlavour
  void takeNoItemEarlyWhileTheBodyCallsJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f", "g", "h"));
      assertThrows(
          LuaException.class,
          () ->
              lua.execute(
                  "local list = ... for i, v in ipairs(list) do list:size() "
                      + "if v == 'f' then list:remove(0) end end",
                  list));
      assertEquals(List.of("b", "c", "d", "e", "f", "g", "h"), list);

      var taken = new ArrayList<>();
      Iterator<Object> items =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return taken.size() < 100;
            }

            @Override
            public Object next() {
              taken.add(taken.size());
              return taken.size();
            }
          };
      lua.execute("for v in java.iter(...) do if v == 50 then break end end", items);
      assertEquals(50, taken.size()); // an iterator's items are never taken before they are needed
    }
  }

  // BEHAVIOURS 124
  @EachFlavour
  void takeItemsThatForeignCodeMakes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var called = (LuaFunction) lua.execute("return function(...) return ... end").first();
      var list =
          new AbstractList<Object>() {
            @Override
            public Object get(int index) {
              var text = ("text " + index).repeat(20);
              assertEquals(List.of(text, 1.5), called.call(text, 1.5));
              return index % 30 < 25 ? (Object) (double) index : "no number";
            }

            @Override
            public int size() {
              return 200;
            }
          };
      for (var wrapped : List.of(list, Collections.unmodifiableList(list), list.subList(0, 200))) {
        lua.execute(
            "local n = 0 for i, v in ipairs(...) do n = n + 1 assert(i == n) "
                + "assert(v == ((i - 1) % 30 < 25 and i - 1 or 'no number')) end assert(n == 200) "
                + "n = 0 for v in java.iter(...) do "
                + "assert(v == (n % 30 < 25 and n or 'no number')) n = n + 1 end assert(n == 200)",
            wrapped);
      }
    }
  }

  // BEHAVIOURS 124, 129
  @EachFlavour
  void takeItemsOfAllTypesAhead(Flavour flavour) {
    var mixed = new ArrayList<Object>();
    for (int i = 0; i < 300; i++) {
      mixed.add(
          i % 90 < 40
              ? (Object) (i + 0.5)
              : i % 90 < 70
                  ? (Object) i
                  : i % 90 < 80 ? (Object) (i % 2 == 0) : i % 3 == 0 ? null : i % 3 == 1 ? "s" : i);
    }
    var lists =
        List.of(
            mixed,
            IntStream.range(0, 300).boxed().toList(),
            IntStream.range(0, 300).mapToObj(i -> i / 4.0).toList(),
            IntStream.range(0, 300).mapToObj(i -> "text " + i).toList(),
            IntStream.range(0, 300).mapToObj(i -> (1L << 50) + i).toList(),
            new ArrayDeque<>(IntStream.range(0, 300).boxed().toList()));
    try (var lua = runtime(flavour)) {
      for (var list : lists) {
        lua.execute(
            "local list, array = ... local kind = math.type or type "
                + "local function same(v, w) assert(v == w and kind(v) == kind(w)) end "
                + "local items, pairs_, counted, n = {}, {}, {}, 0 "
                + "for v in java.iter(list) do n = n + 1 items[n] = v end "
                + "for i, v in ipairs(list) do same(i, #pairs_ + 1) pairs_[i] = {v} end "
                + "for i, v in java.enumerate(list, -7) do same(i, #counted - 7) "
                + "counted[#counted + 1] = {v} end "
                + "assert(n == 300 and #pairs_ == 300 and #counted == 300) "
                + "for i = 1, n do local v = array[i] same(pairs_[i][1], v) same(counted[i][1], v) "
                + "if v == nil then v = java.null end same(items[i], v) end",
            list,
            list.toArray());
      }
    }
  }

  @EachFlavour
  void endAgainAfterTheEnd(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          "1 a 2 b nil nil",
          lua.execute(
                  "local f = ipairs(...) local t = {} for i = 1, 2 do local k, v = f() "
                      + "t[#t + 1] = tostring(k) t[#t + 1] = tostring(v) end "
                      + "t[#t + 1] = tostring(f()) t[#t + 1] = tostring(f()) "
                      + "return table.concat(t, ' ')",
                  List.of("a", "b"))
              .first());
    }
  }

  // BEHAVIOURS 124
  @EachFlavour
  void takeAllItemsInLongLoops(Flavour flavour) {
    var list = new ArrayList<Object>(IntStream.range(0, 1000).mapToObj(i -> i + 0.5).toList());
    var map = new LinkedHashMap<Object, Object>();
    for (int i = 0; i < 1000; i++) {
      map.put("key " + i, i % 7 == 0 ? null : i);
    }
    try (var lua = runtime(flavour)) {
      lua.globals().put("again", (JavaFunction) arguments -> arguments[0]);
      lua.execute(
          "local list, map = ... for turn = 1, 30 do local n, sum = 0, 0 "
              + "for i, v in ipairs(list) do n = n + 1 assert(i == n and v == i - 0.5) "
              + "sum = sum + v end assert(n == 1000 and sum == 500000) n = 0 "
              + "for v in java.iter(list) do assert(v == n + 0.5) n = n + 1 end "
              + "assert(n == 1000) n = 0 "
              + "for k, v in pairs(map) do assert(k == 'key ' .. n) "
              + "if n % 7 == 0 then assert(v == nil) else assert(v == n) end n = n + 1 end "
              + "assert(n == 1000) n = 0 "
              + "for i, v in ipairs(list) do n = n + 1 assert(i == n) "
              + "if turn % 3 == 0 or i % 100 == 0 then assert(again(v) == v) end "
              + "if i == turn * 10 then break end end assert(n == turn * 10) end",
          list, map);
    }
  }

  // BEHAVIOURS 133
  @EachFlavour
  void tellWhereALongLoopFails(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var loop : List.of("ipairs(list)", "pairs(list)", "java.iter(list)")) {
        var thrown =
            assertThrows(
                LuaException.class,
                () ->
                    lua.execute(
                        LuaChunk.of(
                                "local list = ... for turn = 1, 100 do\n"
                                    + ("for v in " + loop + " do\n")
                                    + "if turn == 100 then list:remove(0) end end\n"
                                    + "end")
                            .named("=script"),
                        new ArrayList<>(Collections.nCopies(500, 1.5))));

        assertInstanceOf(java.util.ConcurrentModificationException.class, thrown.getCause());
        assertEquals("script", thrown.chunk());
        assertEquals(2, thrown.line());
        assertTrue(
            thrown.frames().stream().map(LuaFrame::chunk).noneMatch("[lupine]"::equals),
            thrown.frames()::toString);
      }
    }
  }

  @EachFlavour
  void endByATimeLimit(Flavour flavour) {
    var list = new ArrayList<>(Collections.nCopies(1000, 1.5));
    try (var lua = runtime(flavour)) {
      for (var turn : List.of("", "n = n + v")) {
        assertThrows(
            LuaTimeoutException.class,
            () ->
                lua.withTimeLimit(
                    Duration.ofMillis(100),
                    () ->
                        lua.execute(
                            "local list, n = ..., 0 while true do for _, v in ipairs(list) do "
                                + turn
                                + " end end",
                            list)));
      }
      assertEquals("0,1.5", joined(lua, "java.enumerate(...)", List.of(1.5)));
    }
  }

  @EachFlavour
  void haveTheEnvironmentOfTheRunning(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (int i = 0; i < 3; i++) {
        var bindings = foreign(Map.of("list", List.of(1, 2), "number", i));
        assertEquals(
            true,
            engine.eval(
                "local step = ipairs(list) step() "
                    + "return not getfenv or getfenv(step) == getfenv(print) "
                    + "and getfenv(step).number == number",
                bindings));
      }
    }
  }

  /** In LuaJIT a loop calls several functions, which a script with hooks can find. */
  @EachFlavour
  void surviveCallsOfTheirFunctions(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local list, map = ... local found, n = {}, 0 "
              + "debug.sethook(function() local f = debug.getinfo(2, 'f') "
              + "if f and f.func then found[f.func] = true end end, 'c') "
              + "for i, v in ipairs(list) do n = n + 1 end "
              + "for k, v in pairs(map) do n = n + 1 end "
              + "for i = 1, 20 do n = n + list[i] end debug.sethook() "
              + "local functions = {} "
              + "for f in pairs(found) do functions[#functions + 1] = f end "
              + "local step = ipairs(list) functions[#functions + 1] = step "
              + "for _, f in ipairs(functions) do if f ~= debug.sethook then "
              + "for _, t in ipairs{{}, {8, 8, 1, list}, {8, 8, 0 / 0, map, 1e308, -1e308, 'x'}, "
              + "{'a', 'b', 'c', list, 'd', {}}, setmetatable({[4] = step}, {__index = error})} do "
              + "pcall(f, t) pcall(f, t, t) pcall(f, list, t) pcall(f, list, 0 / 0) end "
              + "pcall(f) pcall(f, 1) pcall(f, list) pcall(f, list, 1) end end "
              + "n = 0 for i, v in ipairs(list) do n = n + 1 assert(i == n and v == 1.5) end "
              + "assert(n == 100)",
          new ArrayList<>(Collections.nCopies(100, 1.5)),
          new TreeMap<>(Map.of("k", 1, "l", 2)));
    }
  }

  @EachFlavour
  void readElementsOfEachTypeOfArray(Flavour flavour) {
    var arrays =
        new Object[] {
          new double[] {1, 2.5},
          new float[] {1, 2.5f},
          new long[] {1, 1L << 40},
          new int[] {1, -7},
          new short[] {1, -7},
          new boolean[] {true, false},
          new char[] {'a', 'b'},
          new Object[] {1, "b"},
          List.of(1, "b"),
        };
    try (var lua = runtime(flavour)) {
      for (var each : arrays) {
        var texts = each instanceof List ? "1 b" : each instanceof Object[] ? "1 b" : text(each);
        assertEquals(
            texts + " nil nil",
            lua.execute(
                    "local a = ... local t = {} for _, i in ipairs{1, 2, 3, 0} do "
                        + "t[#t + 1] = (tostring(a[i]):gsub('%.0$', '')) end return table.concat(t, ' ')",
                    each)
                .first());
      }
    }
  }

  private static String text(Object array) {
    var text = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      var item = java.lang.reflect.Array.get(array, i);
      text.append(i == 0 ? "" : " ").append(item.toString().replaceAll("\\.0$", ""));
    }
    return text.toString();
  }

  // BEHAVIOURS 103: Java gets the function, not what it calls
  @EachFlavour
  void stepsAreFunctionsToJava(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var seen = new ArrayList<Object>();
      lua.globals()
          .put(
              "see",
              (JavaFunction)
                  arguments -> {
                    seen.addAll(Arrays.asList(arguments));
                    return arguments[0];
                  });
      for (var loop :
          List.of(
              "java.iter(list)",
              "java.iterex(list)",
              "java.enumerate(list)",
              "java.iter(list:stream())",
              "java.iterex(list:stream())",
              "java.enumerate(list:iterator(), 5)",
              "java.iter(own)",
              "pairs(own)",
              "ipairs(own)")) {
        lua.globals().put("list", new ArrayList<>(List.of("x", "y")));
        lua.globals().put("own", Collections.unmodifiableList(new Own()));
        seen.clear();
        var step = lua.execute("f = " + loop + " return f", new Object[0]).first();
        assertInstanceOf(LuaFunction.class, step, loop);
        assertEquals(
            List.of(true, true),
            lua.execute("list:add(f) return see(f) == f, list:get(list:size() - 1) == f"),
            loop);
        assertEquals(List.of(step), seen, loop);
      }
      lua.globals().put("list", new ArrayList<>(List.of("x", "y")));
      var step = (LuaFunction) lua.execute("return (java.iterex(list))").first();
      assertEquals(List.of("x"), step.call());
      assertEquals(List.of("y"), step.call());
      assertNull(step.call().first());
    }
  }

  /** A list that is not of the JDK. */
  private static final class Own extends AbstractList<String> {
    @Override
    public String get(int index) {
      return List.of("x", "y").get(index);
    }

    @Override
    public int size() {
      return 2;
    }
  }
}
