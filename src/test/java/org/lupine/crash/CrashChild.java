package org.lupine.crash;

import java.io.Reader;
import java.io.Writer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import org.lupine.Flavour;
import org.lupine.crash.CrashCase.Expected;

/**
 * The child JVM of {@link CrashTest}. Arguments: a flavour, the stack size of the threads in bytes
 * (0: the default), and the index of the first case. Writes a line before each case, and one after
 * it; exits with 0 when all have been tried, however they went.
 */
final class CrashChild {
  /** Milliseconds that one case may take; then the child writes "hangs" and ends itself. */
  private static final long LIMIT = Long.getLong("lupine.crash.limit", 60_000);

  private final Flavour flavour;
  private final long stack;

  private CrashChild(Flavour flavour, long stack) {
    this.flavour = flavour;
    this.stack = stack;
  }

  public static void main(String[] arguments) throws InterruptedException {
    var flavour = Flavour.valueOf(arguments[0]);
    var child = new CrashChild(flavour, Long.parseLong(arguments[1]));
    var cases = CrashCase.of(flavour);
    for (var one : cases.subList(Integer.parseInt(arguments[2]), cases.size())) {
      child.run(one);
    }
    say("over");
    System.exit(0);
  }

  private void run(CrashCase one) throws InterruptedException {
    say("case " + one.name());
    var answer = new AtomicReference<String>();
    var start = System.nanoTime();
    var thread = new Thread(null, () -> answer.set(answer(one)), "case", stack);
    thread.start();
    thread.join(LIMIT);
    if (thread.isAlive()) {
      say("bad hangs at " + Arrays.toString(thread.getStackTrace()));
      Runtime.getRuntime().halt(97);
    }
    var milliseconds = (System.nanoTime() - start) / 1_000_000;
    say(answer.get() == null ? "fine " + milliseconds : "bad " + answer.get());
  }

  /** Returns what is wrong, or null. */
  private String answer(CrashCase one) {
    try {
      var engine = new ScriptEngineManager().getEngineByName(flavour.id());
      engine.getContext().setWriter(Writer.nullWriter());
      engine.getContext().setErrorWriter(Writer.nullWriter());
      engine.getContext().setReader(Reader.nullReader());
      engine.put("host", new CrashHost(engine));
      var thrown = thrown(() -> one.attack().run(engine));
      Thread.interrupted(); // an attack may leave it set, and a run ends by it
      if (!one.expected().accepts(thrown)) {
        return "expected " + one.expected() + ", got " + text(thrown);
      }
      return one.expected() == Expected.CLOSED ? stillClosed(engine) : stillWorks(engine);
    } catch (Throwable e) {
      return "afterwards: " + text(e);
    }
  }

  private static String stillWorks(ScriptEngine engine) throws Exception {
    var two = engine.eval("return 1 + 1");
    ((AutoCloseable) engine).close();
    return ((Number) two).intValue() == 2 ? null : "afterwards 1 + 1 is " + two;
  }

  private static String stillClosed(ScriptEngine engine) throws Exception {
    var thrown = thrown(() -> engine.eval("return 1 + 1"));
    ((AutoCloseable) engine).close();
    return thrown instanceof IllegalStateException ? null : "not closed: " + text(thrown);
  }

  private interface Action {
    void run() throws Throwable;
  }

  private static Throwable thrown(Action action) {
    try {
      action.run();
      return null;
    } catch (Throwable e) {
      return e;
    }
  }

  /** An exception in one line, even one whose methods fail. */
  private static String text(Throwable thrown) {
    try {
      var text = String.valueOf(thrown);
      var cut = text.substring(0, Math.min(300, text.length())).replaceAll("\\s+", " ");
      return thrown == null || thrown.getStackTrace().length == 0
          ? cut
          : cut + " at " + thrown.getStackTrace()[0];
    } catch (RuntimeException e) {
      return thrown.getClass().getName();
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
