package org.lupine.bridge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;

/**
 * The data of one thread while it is inside a Lua state (compare CPython's PyThreadState). It is
 * <em>attached</em> while it holds the state's lock. While it is in a call from Lua to Java it may
 * be <em>detached</em>: then another thread may run in the state.
 *
 * <p>Unless noted otherwise, fields are written by the thread itself while it holds the lock.
 */
class ThreadState {
  private static final VarHandle DEPTH;

  static {
    try {
      DEPTH = MethodHandles.lookup().findVarHandle(ThreadState.class, "depth", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Thread thread;

  /**
   * How often the thread has entered. Written by plain stores, since an opaque one is a method
   * call, which a StackOverflowError can be thrown at. A fence, a volatile access or a native call
   * follows before the thread can loop, so no compiler puts the store off. Other threads read it by
   * {@link #depthSeen}.
   */
  int depth;

  /** The depth at the last call from Lua to Java; 0 if the thread is not in such a call. */
  int depthOfCall;

  /** Whether it is in a call from Lua to Java during which no other thread may be attached. */
  volatile boolean staysAttached;

  /**
   * The number of acquisitions that outlive the method that made them. Stack traces do not show
   * these.
   */
  int holds;

  /**
   * Whether it entered while another thread was inside, and so has a native context of its own.
   */
  boolean additional;

  /** The address of the native context; 0 for the state's own. */
  long context;

  /** Ends the runs of this thread; null for the state's own interrupter. */
  @Nullable Interrupter interrupter;

  /** Whether leaving takes more than releasing the lock. */
  boolean hasDuties;

  /** The call from Lua to Java, if objects were made for it that other threads may call. */
  @Nullable JavaCall javaCall;

  /** The run that {@link #javaCall} is made by, likewise. */
  JavaCall.@Nullable Run run;

  /** What the host attached to the current run. */
  @Nullable Object attachment;

  /** The limits of the state on whose behalf the thread runs here; null for this state's own. */
  @Nullable TransferLimits limits;

  /** The error that Lua code cannot catch, until a crossing ends with it. */
  @Nullable Throwable fatal;

  /** The Java exception that interrupted the run, until a crossing ends with it. */
  @Nullable Throwable interrupt;

  /** The last Lua error that returned to Lua through Java, if no other error came after it. */
  @Nullable LuaException passed;

  /** Written by the thread that changes the lock's list of detached thread states. */
  volatile boolean detached;

  @Nullable ThreadState next;

  /** Whether it waits to be attached again. */
  volatile boolean returns;

  /** Whether it waits to be attached again rather than for Java; written by its own thread. */
  volatile boolean returning;

  /** Whether its wait to be attached is to end; written by any thread. */
  volatile boolean cancelled;

  ThreadState(Thread thread) {
    this.thread = thread;
  }

  /** Returns the depth as another thread sees it. */
  final int depthSeen() {
    return (int) DEPTH.getOpaque(this);
  }

  /**
   * Returns whether the thread is in a call from Lua to Java, so that another may be attached.
   */
  final boolean isInJava() {
    int seen = depthSeen();
    return seen > 0 && seen == depthOfCall;
  }
}
