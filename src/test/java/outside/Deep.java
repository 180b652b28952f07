package outside;

/** Code of users on a deep stack. */
public final class Deep {
  private Deep() {}

  /** Runs the action below the given number of frames. */
  public static void run(int frames, Runnable action) {
    if (frames == 0) {
      action.run();
    } else {
      run(frames - 1, action);
    }
  }

  /** Computes for the given time below the given number of frames, after the action. */
  public static void compute(int frames, long nanoseconds, Runnable before) {
    run(
        frames,
        () -> {
          before.run();
          long end = System.nanoTime() + nanoseconds;
          while (System.nanoTime() < end) {
            Thread.onSpinWait();
          }
        });
  }
}
