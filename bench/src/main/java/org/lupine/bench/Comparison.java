package org.lupine.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Two builds of Lupine in the same run. A row has become slower if the median of its forks has
 * grown by more than {@link #LEAST}, and chance alone would order the medians of the forks of both
 * like this in less than one of a hundred runs (the one-sided test of Mann and Whitney). With five
 * forks of each at most one of the 25 pairs may be the other way round. Of fewer forks nothing is
 * said.
 *
 * <p>The column "least" compares the least times of all iterations. On a machine whose speed
 * changes it says more than medians do.
 */
final class Comparison {
  private static final String SLOWER = "SLOWER";
  private static final String FASTER = "faster";
  private static final int[] WIDTHS = {4, 10, 6, 7, 10, 6, 7, 12, 8, 8};

  private static final double LEAST = 0.03;
  private static final double CHANCE = 0.01;

  private final String flavour;
  private final Map<String, Samples> before = new HashMap<>();
  private final Map<String, Samples> now = new HashMap<>();

  Comparison(String flavour) {
    this.flavour = flavour;
  }

  /** Returns the samples of a row, to which the caller may add. */
  Samples samples(Row row, boolean old) {
    return (old ? before : now).computeIfAbsent(row.name(), name -> new Samples());
  }

  /** Returns a table, and the rows that have become slower. */
  String report(List<Row> rows) {
    var table = new StringBuilder();
    var slower = new ArrayList<String>();
    boolean canTell = true;
    line(table, flavour, "", "before", "+-", "B", "now", "+-", "B", "now/before", "least", "");
    for (var row : rows) {
      var old = samples(row, true);
      var fresh = samples(row, false);
      if (!old.isEmpty() && !fresh.isEmpty()) {
        var verdict = verdict(old, fresh);
        canTell &= canTell(old, fresh);
        line(
            table,
            row.title(),
            row.unit().label,
            Report.number(old.median() / row.unit().size),
            Report.percent(old.spread()),
            Report.bytes(old.bytes()),
            Report.number(fresh.median() / row.unit().size),
            Report.percent(fresh.spread()),
            Report.bytes(fresh.bytes()),
            ratio(fresh.median(), old.median()),
            ratio(fresh.least(), old.least()),
            verdict);
        if (verdict.equals(SLOWER)) {
          slower.add(row.name());
        }
      } else {
        line(table, row.title(), "failed: " + old.failure() + " " + fresh.failure());
      }
    }
    var none = canTell ? "none" : "not known, since there were too few rounds";
    return table + "\nslower beyond noise: " + (slower.isEmpty() ? none : slower) + "\n";
  }

  /** Returns whether chance alone seldom makes each fork of one build slower than all of the other. */
  private static boolean canTell(Samples old, Samples fresh) {
    var low = Collections.nCopies(old.medians().size(), 0.0);
    return chance(low, Collections.nCopies(fresh.medians().size(), 1.0)) < CHANCE;
  }

  private static String ratio(double fresh, double old) {
    return String.format(Locale.ROOT, "%.3f", fresh / old);
  }

  private static void line(StringBuilder table, String title, String... columns) {
    table.append(String.format("%-52s", title));
    for (int i = 0; i < columns.length; i++) {
      table.append(String.format("%" + WIDTHS[i] + "s", columns[i]));
    }
    table.append('\n');
  }

  private static String verdict(Samples old, Samples fresh) {
    double ratio = fresh.median() / old.median();
    if (ratio > 1 + LEAST && chance(old.medians(), fresh.medians()) < CHANCE) {
      return SLOWER;
    }
    return ratio < 1 - LEAST && chance(fresh.medians(), old.medians()) < CHANCE ? FASTER : "";
  }

  /** Returns how probable it is that so few pairs have the larger value in the first list. */
  static double chance(List<Double> small, List<Double> large) {
    int pairs = 0;
    for (double one : small) {
      for (double other : large) {
        pairs += one > other ? 1 : 0;
      }
    }
    double orders = 0;
    double all = 0;
    for (int i = 0; i <= small.size() * large.size(); i++) {
      double count = orders(small.size(), large.size(), i);
      all += count;
      orders += i <= pairs ? count : 0;
    }
    return orders / all;
  }

  /** Returns how many orders of two lists have n pairs with the larger value in the first. */
  private static double orders(int first, int second, int pairs) {
    if (pairs < 0 || pairs > first * second) {
      return 0;
    }
    if (first == 0 || second == 0) {
      return pairs == 0 ? 1 : 0;
    }
    // The largest of all values is in the first list, or in the second.
    return orders(first - 1, second, pairs - second) + orders(first, second - 1, pairs);
  }
}
