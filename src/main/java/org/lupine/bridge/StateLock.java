package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

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
 * <p><b>Detaching.</b> While the holder is in a call of Java that Lua made, a thread that may share
 * the state, for a callback, can take the lock from it, if the holder's thread waits for something;
 * the holder takes it back before the call returns to Lua, in any order. So several threads can be
 * inside, of which one is attached. A thread that may not share waits until all have left.
 *
 * <p><b>Stack overflow.</b> It may come out of any call, but not out of a store; so between two
 * stores that belong together there is no call, or what was stored is undone. Whoever waits notices
 * an owner that has died, or has gone without giving the lock back, and takes it.
 */
final class StateLock {
  /** What the lock does with the native side when several threads are inside. */
  interface Contexts {
    /** Makes a context for a thread state that was just attached, and runs in it from now on. */
    void open(ThreadState state);

    /** Runs in the context of a thread state that is attached again. */
    void resume(ThreadState state);

    /** Ends the context of a thread state; what runs next does so in the state's own. */
    void close(ThreadState state);

    /** Ends what runs now in the state, for a thread that cannot wait for it any longer. */
    void stop(ThreadState state);
  }

  /** So often in a row a thread takes the lock before it is biased: twice as often each time. */
  private static final int FIRST_STREAK = 64, LONGEST_STREAK = 1 << 20;

  /** The owner while the lock is biased: that thread may be inside or not. */
  private static final Object BIASED = new Object();

  private static final int LOOKS = 100;
  private static final long FIRST_PARK = 20_000, LONGEST_PARK = 1_000_000;  // nanoseconds

  /** So long a thread that is to end waits for others to leave Lua before those are ended. */
  private static final long PATIENCE = 250_000_000;

  private static final VarHandle OWNER, BIAS, CHANGING;

