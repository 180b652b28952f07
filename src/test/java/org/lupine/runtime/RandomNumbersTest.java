package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Runtimes.runtime;

import java.util.HashSet;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS 298: the random numbers of a state are its own. */
class RandomNumbersTest {
  private static final String SEED = "math.randomseed(42)";
  private static final String NUMBERS =
      "return math.random(), math.random(1000), math.random(5, 9)";

  private static List<Object> numbers(LuaRuntime lua) {
    return List.copyOf(lua.execute(NUMBERS));
  }

  @EachFlavour
  void doNotFollowTheSeedOfAnotherRuntime(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(SEED);
      var first = numbers(lua);
      var second = numbers(lua);
      for (var each : Flavour.values()) {
        if (each.present()) {
          try (var other = runtime(each)) {
            lua.execute(SEED);
            assertEquals(first, numbers(lua));
            other.execute(SEED);
            numbers(other);
            numbers(other);
            assertEquals(second, numbers(lua), each::toString);
          }
        }
      }
    }
  }

  @EachFlavour
  void differFromRuntimeToRuntime(Flavour flavour) {
    var all = new HashSet<List<Object>>();
    for (int i = 0; i < 5; i++) {
      try (var lua = runtime(flavour)) {
        all.add(numbers(lua));
      }
    }
    assertEquals(flavour == Flavour.LUAJIT ? 1 : 5, all.size());
  }

  @EachFlavour
  void areThoseOfPlainLuaAfterASeed(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(SEED);
      switch (flavour) {
        case LUA51 -> // rand() gives 71876166 first
            assertEquals(71876166.0 / 2147483647, lua.eval("math.random()").first());
        case LUA52 -> // 5.2 and 5.3 drop the first
            assertEquals(708592740.0 / 2147483647, lua.eval("math.random()").first());
        case LUA53 -> assertEquals(708592740.0 / 2147483648L, lua.eval("math.random()").first());
        default -> assertTrue((Double) lua.eval("math.random()").first() < 1);
      }
    }
  }

  @EachFlavour
  void areInTheirRange(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(true, true, true),
          lua.execute(
              "local unit, three, five = true, {}, {} for i = 1, 1000 do"
                  + " local x = math.random() unit = unit and x >= 0 and x < 1"
                  + " three[math.random(3)] = true five[math.random(-2, 2)] = true end"
                  + " local function count(t, first, last) local n = 0 for k in pairs(t) do"
                  + " n = n + 1 if k < first or k > last then return -1 end end return n end"
                  + " return unit, count(three, 1, 3) == 3, count(five, -2, 2) == 5"));
      var results = lua.eval("pcall(math.random, 2, 1)");
      if (flavour == Flavour.LUAJIT) { // it does not check that
        return;
      }
      assertEquals(false, results.get(0));
      assertTrue(results.get(1).toString().contains("interval is empty"), results::toString);
    }
  }
}
