package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.Malformed;

/** Bindings and contexts that two threads change at once. */
@Timeout(120)
class SharedScopesTest {
  // Regression: a variable was put but its reserved key was cleared, or the other way round
  @EachFlavour
  void agreeOnReservedKeys(Flavour flavour) throws Exception {
    for (boolean runs : new boolean[] {true, false}) {
      try (var engine = engine(flavour)) {
        var bindings = (LuaBindings) engine.getBindings(ScriptContext.ENGINE_SCOPE);
        if (runs) {
          engine.eval("x = 1");
        }
        var meeting = new CyclicBarrier(2);
        var clearing =
            new FutureTask<>(
                () -> {
                  for (int i = 0; i < 8_192; i++) {
                    meeting.await(60, TimeUnit.SECONDS);
                    pause(i % 64);
                    bindings.clear();
                    meeting.await(60, TimeUnit.SECONDS);
                  }
                  return null;
                });
        new Thread(clearing).start();
        for (int i = 0; i < 8_192; i++) {
          meeting.await(60, TimeUnit.SECONDS);
          pause(i / 64 % 64);
          bindings.put(ScriptEngine.FILENAME, "f" + i);
          meeting.await(60, TimeUnit.SECONDS);
          assertEquals(
              bindings.reserved(ScriptEngine.FILENAME), bindings.get(ScriptEngine.FILENAME));
        }
        clearing.get(60, TimeUnit.SECONDS);
      }
    }
  }

  @EachFlavour
  void agreeOnReservedKeysWhoseOldValueIsNoText(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().malformed(Malformed.REPORT).build();
    try (var engine = engine(flavour, options)) {
      var bindings = (LuaBindings) engine.getBindings(ScriptContext.ENGINE_SCOPE);
      engine.eval("_G['javax.script.filename'] = '\\255'");
      assertThrows(LuaException.class, () -> bindings.put(ScriptEngine.FILENAME, "refused"));
      assertNull(bindings.reserved(ScriptEngine.FILENAME));

      engine.put(ScriptEngine.FILENAME, "a.lua");

      assertEquals("a.lua", bindings.get(ScriptEngine.FILENAME));
      assertEquals("a.lua", bindings.reserved(ScriptEngine.FILENAME));
    }
  }

  private static void pause(int steps) {
    for (int i = 0; i < 4 * steps; i++) {
      Thread.onSpinWait();
    }
  }

  /** Returns a thread that waits, without a pause, until it sees the streams in a context. */
  private static Thread awaiting(ScriptContext context, Writer writer, Reader reader) {
    var thread =
        new Thread(
            () -> {
              while (context.getWriter() != writer) {}
              while (context.getErrorWriter() != writer) {}
              while (context.getReader() != reader) {}
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void showTheStreamsThatAnotherThreadSets() throws Exception {
    var parent = new EngineContext(engine(Flavour.values()[0]).createBindings());
    for (var context :
        new EngineContext[] {parent, new EngineContext(parent.getBindings(100), parent)}) {
      context.setWriter(new StringWriter());
      context.setErrorWriter(new StringWriter());
      context.setReader(new StringReader(""));
      var writer = new StringWriter();
      var reader = new StringReader("");
      var thread = awaiting(context, writer, reader);
      LockSupport.parkNanos(300_000_000); // by then the loops are compiled
      context.setWriter(writer);
      LockSupport.parkNanos(300_000_000);
      context.setErrorWriter(writer);
      LockSupport.parkNanos(300_000_000);
      context.setReader(reader);
      thread.join(60_000);

      assertTrue(!thread.isAlive());
    }
  }
}
