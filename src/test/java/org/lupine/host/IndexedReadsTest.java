package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Runtimes.runtime;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.RandomAccess;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.NumberMode;

/** Elements that scripts read by index one after another, of which some are read ahead. */
class IndexedReadsTest {
  private static final int COUNT = 300;

  /** Compares elements that are read in order with those that are read one by one. */
  private static final String COMPARES =
      "local a, base = ... local n, kind = #a, math.type or type local read = {} "
          + "for i = base - 1, base + n do read[i] = a[i] end "
          + "assert(read[base - 1] == nil and read[base + n] == nil) "
          + "for i = base + n - 1, base, -1 do local v, w = read[i], a[i] "
          + "local _ = #a "
          + "assert(v == w or v ~= v and w ~= w, i) "
          + "assert(kind(v) == kind(w) and tostring(v) == tostring(w), i) end "
          + "return n > 0";

  private static void compare(LuaRuntime lua, int base, Object elements) {
    assertEquals(true, lua.execute(COMPARES, elements, base).first());
  }

  /** A list whose elements are made when they are read, which it counts. */
  private static class Counting extends AbstractList<Object> implements RandomAccess {
    int reads;

    @Override
    public Object get(int index) {
      return (long) ++reads;
    }

    @Override
    public int size() {
      return COUNT;
    }
  }

  /** Values of many types, and runs of one type. */
  private static List<Object> mixed() {
    var all = new ArrayList<Object>();
    for (int i = 0; i < COUNT; i++) {
      all.add(
          i % 40 < 20
              ? i + 0.5
              : i % 40 < 30
                  ? (Object) i
                  : new Object[] {
                        null,
                        "text",
                        true,
                        (long) i << 50,
                        'c',
                        (short) i,
                        (byte) 1,
                        0.1f,
                        new StringBuilder("b"),
                        Double.NaN
                      }
                      [i % 10]);
    }
    return all;
  }

  private static List<Object> arrays() {
    var booleans = new boolean[COUNT];
    var bytes = new byte[COUNT];
    var shorts = new short[COUNT];
    var chars = new char[COUNT];
    var ints = new int[COUNT];
    var longs = new long[COUNT];
    var floats = new float[COUNT];
    var doubles = new double[COUNT];
    for (int i = 0; i < COUNT; i++) {
      booleans[i] = i % 3 == 0;
      bytes[i] = (byte) (i - 128);
      shorts[i] = (short) (i * 1000);
      chars[i] = (char) ('A' + i);
      ints[i] = (i - 150) * 10_000_000;
      longs[i] = i % 9 == 8 ? Long.MAX_VALUE - i : i % 7 == 0 ? -(1L << 53) - i : i;
      floats[i] = i / 10f;
      doubles[i] =
          i % 50 == 0
              ? Double.NaN
              : i % 50 == 1
                  ? -0.0
                  : i % 50 == 2 ? Double.NEGATIVE_INFINITY : i % 3 == 0 ? i : i / 7.0;
    }
    return List.of(
        booleans,
        bytes,
        shorts,
        chars,
        ints,
        longs,
        floats,
        doubles,
        mixed().toArray(),
        Stream.iterate(0.5, v -> v + 1).limit(COUNT).toArray(Double[]::new),
        Stream.iterate("s", v -> v).limit(COUNT).toArray(String[]::new));
  }

  private static List<List<?>> lists() {
    var mixed = mixed();
    return List.of(
        mixed,
        Arrays.asList(mixed.toArray()),
        new CopyOnWriteArrayList<>(mixed),
        new LinkedList<>(mixed),
        Collections.unmodifiableList(mixed),
        mixed.subList(5, 250),
        List.of(1.5),
        List.of(1.5, 2.5),
        List.copyOf(Collections.nCopies(COUNT, 7)),
        IntStream.range(0, COUNT).boxed().toList());
  }

