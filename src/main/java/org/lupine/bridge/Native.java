package org.lupine.bridge;

import java.nio.ByteBuffer;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.load.NativeLibrary;

/**
 * The boundary: all natives, and the one method that native code calls. What crosses is described
 * in {@code jni/bridge.h}. An address is a native session, valid until {@link #close}; callers
 * hold the state's lock.
 */
final class Native {
  /** The bits of a NaN that no result of Lua's has when it comes here. */
  static final long OTHER = 0x7ff8_4c75_7069_6e65L;

  static {
    NativeLibrary.load();
  }

  private Native() {}

  /**
   * Opens a flavour's library and gives its side, the same to all class loaders by the same path; 0
   * if what is open by that path came from another file than the present one, unless the path tells
   * the content.
   */
  static native long library(byte[] path, boolean byContent);

  /** Lets C modules call a side, by the library at that path unless the process has it. */
  static native void modules(long side, byte[] path);

  /** Returns the release that a side was built from. */
  static native byte[] version(long side);

  /**
   * Returns a new state; 0 if too little of the thread's stack is left. {@code names} are those of
   * the library "java", each ended by a zero byte; {@code seed} is that of string hashes, -1 for
   * any.
   */
  static native long open(
      long side, int index, byte[][] box, byte[] names, int count, long seed);

  /** Returns the frame of a state, for {@link Frame}. */
  static native ByteBuffer frame(long address);

  /** Closes the state; after it only {@link #stop} and {@link #release} may follow. */
  static native void close(long address);

  static native void release(long address);

  /**
   * By any thread, until it is released: see {@link Interrupter}. Whether a stop is under way.
   *
   * @param context of the thread whose run it is, 0 for the one in the state's own context
   */
  static native boolean stop(long address, long context, int why);

  /**
   * Makes a context for a thread that is attached while another is in a call of Java, and runs in
   * it from now on.
   *
   * @return its address; 0 if there is no memory, -1 if too little of the stack is left
   */
  static native long openThread(long address);

  /** Runs in the context of a thread that is attached again; 0 for the state's own. */
  static native void resumeThread(long address, long context);

  /** Ends a context; what runs next does so in the state's own. */
  static native void closeThread(long address, long context);

  /**
   * Each running thread of the process executes a memory fence; those that do not run have. Makes
   * it enough that the other side keeps its own order. Takes microseconds.
   *
   * @return whether the platform has that
   */
  static native boolean fenceAll();

  /** One operation: its status in the high half, the length of the results in the low one. */
  static native long run(long address, int operation, int length);

  /** One quick operation on values that fit registers; refused if it is none. */
  static native long quick(
      long address, int operation, int target, int name, int tag, long bits);

  /**
   * Calls a function with a number.
   *
   * @return its one result; {@link #OTHER} by its bits if that is no number, or if handles that
   *     Lua dropped come with it, and then what {@link #run} would give, in the frame
   */
  static native double callNumber(long address, int ref, double argument);

  /** Called from Lua. Nothing is thrown: what is, is kept and answered as a status. */
  private static long up(int state, int operation, int target, int member, int length) {
    var upcalls = States.get(state);
    return upcalls == null ? Status.answer(Status.NOT_FOUND, 0)
        : upcalls.up(operation, target, member, length);
  }
}
