package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.RUNS;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.List;
import javax.script.ScriptEngine;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.crash.CrashCase.Attack;

/** Writers, readers, bindings and objects of the host that fail. */
final class CrashHosts extends CrashCalls {
  CrashHosts(Flavour flavour) {
    super(flavour);
    collaborators();
  }

  private void collaborators() {
    add(
        "a writer that fails, calls back and closes",
        RUNS,
        engine -> {
          for (var answer :
              List.<Attack>of(
                  e -> {
                    throw new IOException("full");
                  },
                  e -> {
                    throw new AssertionError("full");
                  },
                  e -> e.eval("print('inner')"),
                  e -> {
                    throw new StackOverflowError("full");
                  },
                  e -> e.eval("error({})"))) {
            engine.getContext().setWriter(new AnsweringWriter(engine, answer));
            attempt(() -> engine.eval("print('outer')"));
            attempt(() -> engine.eval("io.write('outer') io.stdout:write('outer')"));
            attempt(
                () -> engine.eval("local function f() return (('x'):gsub('x', print)) end f()"));
          }
          engine.getContext().setWriter(Writer.nullWriter());
        });
    add(
        "a reader that fails",
        RUNS,
        engine -> {
          engine
              .getContext()
              .setReader(
                  new Reader() {
                    @Override
                    public int read(char[] buffer, int offset, int length) throws IOException {
                      throw new IOException("unplugged");
                    }

                    @Override
                    public void close() {}
                  });
          attempt(() -> engine.eval("return io.read()"));
          attempt(() -> engine.eval("for l in io.lines() do end"));
          attempt(() -> engine.eval(engine.getContext().getReader()));
          engine.getContext().setReader(Reader.nullReader());
        });
    add(
        "bindings that fail",
        RUNS,
        engine -> {
          for (var error : List.of(new IllegalStateException("no"), new StackOverflowError("no"))) {
            var bindings =
                new SimpleBindings() {
                  @Override
                  public boolean containsKey(Object key) {
                    throw sneaky(error);
                  }
                };
            attempt(() -> engine.eval("return x", bindings));
            attempt(() -> engine.eval("x = 1", bindings));
            attempt(() -> engine.eval("return pcall(function() return x end)", bindings));
            attempt(
                () ->
                    engine.eval(
                        "local function f() "
                            + "return (('x'):gsub('x', function() return x end)) end "
                            + "for i = 1, 100 do pcall(f) end f()",
                        bindings));
          }
        });
    add(
        "bindings that run scripts",
        RUNS,
        engine -> {
          var bindings =
              new SimpleBindings() {
                @Override
                public Object get(Object key) {
                  return key.equals("x")
                      ? attempt(() -> engine.eval("return x", this))
                      : super.get(key);
                }

                @Override
                public boolean containsKey(Object key) {
                  return key.equals("x") || super.containsKey(key);
                }
              };
          attempt(() -> engine.eval("return x", bindings));
        });
    add(
        "an object whose every method fails",
        RUNS,
        engine -> {
          engine.put(
              "o",
              new Object() {
                @Override
                public String toString() {
                  throw new IllegalStateException("no text");
                }

                @Override
                public int hashCode() {
                  throw new IllegalStateException("no hash");
                }

                @Override
                public boolean equals(Object other) {
                  throw new IllegalStateException("no equal");
                }
              });
          for (var script :
              List.of(
                  "return tostring(o)",
                  "return o == host",
                  "local t = {[o] = o} return t[o]",
                  "error(o)",
                  "return o",
                  "print(o)",
                  "return o .. 'x'",
                  "return host:echo(o) == o")) {
            attempt(() -> engine.eval(script));
          }
        });
  }

  /** A writer that does something else. */
  private static final class AnsweringWriter extends Writer {
    private final ScriptEngine engine;
    private final Attack answer;
    private int depth;

    AnsweringWriter(ScriptEngine engine, Attack answer) {
      this.engine = engine;
      this.answer = answer;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      if (depth++ < 50) {
        try {
          answer.run(engine);
        } catch (Throwable e) {
          throw CrashCalls.<RuntimeException>sneaky(e);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
