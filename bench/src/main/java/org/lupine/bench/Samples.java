package org.lupine.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was measured of one cell: times of an operation, fork by fork, and allocated bytes. */
final class Samples {
  private final List<List<Double>> forks = new ArrayList<>();
  private final List<Double> allocated = new ArrayList<>();
  private String failure = "";

  void addFork(List<Double> times, double bytes) {
    forks.add(List.copyOf(times));
    allocated.add(bytes);
  }

  void fail(String reason) {
    failure = reason;
  }

  /** Returns why there are none, empty if nothing failed. */
  String failure() {
    return failure;
  }

  boolean isEmpty() {
    return forks.isEmpty();
  }

  /** Returns the median of each fork. */
  List<Double> medians() {
    return forks.stream().map(fork -> quantile(fork, 0.5)).toList();
  }

  /** Returns the median of the medians of the forks; NaN without any. */
  double median() {
    return quantile(medians(), 0.5);
  }

  /** Returns the least time of all iterations, which other work on the machine raises least. */
  double least() {
    return forks.stream().flatMap(List::stream).min(Comparator.naturalOrder()).orElse(Double.NaN);
  }

  /** Returns the bytes of an operation; NaN where they were not measured. */
  double bytes() {
    return quantile(allocated, 0.5);
  }

  /**
   * Returns half of the distance between the quartiles of all iterations, in relation to the
   * median.
   */
  double spread() {
    var all = forks.stream().flatMap(List::stream).toList();
    return (quantile(all, 0.75) - quantile(all, 0.25)) / 2 / median();
  }

  int forks() {
    return forks.size();
  }

  static double quantile(List<Double> values, double part) {
    if (values.isEmpty()) {
      return Double.NaN;
    }
    var sorted = values.stream().sorted().toList();
    double place = part * (sorted.size() - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.size() - 1);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }
}
