package org.lupine.bench;

import java.util.List;
import java.util.Locale;

/** The table of a flavour, as text. */
final class Report {
  /** The spread above which a figure says nothing: the machine was too busy. */
  private static final double UNSURE = 0.25;

  private final Results results;
  private final StringBuilder text = new StringBuilder();

  private Report(Results results) {
    this.results = results;
  }

  /** Returns the table, with the goals that are reached and missed. */
  static String of(Results results) {
    var report = new Report(results);
    report.write();
    return report.text.toString();
  }

  private void write() {
    var shown = Results.CONTENDERS.stream().filter(results::has).toList();
    line(
        "%s: medians; +-, half of the distance between the quartiles; B, bytes of the Java heap "
            + "an operation; quotients to the best peer and to C",
        results.flavour);
    var head = new StringBuilder(String.format("%-52s %-3s", "", ""));
    shown.forEach(each -> head.append(String.format("%9s", each)));
    line("%s%6s%7s%8s %-8s%6s", head, "+-", "B", "/ best", "peer", "/ C");
    results.rows.stream().filter(results::isMeasured).forEach(row -> row(row, shown));
    var missing =
        results.rows.stream().filter(row -> !results.isMeasured(row)).map(Row::name).toList();
    if (!missing.isEmpty()) {
      line("not measured: %s", missing);
    }
    line("");
    for (var row : results.rows) {
      for (var goal : row.goals()) {
        if (goal.isFor(results.flavour)) {
          goal(row, goal);
        }
      }
    }
    for (var row : results.rows) {
      for (var contender : Results.CONTENDERS) {
        var samples = results.cell(row, contender);
        if (!samples.failure().isEmpty()) {
          line("failed: %s of %s: %s", row.name(), contender, samples.failure());
        }
      }
    }
  }

  private void row(Row row, List<String> shown) {
    double ours = results.time(row, Results.OURS);
    var samples = results.cell(row, Results.OURS);
    var cells = new StringBuilder(String.format("%-52s %-3s", row.title(), row.unit().label));
    shown.forEach(
        each ->
            cells.append(String.format("%9s", number(results.time(row, each) / row.unit().size))));
    line(
        "%s%6s%7s%8s %-8s%6s",
        cells,
        percent(samples.spread()),
        bytes(samples.bytes()),
        ratio(results.toBestPeer(row, ours)),
        results.bestPeer(row).orElse("-"),
        ratio(ours / results.time(row, Results.PURE)));
  }

  private void goal(Row row, Goal goal) {
    double ours = results.time(row, Results.OURS);
    double size = row.unit().size;
    double others =
        goal.isAbsolute()
            ? size
            : goal.isRow()
                ? results.time(goal.other(), Results.OURS)
                : results.time(row, goal.other());
    double most = goal.isAbsolute() ? goal.most() / size : goal.most();
    double reached = ours / others;
    if (!Double.isNaN(reached)) {
      var verdict =
          results.cell(row, Results.OURS).spread() > UNSURE
              ? "unsure"
              : reached <= most ? "reached" : "MISSED";
      line(
          "%-7s %s: %s %s, goal %s",
          verdict,
          row.title(),
          number(reached),
          goal.isAbsolute() ? row.unit().label : "times " + goal.other(),
          number(most));
    }
  }

  private void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments).stripTrailing()).append('\n');
  }

  static String number(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 1000 ? "%.1f" : "%.0f", value);
  }

  private static String ratio(double ratio) {
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }

  static String percent(double part) {
    return Double.isNaN(part) ? "-" : String.format(Locale.ROOT, "%.0f%%", part * 100);
  }

  static String bytes(double bytes) {
    return Double.isNaN(bytes) ? "-" : String.format(Locale.ROOT, "%.0f", bytes);
  }
}
