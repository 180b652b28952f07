package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Runtimes.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS 297: functions that {@code jit.attach} has set, where they fail. */
class AttachedFunctionsTest {
  /** Takes the body of a function, which is called for each trace; returns how often it was. */
  private static String attach(String body) {
    return "calls = 0 local function attached() calls = calls + 1 "
        + body
        + " end jit.flush() jit.attach(attached, 'trace')"
        + " local s = 0 for i = 1, 1000 do s = s + i end jit.attach(attached) return calls > 0";
  }

  /** Returns whether a flavour has jit.attach; asserts that all others than LuaJIT lack it. */
  private static boolean attaches(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      assertEquals(flavour == Flavour.LUAJIT, lua.eval("jit ~= nil and jit.attach ~= nil").first());
    }
    return flavour == Flavour.LUAJIT;
  }

  /** Runs functions that fail in every way. */
  private static void fail(LuaRuntime lua) {
    for (var body :
        List.of(
            "error('of an attached function')",
            "error({})",
            "error()",
            "local x = nil + 1",
            "local function f() return 1 + f() end f()")) {
      assertEquals(true, lua.execute(attach(body)).first(), body);
      assertEquals(
          500500L, lua.execute("local s = 0 for i = 1, 1000 do s = s + i end return s").first());
    }
  }

  @EachFlavour
  void doNotWriteTheirErrorsToStandardError(Flavour flavour) {
    if (!attaches(flavour)) {
      return;
    }
    var command = ChildProcess.java(List.of(), Child.class, flavour.name());
    var child = ChildProcess.run(Path.of("target"), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertEquals("done", child.out().trim(), child::toString);
    assertFalse(child.err().contains("handler"), child::toString);
    assertFalse(child.err().contains("attached"), child::toString);
  }

  /** Fails in a JVM of its own, whose error stream the test reads. */
  static final class Child {
    public static void main(String[] arguments) {
      try (var lua = runtime(Flavour.valueOf(arguments[0]))) {
        fail(lua);
      }
      System.out.println("done");
    }
  }

  @EachFlavour
  void canEndTheScript(Flavour flavour) {
    if (!attaches(flavour)) {
      return;
    }
    try (var lua = runtime(flavour)) {
      assertThrows(LuaExitException.class, () -> lua.execute(attach("os.exit(3)")));
    }
    try (var lua = runtime(flavour)) {
      assertThrows(
          LuaTimeoutException.class,
          () ->
              lua.withTimeLimit(
                  Duration.ofMillis(200), () -> lua.execute(attach("while true do end"))));
    }
  }
}
