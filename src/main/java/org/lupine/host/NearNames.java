package org.lupine.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Finds names similar to a misspelt one. */
public final class NearNames {
  private static final int SHOWN = 3;
  private static final int LONGEST = 64;

  private NearNames() {}

  /** Returns the end of a message, {@code "; near: a, b"}, or an empty string. */
  public static String hint(String wrong, Iterable<String> names) {
    if (wrong.length() > LONGEST) {
      return "";
    }
    Map<String, Integer> near = new HashMap<>();
    int limit = wrong.length() < 4 ? 1 : 2;
    for (var each : names) {
      int distance = distance(wrong.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
      if (distance <= limit) {
        near.put(each, distance);
      }
    }
    var best = new ArrayList<>(near.keySet());
    best.sort(
        Comparator.comparing((String each) -> near.get(each))
            .thenComparing(Comparator.naturalOrder()));
    return best.isEmpty()
        ? ""
        : "; near: " + String.join(", ", best.subList(0, Math.min(SHOWN, best.size())));
  }

  /** Returns the edit distance: insertions, deletions, changes and transpositions. */
  private static int distance(String a, String b) {
    if (Math.abs(a.length() - b.length()) > 2) {
      return Integer.MAX_VALUE;
    }
    var rows = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          rows[i][j] = i + j;
          continue;
        }
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        rows[i][j] =
            Math.min(rows[i - 1][j - 1] + change, Math.min(rows[i - 1][j], rows[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
      }
    }
    return rows[a.length()][b.length()];
  }
}
