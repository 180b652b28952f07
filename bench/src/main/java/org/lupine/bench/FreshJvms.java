package org.lupine.bench;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lupine.bench.contender.Fresh;

/** Runs JVMs of which the start or the memory is measured. */
final class FreshJvms implements Instrument {
  /** JVMs that start in a round: what takes long and varies much needs many. */
  private static final int STARTS = 5;

  /** What is in the names of the jars of one contender alone. */
  private static final Map<String, String> JARS =
      Map.ofEntries(
          Map.entry("lupine", "lupine-"),
          Map.entry("luajava", "luajava"),
          Map.entry("luaj", "/org/luaj/"),
          Map.entry("nashorn", "nashorn"),
          Map.entry("groovy", "groovy"),
          Map.entry("graaljs", "graalvm"));

  private final String flavour;

  FreshJvms(String flavour) {
    this.flavour = flavour;
  }

  @Override
  public boolean has(Row row, String contender) {
    return !row.isJmh() && Fresh.CONTENDERS.contains(contender);
  }

  @Override
  public void measure(Row row, String contender, String classPath, Samples samples) {
    try {
      var values =
          row.kind() == Row.Kind.START
              ? starts(contender, classPath)
              : List.of(Double.valueOf(line(java("memory", contender, classPath))));
      samples.addFork(values, Double.NaN);
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
    return Processes.lines(command).get(0);
  }
}
