package org.lupine.bridge;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The open states by number, so that native code needs no reference to them. Closes those that
 * become unreachable.
 */
final class States {
  /**
   * The number of open states from which on the JVM's collector is asked to look for unreachable
   * ones.
   */
  private static final int MANY = 256;

  private static final Cleaner CLEANER = Cleaner.create();
  private static volatile WeakReference<?>[] states = new WeakReference<?>[16];
  private static End[] ends = new End[16];
  private static int[] free = new int[16];
  private static int freeCount;
  private static int top = 1; // 0 stands for no state
  private static int open;
  private static int limit = MANY;

  private States() {}

  /** Returns the upcalls of a state, or null if the state is gone. */
  static @Nullable Upcalls get(int index) {
    var state = states[index];
    return state == null ? null : (Upcalls) state.get();
  }

  /** Returns a number for a state that is about to be opened. */
  static int add() {
    boolean many;
    int index;
    synchronized (States.class) {
      reserve();
      index = freeCount > 0 ? free[--freeCount] : top++;
      many = ++open > limit;
      if (many) {
        limit = open + MANY;
      }
    }
    if (many) {
      System.gc(); // native memory alone never makes the collector run
    }
    return index;
  }

  /** Makes room for one more; changes nothing if there is no memory for that. */
  private static void reserve() {
    if (freeCount == 0 && top == states.length) {
      var moreStates = Arrays.copyOf(states, top * 2);
      var moreEnds = Arrays.copyOf(ends, top * 2);
      free = new int[top * 2];
      ends = moreEnds;
      states = moreStates;
    }
  }

  /** Sets the upcalls of a state, which is called by its number from now on. */
  static synchronized void set(int index, Upcalls upcalls) {
    states[index] = new WeakReference<>(upcalls);
  }

  static synchronized void remove(int index) {
    states[index] = null;
    ends[index] = null;
    free[freeCount++] = index;
    open--;
    limit = Math.max(MANY, Math.min(limit, open + MANY));
  }

  /**
   * Returns an action that closes a native state once: when {@code clean()} is called, when its
   * owner is unreachable, or, from native code, when this class loader is unreachable. The
   * cleaner's thread does not keep the class loader reachable, even if the owner is held by one of
   * its classes.
   */
  static Cleaner.Cleanable onCollection(
      Object owner, long address, int index, Interrupter interrupter) {
    var end = new End(address, index, interrupter);
    synchronized (States.class) {
      ends[index] = end;
    }
    var cleanable = CLEANER.register(owner, WeakAction.of(end));
    return () -> {
      end.run(false);
      cleanable.clean();
    };
  }

  /**
   * Closes a state whose opening failed.
   *
   * @param address 0 if there is no native state yet
   */
  static void abandon(int index, long address) {
    try {
      if (address != 0) {
        Native.close(address);
        Native.release(address);
      }
    } finally {
      remove(index);
    }
  }

  /** Closes a state, once. */
  private static final class End implements Runnable {
    private final long address;
    private final int index;
    private final Interrupter interrupter;
    private final AtomicBoolean done = new AtomicBoolean();

    End(long address, int index, Interrupter interrupter) {
      this.address = address;
      this.index = index;
      this.interrupter = interrupter;
    }

    /** Closes a state that has become unreachable. */
    @Override
    public void run() {
      run(true);
    }

    void run(boolean dropped) {
      if (done.compareAndSet(false, true)) {
        interrupter.closing(dropped);
        Native.close(address);
        interrupter.release();
        remove(index);
      }
    }
  }
}
