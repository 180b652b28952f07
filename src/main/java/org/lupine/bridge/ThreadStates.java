package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads inside a state. One is <em>attached</em>: the owner of the {@link StateLock}. The
 * others are <em>detached</em>: each is in a call from Lua to Java.
 *
 * <p>A thread that may share the state, such as a callback, takes the lock from an owner that is in
 * a call from Lua to Java: at once if the owner is blocked there, and after some time even if it is
 * running. Before its call returns to Lua, the detached thread takes the lock back. It can do so
 * once the attached thread has left, or is in a call from Lua to Java itself. So the threads return
 * in any order. A thread that may not share the state waits until all others have left, except in a
 * deadlock.
 *
 * <p><b>Changes.</b> A change makes another thread the attached one. One thread at a time makes a
 * change ({@link #beginChange}). The owner has a fast path for entering, leaving and calls to Java:
 * it stores its depth, or the depth of its call, and then checks {@link #shared}, which is set
 * during a change and while a thread is detached. Only if it is set does the owner wait for the end
 * of the change. The changing thread sets {@code shared}, makes all threads execute a fence, and
 * then reads the owner's stores. So at least one of the two sees the store of the other.
 */
final class ThreadStates {
  private static final int SPINS = 100;

  /**
   * After how many parks a thread that waits to be attached checks whether the owner is still alive
   * and inside.
   */
  private static final int PARKS = 256;

  /** The length from which a stack trace may be truncated: the JVM's default limit is 1024. */
  private static final int LONG_TRACE = 1_000;

  private static final int STACK = 8 * 1024; // bytes of the stack that must be left for a change

  // nanoseconds
  private static final long FIRST_PARK = 20_000, LONGEST_PARK = 4_000_000, STARVES = 1_000_000;
  private static final long LONG_CHANGE = 20_000_000;

  /**
   * For how long a thread that is to end waits for others to leave Lua before those are
   * interrupted.
   */
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

  /** Whether a thread state is detached, or a thread is changing something. */
  volatile boolean shared;

  /** Whether a thread is finding out whether the owner is inside. */
  volatile boolean recovering;

  private volatile @Nullable Thread changing;

  /** Whether a thread is finding out whether the changing thread still changes something. */
  private volatile boolean breaking;

  private @Nullable ThreadState detached; // a list, changed by the changing thread

  /** The number of threads that wait to be attached again. */
  private volatile int returning;

  /**
   * A thread that has waited long to be attached again; while there is one, no new thread is
   * admitted.
   */
  private volatile @Nullable ThreadState starved;

  ThreadStates(StateLock lock) {
    this.lock = lock;
  }

  /**
   * Begins a change, unless another thread is in the middle of one; returns whether it did. A
   * change of this thread that a stack overflow has cut short is taken up again. The caller ends
   * the change by stores to {@code shared} and {@code changing}, without a method call, which could
   * overflow the stack.
   */
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

  private void awaitChange(Thread thread) {
    long start = 0;
    for (int attempts = 0; !beginChange(thread); attempts++) {
      if (attempts < SPINS) {
        Thread.onSpinWait();
        continue;
      }
      long now = System.nanoTime(); // on a busy machine each yield may take milliseconds
      if (start == 0) {
        start = now;
      }
      if (now - start > LONG_CHANGE) {
        start = now;
        breakChange(thread, true);
      } else {
        Thread.yield();
      }
    }
  }

  /**
   * Ends the change of a thread that is dead, or that is alive and outside because a stack overflow
   * kept it from ending the change.
   *
   * @param alive whether to check a living thread, too, which takes long
   */
  private void breakChange(Thread thread, boolean alive) {
    var holder = changing;
    if (holder == null || holder == thread) {
      return;
    }
    if (!holder.isAlive()) {
      CHANGING.compareAndSet(this, holder, null);
    } else if (alive && BREAKING.compareAndSet(this, false, true)) {
      try { // if it returns now it sees that, and begins nothing
        if (isOutside(holder, 0)) {
          CHANGING.compareAndSet(this, holder, null);
        }
      } finally {
        breaking = false;
      }
    }
  }

  /**
   * Returns whether any thread is detached. For the owner: while it is in Lua, none can become so.
   */
  boolean anyDetached() {
    return detached != null;
  }

  /** Returns the thread state of a thread that is inside and detached, or null. */
  @Nullable ThreadState find(Thread thread) {
    LockQueue.checkStack(STACK);
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
   * Acquires the lock from outside, sharing the state with threads that are in calls to Java.
   *
   * @param late whether to take the lock even from an owner whose call to Java is running
   * @return false if that is not possible now
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
        if (owner == null
            || !owner.isInJava()
            || owner.returning
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
      if (outer != null) {
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

  /** Makes a thread the owner in place of one that is in a call from Lua to Java. */
  private void detach(ThreadState owner, Thread thread) {
    owner.next = detached;
    detached = owner;
    owner.detached = true;
    lock.replace(thread);
  }

  /** Enters once more from a call from Lua to Java. Always returns true. */
  boolean enter(ThreadState state) {
    LockQueue.checkStack(STACK);
    attach(state, state.depth + 1, state.depthOfCall);
    return true;
  }

  /** Enters once more by the owner; returns false if the lock was taken from it meanwhile. */
  boolean enterAgain(ThreadState state) {
    LockQueue.checkStack(STACK);
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
   * Waits until a thread that is in a call from Lua to Java can be attached again, attaches it, and
   * sets its depth and the depth of its call. Throws nothing: the end of a call has as much of the
   * stack left as its beginning had.
   */
  void attach(ThreadState state, int depth, int depthOfCall) {
    long start = 0;
    boolean interrupted = false;
    state.cancelled = false;
    state.returning = true;
    for (int attempts = 0; !tryAttach(state, depth, depthOfCall); attempts++) {
      if (attempts < SPINS) {
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
      // the more threads wait, the less often each of them polls
      long longest = LONGEST_PARK * (1 + returning / 4);
      LockSupport.parkNanos(
          this,
          starved == state
              ? STARVES
              : Math.min(FIRST_PARK << Math.min(attempts - SPINS, 20), longest));
      interrupted |= Thread.interrupted();
      if (attempts % PARKS == 0) {
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

  /** Calls {@link #recover}, as far as memory and stack allow. */
  private void tryRecover(Thread thread) {
    try {
      recover(thread, true);
    } catch (OutOfMemoryError | StackOverflowError e) {
      // tried again later
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

  /**
   * Returns the thread that has been detached longest among those that wait to be attached again,
   * or null.
   */
  private @Nullable ThreadState firstToReturn() {
    ThreadState first = null;
    for (var each = detached; each != null; each = each.next) {
      first = each.returns ? each : first;
    }
    return first;
  }

  private void remove(ThreadState state) {
    if (detached == state) {
      detached = state.next;
    } else {
      for (var before = detached; before != null; before = before.next) {
        if (before.next == state) {
          before.next = state.next;
          break;
        }
      }
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
   * Takes the lock from an owner that is dead, or that is alive and outside because a stack
   * overflow kept it from releasing the lock. Afterwards the lock is free.
   *
   * @param alive whether to check a living owner, too, which takes long
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
          && owner.depthSeen() > 0) { // else it has left meanwhile
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
   * Cleans up after two thread states, each of which may be null: a detached one whose thread has
   * died, and an attached one whose thread has died or left, in place of which this thread holds
   * the lock. Called after the change has ended, since this waits for an interrupter, which may
   * itself be waiting for the end of the change.
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

  /** Frees the lock of an owner that did not get to enter, or has left without releasing it. */
  private void recoverIdle(boolean alive) {
    var idle = lock.idleOwner();
    if (idle != null
        && (!idle.isAlive() || alive && isOutside(idle, 0))
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
   * Returns whether a thread's stack trace is complete and has no frame of this library, except for
   * those by which the current thread closes a state. Returns false if the thread has acquisitions
   * that outlive their methods ({@link LuaState#hold}).
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
        if (!closes
            || !name.equals(ThreadStates.class.getName())
                && !element.getMethodName().equals("close")) {
          return false;
        }
      } else if (!name.equals(Thread.class.getName())) {
        closes = false;
      }
    }
    return true;
  }

  /**
   * Returns whether a stack trace of this length is complete, that is, whether the JVM would return
   * a longer one.
   */
  private static boolean isWhole(int frames) {
    try {
      return frames < LONG_TRACE && traced(frames) > frames;
    } catch (StackOverflowError e) {
      return false;
    }
  }

  /** Returns how many frames the JVM returns for a stack that is deeper than this number. */
  private static int traced(int frames) {
    return frames == 0 ? new Throwable().getStackTrace().length : traced(frames - 1);
  }

  /** Marks the run of a thread that is inside as ending, in case it waits to be attached. */
  void cancel(Thread thread) {
    var mine = find(thread);
    if (mine != null) {
      mine.cancelled = true;
    }
  }

  /** Returns the thread that runs in the state's own context, or null. It may have left by now. */
  @Nullable Thread owner() {
    LockQueue.checkStack(STACK);
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

  /** Returns the threads that are inside, attached or not. They may have left by now. */
  List<Thread> threads() {
    return all().stream().map(each -> each.thread).toList();
  }

  /**
   * Returns the thread states of the threads that are inside, attached or not. They may have left
   * by now.
   */
  List<ThreadState> all() {
    var states = new ArrayList<ThreadState>();
    LockQueue.checkStack(STACK);
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
