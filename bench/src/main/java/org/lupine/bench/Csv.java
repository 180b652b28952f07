package org.lupine.bench;

import java.util.Locale;

/** The cells of a flavour, as comma-separated values: nanoseconds or bytes. */
final class Csv {
  static final String HEAD =
      "flavour,row,title,contender,median,spread,allocated,forks," + "to_best_peer,to_pure_c\n";

  private Csv() {}

  static String of(Results results) {
    var text = new StringBuilder();
    for (var row : results.rows) {
      for (var contender : Results.CONTENDERS) {
        var samples = results.cell(row, contender);
        if (!samples.isEmpty()) {
          double time = samples.median();
          text.append(
              String.format(
                  Locale.ROOT,
                  "%s,%s,\"%s\",%s,%.2f,%.4f,%.1f,%d,%.3f,%.3f%n",
                  results.flavour,
                  row.name(),
                  row.title().replace("\"", "\"\""),
                  contender,
                  time,
                  samples.spread(),
                  samples.bytes(),
                  samples.forks(),
                  results.toBestPeer(row, time),
                  time / results.time(row, Results.PURE)));
        }
      }
    }
    return text.toString();
  }
}
