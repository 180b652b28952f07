package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a state: re-entrant, biased towards a thread that uses the state alone, and fair
 * enough that nobody waits for long; {@link LockQueue} has those who wait.
 *
 * <p><b>Biased locking.</b> A thread that has taken the lock many times in a row, nobody else
 * between, enters and leaves with plain stores from then on. Whoever else wants the lock first
 * revokes the bias, and makes sure with {@link Native#fenceAll} that the biased thread either is
 * seen inside or sees that the bias is revoked. Without such a fence there is no bias.
 *
 * <p><b>Barging.</b> A free lock goes to whoever comes first, which may be the thread that just
 * left. Who has waited for a millisecond is overtaken by nobody any more.
 *
 * <p><b>Sharing.</b> While the owner is in a call of Java that Lua made, another thread may take the
 * lock from it: see {@link ThreadStates}.
 *
 * <p><b>Stack overflow.</b> It may come out of any call, but not out of a store; so who owns the
 * lock, by bias or not, is one word. A thread that has become the owner and not entered, or left and
 * is the owner still, takes the lock when it comes again. Others that wait notice an owner that has
 * died, or has gone without giving the lock back, and take it from that.
 */
final class StateLock {
  /** What the lock does with the native side when several threads are inside. */
  interface Contexts {
    /**
     * Makes a context for a thread state that was just attached, and runs in it from now on.
     *
     * @param outer the thread state whose run waits meanwhile
     */
    void open(ThreadState state, @Nullable ThreadState outer);

    /** Runs in the context of a thread state that is attached again. */
    void resume(ThreadState state);

    /**
     * Ends what a thread state has: its context, and what runs next does so in the state's own; or
     * of that, what its thread has left behind.
     */
    void close(ThreadState state);

    /** Ends the context of a thread state that is detached, and whose thread is dead, some time. */
    void abandon(ThreadState state);

    /** Ends what runs now in the state, for a thread that cannot wait for it any longer. */
    void stop(ThreadState state);
  }

  /** So often in a row a thread takes the lock before it is biased: twice as often each time. */
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

  /** Whether the platform has the fence; asked when the native library is there. */
  private static final class Fences {
    static final boolean PRESENT = Native.fenceAll();
  }

  /** The thread state of a thread that the lock is biased towards. */
  private static final class Bias extends ThreadState {
    volatile boolean revoked;

    Bias(Thread thread) {
      super(thread);
    }

    /** By its thread: enters, unless the bias is revoked. */
    boolean enter() {
      int before = depth;
      boolean entered = false;
      depth = before + 1;
      try {
        VarHandle.acquireFence();   // for the compiler; the processor's is made by who revokes
        entered = !revoked;
      } finally {
        if (!entered) {
          depth = before;
        }
      }
      return entered;
    }

    /** By its thread: leaves once, and gives how often it is still inside. */
    int leave() {
      int left = depth - 1;
      try {
        VarHandle.releaseFence();
      } finally {
        depth = left;
      }
      return left;
    }

    /** By another thread: ends the bias, and tells whether its thread is outside. */
    boolean revoke() {
      revoked = true;
      Native.fenceAll();
      int seen = depth;
      VarHandle.acquireFence();
      return seen == 0;
    }
  }

  final LockQueue queue = new LockQueue(this);
  final ThreadStates inside = new ThreadStates(this);
  final Contexts contexts;

  /** A thread; or the bias, whose thread may be inside or not; or null. */
  private volatile @Nullable Object owner;

  /** The thread state that is attached; read by others too, who check whose it is. */
  private @Nullable ThreadState current;

  // of the owner
  private @Nullable ThreadState last;         // whose streak it is
  private int acquisitionsInRow;
  private int biasThreshold = FIRST_THRESHOLD;
  private @Nullable Bias nextBias;

  StateLock(Contexts contexts) {
    this.contexts = contexts;
  }

  /**
   * Takes the lock, waiting until nobody else is inside.
   *
   * @throws org.lupine.value.LuaInterruptedException if the thread is interrupted, which it stays,
   *     or the run that waits is to end
   */
  void lock() {
    var thread = Thread.currentThread();
    if (!enter(thread) && !take(thread, null)) {
      queue.await(thread, false);
    }
  }

  /** {@link #lock} that also takes the lock from a thread that waits in a call of Java. */
  void share() {
    var thread = Thread.currentThread();
    if (!enter(thread) && !take(thread, null)) {
      queue.await(thread, true);
    }
  }

  /** Takes the lock if that is possible at once. */
  boolean tryLock() {
    var thread = Thread.currentThread();
    return enter(thread) || take(thread, null);
  }

  /**
   * Takes the lock, waiting no longer than so many nanoseconds; whether it did.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  boolean tryLock(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return tryLock() || nanos > 0 && queue.await(Thread.currentThread(), nanos);
  }

  /** Enters once more, or by the bias; false if this thread is not inside. */
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
        giveBack(bias);
      }
    } else if (owner == thread) {
      var state = current;
      if (state != null && state.thread == thread) {    // else it owns the lock no more, or not yet
        return enterAgain(state);
      }
    }
    if (inside.shared) {
      var mine = inside.find(thread);
      if (mine != null) {
        return inside.enter(mine);
      }
    }
    var next = nextBias;              // once: the owner may clear it meanwhile
    if (acquisitionsInRow >= biasThreshold && (next == null || next.thread != thread)
        && Fences.PRESENT) {
      nextBias = new Bias(thread);
    }
    return false;
  }

  /**
   * Enters once more by a thread that is inside, and may be in a call of Java; false if the lock was
   * taken from it, since it seemed to be outside.
   */
  private boolean enterAgain(ThreadState state) {
    int before = state.depth;
    if (before == 0) {
      return false;
    }
    boolean inLua = before > state.depthOfCall;     // then nobody shares the state with it
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

  /** Orders a store before a load, as far as the one who calls fenceAll does not. */
  private static void fence() {
    if (Fences.PRESENT) {
      VarHandle.acquireFence();
    } else {
      VarHandle.fullFence();
    }
  }

  /**
   * Begins a call of Java: from now on another thread may be attached.
   *
   * @param state the one that is attached
   * @return what {@link #returnFromJava} needs
   */
  static int leaveForJava(ThreadState state) {
    int before = state.depthOfCall;
    state.depthOfCall = state.depth;
    return before;
  }

  /** Ends a call of Java: this thread is attached again when it returns. Throws nothing. */
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
   * Takes the lock from outside if it is free, or biased towards a thread that is outside.
   *
   * @param waiter null for somebody who came just now
   */
  boolean take(Thread thread, LockQueue.@Nullable Waiter waiter) {
    if (inside.anyDetached() || !queue.mayBarge(waiter)) {
      return false;
    }
    var mine = last;                  // maybe another thread's: then it is left alone
    if (mine == null || mine.thread != thread || mine.depth != 0 || mine.detached) {
      mine = new ThreadState(thread);
    }
    if (!OWNER.compareAndSet(this, null, thread)) {
      var owner = this.owner;
      boolean mayTake = owner instanceof Bias
          ? ((Bias) owner).revoke() && OWNER.compareAndSet(this, owner, thread)
          : owner == thread;          // it has not entered: something kept it from that
      if (!mayTake) {
        return false;
      }
    }
    if (inside.anyDetached() || inside.recovering) {    // others are inside, in calls of Java
      owner = null;
      queue.released(true);
      return false;
    }
    begin(mine);
    acquisitionsInRow = mine == last && waiter == null ? acquisitionsInRow + 1 : 0;
    last = mine;
    return true;
  }

  /** Enters from outside, by the new owner. */
  void begin(ThreadState mine) {
    mine.depth = 1;
    mine.depthOfCall = 0;
    mine.cancelled = false;
    current = mine;
  }

  /** Leaves once; who left as often as it entered gives the lock back. */
  @SuppressWarnings("NullAway")
  void unlock() {
    var owner = this.owner;
    if (owner instanceof Bias) {
      var bias = (Bias) owner;
      if (bias.leave() == 0 && bias.revoked) {
        giveBack(bias);
      }
      return;
    }
    var state = current;
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
    if (next != null && state == last && next.thread == last.thread
        && acquisitionsInRow >= biasThreshold
        && !inside.shared && queue.isEmpty()) {
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

  /** By the biased thread, outside, once the bias is revoked: unless somebody took the lock. */
  private void giveBack(Bias bias) {
    OWNER.compareAndSet(this, bias, null);
    inside.released();
    queue.released(inside.shared);
  }

  // for ThreadStates

  /** Makes a thread the owner if nobody is. */
  boolean becomeOwner(Thread thread) {
    return OWNER.compareAndSet(this, null, thread);
  }

  /**
   * Ends the bias, and makes sure that what the owner does is seen here from now on, and what this
   * thread did is seen by it.
   *
   * @return the owner's thread state; null if there is no owner, or nobody can tell
   */
  @Nullable ThreadState revokeBias() {
    var before = owner;
    if (before instanceof Bias) {
      ((Bias) before).revoked = true;
    }
    Native.fenceAll();
    var holder = owner;
    if (holder instanceof Bias) {
      return holder == before && ((Bias) holder).depth > 0 ? (Bias) holder : null;
    }
    var state = current;
    return state != null && state.thread == holder && state.depth > 0 ? state : null;
  }

  /** A thread that owns the lock but is not inside, while it comes or goes or since then; or null. */
  @Nullable Thread idleOwner() {
    var holder = owner;
    var state = current;
    return holder instanceof Thread && (state == null || state.thread != holder || state.depth == 0)
        ? (Thread) holder : null;
  }

  /** Frees the lock of an {@link #idleOwner} that will not do so. */
  void free(Thread idle) {
    OWNER.compareAndSet(this, idle, null);
  }

  /** Makes a thread the owner, or nobody, in the place of one that does not enter or leave now. */
  void replace(@Nullable Thread thread) {
    owner = thread;
  }

  /**
   * Returns whether this is the thread state of the owner; for its thread while nobody changes
   * that.
   */
  boolean isOwner(ThreadState state) {
    return owner == state.thread || owner == state;
  }

  /** Says which thread state is attached, by its thread. */
  void attached(ThreadState state) {
    current = state;
  }

  /** The thread state of the owner, if it is inside; others may come and go meanwhile. */
  @Nullable ThreadState attached() {
    var owner = this.owner;
    var state = owner instanceof Bias ? (Bias) owner : current;
    return state != null && state.depth > 0 && (state == owner || state.thread == owner) ? state
        : null;
  }

  // who is inside

  /** Returns the thread state that is attached; for the thread that holds the lock. */
  @SuppressWarnings("NullAway")     // there is one while the lock is held
  ThreadState current() {
    return current;
  }

  /** The thread state of the present thread, or null if it is outside. */
  @Nullable ThreadState mine() {
    var thread = Thread.currentThread();
    var state = current;
    if (state != null && state.thread == thread && !state.detached) {
      return state.depth > 0 ? state : null;
    }
    return inside.shared ? inside.find(thread) : null;
  }

  /** Returns how often the present thread, which must hold the lock, has entered. */
  @SuppressWarnings("NullAway")
  int depth() {
    return current.depth;
  }

  /**
   * Returns whether one that waits may have the lock now: it is free, or became biased just now.
   * Not while others are in calls of Java: then this is told when they have left.
   */
  boolean isFree() {
    var owner = this.owner;
    return owner == null ? !inside.anyDetached()
        : owner instanceof Bias && !((Bias) owner).revoked;
  }

  /** The thread that runs in the state's own context, or null; it may have left by now. */
  @Nullable Thread owner() {
    var owner = this.owner;
    if (owner instanceof Bias) {
      int seen = ((Bias) owner).depth;
      VarHandle.acquireFence();
      return seen > 0 ? ((Bias) owner).thread : null;
    }
    if (owner == null && !inside.shared) {
      return null;
    }
    var attached = attached();
    return attached != null && !attached.additional ? attached.thread : inside.owner();
  }

  boolean isHeldByCurrentThread() {
    var owner = this.owner;
    return owner == Thread.currentThread()
        || owner instanceof Bias && owner() == Thread.currentThread();
  }

  boolean isHeldByOther() {
    var threads = inside.threads();
    return !threads.isEmpty() && !threads.contains(Thread.currentThread());
  }
}
