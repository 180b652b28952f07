package org.lupine.bridge;

/** A program that opens states while the heap is exhausted, and again afterwards. */
final class StatesChild {
  private StatesChild() {}

  public static void main(String[] arguments) {
    for (int i = 1; i < 16; i++) {
      States.add();
    }
    var full = new long[100_000][];
    int count = 0;
    for (int size = 1 << 20; size > 0; size /= 2) {
      try {
        while (true) {
          var more = new long[size];
          full[count++] = more;
        }
      } catch (OutOfMemoryError e) {
        // now smaller ones
      }
    }
    int refused = 0;
    for (int i = 0; i < 3; i++) {
      try {
        States.add();
      } catch (OutOfMemoryError e) {
        refused++;
      }
    }
    full = null;
    System.gc();
    for (int i = 0; i < 40; i++) {
      States.set(States.add(), null);
    }
    System.out.println(refused > 0 ? "numbered" : "nothing was refused");
  }
}
