package org.lupine.crash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.script.ScriptEngine;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.jsr223.LuaScriptEngine;

/**
 * A case that must not end the JVM.
 *
 * @param name what it is, unique
 * @param flavours the ids of the flavours that it is for; empty means all
 * @param expected what must come of it
 */
record CrashCase(String name, List<String> flavours, Expected expected, Attack attack) {

  /** The required result of a case, besides a running JVM. */
  enum Expected {
    /** No exception. */
    RUNS,
    /** A ScriptException. */
    ERROR,
    /** One of the two. */
    ANY,
    /** Whatever Java can throw. */
    ANYTHING,
    /** One of the two, and the engine is closed afterwards. */
    CLOSED;

    boolean accepts(Throwable thrown) {
      return switch (this) {
        case RUNS -> thrown == null;
        case ERROR -> thrown instanceof ScriptException;
        case ANY, CLOSED -> thrown == null || thrown instanceof ScriptException;
        case ANYTHING -> true;
      };
    }
  }

  /** What is done to an engine. */
  interface Attack {
    void run(ScriptEngine engine) throws Throwable;
  }

  private static final Pattern HEADING =
      Pattern.compile("--- (.+): (error|runs|any|anything|closed)((?: lua\\w+)*)");

  /** Every case of a flavour, in a fixed order. */
  static List<CrashCase> of(Flavour flavour) {
    var scripts =
        Stream.of("stack", "parse", "library", "collect", "crossing", "debug", "threads", "objects")
            .flatMap(name -> read(name, CrashCase::plain).stream());
    var limited = read("limits", CrashCase::limited).stream();
    return Stream.of(scripts, limited, CrashCalls.all(flavour).stream())
        .flatMap(each -> each)
        .filter(one -> one.flavours.isEmpty() || one.flavours.contains(flavour.id()))
        .toList();
  }

  private static Attack plain(String script) {
    return engine -> engine.eval(script);
  }

  /** In 8 MiB and 100 milliseconds; the engine has more when it is tried afterwards. */
  private static Attack limited(String script) {
    return engine -> {
      var lua = ((LuaScriptEngine) engine).runtime();
      lua.maxMemory(8 << 20);
      lua.timeLimit(Duration.ofMillis(100));
      try {
        engine.eval(script);
      } finally {
        lua.maxMemory(0);
        lua.timeLimit(Duration.ofSeconds(10)); // closing may take so long
      }
    };
  }

  private static List<CrashCase> read(String name, Function<String, Attack> attack) {
    var resource = "/crash/" + name + ".lua";
    var cases = new ArrayList<CrashCase>();
    for (var part : text(resource).split("(?m)^(?=--- )")) {
      var end = part.indexOf('\n');
      var heading = HEADING.matcher(end < 0 ? part : part.substring(0, end));
      if (heading.matches()) {
        cases.add(
            made(heading.group(1), heading.group(2), heading.group(3).trim(), attack.apply(part)));
      } else if (!cases.isEmpty() || part.startsWith("--- ")) {
        throw new IllegalArgumentException(resource + ": no heading: " + part);
      }
    }
    return cases;
  }

  private static CrashCase made(String name, String expected, String flavours, Attack attack) {
    return new CrashCase(
        name,
        flavours.isEmpty() ? List.of() : List.of(flavours.split(" ")),
        Expected.valueOf(expected.toUpperCase(Locale.ROOT)),
        attack);
  }

  private static String text(String resource) {
    try (InputStream in = CrashCase.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
