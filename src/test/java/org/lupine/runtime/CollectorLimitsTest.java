package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTimeoutException;

/** Collector steps that once took minutes, and limits that were late because of the heap. */
class CollectorLimitsTest {
  /** Far less than the slow steps took, far more than is needed; of the processor's time. */
  private static final Duration LATEST = Duration.ofSeconds(5);

  private static final String KEYS =
      "local n = 40000 keys, tables = {}, {} local order = {}"
          + " for i = 1, n do keys[i] = {} order[i] = i end"
          + " local seed = 7 for i = n, 2, -1 do seed = (seed * 16807) % 2147483647"
          + " local j = seed % i + 1 order[i], order[j] = order[j], order[i] end"
          + " local weak = {__mode = 'k'} ";

  /** Tables with weak keys, each of which holds the key of the next one. */
  private static final String CHAIN =
      KEYS
          + "for _, i in ipairs(order) do"
          + " local t = setmetatable({}, weak) t[keys[i]] = keys[i + 1] or true tables[i] = t end";

  /** The same in one table: each key is one step further along the chain. */
  private static final String TABLE =
      KEYS
          + "local t = setmetatable({}, weak) tables[1] = t"
          + " for _, i in ipairs(order) do local k = keys[i + 1] t[keys[i]] = {{k}} end";

  /** The collector finds the tables one after the other as it follows the chain. */
  private static final String NESTED =
      KEYS
          + "tables[1] = setmetatable({}, weak)"
          + " for _, i in ipairs(order) do keys[i].t = setmetatable({}, weak) end"
          + " for _, i in ipairs(order) do keys[i].t[keys[i]] = keys[i + 1]"
          + " tables[1][keys[i]] = keys[i].t end";

  private static final String COUNT =
      "collectgarbage() collectgarbage() local n = 0"
          + " for _, t in pairs(tables) do for k in pairs(t) do n = n + 1 end end return n";

