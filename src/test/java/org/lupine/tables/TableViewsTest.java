package org.lupine.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.state;
import static org.lupine.support.Runtimes.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Iterators over tables, and tables as lists. */
class TableViewsTest {
  private static final int MANY = 5_000;

  private static LuaTable sequence(LuaRuntime lua, int length) {
    return (LuaTable)
        lua.execute("local t = {} for i = 1, ... do t[i] = i end return t", length).first();
  }

  // BEHAVIOURS 70
  @EachFlavour
  void goesThroughASequenceInOrder(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{5, 6, 7}");

      for (int pass = 0; pass < 3; pass++) {
        assertEquals(List.of(1L, 2L, 3L), List.copyOf(t.keySet()));
        assertEquals(List.of(5L, 6L, 7L), List.copyOf(t.values()));
      }
    }
  }

  // BEHAVIOURS 71
  @EachFlavour
  void goesThroughAMixedTable(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          Set.of(Map.entry(1L, 10L), Map.entry("a", 1.5), Map.entry(true, "yes")),
          new HashSet<>(table(lua, "{10, a = 1.5, [true] = 'yes'}").entrySet()));
    }
  }

  // BEHAVIOURS 72
  @EachFlavour
  void keepsIteratorsIndependent(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var iterators = new ArrayList<Iterator<Object>>();
      var seen = new ArrayList<List<Object>>();
      for (int i = 0; i < 4; i++) {
        iterators.add(sequence(lua, 200 + i).keySet().iterator());
        seen.add(new ArrayList<>());
      }

      for (int step = 0; step < 204; step++) {
        for (int i = 0; i < 4; i++) {
          if (iterators.get(i).hasNext()) {
            seen.get(i).add(iterators.get(i).next());
          }
        }
      }

      for (int i = 0; i < 4; i++) {
        assertEquals(List.copyOf(sequence(lua, 200 + i).values()), seen.get(i));
      }
    }
  }

  // BEHAVIOURS 73
  @EachFlavour
  void endsOnceAndForAll(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{1}");
      var iterator = t.entrySet().iterator();
      iterator.next();

      assertFalse(iterator.hasNext());
      t.put(2, 2);
      assertFalse(iterator.hasNext());
      assertThrows(NoSuchElementException.class, iterator::next);
      assertThrows(NoSuchElementException.class, iterator::next);
    }
  }

  // BEHAVIOURS 74
  @EachFlavour
  void holdsNothingAfterManyPasses(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "{1, 2, 3, a = 'b'}");
      int before = state(lua).heldRefs();

      for (int i = 0; i < 10_000; i++) {
        for (var each : t.entrySet()) {
          assertFalse(each.getKey() == null);
        }
      }

      assertTrue(state(lua).heldRefs() <= before);
    }
  }

  // BEHAVIOURS 75
  @EachFlavour
  void allowsChangesOfExistingEntries(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = sequence(lua, MANY);
      int visited = 0;
      for (var each : t.entrySet()) {
        each.setValue("new");
        visited++;
      }
      assertEquals(MANY, visited);
      assertEquals(Set.of("new"), new HashSet<>(t.values()));

      for (var iterator = t.keySet().iterator(); iterator.hasNext(); ) {
        iterator.next();
        iterator.remove();
        assertThrows(IllegalStateException.class, iterator::remove);
        visited--;
      }
      assertEquals(0, visited);
      assertTrue(t.isEmpty());
    }
  }

  // BEHAVIOURS 75
  @EachFlavour
  void endsThoughEachStepAddsAKey(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (int size : new int[] {1, 10, 64, 65, 1_000}) {
        var t = sequence(lua, size);
        int steps = 0;
        try {
          for (var each : t.entrySet()) {
            t.put(t.size() + 1, each.getKey());
            t.put("k" + steps++, 1);
          }
        } catch (ConcurrentModificationException e) {
          assertTrue(
              e.getMessage().startsWith("table changed while")
                  || e.getMessage().startsWith("keys were added"),
              e::getMessage);
        }
        assertTrue(steps <= 4 * size + 200, "steps: " + steps);
        assertEquals(1L, lua.eval("(...)[1]", t).first());
      }
    }
  }

  // BEHAVIOURS 76
  @EachFlavour
  void noticesThatAKeyWasCollected(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("t = {} for i = 1, 1000 do t['key' .. i] = i end");
      var iterator = ((LuaTable) lua.globals().get("t")).entrySet().iterator();
      for (int i = 0; i < 10; i++) {
        iterator.next();
      }
      lua.execute(
          "for k in pairs(t) do t[k] = nil end collectgarbage() collectgarbage()"
              + " for i = 1, 3 do t[i] = i end");

      int more = 0;
      try {
        while (iterator.hasNext()) {
          iterator.next();
          more++;
        }
      } catch (ConcurrentModificationException e) {
        assertTrue(e.getMessage().startsWith("table changed while"), e::getMessage);
      }
      assertTrue(more <= 1000, "entries: " + more);
      assertEquals(2L, lua.eval("1 + 1").first());
    }
  }

  @EachFlavour
  void iteratesOverKeysThatAreObjects(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "t = {} t[java.null] = 1 t[java.import('String')] = 2 t[{}] = 3"
              + " for i = 1, 200 do t[java.import('java.util.ArrayList')()] = i end");
      var t = (LuaTable) lua.globals().get("t");

      assertEquals(203, t.entrySet().stream().count());
      assertTrue(t.containsKey(null));
      t.keySet().removeIf(key -> key == String.class || key == null);
      assertEquals(201, t.size());
    }
  }

  // BEHAVIOURS 81
  @EachFlavour
  void followsPairs(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t =
          table(
              lua,
              "setmetatable({real = 1}, {__pairs = function(t)"
                  + " return function(_, k) k = (k or 0) + 1 if k <= 3 then return k, k * 10 end end, t"
                  + " end})");
      var inLua =
          ((LuaTable)
                  lua.execute(
                          "local keys = {} for k in pairs(...) do keys[#keys + 1] = k end return keys",
                          t)
                      .first())
              .asList();
      var keys = new ArrayList<Object>();
      var values = new ArrayList<Object>();
      for (var each : t.pairs()) {
        keys.add(each.getKey());
        values.add(each.getValue());
      }

      assertEquals(inLua, keys);
      // pairs of Lua 5.1 calls no metamethod
      assertEquals(flavour == Flavour.LUA51 ? List.of(1L) : List.of(10L, 20L, 30L), values);
      assertEquals(Set.of(Map.entry("real", 1L)), t.entrySet());
      var plain = table(lua, "{x = 1}").pairs().iterator();
      assertEquals(Map.entry("x", 1L), plain.next());
      assertFalse(plain.hasNext());
    }
  }

  // BEHAVIOURS 81
  @EachFlavour
  void passesOnWhatPairsRaises(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var t = table(lua, "setmetatable({}, {__pairs = function() error('boom') end})");

      if (flavour == Flavour.LUA51) {
        assertFalse(t.pairs().iterator().hasNext());
      } else {
        assertThrows(LuaException.class, () -> t.pairs().iterator());
      }
    }
  }

  // BEHAVIOURS 251
  @EachFlavour
  void isAListOfItsElements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute("t = {'a', 'b', 'c', n = 1}");
      var t = (LuaTable) lua.globals().get("t");
      var list = t.asList();

      assertEquals(List.of("a", "b", "c"), list);
      list.add("d");
      list.add(0, "z");
      assertEquals("b", list.remove(2));
      list.addAll(1, List.of(1, 2));
      assertEquals(5L, lua.eval("#t - 1").first());
      assertEquals(List.of("z", 1L, 2L, "a", "c", "d"), list);
      assertTrue(list.contains(1));
      assertTrue(list.remove((Object) 1));
      list.subList(0, 2).clear();
      assertEquals("a,c,d", lua.eval("table.concat(t, ',')").first());
      lua.execute("t[4] = 'e'");
      assertEquals(4, list.size());
      list.sort(Comparator.comparing(Object::toString).reversed());
      list.replaceAll(each -> each + "!");
      assertEquals("e!d!c!a!", lua.eval("table.concat(t)").first());
    }
  }

  // BEHAVIOURS 251
  @EachFlavour
  void refusesWhatAListCannotHold(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = table(lua, "{1, 2}").asList();

      assertThrows(NullPointerException.class, () -> list.add(null));
      assertThrows(NullPointerException.class, () -> list.set(0, null));
      assertThrows(IndexOutOfBoundsException.class, () -> list.get(2));
      assertThrows(IndexOutOfBoundsException.class, () -> list.get(-1));
      assertThrows(IndexOutOfBoundsException.class, () -> list.set(2, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> list.add(3, new Object()));
      assertThrows(IndexOutOfBoundsException.class, () -> list.remove(2));
      assertEquals(List.of(1L, 2L), list);
      list.add(Lua.NULL);
      assertEquals(Arrays.asList(1L, 2L, null), list);
      assertNull(list.get(2));
    }
  }

  // BEHAVIOURS 251
  @EachFlavour
  void readsAListByItsMetamethods(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list =
          table(
                  lua,
                  "setmetatable({}, {__len = function() return 3 end,"
                      + " __index = function(_, i) return i * i end})")
              .asList();

      assertEquals(flavour == Flavour.LUA51 ? List.of() : List.of(1L, 4L, 9L), list);
    }
  }

  @EachFlavour
  void listsManyElements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var list = lua.table().asList();
      var many = new ArrayList<Object>();
      for (long i = 0; i < 20_000; i++) {
        many.add(i);
      }

      list.addAll(many);

      assertEquals(many, new ArrayList<>(list));
      assertEquals(many, List.copyOf(list));
      list.subList(1, 19_999).clear();
      assertEquals(List.of(0L, 19_999L), list);
    }
  }
}
