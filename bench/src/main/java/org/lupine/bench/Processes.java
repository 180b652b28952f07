package org.lupine.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lupine.bench.contender.Fresh;
import org.lupine.bench.contender.Programs;

/** Runs the cells that are processes of their own: fresh JVMs, and the stock programs of Lua. */
final class Processes {
  static final String STOCK = "stock";
  static final String LUPA = "lupa";

  private static final Path LUPA_ROWS = Path.of("bench/python/lupa_rows.py");

  /** The rows that the file has. */
  private static final Set<String> OF_LUPA = lupaRows();

  /** JVMs that start in a round: what takes long and varies much needs many. */
  private static final int STARTS = 5;

  /** What is in the names of the jars of one contender alone. */
  private static final Map<String, String> JARS =
      Map.of(
          "lupine",
          "lupine-",
          "luajava",
          "luajava",
          "luaj",
          "/org/luaj/",
          "nashorn",
          "nashorn",
          "groovy",
          "groovy",
          "graaljs",
          "graalvm");

  private final Plan plan;
  private final String flavour;

  Processes(Plan plan, String flavour) {
    this.plan = plan;
    this.flavour = flavour;
  }

  /** Returns whether a contender has a cell here. */
  static boolean have(Row row, String contender) {
    if (!row.isJmh()) {
      return Fresh.CONTENDERS.contains(contender);
    }
    return contender.equals(STOCK) && Programs.LUA.containsKey(row.name())
        || contender.equals(LUPA) && OF_LUPA.contains(row.name());
  }

  /** Returns what the file names as a row; none if there is no Python with Lupa. */
  private static Set<String> lupaRows() {
    try {
      if (lines(List.of(program("python3"), "-c", "import lupa; print(lupa)")).isEmpty()) {
        return Set.of();
      }
      return Pattern.compile("^        \"(\\w+)\": ", Pattern.MULTILINE)
          .matcher(Files.readString(LUPA_ROWS))
          .results()
          .map(found -> found.group(1))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  private List<Double> lupa(Row row) throws IOException {
    return numbers(
        List.of(
            program("python3"),
            LUPA_ROWS.toString(),
            flavour,
            row.name(),
            String.valueOf(plan.warmup()),
            String.valueOf(plan.iterations()),
            String.valueOf(plan.millis())));
  }

  /** Runs a round of a cell and adds it to the samples. */
  void measure(Row row, String contender, String classPath, Samples samples) {
    try {
      switch (row.kind()) {
        case START:
          samples.addFork(starts(contender, classPath), Double.NaN);
          break;
        case MEMORY:
          samples.addFork(
              List.of(Double.parseDouble(line(java("memory", contender, classPath)))), Double.NaN);
          break;
        default:
          samples.addFork(contender.equals(LUPA) ? lupa(row) : stock(row), Double.NaN);
          break;
      }
    } catch (IOException | NumberFormatException e) {
      samples.fail(String.valueOf(e.getMessage()));
    }
  }

  /** Returns how much later than a JVM that does nothing others were done. */
  private List<Double> starts(String contender, String classPath) throws IOException {
    var times = new ArrayList<Double>();
    for (int i = 0; i < STARTS; i++) {
      long empty = start(Fresh.NOBODY, classPath);
      times.add((double) (start(contender, classPath) - empty));
    }
    return times;
  }

  private long start(String contender, String classPath) throws IOException {
    var command = java("start", contender, classPath);
    long before = System.nanoTime();
    line(command);
    return System.nanoTime() - before;
  }

  private List<String> java(String what, String contender, String classPath) {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xms128m",
        "-Xmx128m",
        "-XX:+UseSerialGC",
        what.equals("memory") ? "-XX:+AlwaysPreTouch" : "-Xshare:auto",
        "-cp",
        only(contender, classPath),
        Fresh.class.getName(),
        what,
        contender,
        flavour);
  }

  /** Returns what a user of the contender would have in the class path. */
  private static String only(String contender, String classPath) {
    return Arrays.stream(classPath.split(File.pathSeparator))
        .filter(
            each ->
                JARS.entrySet().stream()
                    .noneMatch(
                        jar -> each.contains(jar.getValue()) && !jar.getKey().equals(contender)))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Returns the first line that a process writes. */
  private static String line(List<String> command) throws IOException {
    var lines = lines(command);
    if (lines.isEmpty()) {
      throw new IOException("no output of " + command);
    }
    return lines.get(0);
  }

  private static List<Double> numbers(List<String> command) throws IOException {
    var lines = lines(command);
    if (lines.isEmpty()) {
      throw new IOException("no output of " + command.get(0));
    }
    return lines.stream().map(Double::valueOf).toList();
  }

  private static List<String> lines(List<String> command) throws IOException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var reader = process.inputReader()) {
      return reader.lines().toList();
    } finally {
      process.destroy();
    }
  }

  /** Returns the times of a program in the stock interpreter, by its own clock of CPU time. */
  private List<Double> stock(Row row) throws IOException {
    var name = flavour.equals("luajit") ? flavour : "lua5." + flavour.substring(4);
    double seconds = plan.millis() / 1e3;
    var code =
        Programs.LUA.get(row.name())
            + "\n"
            + "local clock, n = os.clock, 1\n"
            + "local function time() local t = clock() for i = 1, n do bench() end return clock() -"
            + " t end\n"
            + "while time() < "
            + seconds
            + " do n = n * 2 end\n"
            + "local warm = clock() + "
            + plan.warmup() / 1e3
            + " while clock() < warm do time() end\n"
            + "for i = 1, "
            + plan.iterations()
            + " do print(string.format('%.3f', time() / n * 1e9)) "
            + "end\n";
    return numbers(List.of(program(name), "-e", code));
  }

  private static String program(String name) throws IOException {
    for (var folder : System.getenv("PATH").split(File.pathSeparator)) {
      var file = Path.of(folder, name).toFile();
      if (file.canExecute()) {
        return file.getPath();
      }
    }
    throw new IOException("no program " + name);
  }
}