  @EachFlavour
  void returnWhatSingleReadsDo(Flavour flavour) {
    try (var lua = runtime(flavour);
        var zero = LuaRuntime.builder().flavour(flavour).indexBase(0).build();
        var doubles =
            LuaRuntime.builder().flavour(flavour).numbers(NumberMode.ALWAYS_DOUBLE).build()) {
      for (var elements : Stream.concat(arrays().stream(), lists().stream()).toList()) {
        compare(lua, 1, elements);
        compare(zero, 0, elements);
        compare(doubles, 1, elements);
      }
    }
  }

  @EachFlavour
  void returnJavasValues(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var elements : arrays()) {
        var read =
            (List<?>)
                lua.execute(
                        "local a, list = ... for i = 1, #a do list:add(a[i]) end "
                            + "local t = {} for i = 1, #a do t[i] = a[i] end "
                            + "for i = 1, #a do list:add(t[i]) end return list",
                        elements,
                        new ArrayList<>())
                    .first();

        assertEquals(read.subList(0, COUNT), read.subList(COUNT, 2 * COUNT));
      }
      assertEquals(
          (COUNT - 1) * COUNT / 2L,
          lua.execute(
                  "local a, s = ..., 0 for i = 1, #a do s = s + a[i] end return s",
                  (Object) IntStream.range(0, COUNT).toArray())
              .first());
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void seeWhatTheScriptWrites(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var elements : List.of(new int[COUNT], new ArrayList<>(Collections.nCopies(COUNT, 0)))) {
        lua.execute(
            "local a = ... for i = 1, #a do assert(a[i] == 0) "
                + "if i % 5 == 0 and i < #a then a[i + 1] = i assert(a[i + 1] == i) "
                + "a[i + 1] = 0 end end",
            elements);
      }
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void seeWhatJavaWrites(Flavour flavour) {
    var array = new long[COUNT];
    var list = new ArrayList<Object>(Collections.nCopies(COUNT, 0));
    JavaFunction set =
        arguments -> {
          Arrays.fill(array, (Long) arguments[0]);
          Collections.fill(list, arguments[0]);
          return null;
        };
    try (var lua = runtime(flavour)) {
      lua.globals().put("set", set);
      for (var elements : List.of(array, list)) {
        var reader =
            (LuaFunction)
                lua.execute(
                        "local a, now, all = ..., 0, {} "
                            + "for i = 1, #a do all[i] = a[i] if i % 7 == 0 then now = i set(i) end "
                            + "if i < #a then assert(a[i + 1] == (i < 7 and all[1] or now)) end end "
                            + "return function(from, to, v) "
                            + "for i = from, to do assert(a[i] == v) end end",
                        elements)
                    .first();
        reader.call(1, 5, 294);
        Arrays.fill(array, 1);
        Collections.fill(list, 1L);
        reader.call(6, 10, 1);
      }
    }
  }

  @EachFlavour
  void seeWhatIsWrittenInANestedCall(Flavour flavour) throws Exception {
    var array = new int[COUNT];
    try (var lua = runtime(flavour)) {
      var sum =
          (LuaFunction)
              lua.execute(
                      "a = ... return function(n) local s = 0 for i = 1, n do s = s + a[i] end "
                          + "return s end",
                      (Object) array)
                  .first();
      lua.globals()
          .put(
              "nested",
              (JavaFunction)
                  arguments -> {
                    var before = sum.call(20).first();
                    Arrays.fill(array, ((Long) before).intValue() / 20 + 1);
                    return null;
                  });
      lua.globals()
          .put(
              "inAnotherThread",
              (JavaFunction)
                  arguments -> {
                    var other = new Thread(() -> sum.call(20));
                    other.start();
                    other.join();
                    Arrays.fill(array, array[0] + 1);
                    return null;
                  });

      lua.execute(
          "local a, now = a, 0 for i = 1, 200 do assert(a[i] == now) "
              + "if i % 10 == 5 then nested() now = now + 1 end "
              + "if i % 10 == 0 then inAnotherThread() now = now + 1 end end");
    }
  }

