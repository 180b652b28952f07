package org.lupine.bench;

/**
 * How long is measured.
 *
 * @param rounds how often each cell gets a fork
 * @param warmup milliseconds of CPU time before iterations begin
 * @param iterations iterations
 * @param millis the length of each
 * @param minutes of a flavour after which no fork begins
 * @param contenders those that take part, "all" or a list with commas
 */
record Plan(int rounds, int warmup, int iterations, int millis, int minutes, String contenders) {

  /** Returns the plan of a name; properties of the same names as the components replace each. */
  static Plan of(String name) {
    switch (name) {
      case "quick":
        return plan(1, 300, 10, 40, 9, "lupine,luajava,luaj,pure,stock");
      case "full":
        return plan(5, 1500, 10, 100, 24 * 60, "all");
      case "against":
        return plan(5, 500, 10, 50, 24 * 60, "lupine");
      default:
        throw new IllegalArgumentException("no plan '" + name + "'");
    }
  }

  private static Plan plan(
      int rounds, int warmup, int iterations, int millis, int minutes, String contenders) {
    return new Plan(
        Integer.getInteger("rounds", rounds),
        Integer.getInteger("warmup", warmup),
        Integer.getInteger("iterations", iterations),
        Integer.getInteger("millis", millis),
        Integer.getInteger("minutes", minutes),
        System.getProperty("contenders", contenders));
  }

  boolean has(String contender) {
    return contenders.equals("all") || ("," + contenders + ",").contains("," + contender + ",");
  }
}
