package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess;
import org.lupine.host.HostOptions;
import org.lupine.host.JavaHost;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** How often the boundary is crossed: once for each operation, however large its values are. */
class CrossingsTest {
  private static final StateOptions OPTIONS = StateOptions.DEFAULTS;

  private static LuaState open(Flavour flavour) {
    return LuaState.open(flavour.id(), new JavaHost(), OPTIONS);
  }

  private static Chunk chunk(String text) {
    return Chunk.text(text, "=test", StandardCharsets.UTF_8, true);
  }

  /** Counts the crossings of an operation; reading the count costs the same before and after. */
  private static int crossings(LuaState state, Runnable operation) {
    int before = state.crossings();
    operation.run();
    return state.crossings() - before;
  }

  @EachFlavour
  void crossesOnceForEachOperationOfJava(Flavour flavour) {
    try (var state = open(flavour)) {
      var chunk = chunk("function f(...) return ... end t = {g = f, 1, 2} return f, t");
      var values = state.run(chunk);
      var f = (LuaFunction) values[0];
      var t = (LuaTable) values[1];
      var large = "x".repeat(100_000);
      var many = new Object[500];

      assertEquals(1, crossings(state, () -> state.run(chunk)));
      assertEquals(1, crossings(state, () -> state.run(chunk("return 1"))));
      assertEquals(1, crossings(state, () -> state.run(chunk("1 + 1"))));
      assertEquals(1, crossings(state, () -> f.call(1, "two", 3.0, null, t, f)));
      assertEquals(1, crossings(state, () -> f.call(large, large)));
      assertEquals(1, crossings(state, () -> f.call(many)));
      assertEquals(1, crossings(state, () -> f.call(new Object(), List.of(1))));
      assertEquals(1, crossings(state, () -> state.globals().call("f", new Object[] {1})));
      assertEquals(1, crossings(state, () -> state.callMethod(t, "g", new Object[] {1})));
      assertEquals(1, crossings(state, () -> state.globals().put("n", Map.of())));
      assertEquals(1, crossings(state, () -> state.globals().get("n")));
      assertEquals(1, crossings(state, () -> t.get("g")));
      assertEquals(1, crossings(state, () -> t.put("k", large)));
      assertEquals(1, crossings(state, t::size));
      assertEquals(1, crossings(state, t::length));
      assertEquals(1, crossings(state, () -> state.table(1, 2, 3)));
    }
  }