  @EachFlavour
  void longChainsOfWeakKeysTakeLinearTime(Flavour flavour) throws Exception {
    boolean ephemerons = !flavour.language().equals("5.1"); // else keys are kept by their values
    for (var script : List.of(CHAIN, TABLE, NESTED)) {
      try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
        lua.execute(
            "collectgarbage('stop') "
                + script
                + " first = keys[1] middle = keys[20001]"
                + " last = keys[40000] keys = nil");
        var taken =
            Times.busy(
                () -> {
                  assertEquals(
                      40_000L, lua.execute("collectgarbage('restart') " + COUNT).first(), script);
                  lua.execute("first = nil");
                  long half = (Long) lua.execute(COUNT).first();
                  lua.execute("middle = nil");
                  long one = (Long) lua.execute(COUNT).first();
                  if (ephemerons) {
                    assertEquals(20_000L, half, script);
                    assertEquals(1L, one, script);
                  }
                });
        assertTrue(taken.compareTo(LATEST) < 0, () -> script + " took " + taken);
      }
    }
  }

  @EachFlavour
  void generationalCollectionsTakeLinearTimeToo(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      if (!flavour.id().matches("lua5[245]")) {
        assertThrows(LuaException.class, () -> lua.execute("collectgarbage('generational')"));
        return;
      }
      lua.execute("collectgarbage('generational') " + CHAIN + " first = keys[1] keys = nil");
      var taken =
          Times.busy(
              () -> {
                assertEquals(40_000L, lua.execute(COUNT).first());
                lua.execute("for i = 1, 3e5 do local t = {} end first = nil");
                assertEquals(0L, lua.execute(COUNT).first());
              });
      assertTrue(taken.compareTo(LATEST) < 0, () -> "took " + taken);
    }
  }

  @EachFlavour
  void fullCollectionsEndBetweenTheirSteps(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      lua.execute("kept = {} for i = 1, 300000 do kept[i] = {i} end");
      for (int i = 0; i < 8; i++) {
        assertThrows(
            LuaTimeoutException.class,
            () ->
                lua.withTimeLimit(
                    Duration.ofMillis(5), () -> lua.execute("while true do collectgarbage() end")));
        assertEquals(
            300_000L,
            lua.execute(
                    "local n = 0 for i, t in ipairs(kept) do"
                        + " assert(t[1] == i) n = n + 1 end kept[#kept] = {#kept} return n")
                .first());
      }
      lua.gc();
      assertEquals(300_000L, lua.execute("return kept[300000][1]").first());
    }
  }

  @EachFlavour
  void stackOverflowsDoNotBecomeSlower(Flavour flavour) throws Exception {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      long first = Long.MAX_VALUE;
      long last = Long.MAX_VALUE;
      for (int i = 0; i < 8; i++) {
        long taken =
            Times.busy(
                    () -> lua.execute("local function f() return 1 + f() end assert(not pcall(f))"))
                .toNanos();
        if (i < 2) {
          first = Math.min(first, taken);
        } else if (i >= 6) {
          last = Math.min(last, taken);
        }
      }
      assertTrue(
          last < 3 * first + 50_000_000, first / 1_000_000 + " ms, then " + last / 1_000_000);
    }
  }

  @EachFlavour
  void stackOverflowsEndAtTheirLimit(Flavour flavour) throws Exception {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofMillis(200)).build()) {
      assertInTime(lua, "local function f() return 1 + f() end while true do pcall(f) end", 8);
    }
  }

  private static void assertInTime(LuaRuntime lua, String script) throws Exception {
    assertInTime(lua, script, 3);
  }

  /**
   * Runs a script under a limit of 200 ms several times; all runs but one must end in time. What
   * counts is the processor's time, which a busy machine does not make longer.
   */
  private static void assertInTime(LuaRuntime lua, String script, int runs) throws Exception {
    var late = new ArrayList<Long>();
    for (int i = 0; i < runs && i - late.size() < runs - 1; i++) {
      var busy =
          Times.busy(() -> assertThrows(LuaTimeoutException.class, () -> lua.execute(script)));
      if (busy.toMillis() - 200 >= 250) {
        late.add(busy.toMillis() - 200);
      }
      assertTrue(late.size() < 2, () -> late + " ms late: " + script);
    }
  }

  @EachFlavour
  void longErrorTextsEndAtTheirLimit(Flavour flavour) throws Exception {
    Consumer<String> thrower =
        text -> {
          throw new IllegalArgumentException(text);
        };
    try (var lua =
        LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofMillis(200)).build()) {
      lua.globals().put("throw", thrower);
      for (var each :
          List.of(
              "pcall(error, s)",
              "pcall(error, s .. 'y')",
              "pcall(error, s, 2)",
              "pcall(function() error(s) end)",
              "xpcall(error, function(e) return e .. 'y' end, s)",
              "pcall(load, s)",
              "(loadstring or load)(s)",
              "pcall(function() local t = {} t[s]() end)",
              "pcall(throw, s)")) {
        assertInTime(lua, "local s = ('x'):rep(2e7) while true do " + each + " end");
      }
    }
  }

  // The limit ends a script between two calls of Java, each of which takes some milliseconds.
  @EachFlavour
  void copiesOfListsEndAtTheirLimit(Flavour flavour) throws Exception {
    try (var lua =
        LuaRuntime.builder().flavour(flavour).timeLimit(Duration.ofMillis(200)).build()) {
      lua.globals().put("list", new ArrayList<Object>(1 << 20));
      lua.globals().put("many", new ArrayList<Object>(Collections.nCopies(1 << 20, "x")));
      assertInTime(lua, "local l, m = list, many while true do l:clear() l:addAll(m) end");
      assertInTime(
          lua,
          "local l = list l:clear() l:add('x') while true do"
              + " l:addAll(l) if l:size() > 5e5 then l:clear() l:add('x') end end");
    }
  }

  /** A Java method grows a list until the heap is full, or ends with the limit that it is under. */
  @EachFlavour
  void listsThatGrowByThemselvesEnd(Flavour flavour) {
    var command =
        ChildProcess.java(
            List.of("-Xmx256m", "-XX:+UseSerialGC"), GrowingChild.class, flavour.name());
    var child = ChildProcess.run(Path.of("."), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertTrue(
        child.out().matches("(LuaTimeoutException|OutOfMemoryError)\\s*2\\s*"), child::toString);
  }

  /** Runs the script in a JVM of its own, whose heap it may fill. */
  static final class GrowingChild {
    public static void main(String[] arguments) {
      var flavour = Flavour.valueOf(arguments[0]);
      try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
        lua.globals().put("list", new ArrayList<>(List.of("x")));
        try {
          lua.withTimeLimit(
              Duration.ofSeconds(1),
              () -> lua.execute("local l = list list = nil while true do l:addAll(l) end"));
        } catch (Exception | Error e) {
          System.out.println(e.getClass().getSimpleName());
        }
        System.out.println(lua.execute("return 1 + 1").first());
      }
    }
  }
}