  @EachFlavour
  void seeTheEndOfAListThatShrinks(Flavour flavour) {
    var list = new ArrayList<>(Collections.nCopies(COUNT, 1.5));
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local list = ... for i = 1, 20 do assert(list[i] == 1.5) end "
              + "list:subList(20, #list):clear() assert(list[21] == nil) assert(list[20] == 1.5) "
              + "list:clear() assert(list[20] == nil and list[1] == nil)",
          list);
    }
  }

  @EachFlavour
  void readTwoArraysInTurns(Flavour flavour) {
    var one = IntStream.range(0, COUNT).toArray();
    var two = IntStream.range(0, COUNT).mapToDouble(i -> i + 0.5).toArray();
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local one, two = ... for i = 1, #one do assert(one[i] + 0.5 == two[i]) end "
              + "for i = 2, #one - 1 do assert(one[i - 1] + one[i + 1] == 2 * one[i]) "
              + "assert(two[i] - two[i - 1] == 1 and two[i] == two[i]) end "
              + "for i = 1, #one, 8 do for k = i, i + 3 do assert(one[k] == k - 1) end "
              + "for k = i, i + 3 do assert(two[k] == k - 0.5) end end",
          one,
          two);
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void readInLongLoops(Flavour flavour) {
    var doubles = IntStream.range(0, 5000).mapToDouble(i -> i + 0.5).toArray();
    var list = new ArrayList<>(IntStream.range(0, 5000).boxed().toList());
    try (var lua = runtime(flavour)) {
      lua.globals().put("write", (JavaFunction) arguments -> list.set(4000, (Integer) 7));
      lua.execute(
          "local a, list = ... for turn = 1, 5 do for i = 1, #a do assert(a[i] == i - 0.5) end "
              + "assert(a[0] == nil and a[5001] == nil) "
              + "assert(not pcall(function() return a[1.5] end)) "
              + "for i = 1, #list do assert(list[i] == i - 1) assert(list[i] + 0.5 == a[i]) end "
              + "for i = 1, #a do assert(a[i] == i - 0.5) if i % 500 == 0 and i < #a then "
              + "assert(a[i + 1] == i + 0.5) a[i + 1] = -1 assert(a[i + 1] == -1) "
              + "a[i + 1] = i + 0.5 end end "
              + "for i = 1, #list do if i == 4001 then write() assert(list[i] == 7) "
              + "list[i] = 4000 end assert(list[i] == i - 1) end "
              + "for i = #a, 1, -1 do assert(a[i] == i - 0.5) end "
              + "for i = 1, #a - 3, 3 do assert(a[i] + a[i + 1] + a[i + 2] == 3 * i + 1.5) end end",
          doubles, list);
    }
  }

  @EachFlavour
  void readInCoroutines(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local one, two = ... local function reader(a, from) return coroutine.wrap(function() "
              + "for i = from, #a do coroutine.yield(a[i]) end end) end "
              + "local first, second, third = reader(one, 1), reader(one, 3), reader(two, 1) "
              + "for i = 1, 200 do assert(first() == i - 1) "
              + "if i % 3 == 0 then assert(second() == i / 3 + 1) end "
              + "if i % 4 == 0 then assert(third() == i / 4 - 1) end end",
          IntStream.range(0, COUNT).toArray(), IntStream.range(0, COUNT).boxed().toList());
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void readByGet(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var list : lists()) {
        lua.execute(
            "local list = ... local n, kind = #list, math.type or type local read = {} "
                + "for i = 0, n - 1 do read[i] = list:get(i) end "
                + "for i = n - 1, 0, -1 do local v, w = read[i], list:get(i) local _ = #list "
                + "assert(v == w or v ~= v and w ~= w, i) "
                + "assert(kind(v) == kind(w) and tostring(v) == tostring(w), i) end",
            list);
      }
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void readByGetWhatIsWrittenMeanwhile(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "local list, other = ... for i = 0, #list - 1 do assert(list:get(i) == 0) "
              + "if i % 5 == 0 and i < #list - 1 then list:set(i + 1, i) "
              + "assert(list:get(i + 1) == i) assert(list[i + 2] == i) list:set(i + 1, 0) end end "
              + "for i = 0, 90 do assert(list:get(i) == 0 and other:get(i) == i) "
              + "assert(list[i + 1] == 0 and other[i + 1] == i) end",
          new ArrayList<>(Collections.nCopies(COUNT, 0)),
          IntStream.range(0, COUNT).boxed().toList());
    }
  }

  @EachFlavour
  void failByGetBehindTheEnd(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = new ArrayList<>(Collections.nCopies(20, 1.5));
      var script =
          "local list = ... for i = 0, 19 do assert(list:get(i) == 1.5) end "
              + "return pcall(list.get, list, 20)";
      var results = lua.execute(script, list);

      assertEquals(false, results.get(0));
      assertInstanceOf(IndexOutOfBoundsException.class, results.get(1));
      assertThrows(
          LuaException.class,
          () -> lua.execute("local l = ... for i = 0, 30 do l:get(i) end", list));
      assertThrows(
          LuaException.class,
          () -> lua.execute("local l = ... for i = 3, -3, -1 do l:get(i) end", list));
      lua.execute(
          "local list = ... local get = list.get for i = 0, 9 do assert(get(i) == 1.5) end "
              + "for i = 0, 9 do assert(get(list, i) == 1.5) end list:clear() "
              + "assert(not pcall(get, list, 10)) assert(not pcall(list.get, list, 0))",
          list);
    }
  }

  @EachFlavour
  void outliveTheirObject(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.globals().put("make", (JavaFunction) arguments -> new double[] {0.5, 1.5, 2.5, 3.5});
      lua.execute(
          "for i = 1, 50 do local a = make() for k = 1, 3 do assert(a[k] == k - 0.5) end "
              + "a = nil collectgarbage() collectgarbage() local b = make() "
              + "assert(b[4] == 3.5 and b[5] == nil) end");
    }
  }

  // BEHAVIOURS 261
  @EachFlavour
  void readOneByOneWhereThatRunsOtherCode(Flavour flavour) {
    var derived =
        new ArrayList<Object>(Collections.nCopies(COUNT, 0)) {
          int reads;

          @Override
          public Object get(int index) {
            return (long) ++reads;
          }
        };
    var plain = new Counting();
    var wrapped = new Counting();
    var partly = new Counting();
    var lists =
        List.of(
            derived, plain, Collections.unmodifiableList(wrapped), partly.subList(0, COUNT - 1));
    try (var lua = runtime(flavour)) {
      for (var list : lists) {
        lua.execute("local list = ... for i = 1, 50 do assert(list[i] == i) end", list);
        lua.execute("local list = ... for i = 51, 60 do assert(list[7] == i) end", list);
      }
    }
    assertEquals(
        List.of(60, 60, 60, 60), List.of(derived.reads, plain.reads, wrapped.reads, partly.reads));
  }

  // BEHAVIOURS 261
  @EachFlavour
  void seeInTheEndWhatAnotherThreadWrites(Flavour flavour) {
    for (var wait :
        List.of(
            "while not a[3] do end",
            "repeat until a[1] and a[2] and a[3]",
            "local all repeat all = true for i = 1, #a do all = a[i] and all end until all")) {
      var flags = new boolean[COUNT];
      var writer = new Thread(() -> Arrays.fill(flags, true));
      try (var lua =
          LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofSeconds(20)).build()) {
        lua.globals()
            .put(
                "start",
                (JavaFunction)
                    arguments -> {
                      writer.start();
                      return null;
                    });

        lua.execute("local a = ... start() " + wait, (Object) flags);
      }
    }
  }

  @EachFlavour
  void endByATimeLimit(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertThrows(
          LuaTimeoutException.class,
          () ->
              lua.withTimeLimit(
                  Duration.ofMillis(100),
                  () ->
                      lua.execute(
                          "local a = ... while true do for i = 1, #a do local _ = a[i] end end",
                          (Object) new double[COUNT])));
      assertEquals(0.5, lua.execute("return (...)[1]", (Object) new double[] {0.5}).first());
    }
  }
}
