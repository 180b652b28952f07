package org.lupine.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A chart of a flavour in SVG: a line for each row, a dot for each contender, as many times to the
 * right as it takes longer than ours.
 */
final class Chart {
  private static final Map<String, String> COLOURS =
      Map.of(
          "pure", "#888888", "stock", "#bbbbbb", "java", "#000000", "luajava", "#d62728", "luaj",
          "#1f77b4", "luajc", "#17becf", "nashorn", "#ff7f0e", "graaljs", "#9467bd", "groovy",
          "#2ca02c", "lupa", "#8c564b");

  private static final int LEFT = 360;
  private static final int WIDTH = 640;
  private static final int TOP = 48;
  private static final int LINE = 18;

  /** The axis is logarithmic, from 1/100 to 1000. */
  private static final int DECADES_BELOW = 2;

  private static final int DECADES = 5;

  private final Results results;
  private final StringBuilder svg = new StringBuilder();

  private Chart(Results results) {
    this.results = results;
  }

  /** Returns the text of the file. */
  static String of(Results results) {
    var chart = new Chart(results);
    chart.draw();
    return chart.svg.toString();
  }

  private void draw() {
    var rows =
        results.rows.stream()
            .filter(row -> !Double.isNaN(results.time(row, Results.OURS)))
            .toList();
    var others =
        Results.CONTENDERS.stream()
            .filter(each -> COLOURS.containsKey(each) && results.has(each))
            .toList();
    int bottom = TOP + rows.size() * LINE;
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' "
            + "font-family='sans-serif' font-size='12'>",
        LEFT + WIDTH + 20, bottom + 30);
    add("<rect width='100%%' height='100%%' fill='white'/>");
    legend(others);
    axis(bottom);
    for (int i = 0; i < rows.size(); i++) {
      line(rows.get(i), others, TOP + i * LINE + LINE / 2);
    }
    add("</svg>");
  }

  private void legend(List<String> others) {
    double x = 10;
    text(x, 18, "start", results.flavour + ", time / time of Lupine:");
    x += 210;
    for (var each : others) {
      dot(x, 14, each, each);
      text(x + 8, 18, "start", each);
      x += 74;
    }
  }

  private void axis(int bottom) {
    for (int decade = 0; decade <= DECADES; decade++) {
      double x = LEFT + (double) WIDTH * decade / DECADES;
      double value = Math.pow(10, decade - DECADES_BELOW);
      add(
          "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='%s'/>",
          x, TOP, x, bottom, value == 1 ? "black" : "#dddddd");
      text(
          x,
          bottom + 16,
          "middle",
          value < 1 ? "1/" + Math.round(1 / value) : String.valueOf(Math.round(value)));
    }
  }

  private void line(Row row, List<String> others, double y) {
    text(LEFT - 10, y + 4, "end", row.title());
    double ours = results.time(row, Results.OURS);
    for (var each : others) {
      double ratio = results.time(row, each) / ours;
      if (ratio > 0) {
        dot(x(ratio), y, each, String.format(Locale.ROOT, "%s: %.2f", each, ratio));
      }
    }
  }

  private static double x(double ratio) {
    double place = (Math.log10(ratio) + DECADES_BELOW) / DECADES;
    return LEFT + WIDTH * Math.min(1, Math.max(0, place));
  }

  private void dot(double x, double y, String contender, String title) {
    add(
        "<circle cx='%.1f' cy='%.1f' r='4' fill='%s'><title>%s</title></circle>",
        x, y, COLOURS.get(contender), title);
  }

  private void text(double x, double y, String anchor, String text) {
    add(
        "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>",
        x, y, anchor, text.replace("&", "&amp;").replace("<", "&lt;"));
  }

  private void add(String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
