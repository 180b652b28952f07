package org.lupine.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the operations whose names a pattern finds, all contenders by turns and in several rounds,
 * and prints the quickest iteration of each: on a machine with other work to do only minima, and
 * only their ratios, tell anything.
 *
 * <p>Settings, as in {@code -Drounds=3}: {@code flavours} (lua54), {@code rounds} (2), {@code
 * iterations} (10), {@code warmup} (8), {@code millis} of each iteration (100).
 */
public final class Main {
  private static final String TWO_THREADS = "compiled, two threads";

  /** An operation, who has it, and what ours should cost: at most so many times the others. */
  private record Operation(
      String method, String title, double timesPure, double timesLuajava, String... contenders) {}

  private static final double NO_GOAL = 0;

  private static final List<Operation> OPERATIONS = List.of(
      all("numberTyped", "Java to Lua, number to number, typed", 1.6, NO_GOAL),
      all("numberGeneric", "Java to Lua, number to number, Object...", NO_GOAL, NO_GOAL),
      new Operation("invokeFunction", "invokeFunction with one number", 3, NO_GOAL,
          "pure", "lupine"),
      all("stringToLua", "Java to Lua, string to string", NO_GOAL, NO_GOAL),
      all("tableGet", "field of a table got", NO_GOAL, NO_GOAL),
      all("tableSet", "field of a table set", NO_GOAL, NO_GOAL),
      all("doubleToJava", "Lua to Java, double to double", NO_GOAL, NO_GOAL),
      all("stringToJava", "Lua to Java, string to string", NO_GOAL, NO_GOAL),
      all("methodCall", "object:method(x)", NO_GOAL, 0.25),
      peers("evalCached", "eval of a short script seen before"),
      peers("putVariable", "put of a variable"),
      peers("getVariable", "get of a variable"),
      new Operation("compiled", "compiled script, fresh bindings", NO_GOAL, NO_GOAL,
          "luaj", "lupine"),
      peers("startUp", "a new engine and its first script"),
      all("fib", "compute: fib(24)", NO_GOAL, NO_GOAL),
      all("sort", "compute: table.sort of 10000", NO_GOAL, NO_GOAL),
      all("text", "compute: strings", NO_GOAL, NO_GOAL));

  private final Pattern wanted;
  private final String flavour;
  private final Map<String, Double> best = new TreeMap<>();

  private Main(Pattern wanted, String flavour) {
    this.wanted = wanted;
    this.flavour = flavour;
  }

  /** Takes the pattern. */
  public static void main(String[] arguments) throws RunnerException {
    var wanted = Pattern.compile(arguments.length == 0 ? "" : arguments[0],
        Pattern.CASE_INSENSITIVE);
    for (var flavour : System.getProperty("flavours", "lua54").split("[ ,]+")) {
      new Main(wanted, flavour).run();
    }
  }

  private static Operation all(
      String method, String title, double timesPure, double timesLuajava) {
    return new Operation(
        method, title, timesPure, timesLuajava, "pure", "luajava", "luaj", "lupine");
  }

  private static Operation peers(String method, String title) {
    return new Operation(method, title, NO_GOAL, NO_GOAL, "luajava", "luaj", "lupine");
  }

  private void run() throws RunnerException {
    int rounds = Integer.getInteger("rounds", 2);
    for (int round = 1; round <= rounds; round++) {
      for (var operation : OPERATIONS) {
        if (wanted.matcher(operation.method()).find()) {
          System.err.println(flavour + ", round " + round + ": " + operation.title());
          for (var contender : operation.contenders()) {
            measure(operation.method(), contender, 1, operation.method());
          }
          if (operation.method().equals("compiled")) {
            measure(operation.method(), "lupine", 2, TWO_THREADS);
          }
        }
      }
    }
    print();
  }

  private void measure(String method, String contender, int threads, String key)
      throws RunnerException {
    var time = TimeValue.milliseconds(Integer.getInteger("millis", 100));
    var options = new OptionsBuilder()
        .include(Pattern.quote(Operations.class.getName() + "." + method) + "$")
        .param("contender", contender)
        .param("flavour", flavour)
        .forks(1)
        .threads(threads)
        .warmupIterations(Integer.getInteger("warmup", 8))
        .warmupTime(time)
        .measurementIterations(Integer.getInteger("iterations", 10))
        .measurementTime(time)
        .verbosity(VerboseMode.SILENT)
        .shouldFailOnError(true)
        .build();
    for (var result : new Runner(options).run()) {
      best.merge(key + " " + contender, quickest(result), Math::min);
    }
  }

  private static double quickest(RunResult run) {
    double quickest = Double.POSITIVE_INFINITY;
    for (var each : run.getBenchmarkResults()) {
      for (var iteration : each.getIterationResults()) {
        quickest = Math.min(quickest, iteration.getPrimaryResult().getScore());
      }
    }
    return quickest;
  }

  private void print() {
    System.out.printf("%n%s, ns, the quickest iteration of each%n", flavour);
    System.out.printf("%-42s %11s %11s %11s %11s %8s %10s%n",
        "", "pure C", "luajava", "LuaJ", "lupine", "/ pure C", "/ luajava");
    var goals = new ArrayList<String>();
    for (var each : OPERATIONS) {
      if (wanted.matcher(each.method()).find()) {
        print(each, goals);
      }
    }
    goals.forEach(System.out::println);
  }

  private void print(Operation operation, List<String> goals) {
    double ours = time(operation, "lupine");
    double pure = time(operation, "pure");
    double luajava = time(operation, "luajava");
    System.out.printf("%-42s %11s %11s %11s %11s %8s %10s%n", operation.title(), shown(pure),
        shown(luajava), shown(time(operation, "luaj")), shown(ours), ratio(ours / pure),
        ratio(ours / luajava));
    if (operation.timesPure() != NO_GOAL) {
      goals.add(goal(operation.title(), ours / pure, operation.timesPure(), "pure C"));
    }
    if (operation.timesLuajava() != NO_GOAL) {
      goals.add(goal(operation.title(), ours / luajava, operation.timesLuajava(), "luajava"));
    }
    var two = best.get(TWO_THREADS + " lupine");
    if (operation.method().equals("compiled") && two != null) {
      double speedUp = 2 * ours / two;
      goals.add(String.format(Locale.ROOT, "%-7s %s: %.2f times as fast as one, goal 1.70 on an "
          + "idle machine", speedUp >= 1.7 ? "reached" : "MISSED", TWO_THREADS, speedUp));
    }
  }

  private static String goal(String title, double ratio, double most, String other) {
    return String.format(Locale.ROOT, "%-7s %s: %.2f times %s, goal %.2f",
        ratio <= most ? "reached" : "MISSED", title, ratio, other, most);
  }

  private double time(Operation operation, String contender) {
    return best.getOrDefault(operation.method() + " " + contender, Double.NaN);
  }

  private static String shown(double nanoseconds) {
    return Double.isNaN(nanoseconds) ? "-" : String.format(Locale.ROOT,
        nanoseconds < 1000 ? "%.1f" : "%.0f", nanoseconds);
  }

  private static String ratio(double ratio) {
    return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
  }
}
