package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that are inside a state: one is attached, the owner of its {@link StateLock}; the
 * others are detached, each in a call of Java that Lua made.
 *
 * <p>A thread that may share the state, for a callback, takes the lock from an owner that waits for
 * something in a call of Java. The owner takes it back before that call returns to Lua, from whoever
 * is in a call of Java then; so they return in any order. A thread that may not share the state
 * waits until all have left.
 *
 * <p>One thread at a time changes who is attached. The owner does not take part: it stores its
 * depth, then looks whether anybody is {@link #shared} with or about to be; who changes says so,
 * makes a fence in all threads, and then looks at the depth.
 */
final class ThreadStates {
  private static final int SPINS = 100, SPINS_BEFORE_RECOVERY = 10_000;

  /** Every so many parks, a thread that waits to be attached looks whether the owner is one. */
  private static final int PARKS = 256;

  /** A stack trace of so many frames may be cut off: the JVM gives 1024 unless it is told. */
  private static final int LONG_TRACE = 1_000;

  private static final int FRAMES = 60;   // of the stack, which must be left for a change

  // nanoseconds
  private static final long FIRST_PARK = 20_000, LONGEST_PARK = 4_000_000, STARVES = 1_000_000;

  /** So long a thread that is to end waits for others to leave Lua before those are ended. */
  private static final long PATIENCE = 250_000_000;

  private static final VarHandle CHANGING, BREAKING, RETURNING;

  static {
    try {
      var lookup = MethodHandles.lookup();
      CHANGING = lookup.findVarHandle(ThreadStates.class, "changing", Thread.class);
      BREAKING = lookup.findVarHandle(ThreadStates.class, "breaking", boolean.class);
      RETURNING = lookup.findVarHandle(ThreadStates.class, "returning", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final StateLock lock;

  /** Whether a thread state is detached, or somebody is finding out whether one can be. */
  volatile boolean shared;

  /** Whether somebody is finding out whether the owner is inside. */
  volatile boolean recovering;

  private volatile @Nullable Thread changing;

  /** Whether somebody is finding out whether the thread that is changing something still does. */
  private volatile boolean breaking;

  private @Nullable ThreadState detached;     // a list, by whoever is changing

  /** How many wait to be attached again. */
  private volatile int returning;

  /** One that has waited long to be attached again: then nobody new comes in before it. */
  private volatile @Nullable ThreadState starved;

  ThreadStates(StateLock lock) {
    this.lock = lock;
  }

  /** Begins a change, unless another thread is changing something; goes on with one of its own. */
  private boolean beginChange(Thread thread) {
    if (!CHANGING.compareAndSet(this, null, thread) && changing != thread) {
      return false;
    }
    if (breaking) {
      changing = null;
      return false;
    }
    shared = true;
    return true;
  }

  // Each change ends with two stores and no call, out of which a stack overflow might come.

  private void awaitChange(Thread thread) {
    for (int looks = 0; !beginChange(thread); looks++) {
      if (looks < SPINS) {
        Thread.onSpinWait();
      } else if (looks % SPINS_BEFORE_RECOVERY == 0) {
        breakChange(thread, true);
      } else {
        Thread.yield();
      }
    }
  }

  /**
   * Ends the change of a thread that is dead, or is alive and outside: something kept it from that.
   *
   * @param alive whether to look at one that is alive, which takes long
   */
  private void breakChange(Thread thread, boolean alive) {
    var holder = changing;
    if (holder == null || holder == thread) {
      return;
    }
    if (!holder.isAlive()) {
      CHANGING.compareAndSet(this, holder, null);
    } else if (alive && BREAKING.compareAndSet(this, false, true)) {
      try {                           // if it comes again now it sees that, and begins nothing
        if (isOutside(holder, 0)) {
          CHANGING.compareAndSet(this, holder, null);
        }
      } finally {
        breaking = false;
      }
    }
  }

  /**
   * Returns whether any thread is detached; for the owner, while which is in Lua none can become
   * so.
   */
  boolean anyDetached() {
    return detached != null;
  }

  /** The thread state of a thread that is inside and detached, or null. */
  @Nullable ThreadState find(Thread thread) {
    LockQueue.checkStack(FRAMES);
    awaitChange(thread);
    try {
      var state = detached;
      while (state != null && state.thread != thread) {
        state = state.next;
      }
      return state;
    } finally {
      shared = detached != null;
      changing = null;
    }
  }

  /**
   * Takes the lock from outside to share the state with those who are inside and in calls of Java.
   *
   * @param late whether to take it from an owner too whose call of Java runs
   * @return false if that cannot be done now
   */
  boolean share(Thread thread, boolean late) {
    var mine = new ThreadState(thread);
    ThreadState outer = null;
    if (!beginChange(thread)) {
      return false;
    }
    try {
      if (starved != null) {
        return false;
      }
      if (!lock.becomeOwner(thread)) {
        var owner = lock.revokeBias();
        if (owner == null || !owner.isInJava() || owner.returning
            || !late && owner.thread.getState() == Thread.State.RUNNABLE) {
          return false;
        }
        detach(owner, thread);
      }
      outer = detached;
      mine.additional = outer != null;
      mine.attachment = outer == null ? null : outer.attachment;
      lock.begin(mine);
    } finally {
      shared = detached != null;
      changing = null;
    }
    boolean opened = false;
    try {
      if (mine.additional) {
        lock.contexts.open(mine, outer);
      }
      opened = true;
    } finally {
      if (!opened) {
        mine.additional = false;
        lock.unlock();
      }
    }
    return true;
  }

  /** Makes a thread the owner in the place of one that is in a call of Java. */
  private void detach(ThreadState owner, Thread thread) {
    owner.next = detached;
    detached = owner;
    owner.detached = true;
    lock.replace(thread);
  }

  /** Enters once more from a call of Java. Always true. */
  boolean enter(ThreadState state) {
    LockQueue.checkStack(FRAMES);
    attach(state, state.depth + 1, state.depthOfCall);
    return true;
  }

  /** Enters once more by the owner, unless the lock was taken from it meanwhile. */
  boolean enterAgain(ThreadState state) {
    LockQueue.checkStack(FRAMES);
    awaitChange(state.thread);
    try {
      boolean inside = lock.isOwner(state);
      state.depth = inside ? state.depth + 1 : 0;
      return inside;
    } finally {
      shared = detached != null;
      changing = null;
    }
  }

  /**
   * Attaches a thread that is in a call of Java, with these numbers from then on. Throws nothing: at
   * the end of a call there is as much of the stack as there was at its beginning.
   */
  void attach(ThreadState state, int depth, int depthOfCall) {
    long start = 0;
    boolean interrupted = false;
    state.cancelled = false;
    state.returning = true;
    for (int looks = 0; !tryAttach(state, depth, depthOfCall); looks++) {
      if (looks < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      long now = System.nanoTime();
      if (start == 0) {
        start = now;
        state.returns = true;
        RETURNING.getAndAdd(this, 1);
      }
      if (starved == null && now - start > STARVES) {
        starved = state;
      }
      // the more wait, the less often each of them looks
      long longest = LONGEST_PARK * (1 + returning / 4);
      LockSupport.parkNanos(this, starved == state ? STARVES
          : Math.min(FIRST_PARK << Math.min(looks - SPINS, 20), longest));
      interrupted |= Thread.interrupted();
      if (looks % PARKS == 0) {
        tryRecover(state.thread);
      }
      if ((interrupted || state.cancelled) && System.nanoTime() - start > PATIENCE) {
        interruptOwner(state);
      }
    }
    state.returning = false;
    if (start != 0) {
      RETURNING.getAndAdd(this, -1);
    }
    if (interrupted) {
      state.thread.interrupt();
    }
  }

  /** {@link #recover} as far as the memory and the stack that are left allow. */
  private void tryRecover(Thread thread) {
    try {
      recover(thread, true);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // once more later
    }
  }

  private boolean tryAttach(ThreadState state, int depth, int depthOfCall) {
    if (!beginChange(state.thread)) {
      return false;
    }
    try {
      if (state.detached) {
        if (!lock.becomeOwner(state.thread)) {
          var owner = lock.revokeBias();
          if (owner == null || !owner.isInJava()) {
            return false;
          }
          detach(owner, state.thread);
        }
        remove(state);
        lock.attached(state);
        lock.contexts.resume(state);
      }
      if (starved == state) {
        starved = firstToReturn();
      }
      state.returns = false;
      state.depth = depth;
      state.depthOfCall = depthOfCall;
      return true;
    } finally {
      shared = detached != null;
      changing = null;
    }
  }

  /** Who has been detached longest of those that wait to be attached again, or null. */
  private @Nullable ThreadState firstToReturn() {
    ThreadState first = null;
    for (var each = detached; each != null; each = each.next) {
      first = each.returns ? each : first;
    }
    return first;
  }

  @SuppressWarnings("NullAway")
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

  private void interruptOwner(ThreadState waiting) {
    var owner = lock.attached();
    if (owner != null && owner != waiting) {
      lock.contexts.stop(owner);
    }
  }

  /** Wakes the thread that has waited long to be attached again, now that the lock is free. */
  void released() {
    var first = starved;
    if (first != null) {
      LockSupport.unpark(first.thread);
    }
  }

  /**
   * Takes the lock from an owner that is dead, or is alive and outside: a stack overflow kept it
   * from giving the lock back. Then the lock is free.
   *
   * @param alive whether to look at an owner that is alive, which takes long
   */
  void recover(Thread thread, boolean alive) {
    ThreadState dead = null;
    ThreadState left = null;
    if (!beginChange(thread)) {
      breakChange(thread, alive);
      return;
    }
    recovering = true;
    try {
      dead = firstDead();
      if (dead != null) {
        remove(dead);
      }
      var owner = lock.revokeBias();
      if (owner == null) {
        recoverIdle(alive);
      } else if ((!owner.thread.isAlive() || alive && isOutside(owner.thread, owner.holds))
          && owner.depth > 0) {       // else it has left meanwhile
        left = owner;
        lock.replace(thread);
      }
    } finally {
      recovering = false;
      shared = detached != null;
      changing = null;
    }
    end(dead, left);
  }

  private @Nullable ThreadState firstDead() {
    var state = detached;
    while (state != null && state.thread.isAlive()) {
      state = state.next;
    }
    return state;
  }

  /**
   * Ends a thread state that was detached and one that was attached, if any; the lock is of this
   * thread in the place of the latter. Not while who is attached is being changed: whoever an interrupter
   * waits for here may wait for that.
   */
  private void end(@Nullable ThreadState dead, @Nullable ThreadState left) {
    try {
      if (dead != null && dead.additional) {
        lock.contexts.abandon(dead);
      }
      if (left != null) {
        lock.contexts.close(left);
      }
    } finally {
      if (left != null) {
        left.depth = 0;
        left.depthOfCall = 0;
        left.attachment = null;
        left.fatal = null;
        left.interrupt = null;
        lock.replace(null);
      }
    }
  }

  /** The same of an owner that has not entered, or has left and not said so. */
  private void recoverIdle(boolean alive) {
    var idle = lock.idleOwner();
    if (idle != null && (!idle.isAlive() || alive && isOutside(idle, 0))
        && lock.idleOwner() == idle) {
      lock.free(idle);
    }
  }

  /** Forgets entries of this thread, which holds the lock, that a stack overflow left behind. */
  void recoverOwn() {
    var state = lock.current();
    if (state.depth > 1 && isOutside(state.thread, state.holds)) {
      state.depth = 1;
      state.depthOfCall = 0;
    }
  }

  /**
   * Returns whether a thread is in no method of the library, but for those by which it closes a
   * state now, nor keeps the lock beyond one.
   */
  private static boolean isOutside(Thread thread, int holds) {
    var stack = thread.getStackTrace();
    if (holds > 0 || stack.length == 0 || !isWhole(stack.length)) {
      return false;
    }
    boolean closes = thread == Thread.currentThread();
    for (var element : stack) {
      var name = element.getClassName();
      if (name.startsWith("org.lupine.")) {
        if (!closes || !name.equals(ThreadStates.class.getName())
            && !element.getMethodName().equals("close")) {
          return false;
        }
      } else if (!name.equals(Thread.class.getName())) {
        closes = false;
      }
    }
    return true;
  }

  /** Returns whether a stack trace of so many frames is all: the JVM gives longer ones. */
  private static boolean isWhole(int frames) {
    try {
      return frames < LONG_TRACE && traced(frames) > frames;
    } catch (StackOverflowError e) {
      return false;
    }
  }

  /** Returns how many frames the JVM gives of a stack that has more than so many. */
  private static int traced(int frames) {
    return frames == 0 ? new Throwable().getStackTrace().length : traced(frames - 1);
  }

  /** Says that the run of a thread that is inside is to end, should it wait to be attached. */
  void cancel(Thread thread) {
    var mine = find(thread);
    if (mine != null) {
      mine.cancelled = true;
    }
  }

  /** The thread that runs in the state's own context, or null; it may have left by now. */
  @Nullable Thread owner() {
    LockQueue.checkStack(FRAMES);
    awaitChange(Thread.currentThread());
    try {
      var state = lock.attached();
      if (state == null || state.additional) {
        state = detached;
        while (state != null && state.additional) {
          state = state.next;
        }
      }
      return state == null ? null : state.thread;
    } finally {
      shared = detached != null;
      changing = null;
    }
  }

  /** Returns the threads that are inside, attached or not; they may have left by now. */
  List<Thread> threads() {
    return all().stream().map(each -> each.thread).toList();
  }

  /**
   * Returns the thread states of those who are inside, attached or not; they may have left by now.
   */
  List<ThreadState> all() {
    var states = new ArrayList<ThreadState>();
    LockQueue.checkStack(FRAMES);
    awaitChange(Thread.currentThread());
    try {
      var attached = lock.attached();
      if (attached != null) {
        states.add(attached);
      }
      for (var state = detached; state != null; state = state.next) {
        states.add(state);
      }
      return states;
    } finally {
      shared = detached != null;
      changing = null;
    }
  }
}
