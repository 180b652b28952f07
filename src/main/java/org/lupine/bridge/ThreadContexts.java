package org.lupine.bridge;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.lupine.bridge.Protocol.Status;

/** The native contexts of the threads that share a state. Holds no reference to the state. */
final class ThreadContexts implements StateLock.Contexts {
  private final AtomicReference<ThreadState> abandoned = new AtomicReference<>(); // a list
  private final AtomicInteger interrupts = new AtomicInteger();
  private long address;

  @SuppressWarnings("NullAway") // set by initialize, before the lock is used
  private Interrupter interrupter;

  /** Sets the native state, once it is open. Before that no other thread is inside. */
  void initialize(long address, Interrupter interrupter) {
    this.address = address;
    this.interrupter = interrupter;
  }

  /** Interrupts what runs, in each thread that is inside or about to be. */
  void interrupt(ThreadStates inside) {
    interrupts.getAndIncrement();
    interrupter.interrupt();
    for (var each : inside.all()) {
      var own = each.interrupter;
      if (own != null) {
        own.interrupt();
      }
    }
  }

  @Override
  public void open(ThreadState state, ThreadState outer) {
    int before = interrupts.get();
    endAbandoned();
    long context = Native.openThread(address);
    if (context <= 0) {
      throw Failures.toException(context == 0 ? Status.MEMORY : Status.STACK, new Object[0], null);
    }
    boolean done = false;
    try {
      state.context = context;
      state.hasDuties = true;
      state.interrupter =
          interrupter.forThread(state, outer.interrupter == null ? interrupter : outer.interrupter);
      if (interrupts.get() != before || interrupter.isInterrupting()) {
        state.interrupter.interrupt(); // the interrupt came before there was a context
      }
      done = true;
    } finally {
      if (!done) {
        state.context = 0;
        state.interrupter = null;
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
    if (state.context == 0) {
      interrupter.unclean = true; // the state's own, or its thread died before there was one
      return;
    }
    try {
      Objects.requireNonNull(state.interrupter).release();
    } finally {
      Native.closeThread(address, state.context);
      state.context = 0;
    }
    endAbandoned();
  }

  @Override
  public void abandon(ThreadState state) {
    if (state.context == 0) {
      return;
    }
    Objects.requireNonNull(state.interrupter).release();
    do {
      state.next = abandoned.get();
    } while (!abandoned.compareAndSet(state.next, state));
  }

  /** Closes the contexts of dead threads. Called by the thread that holds the lock. */
  void endAbandoned() {
    for (var each = abandoned.getAndSet(null); each != null; each = each.next) {
      Native.closeThread(address, each.context);
    }
  }

  @Override
  public void stop(ThreadState state) {
    (state.interrupter == null ? interrupter : state.interrupter).interrupt();
  }

  @Override
  public long timeLimit() {
    return interrupter.limit();
  }
}
