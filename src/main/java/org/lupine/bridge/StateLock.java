package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a Lua state. It is re-entrant, and biased towards a thread that uses the state alone.
 * {@link LuaState} acquires it for each operation: by {@link #lock} to run a chunk or to access
 * globals, by {@link #share} for an operation on a value.
 *
 * <p>The <i>depth</i> of a thread is the number of its acquisitions that it has not released. A
 * thread is <i>inside</i> while its depth is above 0. The field {@code owner} names the
 * <i>owner</i>, the only thread that may run Lua. An owner that is inside is <i>attached</i>.
 * Further threads may be inside: each of them is in a call from Lua to Java. These are
 * <i>detached</i>. {@link ThreadStates} lists them; there they wait for the lock before they return
 * to Lua. Threads that are outside wait in a {@link LockQueue}.
 *
 * <p><b>Biased locking,</b> as in former versions of HotSpot. The lock counts the outermost
 * acquisitions that one thread makes in a row without being queued. At about 64 the lock is biased
 * towards that thread. The thread then remains the owner while it is outside, and enters and leaves
 * with plain stores to its depth. To enter, it stores its depth and then reads {@code revoked}.
 * Another thread that wants the lock revokes the bias: it sets {@code revoked}, makes all running
 * threads of the process execute a memory fence ({@link Native#fenceAll}, {@code membarrier(2)} on
 * Linux), and then reads the depth of the owner. So at least one of the two sees the store of the
 * other. If the depth is 0, the other thread takes the lock; otherwise it waits, and the owner
 * releases the lock when it leaves. On a platform without such a fence the lock is never biased.
 * Each time the lock is biased, the number of acquisitions for the next time doubles, up to
 * 2<sup>20</sup>.
 *
 * <p><b>Barging.</b> A free lock goes to the thread that tries first, which may be the one that
 * just released it. The first thread in the queue is <i>starving</i> if it still fails after it has
 * waited for a millisecond. From then on it is overtaken only by {@link #share}, by threads that
 * are inside already, and by {@link #tryOvertake}, which is used to close the state.
 *
 * <p><b>Sharing.</b> A thread that is outside acquires the lock by {@link #lock} or {@link
 * #tryLock()} only while no thread is inside. By {@link #share} it also acquires the lock while
 * each thread inside is in a call from Lua to Java. If the owner is one of these, it is detached:
 * at once if its thread is not RUNNABLE, otherwise when {@code share} has waited for a tenth of a
 * second. Some calls do not permit that ({@link ThreadState#staysAttached}): {@code share} waits
 * while such a call lasts. A detached thread waits for the lock before it returns to Lua, and
 * before it acquires the lock again. It gets the lock when there is no owner, or from an owner that
 * is in a call from Lua to Java. A waiting {@code lock} goes on as {@code share} if it would
 * deadlock otherwise, that is, if a thread inside this state waits, directly or through other
 * threads, for a state that the thread in {@code lock} is inside.
 *
 * <p><b>End of a wait.</b> A thread that waits outside, in {@link #lock} or {@link #share}, gets an
 * exception when it is interrupted, when the run that it is part of is stopped, or when its
 * deadline or the time limit of the state has passed. In {@code share} it also gets one when the
 * run inside is to end, but is blocked in a call during which it stays attached ({@link
 * #cancelSharers}). The wait of a detached thread throws nothing.
 *
 * <p><b>Stack overflow.</b> A StackOverflowError can be thrown at any method call, but not at a
 * store. Therefore one field names the owner, with or without a bias, and each change of the owner
 * is one store or one compare-and-set. Still the error can leave behind an owner that runs no
 * operation any more. If its depth is 0, it can acquire the lock again as if the lock were free.
 * For other threads, the first thread in the queue, or a detached thread that waits, frees the lock
 * once it finds that the owner is dead, or that the owner's stack trace has no method of this
 * library ({@link ThreadStates#recover}).
 */
final class StateLock {
  /** Operations on the native side that are needed when several threads are inside a state. */
  interface Contexts {
    /**
     * Creates a context for a thread state that was just attached, and switches to it.
     *
     * @param outer the thread state whose run waits meanwhile
     */
    void open(ThreadState state, ThreadState outer);

    /** Switches to the context of a thread state that is attached again. */
    void resume(ThreadState state);

    /**
     * Closes the context of a thread state; the state's own context is used from now on. If the
     * thread state has none, it has used the state's own, and the next use of the state removes
     * what its thread has left there.
     */
    void close(ThreadState state);

    /** Closes, some time later, the context of a detached thread state whose thread is dead. */
    void abandon(ThreadState state);

    /** Interrupts the run of a thread state, for which another thread cannot wait longer. */
    void stop(ThreadState state);

    /** Returns how many nanoseconds a use of the state may take, and a wait for it; 0 for any. */
    long timeLimit();
  }

  /** The number of acquisitions in a row before the lock is biased; doubled with each bias. */
  private static final int FIRST_THRESHOLD = 64, LAST_THRESHOLD = 1 << 20;

  private static final VarHandle OWNER;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(StateLock.class, "owner", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Whether the platform is known to have the fence. Finding out may take 10 ms. */
  private static boolean hasFence;

  /** Whether the platform has the fence; asked when a lock is about to be biased. */
  private static final class Fences {
    static final boolean PRESENT = hasFence = Native.fenceAll();
  }

  /** The thread state of the thread that the lock is biased towards. */
  private static final class Bias extends ThreadState {
    volatile boolean revoked;

    Bias(Thread thread) {
      super(thread);
    }

    /** Enters unless the bias is revoked. Called by the biased thread. */
    boolean enter() {
      int before = depth;
      boolean entered = false;
      depth = before + 1;
      try {
        // for the compiler; the thread that revokes issues the processor's fence
        VarHandle.acquireFence();
        entered = !revoked;
      } finally {
        if (!entered) {
          depth = before;
        }
      }
      return entered;
    }

    /** Leaves once, and returns the depth that remains. Called by the biased thread. */
    int leave() {
      int left = depth - 1;
      try {
        VarHandle.releaseFence();
      } finally {
        depth = left;
      }
      return left;
    }

    /**
     * Revokes the bias; returns whether the biased thread is outside. Called by another thread.
     */
    boolean revoke() {
      revoked = true;
      Native.fenceAll();
      int seen = depthSeen();
      VarHandle.acquireFence();
      return seen == 0;
    }
  }

  final LockQueue queue = new LockQueue(this);
  final ThreadStates inside = new ThreadStates(this);
  final Contexts contexts;

  /** The owning thread; or a Bias, whose thread may be inside or not; or null. */
  private volatile @Nullable Object owner;

  /** The attached thread state. Other threads read it too, and check whose it is. */
  private @Nullable ThreadState current;

  // written by the owner
  private @Nullable ThreadState last; // the one that acquisitionsInRow counts
  private int acquisitionsInRow;
  private int biasThreshold = FIRST_THRESHOLD;
  private @Nullable Bias nextBias;

  StateLock(Contexts contexts) {
    this.contexts = contexts;
  }

  /**
   * Acquires the lock. A thread that is outside waits until no thread is inside, except in a
   * deadlock.
   *
   * @throws org.lupine.value.LuaInterruptedException if the thread waits outside, and is
   *     interrupted (it stays interrupted), or the run that it is part of is to end
   * @throws org.lupine.value.LuaTimeoutException if the thread waits outside, and its deadline or
   *     the time limit of the state passes
   */
  void lock() {
    var thread = Thread.currentThread();
    if (!enter(thread) && !take(thread, null)) {
      queue.await(thread, false, contexts.timeLimit());
    }
  }

  /** Acquires the lock as {@link #lock} does, but without regard to the limit of the state. */
  void lockWithoutLimit() {
    var thread = Thread.currentThread();
    if (!enter(thread) && !take(thread, null)) {
      queue.await(thread, false, 0);
    }
  }

  /**
   * Acquires the lock as {@link #lock} does, but does not wait for threads that are in a call from
   * Lua to Java, unless one of them has waited for a millisecond to return to Lua, or stays
   * attached in its call. {@link #cancelSharers} ends the wait, too.
   */
  void share() {
    var thread = Thread.currentThread();
    if (!enter(thread) && !take(thread, null)) {
      queue.await(thread, true, contexts.timeLimit());
    }
  }

  /**
   * Acquires the lock if it is available at once; returns whether it did. A detached thread waits
   * for it, and returns true.
   */
  boolean tryLock() {
    var thread = Thread.currentThread();
    return enter(thread) || take(thread, null);
  }

  /**
   * Acquires the lock as {@link #tryLock()} does, even if a waiting thread is no longer to be
   * overtaken; returns whether it did.
   */
  boolean tryOvertake() {
    var thread = Thread.currentThread();
    return enter(thread) || takeFree(thread, null);
  }

  /**
   * Acquires the lock, waiting for at most the given time; returns whether it did.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile, or if the run
   *     that it is part of is to end
   */
  boolean tryLock(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return tryLock() || nanos > 0 && queue.await(Thread.currentThread(), nanos);
  }

  /** Enters once more, or by the bias; returns false if this thread is not inside. */
  private boolean enter(Thread thread) {
    var owner = this.owner;
    if (owner instanceof Bias) {
      var bias = (Bias) owner;
      if (bias.thread == thread) {
        if (bias.enter()) {
          return true;
        }
        if (bias.depth > 0) {
          return enterAgain(bias);
        }
        releaseBias(bias);
      }
    } else if (owner == thread) {
      var state = current;
      // otherwise it has left, or has not entered yet
      if (state != null && state.thread == thread) {
        return enterAgain(state);
      }
    }
    if (inside.shared) {
      var mine = inside.find(thread);
      if (mine != null) {
        return inside.enter(mine);
      }
    }
    var next = nextBias; // read once: the owner may clear it meanwhile
    if (acquisitionsInRow >= biasThreshold
        && (next == null || next.thread != thread)
        && Fences.PRESENT) {
      nextBias = new Bias(thread);
    }
    return false;
  }

  /**
   * Enters once more; called by a thread that is inside, perhaps in a call from Lua to Java.
   * Returns false if another thread found this one to be outside and took its lock.
   */
  private boolean enterAgain(ThreadState state) {
    int before = state.depth;
    if (before == 0) {
      return false;
    }
    boolean inLua = before > state.depthOfCall; // then no other thread shares the state with it
    boolean entered = false;
    state.depth = before + 1;
    try {
      fence();
      entered = inLua ? !inside.recovering && isOwner(state) : !inside.shared;
    } finally {
      if (!entered) {
        state.depth = before;
      }
    }
    return entered || (inLua ? inside.enterAgain(state) : inside.enter(state));
  }

  /**
   * Orders a store before a load. Where {@link Native#fenceAll} exists, the thread that calls it
   * makes this processor execute the fence, so this one is for the compiler only. It is a full
   * fence as long as {@code hasFence} is not set, or is not seen to be.
   */
  private static void fence() {
    if (hasFence) {
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /**
   * Begins a call from Lua to Java; from now on another thread may be attached.
   *
   * @param state the attached thread state
   * @return the depth of the outer call, for {@link #returnFromJava}
   */
  static int leaveForJava(ThreadState state) {
    int before = state.depthOfCall;
    state.depthOfCall = state.depth;
    return before;
  }

  /**
   * Ends the waits in {@link #share} for a thread whose run is to end, if that thread is blocked in
   * a call from Lua to Java during which no other thread may be attached. It may be waiting for one
   * of those that wait.
   *
   * @param late whether the run is to end because its time is over
   */
  void cancelSharers(Thread thread, boolean late) {
    var state = attached();
    if (state != null
        && state.thread == thread
        && state.staysAttached
        && thread.getState() != Thread.State.RUNNABLE) {
      queue.cancelSharers(late);
    }
  }

  /** Ends a call from Lua to Java; on return this thread is attached again. Throws nothing. */
  void returnFromJava(ThreadState state, int before) {
    int depth = state.depthOfCall;
    state.depthOfCall = before;
    fence();
    if (inside.shared) {
      state.depthOfCall = depth;
      inside.attach(state, depth, before);
    }
  }

  /**
   * Acquires the lock from outside if it is free, or biased towards a thread that is outside, and
   * no other thread is to go first.
   *
   * @param waiter null if the thread has not waited yet
   */
  boolean take(Thread thread, LockQueue.@Nullable Waiter waiter) {
    return queue.mayBarge(waiter) && takeFree(thread, waiter);
  }

  /** Acquires the lock as {@link #take} does, even if another thread is to go first. */
  private boolean takeFree(Thread thread, LockQueue.@Nullable Waiter waiter) {
    if (inside.anyDetached()) {
      return false;
    }
    var mine = last; // maybe another thread's: then it is left alone
    if (mine == null || mine.thread != thread || mine.depth != 0 || mine.detached) {
      mine = new ThreadState(thread);
    }
    if (!OWNER.compareAndSet(this, null, thread)) {
      var owner = this.owner;
      boolean mayTake =
          owner instanceof Bias
              ? ((Bias) owner).revoke() && OWNER.compareAndSet(this, owner, thread)
              : owner == thread; // it owns the lock but did not get to enter
      if (!mayTake) {
        return false;
      }
    }
    if (inside.anyDetached() || inside.recovering) { // others are inside, in calls to Java
      owner = null;
      queue.released(true);
      return false;
    }
    begin(mine);
    acquisitionsInRow = mine == last && waiter == null ? acquisitionsInRow + 1 : 0;
    last = mine;
    return true;
  }

  /** Enters from outside. Called by the new owner. */
  void begin(ThreadState mine) {
    mine.depth = 1;
    mine.depthOfCall = 0;
    mine.cancelled = false;
    current = mine;
  }

  /** Leaves once; releases the lock when the depth is 0. */
  void unlock() {
    var owner = this.owner;
    if (owner instanceof Bias) {
      var bias = (Bias) owner;
      if (bias.leave() == 0 && bias.revoked) {
        releaseBias(bias);
      }
      return;
    }
    var state = current();
    if (state.depth > 1) {
      state.depth--;
      return;
    }
    if (state.additional) {
      contexts.close(state);
      state.additional = false;
    }
    state.depth = 0;
    var next = nextBias;
    if (next != null
        && state == last
        && next.thread == last.thread
        && acquisitionsInRow >= biasThreshold
        && !inside.shared
        && queue.isEmpty()) {
      nextBias = null;
      acquisitionsInRow = 0;
      biasThreshold = biasThreshold < LAST_THRESHOLD ? 2 * biasThreshold : LAST_THRESHOLD;
      current = next;
      this.owner = next;
    } else {
      this.owner = null;
    }
    inside.released();
    queue.released(inside.shared);
  }

  /**
   * Releases the lock unless another thread has taken it. Called by the biased thread, outside,
   * once the bias is revoked.
   */
  private void releaseBias(Bias bias) {
    OWNER.compareAndSet(this, bias, null);
    inside.released();
    queue.released(inside.shared);
  }

  // for ThreadStates

  /** Makes a thread the owner if there is none; returns whether it did. */
  boolean becomeOwner(Thread thread) {
    return OWNER.compareAndSet(this, null, thread);
  }

  /**
   * Revokes the bias. Afterwards this thread sees the owner's earlier stores, and the owner sees
   * those of this thread.
   *
   * @return the owner's thread state; null if there is no owner or it cannot be determined
   */
  @Nullable ThreadState revokeBias() {
    var before = owner;
    if (before instanceof Bias) {
      ((Bias) before).revoked = true;
    }
    Native.fenceAll();
    var holder = owner;
    if (holder instanceof Bias) {
      return holder == before && ((Bias) holder).depthSeen() > 0 ? (Bias) holder : null;
    }
    var state = current;
    return state != null && state.thread == holder && state.depthSeen() > 0 ? state : null;
  }

  /**
   * Returns a thread that owns the lock but is not inside, because it is about to enter or leave,
   * or did not get to do so; null if there is none.
   */
  @Nullable Thread idleOwner() {
    var holder = owner;
    var state = current;
    return holder instanceof Thread
            && (state == null || state.thread != holder || state.depthSeen() == 0)
        ? (Thread) holder
        : null;
  }

  /** Frees the lock of an {@link #idleOwner} that will not do so itself. */
  void free(Thread idle) {
    OWNER.compareAndSet(this, idle, null);
  }

  /** Makes a thread the owner, or none, in place of one that does not enter or leave now. */
  void replace(@Nullable Thread thread) {
    owner = thread;
  }

  /**
   * Returns whether this is the owner's thread state. Reliable only while no other thread can
   * change the owner.
   */
  boolean isOwner(ThreadState state) {
    return owner == state.thread || owner == state;
  }

  /** Sets the attached thread state. Called by its thread. */
  void attached(ThreadState state) {
    current = state;
  }

  /** Returns the owner's thread state if it is inside. The owner may have changed by then. */
  @Nullable ThreadState attached() {
    var owner = this.owner;
    var state = owner instanceof Bias ? (Bias) owner : current;
    return state != null && state.depthSeen() > 0 && (state == owner || state.thread == owner)
        ? state
        : null;
  }

  // who is inside

  /** Returns the thread state that was attached last. Only for the thread that holds the lock. */
  @SuppressWarnings("NullAway") // there is one while the lock is held
  ThreadState current() {
    return current;
  }

  /** Returns the thread state of the current thread, or null if it is outside. */
  @Nullable ThreadState mine() {
    var thread = Thread.currentThread();
    var state = current;
    if (state != null && state.thread == thread && !state.detached) {
      return state.depth > 0 ? state : null;
    }
    return inside.shared ? inside.find(thread) : null;
  }

  /** Returns the depth of the current thread, which must hold the lock. */
  int depth() {
    return current().depth;
  }

  /**
   * Returns whether a waiting thread may acquire the lock now: it is free, or biased, and no thread
   * has revoked the bias yet. It is not free while a thread is detached; the queue is signalled
   * when that has left.
   */
  boolean isFree() {
    var owner = this.owner;
    return owner == null ? !inside.anyDetached() : owner instanceof Bias && !((Bias) owner).revoked;
  }

  /** Returns the thread that runs in the state's own context, or null. It may have left by now. */
  @Nullable Thread owner() {
    var owner = this.owner;
    if (owner instanceof Bias) {
      int seen = ((Bias) owner).depthSeen();
      VarHandle.acquireFence();
      return seen > 0 ? ((Bias) owner).thread : null;
    }
    if (owner == null && !inside.shared) {
      return null;
    }
    var attached = attached();
    return attached != null && !attached.additional ? attached.thread : inside.owner();
  }

  /** Returns whether the current thread is the owner; if the lock is biased, only while inside. */
  boolean isHeldByCurrentThread() {
    var owner = this.owner;
    return owner == Thread.currentThread()
        || owner instanceof Bias && owner() == Thread.currentThread();
  }

  /** Returns whether other threads are inside, and this one is not. */
  boolean isHeldByOther() {
    var threads = inside.threads();
    return !threads.isEmpty() && !threads.contains(Thread.currentThread());
  }
}