  static {
    try {
      var lookup = MethodHandles.lookup();
      OWNER = lookup.findVarHandle(StateLock.class, "owner", Object.class);
      BIAS = lookup.findVarHandle(StateLock.class, "bias", Bias.class);
      CHANGING = lookup.findVarHandle(StateLock.class, "changing", Thread.class);
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
  private final Contexts contexts;

  private volatile Object owner;    // a thread, null or BIASED
  private volatile Bias bias;

  /** The thread state that is attached; read by others too, who check whose it is. */
  private ThreadState current;

  /** The thread that changes who is attached, or the list of those who are not. */
  private volatile Thread changing;

  /** Whether a thread state is detached, or somebody is finding out whether one can be. */
  private volatile boolean shared;
  private ThreadState detached;     // a list, by whoever is changing

  /** One that has waited long to be attached again: then nobody new comes in before it. */
  private volatile ThreadState starved;

  // of the owner
  private ThreadState last;         // whose streak it is
  private int streak;
  private int streakNeeded = FIRST_STREAK;
  private Bias prepared;

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
    var bias = this.bias;
    if (bias != null && bias.thread == thread) {
      if (bias.enter()) {
        return true;
      }
      if (bias.depth > 0) {
        return enterAgain(bias);
      }
      giveBack(bias);
    } else if (owner == thread) {
      return enterAgain(current);
    }
    if (shared) {
      var mine = findDetached(thread);
      if (mine != null) {
        attach(mine, mine.depth + 1, mine.depthOfCall);
        return true;
      }
    }
    if (streak >= streakNeeded && (prepared == null || prepared.thread != thread)
        && Fences.PRESENT) {
      prepared = new Bias(thread);
    }
    return false;
  }

  /** Enters once more by a thread that is inside, and may be in a call of Java. */
  private boolean enterAgain(ThreadState state) {
    int before = state.depth;
    state.depth = before + 1;
    if (before > state.depthOfCall) {
      return true;                    // it runs Lua's side: nobody takes the lock from it
    }
    boolean entered = false;
    try {
      fence();
      entered = !shared;
    } finally {
      if (!entered) {
        state.depth = before;
      }
    }
    if (!entered) {
      attach(state, before + 1, state.depthOfCall);
    }
    return true;
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
    if (shared) {
      state.depthOfCall = depth;
      attach(state, depth, before);
    }
  }

  /**
   * Takes the lock from outside if it is free, or biased towards a thread that is outside.
   *
   * @param waiter null for somebody who came just now
   */
  boolean take(Thread thread, LockQueue.Waiter waiter) {
    if (detached != null || !queue.mayBarge(waiter)) {
      return false;
    }
    var mine = last;                  // maybe another thread's: then it is left alone
    if (mine == null || mine.thread != thread || mine.depth != 0 || mine.detached) {
      mine = new ThreadState(thread);
    }
    if (!OWNER.compareAndSet(this, null, thread)) {
      var bias = this.bias;
      if (bias == null || !bias.revoke() || !BIAS.compareAndSet(this, bias, null)) {
        return false;
      }
      owner = thread;
    }
    if (detached != null) {           // others are inside, in calls of Java
      owner = null;
      queue.released(true);
      return false;
    }
    begin(mine);
    streak = mine == last && waiter == null ? streak + 1 : 0;
    last = mine;
    return true;
  }

  private void begin(ThreadState mine) {
    mine.depth = 1;
    mine.depthOfCall = 0;
    mine.cancelled = false;
    current = mine;
  }

  /** Leaves once; who left as often as it entered gives the lock back. */
  void unlock() {
    var bias = this.bias;
    if (bias != null) {
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
    var next = prepared;
    if (next != null && state == last && next.thread == last.thread && streak >= streakNeeded
        && !shared && queue.isEmpty()) {
      prepared = null;
      streak = 0;
      streakNeeded = streakNeeded < LONGEST_STREAK ? 2 * streakNeeded : LONGEST_STREAK;
      current = next;
      owner = BIASED;
      this.bias = next;
    } else {
      owner = null;
    }
    queue.released(shared);
  }

  /** By the biased thread, outside, once the bias is revoked: unless somebody took the lock. */
  private void giveBack(Bias bias) {
    if (BIAS.compareAndSet(this, bias, null)) {
      owner = null;
    }
    queue.released(shared);
  }

  // --- several threads inside

  private boolean beginChange(Thread thread) {
    if (!CHANGING.compareAndSet(this, null, thread)) {
      return false;
    }
    shared = true;
    return true;
  }

  private void endChange() {
    shared = detached != null;
    changing = null;
  }

  /** The thread state of a thread that is inside and detached, or null. */
  private ThreadState findDetached(Thread thread) {
    while (!beginChange(thread)) {
      Thread.onSpinWait();
    }
    try {
      var state = detached;
      while (state != null && state.thread != thread) {
        state = state.next;
      }
      return state;
    } finally {
      endChange();
    }
  }

  /** The owner's thread state if the owner is in a call of Java, where it stays for now. */
  private ThreadState holderInJava() {
    var bias = this.bias;
    if (bias != null) {
      bias.revoked = true;
    }
    Native.fenceAll();
    var holder = owner;
    var state = holder == BIASED ? bias : current;
    return state != null && (holder == BIASED ? bias == this.bias : state.thread == holder)
        && state.isInJava() ? state : null;
  }

  /** Makes a thread the owner in the place of one that is in a call of Java. */
  private void detach(ThreadState holder, Thread thread) {
    holder.next = detached;
    detached = holder;
    holder.detached = true;
    if (bias == holder) {
      bias = null;
    }
    owner = thread;
  }

  /**
   * Takes the lock from outside to share the state with those who are inside and in calls of Java.
   *
   * @param always whether it may be taken from a thread that does not wait for anything
   * @return false if that cannot be done now
   */
  boolean share(Thread thread, boolean always) {
    var mine = new ThreadState(thread);
    if (!beginChange(thread)) {
      return false;
    }
    try {
      if (owner == null) {
        if (starved != null || !OWNER.compareAndSet(this, null, thread)) {
          return false;
        }
      } else {
        var holder = holderInJava();
        if (holder == null || starved != null || !always && holder.thread.getState() == Thread.State.RUNNABLE) {
          return false;
        }
        detach(holder, thread);
      }
      mine.additional = detached != null;
      mine.attachment = detached == null ? null : detached.attachment;
      begin(mine);
    } finally {
      endChange();
    }
    boolean opened = false;
    try {
      if (mine.additional) {
        contexts.open(mine);
      }
      opened = true;
    } finally {
      if (!opened) {
        mine.additional = false;
        unlock();
      }
    }
    return true;
  }

  /** Attaches a thread that is in a call of Java, with these numbers from then on. */
  private void attach(ThreadState state, int depth, int depthOfCall) {
    long start = 0;
    boolean interrupted = false;
    state.cancelled = false;
    for (int looks = 0; !tryAttach(state, depth, depthOfCall); looks++) {
      if (looks < LOOKS) {
        Thread.onSpinWait();
        continue;
      }
      long now = System.nanoTime();
      start = start == 0 ? now : start;
      if (now - start > LONGEST_PARK) {
        starved = state;
      }
      LockSupport.parkNanos(this, Math.min(FIRST_PARK << Math.min(looks - LOOKS, 10),
          LONGEST_PARK));
      interrupted |= Thread.interrupted();
      if ((interrupted || state.cancelled) && System.nanoTime() - start > PATIENCE) {
        stopHolder(state);
      }
    }
    if (starved == state) {
      starved = null;
    }
    if (interrupted) {
      state.thread.interrupt();
    }
  }

  private boolean tryAttach(ThreadState state, int depth, int depthOfCall) {
    if (!beginChange(state.thread)) {
      return false;
    }
    try {
      if (state.detached) {
        if (owner == null) {
          if (!OWNER.compareAndSet(this, null, state.thread)) {
            return false;
          }
        } else {
          var holder = holderInJava();
          if (holder == null) {
            return false;
          }
          detach(holder, state.thread);
        }
        remove(state);
        current = state;
        contexts.resume(state);
      }
      state.depth = depth;
      state.depthOfCall = depthOfCall;
      return true;
    } finally {
      endChange();
    }
  }

  private void remove(ThreadState state) {
    if (detached == state) {
      detached = state.next;
    } else {
      var before = detached;
      while (before.next != state) {
        before = before.next;
      }
      before.next = state.next;
    }
    state.next = null;
    state.detached = false;
  }

  private void stopHolder(ThreadState waiting) {
    var holder = current;
    if (holder != null && holder != waiting) {
      contexts.stop(holder);
    }
  }

  /**
   * Takes the lock from an owner that is dead, or is alive and outside: a stack overflow kept it
   * from giving the lock back.
   *
   * @param alive whether to look at an owner that is alive, which takes long
   */
  boolean recover(Thread thread, boolean alive) {
    if (!beginChange(thread)) {
      return false;
    }
    try {
      for (var state = detached; state != null; state = state.next) {
        if (!state.thread.isAlive()) {
          remove(state);
          break;                      // the next one next time
        }
      }
      var bias = this.bias;
      if (bias != null) {
        bias.revoked = true;
      }
      Native.fenceAll();
      var holder = owner;
      var state = holder == BIASED ? bias : current;
      if (holder == null || state == null || state.depth == 0
          || holder != BIASED && state.thread != holder
          || state.thread.isAlive() && !(alive && isOutside(state))) {
        return false;
      }
      state.depth = 0;
      state.depthOfCall = 0;
      if (bias == state) {
        this.bias = null;
      }
      owner = null;
      return true;
    } finally {
      endChange();
    }
  }

  /** Forgets entries of this thread, which holds the lock, that a stack overflow left behind. */
  void recoverOwn() {
    var state = current;
    if (state.depth > 1 && isOutside(state)) {
      state.depth = 1;
      state.depthOfCall = 0;
    }
  }

  /**
   * Whether a thread is in no method of the library, but for one of this that it called from
   * outside, nor keeps the lock beyond one.
   */
  private static boolean isOutside(ThreadState state) {
    if (state.holds > 0) {
      return false;
    }
    boolean own = state.thread == Thread.currentThread();
    for (var element : state.thread.getStackTrace()) {
      boolean ours = element.getClassName().startsWith("org.lupine.");
      if (ours && !own) {
        return false;
      }
      own &= ours || element.getClassName().equals(Thread.class.getName());
    }
    return true;
  }

  // --- who is inside

  /** The thread state that is attached; for the thread that holds the lock. */
  ThreadState current() {
    return current;
  }

  /** The thread state of the present thread, or null if it is outside. */
  ThreadState mine() {
    var thread = Thread.currentThread();
    var state = current;
    if (state != null && state.thread == thread && !state.detached) {
      return state.depth > 0 ? state : null;
    }
    return shared ? findDetached(thread) : null;
  }

  /** How often the present thread, which must hold the lock, has entered. */
  int depth() {
    return current.depth;
  }

  /** Whether nobody holds the lock; who does may have given it back by now. */
  boolean isFree() {
    return owner == null;
  }

  /** The thread that runs in the state's own context, or null; it may have left by now. */
  Thread owner() {
    var bias = this.bias;
    if (bias != null) {
      int seen = bias.depth;
      VarHandle.acquireFence();
      return seen > 0 ? bias.thread : null;
    }
    var state = current;
    if (state != null && owner == state.thread && !state.additional) {
      return state.thread;
    }
    for (var each : insideStates()) {
      if (!each.additional) {
        return each.thread;
      }
    }
    return null;
  }

  /** The threads that are inside, attached or not; they may have left by now. */
  List<Thread> inside() {
    return insideStates().stream().map(each -> each.thread).toList();
  }

  private List<ThreadState> insideStates() {
    var states = new ArrayList<ThreadState>();
    var thread = Thread.currentThread();
    while (!beginChange(thread)) {
      Thread.onSpinWait();
    }
    try {
      var bias = this.bias;
      var attached = bias != null ? bias : current;
      if (attached != null && attached.depth > 0
          && (attached == bias || owner == attached.thread)) {
        states.add(attached);
      }
      for (var state = detached; state != null; state = state.next) {
        states.add(state);
      }
      return states;
    } finally {
      endChange();
    }
  }

  /** Does something for each thread state that was inside just now. */
  void forEach(Consumer<ThreadState> action) {
    insideStates().forEach(action);
  }

  /** Says that the run of a thread that is inside is to end, should it wait to be attached. */
  void cancel(Thread thread) {
    forEach(each -> each.cancelled |= each.thread == thread);
  }

  boolean isHeldByCurrentThread() {
    return owner == Thread.currentThread() || owner == BIASED && owner() == Thread.currentThread();
  }

  boolean isHeldByOther() {
    var inside = inside();
    return !inside.isEmpty() && !inside.contains(Thread.currentThread());
  }
}
