package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;

/**
 * What one thread has in a Lua state while it is inside. It is <em>attached</em> while it holds the
 * state's lock, and may be <em>detached</em> while it is in a call of Java that Lua made: then
 * another thread may run in the state.
 *
 * <p>Written by its thread while that holds the lock, but for what says otherwise.
 */
class ThreadState {
  final Thread thread;

  /** How often the thread has entered. */
  int depth;

  /** How often it had entered when Lua called Java last; 0 if it is in no call of Java. */
  int depthOfCall;

  /** Entries that last beyond the method which made them: no stack trace shows those. */
  int holds;

  /** Whether it came while another thread was inside, so that it has a native context. */
  boolean additional;

  /** The address of the native context; 0 for the one that each state has. */
  long context;

  /** Who ends what runs here; null for the state's own. */
  @Nullable Interrupter interrupter;

  /** Whether it has more to do than to give the lock back when it leaves. */
  boolean hasDuties;

  /** What the host knows of the run under way. */
  @Nullable Object attachment;

  /** The error that no Lua code may keep, until a crossing ends with it. */
  @Nullable Throwable fatal;

  /** The exception of Java by which its run ends as interrupted, until a crossing ends with that. */
  @Nullable Throwable interrupt;

  /** The last error of Lua's own that came back to Lua through Java, if it was the last error. */
  @Nullable LuaException passed;

  /** Written by whoever changes the lock's list of detached thread states. */
  volatile boolean detached;
  @Nullable ThreadState next;

  /** Whether it waits to be attached again. */
  volatile boolean returns;

  /** Whether it waits to be attached again, so that it does not wait for Java; by its thread. */
  volatile boolean returning;

  /** Whether its wait to be attached again is to end; written by any thread. */
  volatile boolean cancelled;

  ThreadState(Thread thread) {
    this.thread = thread;
  }

  /** Returns whether Lua waits for a call of Java, so that another thread may be attached. */
  final boolean isInJava() {
    return depth > 0 && depth == depthOfCall;
  }
}