  // Regression: a call was counted after another thread might have been attached
  @EachFlavour
  void countsCallsUnderLimitsByTheirThread(Flavour flavour) throws Exception {
    try (var state = open(flavour)) {
      state.transferLimits(1 << 30, 1 << 30);
      Runnable nothing = () -> {};
      state.globals().put("nothing", nothing);
      var loop = (LuaFunction) state.run(chunk("return function() nothing() end"))[0];
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 4; i++) {
        var thread =
            new Thread(
                () -> {
                  for (int n = 0; n < 5000; n++) {
                    loop.call();
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (var each : threads) {
        each.join();
      }
      assertEquals(0, state.limitedCalls);
    }
  }

  @EachFlavour
  void crossesOnceForEachUseOfAJavaObject(Flavour flavour) {
    try (var state = open(flavour)) {
      var list = new ArrayList<Object>(List.of("a", "b"));
      state.globals().put("list", list);
      state.globals().put("map", new HashMap<>(Map.of("k", 1)));
      state.globals().put("text", new StringBuilder("abc"));
      state.run(chunk("text:length() text:append('d')")); // members are known from now on
      int run = 1;

      assertEquals(run + 1, crossings(state, () -> state.run(chunk("return text:length()"))));
      assertEquals(run + 1, crossings(state, () -> state.run(chunk("text:append('e')"))));
      assertEquals(run + 1, crossings(state, () -> state.run(chunk("return map.k"))));
      assertEquals(run + 1, crossings(state, () -> state.run(chunk("return list[1]"))));
      assertEquals(run + 1, crossings(state, () -> state.run(chunk("list[1] = 'z'"))));
      assertEquals(run + 1, crossings(state, () -> state.run(chunk("return #list"))));
      assertEquals(
          run + 1, crossings(state, () -> state.run(chunk("text:append(('x'):rep(100000))"))));
      assertEquals(
          run + 100,
          crossings(
              state, () -> state.run(chunk("local t = text for i = 1, 100 do t:length() end"))));
    }
  }

  @EachFlavour
  void crossesForManyElementsThatAreReadInOrder(Flavour flavour) {
    var forwards = chunk("local s, a = 0, values for i = 1, 1000 do s = s + a[i] end return s");
    var twice = chunk("local s, a = 0, values for i = 1, 1000 do s = s + a[i] * a[i] end return s");
    var backwards =
        chunk("local s, a = 0, values for i = 1000, 1, -1 do s = s + a[i] end return s");
    try (var state = open(flavour)) {
      for (var values : List.of(new double[1000], Collections.nCopies(1000, 1).toArray())) {
        for (var each : List.of(values, values instanceof Object[] all ? List.of(all) : values)) {
          state.globals().put("values", each);

          assertEquals(1 + 6 + 15, crossings(state, () -> state.run(forwards)));
          assertEquals(1 + 6 + 15, crossings(state, () -> state.run(twice)));
          assertEquals(1 + 1000, crossings(state, () -> state.run(backwards)));
        }
      }
    }
  }

  @EachFlavour
  void crossesForEachElementWhereAccessIsCheckedOrLimited(Flavour flavour) {
    var forwards = chunk("local s, a = 0, values for i = 1, 100 do s = s + a[i] end return s");
    var asked = new int[1];
    HostAccess access =
        each -> {
          asked[0] += each.operation() == HostAccess.Operation.INDEX ? 1 : 0;
          return true;
        };
    AttributeFilter filter = (target, key, setting) -> key;
    var getter = new AttributeHandlers((target, key) -> AttributeHandlers.DEFAULT, null);
    for (var options :
        List.of(
            HostOptions.DEFAULT,
            HostOptions.DEFAULT.withAccess(access),
            HostOptions.DEFAULT.withFilter(filter),
            HostOptions.DEFAULT.withHandlers(getter))) {
      try (var state = LuaState.open(flavour.id(), new JavaHost(options), OPTIONS)) {
        state.globals().put("values", new double[100]);
        if (options == HostOptions.DEFAULT) {
          state.transferLimits(1000, 1000);
        }

        assertEquals(1 + 100, crossings(state, () -> state.run(forwards)));
      }
    }
    assertEquals(100, asked[0]);
  }

  // a library that is unchanged is recognized as such at the end of the run
  @EachFlavour
  void crossesForTheLibraryOnlyIfItWasChanged(Flavour flavour) {
    var scope =
        new Scope() {
          @Override
          public Object get(String name) {
            return ABSENT;
          }

          @Override
          public void put(String name, Object value) {}
        };
    try (var state = open(flavour)) {
      var uses = chunk("return math.floor(1.5) + #string.rep('x', 2) == 3 and math.pi > 3");
      for (var damage :
          List.of(
              "math.leftover = 1",
              "math.floor = print",
              "math.pi = nil",
              "setmetatable(math, {})",
              "for i = 1, 100 do math[i] = i end",
              "for k in pairs(string) do string[k] = nil end")) {
        state.collect(); // keys that are gone leave traces until then
        state.run(uses, scope);
        assertTrue(state.restore(false));
        for (int i = 0; i < 2; i++) {
          assertEquals(List.of(true), List.of(state.run(uses, scope)), damage);
          assertEquals(0, crossings(state, () -> assertTrue(state.restore(false))), damage);
        }
        state.run(chunk(damage), scope);
        assertEquals(1, crossings(state, () -> assertTrue(state.restore(false))), damage);
        assertEquals(
            List.of(true, true),
            List.of(
                state.run(
                    chunk(
                        "return getmetatable(math) == nil"
                            + " and math.leftover == nil and math[1] == nil, true"),
                    scope)),
            damage);
      }
    }
  }

  @EachFlavour
  void crossesOnceForManyValuesOfATable(Flavour flavour) {
    try (var state = open(flavour)) {
      var t = state.table();
      var list = t.asList();
      var many = java.util.Collections.nCopies(10_000, (Object) "x");

      assertEquals(1, crossings(state, () -> t.putAll(Map.of("a", 1, "b", 2, "c", 3))));
      assertEquals(1, crossings(state, () -> list.addAll(0, many)));
      assertEquals(1, crossings(state, list::toArray));
      assertEquals(1, crossings(state, () -> list.get(9_999)));
      assertEquals(1, crossings(state, () -> list.set(5, "y")));
      assertEquals(1, crossings(state, () -> list.remove(0)));
      assertEquals(1, crossings(state, () -> list.indexOf("z")));
      assertEquals(1, crossings(state, t::toJava));
      assertEquals(1, crossings(state, () -> state.tableFrom(false, t, many, Map.of(1, 2))));
      assertEquals(1, crossings(state, () -> state.tableFrom(true, List.of(Map.of("k", many)))));
      assertEquals(1, crossings(state, () -> state.tableFrom(false, new int[10_000])));
      assertEquals(1, crossings(state, t::clear));
      assertEquals(1, crossings(state, () -> t.as(long[].class)));
    }
  }

  @EachFlavour
  void crossesOnceForEachStepOfACoroutine(Flavour flavour) {
    try (var state = open(flavour)) {
      var values =
          state.run(
              chunk("return function(...) while true do coroutine.yield(...) end" + " end, {}"));
      var f = (LuaFunction) values[0];
      var environment = (LuaTable) values[1];
      var coroutine = f.coroutine(1, 2);

      assertEquals(1, crossings(state, () -> f.coroutine(1, 2)));
      assertEquals(1, crossings(state, coroutine::next));
      assertEquals(1, crossings(state, coroutine::hasNext));
      assertEquals(0, crossings(state, coroutine::next));
      assertEquals(1, crossings(state, () -> coroutine.send("x")));
      assertEquals(1, crossings(state, () -> coroutine.resume(1, null)));
      assertEquals(1, crossings(state, coroutine::status));
      assertEquals(1, crossings(state, () -> coroutine.spawn(1)));
      assertEquals(1, crossings(state, coroutine::close));
      assertEquals(1, crossings(state, f::info));
      assertEquals(1, crossings(state, () -> state.load(chunk("x = 1"), environment)));
      assertEquals(
          1, crossings(state, () -> state.runIn(environment, chunk("x = ... return x"), 1)));
    }
  }

  @EachFlavour
  void iteratesATableByBatches(Flavour flavour) {
    try (var state = open(flavour)) {
      var table =
          (LuaTable) state.run(chunk("local t = {} for i = 1, 640 do t[i] = i end return t"))[0];
      var seen = new ArrayList<Object>();

      int crossings = crossings(state, () -> table.forEach((key, value) -> seen.add(key)));

      assertEquals(640, seen.size());
      assertTrue(crossings <= 12, () -> "crossings: " + crossings);
    }
  }
}
