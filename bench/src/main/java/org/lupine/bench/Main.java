package org.lupine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures rows for all contenders, prints the table, and writes it with its charts into a folder.
 * Contenders take turns: a round gives each cell one fork.
 *
 * <p>Properties: {@code flavours} (lua54), {@code folder}, {@code ours} (the jar), {@code other} (a
 * jar to compare that with), and the components of {@link Plan}.
 */
public final class Main {
  private final Plan plan;
  private final List<Row> rows;
  private final Path folder = Path.of(System.getProperty("folder", "target/bench"));
  private final String classPath = System.getProperty("java.class.path");
  private long end;

  private Main(Plan plan, List<Row> rows) {
    this.plan = plan;
    this.rows = rows;
  }

  /** Takes quick, full or against, and patterns of rows. */
  public static void main(String[] arguments) throws IOException {
    var plan = Plan.of(arguments[0]);
    var rows = Rows.matching(List.of(arguments).subList(1, arguments.length));
    var main = new Main(plan, rows);
    var flavours = System.getProperty("flavours", "lua54").split("[ ,]+");
    Files.createDirectories(main.folder);
    say(Machine.state());
    if (arguments[0].equals("against")) {
      for (var flavour : flavours) {
        main.compare(flavour);
      }
    } else {
      main.measure(flavours);
    }
    say(Machine.state());
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private void measure(String[] flavours) throws IOException {
    var csv = new StringBuilder(Csv.HEAD);
    for (var flavour : flavours) {
      var results = measure(flavour);
      var table = Report.of(results);
      say("");
      say(table);
      Files.writeString(folder.resolve(flavour + ".txt"), Machine.state() + "\n\n" + table);
      Files.writeString(folder.resolve(flavour + ".svg"), Chart.of(results));
      csv.append(Csv.of(results));
    }
    Files.writeString(folder.resolve("bench.csv"), csv);
  }

  private Results measure(String flavour) {
    var results = new Results(flavour, rows);
    var instruments = instruments(flavour);
    end = System.nanoTime() + plan.minutes() * 60_000_000_000L;
    for (int round = 1; round <= plan.rounds(); round++) {
      for (var row : rows) {
        System.err.println(flavour + ", round " + round + ": " + row.title());
        for (var contender : Results.CONTENDERS) {
          if (plan.has(contender) && !isOver()) {
            measure(instruments, row, contender, classPath, results.cell(row, contender));
          }
        }
      }
    }
    if (isOver()) {
      say("the time was over: some cells have fewer forks than others, or none");
    }
    return results;
  }

  private List<Instrument> instruments(String flavour) {
    return List.of(
        new Forks(plan, flavour), new Interpreters(plan, flavour), new FreshJvms(flavour));
  }

  private boolean isOver() {
    return System.nanoTime() > end;
  }

  private static void measure(
      List<Instrument> instruments, Row row, String contender, String path, Samples samples) {
    for (var instrument : instruments) {
      if (instrument.has(row, contender)) {
        instrument.measure(row, contender, path, samples);
      }
    }
  }

  /** Measures this build and another one alternately. */
  private void compare(String flavour) throws IOException {
    var comparison = new Comparison(flavour);
    var instruments = instruments(flavour);
    var other = classPath.replace(System.getProperty("ours"), System.getProperty("other"));
    for (int round = 1; round <= plan.rounds(); round++) {
      for (var row : rows) {
        System.err.println(flavour + ", round " + round + ": " + row.title());
        boolean swapped = round % 2 == 0;
        for (boolean old : new boolean[] {!swapped, swapped}) {
          measure(
              instruments,
              row,
              Results.OURS,
              old ? other : classPath,
              comparison.samples(row, old));
        }
      }
    }
    var table = comparison.report(rows);
    say("");
    say(table);
    Files.writeString(
        folder.resolve("against-" + flavour + ".txt"), Machine.state() + "\n\n" + table);
  }
}
