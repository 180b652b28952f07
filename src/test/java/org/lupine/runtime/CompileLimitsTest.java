package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.script.ScriptException;
import org.junit.jupiter.api.function.Executable;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Times;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTimeoutException;

/** Sources whose compilation took quadratic time and ignored limits. */
class CompileLimitsTest {
  private static final Duration SHORT = Duration.ofMillis(100);
  private static final Duration LONG = Duration.ofMinutes(2);

  /** Far less than compiling takes, far more than the limit; of the processor's time. */
  private static final Duration LATEST = Duration.ofSeconds(2);

  /** Far less than quadratic time, far more than linear time. */
  private static final Duration ENOUGH = Duration.ofSeconds(5);

  /** Long jump lists: compiled in linear time, or refused by the core. */
  private static final List<String> CHAINS =
      List.of(
          "if x then " + "elseif x then ".repeat(100_000) + "end",
          "x = " + "a and ".repeat(100_000) + "b",
          "x = " + "a or ".repeat(100_000) + "b",
          "x = " + "a == 1 and b or ".repeat(100_000) + "b",
          "f(" + "not a and ".repeat(100_000) + "b)",
          "while a and b do if c then break end end ".repeat(20_000));

  /** Each name is looked for in 60 functions of 190 local variables. */
  private static final String NAMES =
      IntStream.range(0, 60)
              .mapToObj(
                  i ->
                      "return function() local "
                          + IntStream.range(0, 190)
                              .mapToObj(j -> "a" + i + "_" + j)
                              .collect(Collectors.joining(","))
                          + " ")
              .collect(Collectors.joining())
          + "x=x;".repeat(400_000)
          + " end".repeat(60);

  /** Each name is looked for, from the end, among 30,000 that 5.5 lets one declaration have. */
  private static final String GLOBALS =
      "global "
          + IntStream.rangeClosed(1, 30_000).mapToObj(i -> "a" + i).collect(Collectors.joining(","))
          + " "
          + "a1=a1;".repeat(100_000);

  private static final String BREAKS =
      ("while x do " + "if x then break end ".repeat(30_000) + "end ").repeat(20);

  private static final String GOTOS =
      ("do " + "if x then goto a end ".repeat(30_000) + "::a:: end ").repeat(20);

  private static final String LABELS =
      ("do "
              + IntStream.range(0, 15_000)
                  .mapToObj(i -> "::l" + i + ":: goto l" + (14_999 - i) + " ")
                  .collect(Collectors.joining())
              + "end ")
          .repeat(10);

  private static LuaRuntime limited(Flavour flavour, Duration limit) {
    return LuaRuntime.builder().flavour(flavour).timeLimit(limit).build();
  }

  @EachFlavour
  void longJumpListsTakeLinearTime(Flavour flavour) throws Exception {
    try (var lua = limited(flavour, LONG)) {
      for (var source : CHAINS) {
        var taken =
            Times.busy(
                () -> {
                  try {
                    lua.compile(source);
                  } catch (LuaSyntaxException e) {
                    assertTrue(
                        e.getMessage().contains("control structure too long"), e::getMessage);
                  }
                });
        assertTrue(taken.compareTo(ENOUGH) < 0, () -> source.substring(0, 30) + " took " + taken);
      }
    }
  }

  @EachFlavour
  void longJumpListsKeepTheirMeaning(Flavour flavour) {
    var cases = new StringBuilder("local function f(x, a, b, c) ");
    for (int i = 0; i < 500; i++) {
      cases
          .append(i == 0 ? "if" : " elseif")
          .append(" x == ")
          .append(i)
          .append(i % 2 == 0 ? " and (a or b)" : " and not (a and b)")
          .append(" then return ")
          .append(i);
    }
    cases.append(" else return a and b and c or a and 'a' or b and 'b' or c end end ");
    try (var lua = limited(flavour, LONG)) {
      lua.execute(cases + "check = f");
      for (int i = 0; i < 500; i++) {
        assertEquals((long) i, lua.execute("return check(..., true, false)", i).first());
      }
      assertEquals("b", lua.execute("return check(500, false, true, 'c')").first());
      assertEquals("a", lua.execute("return check(500, true, false, 'c')").first());
      assertEquals("c", lua.execute("return check(500, true, true, 'c')").first());
      assertEquals(true, lua.execute("return check(3, true, true, true)").first());
      assertEquals("c", lua.execute("return check(2, false, false, 'c')").first());
      assertEquals(
          10L,
          lua.execute(
                  "local n = 0 for i = 1, 100 do if i > 50 then break end"
                      + " if i % 7 == 0 then n = n + 1 if n > 9 then break end elseif i % 20 == 0 then"
                      + " n = n + 1 else if i == 49 then break end end end return n + 1")
              .first());
    }
  }

  @EachFlavour
  void compilingEndsAtItsLimit(Flavour flavour) throws Exception {
    var sources = new ArrayList<>(List.of(NAMES, BREAKS));
    if (flavour != Flavour.LUA51) {
      sources.addAll(List.of(GOTOS, LABELS));
    }
    if (flavour == Flavour.LUA55) {
      sources.add(GLOBALS);
    }
    for (var source : sources) {
      for (var script :
          new String[] {
            null,
            "return (loadstring or load)(source)",
            "while true do pcall(loadstring or load, source) end",
            "coroutine.wrap(function() (loadstring or load)(source) end)()"
          }) {
        try (var lua = limited(flavour, SHORT)) {
          lua.globals().put("source", source);
          var end = new AtomicReference<Throwable>();
          var taken =
              Times.busy(
                  () ->
                      end.set(
                          thrown(
                              () -> {
                                if (script == null) {
                                  lua.compile(source);
                                } else {
                                  lua.execute(script);
                                }
                              })));
          var thrown = end.get();

          var what = source.substring(0, 30) + " by " + script;
          assertTrue(taken.compareTo(LATEST) < 0, () -> what + " took " + taken);
          if (List.of(NAMES, GLOBALS).contains(source)
              || script != null && script.startsWith("while")) {
            assertInstanceOf(LuaTimeoutException.class, thrown, what);
          } else if (thrown != null) { // some flavours refuse so much
            assertTrue(
                thrown instanceof LuaTimeoutException || thrown instanceof LuaSyntaxException,
                () -> what + ": " + thrown);
          }
          lua.timeLimit(LONG);
          assertEquals(2L, lua.eval("1 + 1").first());
        }
      }
    }
  }

  @EachFlavour
  void compilingByAnEngineEndsAtItsLimit(Flavour flavour) throws Exception {
    var engine = engine(flavour);
    var runtime = engine.runtime();
    runtime.timeLimit(SHORT);
    for (Executable compile :
        List.<Executable>of(() -> engine.compile(NAMES), () -> engine.eval(NAMES))) {
      var taken =
          Times.busy(
              () ->
                  assertInstanceOf(
                      LuaTimeoutException.class,
                      assertThrows(ScriptException.class, compile).getCause()));
      assertTrue(taken.compareTo(LATEST) < 0, taken::toString);
    }
    engine.close();
  }

  private static Throwable thrown(Runnable action) {
    try {
      action.run();
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }
}
