package outside;

/** Code of users on a deep stack. */
public final class Deep {
  private Deep() {}

  /** Does something below so many frames. */
  public static void run(int frames, Runnable action) {
    if (frames == 0) {
      action.run();
    } else {
      run(frames - 1, action);
    }
  }
}
