package org.lupine.bench.contender;

import java.util.function.DoubleUnaryOperator;

/** Java itself, where it can do the same; mostly the JIT compiler leaves nothing to call. */
final class PlainJava extends Contender {
  private final Subject object = new Subject();
  private final Point point = new Point();

  PlainJava() {
    loop("callInt", i -> object.mi((int) i));
    loop("callDouble", i -> object.md(1.5));
    loop("callReturn", i -> object.add(0.5));
    loop("fieldSet", i -> point.x = i);
    loop("beanSet", i -> point.setY(i));
    row(
        "interfaceNumber",
        () -> {
          DoubleUnaryOperator operator = x -> x + 1;
          return () -> operator.applyAsDouble(2.5);
        });
    row(
        "arraySum",
        Data.SIZE,
        () -> {
          var array = Data.array();
          return () -> {
            double sum = 0;
            for (double each : array) {
              sum += each;
            }
            return sum;
          };
        });
    row(
        "listLoop",
        Data.SIZE,
        () -> {
          var list = Data.list();
          return () -> {
            double sum = 0;
            for (double each : list) {
              sum += each;
            }
            return sum;
          };
        });
    row(
        "mapPairs",
        Data.MAP_SIZE,
        () -> {
          var map = Data.map();
          return () -> {
            double sum = 0;
            for (var each : map.entrySet()) {
              sum += (Double) each.getValue();
            }
            return sum;
          };
        });
    row("fib", () -> () -> fib(24));
  }

  @FunctionalInterface
  private interface Turn {
    void run(double i);
  }

  private void loop(String row, Turn turn) {
    row(
        row,
        1_000,
        () ->
            () -> {
              for (int i = 0; i < 1_000; i++) {
                turn.run(i);
              }
              return object;
            });
  }

  private static double fib(double n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
  }
}
