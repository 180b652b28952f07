package org.lupine.jsr223;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.PushbackReader;
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
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;

/**
 * Runs scripts from a command line, as a host of the engine like any other: {@code java -jar
 * lupine.jar script.lua}. All text is UTF-8.
 */
final class Launcher {
  private static final String USAGE =
      "usage: lua [-f FLAVOUR] [-e STATEMENT]... [SCRIPT [ARGUMENT]...]\n"
      + "without STATEMENT and SCRIPT, or with '-' as SCRIPT, standard input is the script";

  private final BufferedReader in =
      new BufferedReader(new InputStreamReader(new FileInputStream(FileDescriptor.in), UTF_8));
  private final PrintWriter out = writer(FileDescriptor.out);
  private final PrintWriter err = writer(FileDescriptor.err);

  private Launcher() {}

  /** Runs what the arguments say, and exits with a status that is not 0 if that fails. */
  public static void main(String[] args) {
    var launcher = new Launcher();
    int status;
    try {
      status = launcher.run(new ArrayDeque<>(List.of(args)));
    } finally {
      launcher.out.flush();
      launcher.err.flush();
    }
    if (status != 0) {
      System.exit(status);
    }
  }

  private static PrintWriter writer(FileDescriptor file) {
    return new PrintWriter(
        new BufferedWriter(new OutputStreamWriter(new FileOutputStream(file), UTF_8)));
  }

  private int run(Deque<String> args) {
    var flavour = "lua";
    var statements = new ArrayList<String>();
    while (!args.isEmpty() && args.peek().startsWith("-") && !args.peek().equals("-")) {
      var option = args.pop();
      if (option.equals("--")) {
        break;
      }
      if (option.equals("-h") || option.equals("--help")) {
        out.println(USAGE);
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
      engine = manager.getEngineByName("lua" + flavour);   /* 5.4 means lua5.4 */
    }
    if (engine == null) {
      return complain("no engine '" + flavour + "'; there are " + names(manager));
    }
    engine.getContext().setReader(in);
    engine.getContext().setWriter(out);
    engine.getContext().setErrorWriter(err);
    return run(engine, statements, args);
  }

  private int run(ScriptEngine engine, List<String> statements, Deque<String> args) {
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

  /** The text of a script; a first line that begins with {@code #} is empty, as Lua has it. */
  private Reader open(String script) throws IOException {
    var text = new PushbackReader(script.equals("-") ? in
        : new BufferedReader(new InputStreamReader(Files.newInputStream(Path.of(script)), UTF_8)));
    int next = text.read();
    if (next == '\uFEFF') {
      next = text.read();
    }
    if (next == '#') {
      while (next >= 0 && next != '\n') {
        next = text.read();
      }
    }
    if (next >= 0) {
      text.unread(next);
    }
    return text;
  }

  private int report(ScriptException thrown) {
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

  private int complain(@Nullable String message) {
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
