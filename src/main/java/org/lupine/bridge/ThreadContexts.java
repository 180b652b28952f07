package org.lupine.bridge;

/** The native contexts of threads that share a state. Holds no state. */
final class ThreadContexts implements StateLock.Contexts {
  private long address;
  private Watch watch;

  /** Says of which native state, once it is open; before that nobody else is inside. */
  void of(long address, Watch watch) {
    this.address = address;
    this.watch = watch;
  }

  @Override
  public void open(ThreadState state) {
    long context = Native.openThread(address);
    if (context <= 0) {
      throw Failures.of(context == 0 ? Status.MEMORY : Status.STACK, new Object[0], null);
    }
    boolean done = false;
    try {
      state.context = context;
      state.watch = watch.ofThread(state);
      done = true;
    } finally {
      if (!done) {
        state.context = 0;
        Native.closeThread(address, context);
      }
    }
  }

  @Override
  public void resume(ThreadState state) {
    Native.resumeThread(address, state.context);
  }

  @Override
  public void close(ThreadState state) {
    try {
      state.watch.release();
    } finally {
      Native.closeThread(address, state.context);
      state.context = 0;
    }
  }

  @Override
  public void stop(ThreadState state) {
    (state.watch == null ? watch : state.watch).interrupt();
  }
}
