package org.lupine.bridge;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.load.NativeLibrary;

/**
 * The boundary: all native methods, and the one method that native code calls. {@code jni/bridge.h}
 * describes what crosses. An address is that of a native session, valid until {@link #close};
 * callers hold the state's lock.
 */
final class Native {
  /** The bits of a NaN that no result from Lua has. */
  static final long OTHER = 0x7ff8_4c75_7069_6e65L;

  /** What {@link #up} returns instead of throwing; no answer has these bits. */
  private static final long THROWN = -1;

  static {
    NativeLibrary.load();
  }

  private Native() {}

  /**
   * Opens a flavour's library and returns the address of its backend, which is the same in all
   * class loaders for the same path. Returns 0 if what is open under that path came from another
   * file than the present one, unless the path identifies the content.
   */
  static native long library(byte[] path, boolean byContent);

  /**
   * Lets C modules call a backend, through the library at that path unless the process has it
   * already.
   */
  static native void modules(long backend, byte[] path);

  /** Returns the release that a backend was built from. */
  static native byte[] version(long backend);

  /**
   * Opens a state; returns its address, or 0 if too little of the thread's stack is left.
   *
   * @param names those of the functions of the library "java", each ended by a zero byte
   * @param seed of string hashes; -1 for any
   */
  static native long open(
      long backend, int index, byte[][] box, byte[] names, int count, long seed);

  /** Returns the frame of a state, for {@link Frame}. */
  static native ByteBuffer frame(long address);

  /** Closes the state. Afterwards only {@link #stop} and {@link #release} may be called. */
  static native void close(long address);

  static native void release(long address);

  /**
   * Stops a run; see {@link Interrupter}. Thread-safe until the state is released.
   *
   * @param context the context of the thread whose run it is; 0 for the state's own
   * @return whether a stop is pending
   */
  static native boolean stop(long address, long context, int why);

  /**
   * Creates a context for a thread that is attached while another is in a call from Lua to Java,
   * and switches to it.
   *
   * @return its address; 0 if there is no memory, -1 if too little of the stack is left
   */
  static native long openThread(long address);

  /** Switches to the context of a thread that is attached again; 0 for the state's own. */
  static native void resumeThread(long address, long context);

  /** Closes a context, and switches to the state's own. */
  static native void closeThread(long address, long context);

  /**
   * Issues a memory fence in each running thread of the process, so that the threads on the other
   * side need only keep the compiler from reordering. Takes microseconds.
   *
   * @return whether the platform supports this
   */
  static native boolean fenceAll();

  /**
   * Returns whether fewer bytes than these are left of the thread's stack until HotSpot, with its
   * default options, throws a StackOverflowError. Returns false if no library of a flavour is open.
   */
  static native boolean stackLow(int bytes);

  /**
   * Performs one operation; returns its status in the high half, the length of the results in the
   * low half.
   */
  static native long run(long address, int operation, int length);

  /**
   * Performs one operation of the fast path, on values that fit registers; refuses what cannot take
   * it.
   */
  static native long fastCall(
      long address, int operation, int target, int name, int tag, long bits);

  /**
   * Calls a function with a number.
   *
   * @return its one result; {@link #OTHER}, by its bits, if that is not a number or if handles that
   *     Lua dropped come with it; the frame holds what {@link #run} would return then
   */
  static native double callNumber(long address, int ref, double argument);

  /** Returns the address of the memory of a direct buffer. */
  static native long address(Buffer buffer);

  /**
   * Has Lua call {@link #up} by the upcall stub at that address from now on, while the stack is not
   * about to end. The stub must last as long as this class.
   */
  static native void useStub(long address);

  /**
   * Answers an upcall. Throws nothing: exceptions are recorded and answered as a status. A stack
   * overflow or a lack of memory may prevent that. Yet none may leave an upcall stub, which would
   * end the JVM.
   */
  static long up(int state, int operation, int target, int member, int length) {
    try {
      var upcalls = States.get(state);
      return upcalls == null
          ? Status.answer(Status.NOT_FOUND, 0)
          : upcalls.up(operation, target, member, length);
    } catch (Throwable e) {
      return THROWN;
    }
  }

  /** Starts to make the upcall stub; called when Lua has called Java often. */
  private static void often() {
    UpcallStub.start();
  }
}
