package org.lupine.cli;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import org.jspecify.annotations.Nullable;
import org.lupine.io.ByteReader;
import org.lupine.io.ByteWriter;
import org.lupine.io.InterruptibleInput;
import org.lupine.jsr223.LuaScriptEngineFactory;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;

/**
 * Runs scripts from a command line, as a host of the engine: {@code java -jar lupine.jar
 * script.lua}. The bytes of scripts, and those that they read and write, are not converted;
 * messages are UTF-8.
 */
final class Launcher {
  private static final String USAGE =
      "usage: lua [-f FLAVOUR] [-e STATEMENT]... [SCRIPT [ARGUMENT]...]\n"
          + "without STATEMENT and SCRIPT, or with '-' as SCRIPT, standard input is the script";

  private final ByteReader in =
      new ByteReader(
          new BufferedInputStream(new InterruptibleInput(new FileInputStream(FileDescriptor.in))));
  private final ByteWriter out = new ByteWriter(new BufferedOutputStream(new StandardOutput()));
  private final ByteWriter errors =
      new ByteWriter(new BufferedOutputStream(new FileOutputStream(FileDescriptor.err)));
  private final PrintWriter err = new PrintWriter(errors);

  private Launcher() {}

  /** Runs what the arguments say; exits with a non-zero status if that fails. */
  public static void main(String[] args) throws IOException {
    var launcher = new Launcher();
    int status;
    try {
      status = launcher.run(new ArrayDeque<>(List.of(args)));
      launcher.out.flush();
    } catch (LuaExitException e) {
      status = e.status(); // no process reads the output
    } finally {
      launcher.err.flush();
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  private int run(Deque<String> args) throws IOException {
    var flavour = "lua";
    var statements = new ArrayList<String>();
    while (!args.isEmpty() && args.peek().startsWith("-") && !args.peek().equals("-")) {
      var option = args.pop();
      if (option.equals("--")) {
        break;
      }
      if (option.equals("-h") || option.equals("--help")) {
        out.write(USAGE + "\n");
        return 0;
      }
      if (!option.equals("-f") && !option.equals("-e")) {
        return complain("no option '" + option + "'\n" + USAGE);
      }
      if (args.isEmpty()) {
        return complain("'" + option + "' needs an argument\n" + USAGE);
      }
      if (option.equals("-f")) {
        flavour = args.pop();
      } else {
        statements.add(args.pop());
      }
    }
    var manager = new ScriptEngineManager();
    var engine = manager.getEngineByName(flavour);
    if (engine == null) {
      engine = manager.getEngineByName("lua" + flavour); /* 5.4 means lua5.4 */
    }
    if (engine == null) {
      return complain("no engine '" + flavour + "'; there are " + names(manager));
    }
    engine.getContext().setReader(in);
    engine.getContext().setWriter(out);
    engine.getContext().setErrorWriter(errors);
    return run(engine, statements, args);
  }

  private int run(ScriptEngine engine, List<String> statements, Deque<String> args)
      throws IOException {
    var script = args.isEmpty() && statements.isEmpty() ? "-" : args.poll();
    engine.put(ScriptEngine.ARGV, args.toArray(new String[0]));
    try {
      for (var statement : statements) {
        engine.put(ScriptEngine.FILENAME, "(command line)");
        engine.eval(statement);
      }
      if (script != null) {
        engine.put(ScriptEngine.FILENAME, script.equals("-") ? "stdin" : script);
        try (var text = open(script)) {
          engine.eval(text);
        }
      }
      return 0;
    } catch (IOException e) {
      return complain("cannot read " + script);
    } catch (ScriptException e) {
      return e.getCause() instanceof LuaExitException exit ? exit.status() : report(e);
    }
  }

  /**
   * Opens a script as bytes, skipping a byte order mark and the text of a first line that begins
   * with {@code #}, as Lua does.
   */
  private Reader open(String script) throws IOException {
    var file = script.equals("-") ? in : new ByteReader(Files.newInputStream(Path.of(script)));
    return file.skipComment();
  }

  private int report(ScriptException thrown) throws IOException {
    complain(thrown.getMessage());
    for (var frame : thrown.getStackTrace()) {
      if (frame.getClassName().equals("lua")) {
        var line = frame.getLineNumber() < 0 ? "" : ":" + frame.getLineNumber();
        err.println("\t" + frame.getFileName() + line + ": in " + frame.getMethodName());
      }
    }
    var cause = thrown.getCause();
    if (cause != null && !(cause instanceof LuaException)) {
      err.println("\tcause: " + cause);
    }
    return 1;
  }

  private int complain(@Nullable String message) throws IOException {
    out.flush();
    err.println("lua: " + message);
    return 1;
  }

  private static String names(ScriptEngineManager manager) {
    return manager.getEngineFactories().stream()
        .filter(LuaScriptEngineFactory.class::isInstance)
        .map(factory -> factory.getNames().get(0))
        .collect(Collectors.joining(", "));
  }
}
