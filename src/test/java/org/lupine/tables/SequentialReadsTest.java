package org.lupine.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Elements that Java reads one after another, of which some are read ahead. */
class SequentialReadsTest {
  private static final int COUNT = 300;

  private static LuaTable filled(LuaRuntime lua) {
    return (LuaTable)
        lua.execute("t = {} for i = 1, " + COUNT + " do t[i] = i end return t").first();
  }

  @EachFlavour
  void returnEachElementOnce(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var table = filled(lua);

      for (int round = 0; round < 2; round++) {
        for (int i = 1; i <= COUNT; i++) {
          assertEquals((long) i, round == 0 ? table.get(i) : table.get((long) i));
        }
        assertNull(table.get(COUNT + 1));
        assertNull(table.get(0));
      }
      for (int i = COUNT; i > 0; i -= 3) {
        assertEquals((long) i, table.get(i));
      }
    }
  }

  @EachFlavour
  void returnValuesOfEachType(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var object = new Object();
      lua.globals().put("object", object);
      var table =
          (LuaTable)
              lua.execute(
                      "return setmetatable({1, 'a', true, false, ('x'):rep(1000), 0.5, {7}, object, "
                          + "print, nil, 11, 12, 13}, {__index = function(t, k) return 'made ' .. k end})")
                  .first();

      var read = new ArrayList<>();
      for (int i = 1; i <= 15; i++) {
        read.add(table.get(i));
      }

      assertEquals(List.of(1L, "a", true, false, "x".repeat(1000), 0.5), read.subList(0, 6));
      assertEquals(7L, ((Map<?, ?>) read.get(6)).get(1L));
      assertEquals(object, read.get(7));
      assertEquals(List.of("made 10", 11L, 12L, 13L, "made 14", "made 15"), read.subList(9, 15));
    }
  }

  @EachFlavour
  void returnNumbersOfBothTypes(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      for (var element :
          List.of(
              "i",
              "i + 0.5",
              "i % 2 == 0",
              "i % 7 == 0 and 0.5 or i",
              "i % 2 == 0 and 'x' or i",
              "i < 100 and i or i < 200 and i / 4 or i % 2 == 0",
              "0/0",
              "-0.0",
              "i * 2^40")) {
        var table =
            (LuaTable)
                lua.execute("local t = {} for i = 1, 300 do t[i] = " + element + " end return t")
                    .first();
        var one = (LuaFunction) lua.execute("return function(t, i) return t[i] end").first();
        var expected = new ArrayList<>();
        for (int i = 1; i <= COUNT + 1; i++) {
          expected.add(one.call(table, i).first());
        }

        var read = new ArrayList<>();
        for (int i = 1; i <= COUNT + 1; i++) {
          read.add(table.get(i));
        }

        assertEquals(expected, read);
      }
    }
  }

  @EachFlavour
  void seeWhatHasChangedMeanwhile(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var table = filled(lua);
      var same = (LuaTable) lua.globals().get("t");
      var change = (LuaFunction) lua.execute("return function(i) t[i] = -i end").first();
      for (int i = 1; i <= COUNT; i++) {
        if (i % 40 == 0) {
          change.call(i);
          assertEquals(-(long) i, table.get(i));
        } else if (i % 40 == 10) {
          same.put(i, "put");
          assertEquals("put", table.get(i));
        } else if (i % 40 == 20) {
          int at = i;
          var other = new Thread(() -> same.put(at, "thread"));
          other.start();
          other.join();
          assertEquals("thread", table.get(i));
        } else if (i % 40 == 30) {
          lua.execute("t[" + i + "] = nil");
          assertNull(table.get(i));
        } else {
          assertEquals((long) i, table.get(i));
        }
      }
    }
  }

  @EachFlavour
  void seeWhatAScriptChangesBetweenCallsOfJava(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      var table = filled(lua);
      var sums = new ArrayList<>();
      JavaFunction read =
          arguments -> {
            long from = ((Number) arguments[0]).longValue();
            long sum = 0;
            for (long i = from; i < from + 20; i++) {
              sum += (Long) table.get(i);
            }
            sums.add(sum);
            return null;
          };
      lua.globals().put("read", read);

      lua.execute("read(1) for i = 1, " + COUNT + " do t[i] = 0 end read(21) read(1)");
      assertEquals(List.of(210L, 0L, 0L), sums);
      sums.clear();
      lua.execute("read(1) for i = 1, " + COUNT + " do t[i] = 1 end");
      for (long i = 21; i <= 40; i++) {
        assertEquals(1L, table.get(i));
      }
    }
  }

  @EachFlavour
  void failOnceTheRuntimeIsClosed(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    var table = filled(lua);
    for (int i = 1; i <= 10; i++) {
      table.get(i);
    }

    lua.close();

    assertThrows(RuntimeException.class, () -> table.get(11));
    assertThrows(RuntimeException.class, () -> table.get(10));
  }
}
