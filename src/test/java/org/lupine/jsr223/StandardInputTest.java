package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.script.ScriptException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/** BEHAVIOURS J80: scripts that wait for the standard input of the process. */
@Isolated("takes System.in")
@Timeout(120)
class StandardInputTest {
  /** An input whose read ignores interrupts, as that of a terminal or a pipe does. */
  private static final class DeafInput extends InputStream {
    private final StringBuilder text = new StringBuilder();

    synchronized void add(String more) {
      text.append(more);
      notifyAll();
    }

    @Override
    public synchronized int available() {
      return text.length();
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("takes an array");
    }

    @Override
    public synchronized int read(byte[] to, int from, int most) {
      boolean interrupted = false;
      while (text.length() == 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      int length = Math.min(most, text.length());
      for (int i = 0; i < length; i++) {
        to[from + i] = (byte) text.charAt(i);
      }
      text.delete(0, length);
      return length;
    }
  }

  @EachFlavour
  void endsAWaitByALimitOrAnInterruptAndLosesNothing(Flavour flavour) throws Exception {
    var before = System.in;
    var input = new DeafInput();
    System.setIn(input);
    try (var engine =
        new LuaEngineFactory().getScriptEngine(LuaOptions.builder().flavour(flavour).build())) {
      input.add("first\n");
      assertEquals("first", engine.eval("return io.read()"));
      for (var call : List.of("io.read()", "io.read('*n')", "io.lines()()")) {
        assertInstanceOf(
            LuaTimeoutException.class,
            assertThrows(
                    ScriptException.class,
                    () ->
                        engine
                            .runtime()
                            .withTimeLimit(
                                Duration.ofMillis(100),
                                () ->
                                    engine.eval(
                                        "pcall(function() " + call + " end) while true do end")))
                .getCause());
      }
      var script =
          new FutureTask<>(
              () ->
                  assertThrows(
                      ScriptException.class,
                      () -> engine.eval("pcall(io.read) while true do end")));
      var thread = new Thread(script);
      thread.start();
      thread.interrupt();
      assertInstanceOf(LuaInterruptedException.class, script.get(60, TimeUnit.SECONDS).getCause());

      input.add("late\nr");
      assertEquals("late", engine.eval("return io.read()"));
      input.add("est\n");
      assertEquals("rest", engine.eval("return io.read()"));
    } finally {
      System.setIn(before);
    }
  }
}
