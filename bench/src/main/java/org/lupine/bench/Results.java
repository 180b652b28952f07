package org.lupine.bench;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All cells of a flavour. */
final class Results {
  static final String OURS = "lupine";
  static final String PURE = "pure";

  /** Those that users have to choose from. */
  static final List<String> PEERS =
      List.of("luajava", "luaj", "luajc", "nashorn", "graaljs", "groovy");

  /** All, in the order of the table. */
  static final List<String> CONTENDERS =
      List.of(
          "pure", "stock", "java", "luajava", "luaj", "luajc", "nashorn", "graaljs", "groovy",
          "lupa", "lupine");

  final String flavour;
  final List<Row> rows;
  private final Map<String, Samples> cells = new HashMap<>();

  Results(String flavour, List<Row> rows) {
    this.flavour = flavour;
    this.rows = rows;
  }

  /** Returns the samples of a cell, to which the caller may add. */
  Samples cell(Row row, String contender) {
    return cells.computeIfAbsent(row.name() + " " + contender, key -> new Samples());
  }

  /** Returns the median of a cell; NaN if it was not measured. */
  double time(Row row, String contender) {
    return time(row.name(), contender);
  }

  double time(String row, String contender) {
    var samples = cells.get(row + " " + contender);
    return samples == null ? Double.NaN : samples.median();
  }

  boolean has(String contender) {
    return rows.stream().anyMatch(row -> !Double.isNaN(time(row, contender)));
  }

  /** Returns whether anybody was measured in a row. */
  boolean isMeasured(Row row) {
    return CONTENDERS.stream().anyMatch(each -> !Double.isNaN(time(row, each)));
  }

  /** Returns the quickest peer in a row. */
  Optional<String> bestPeer(Row row) {
    return PEERS.stream()
        .filter(peer -> !Double.isNaN(time(row, peer)))
        .min(Comparator.comparingDouble(peer -> time(row, peer)));
  }

  /** Returns a time in relation to the best peer's; NaN without one. */
  double toBestPeer(Row row, double time) {
    return time / bestPeer(row).map(peer -> time(row, peer)).orElse(Double.NaN);
  }
}
