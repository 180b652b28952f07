package org.lupine.bridge;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaException;

/**
 * Crosses from Java into one state and back: composes and sends a message, then reads the answer or
 * throws what the crossing ended with. Operations on values acquire the state's lock themselves.
 */
final class Crossing {
  private static final Object[] NOTHING = {};

  private final LuaState state;
  private final long address;
  private final Frame frame;
  private final Messages messages;
  private final Refs refs;
  private final Handles handles;
  private final Upcalls upcalls;

  /**
   * Creates crossings into the native state at an address, which is open whenever the lock is
   * acquired.
   */
  Crossing(
      LuaState state,
      long address,
      Frame frame,
      Messages messages,
      Refs refs,
      Handles handles,
      Upcalls upcalls) {
    this.state = state;
    this.address = address;
    this.frame = frame;
    this.messages = messages;
    this.refs = refs;
    this.handles = handles;
    this.upcalls = upcalls;
  }

  /** Begins a message; refs that Java dropped go into the frame's head. */
  void begin() {
    checkTransfer();
    messages.dropUnread();
    while (freeHandles()) {
      messages.begin();
      send(Op.DRAIN);
    }
    refs.release(frame);
    messages.begin();
  }

  /**
   * Frees the handles that Lua dropped; returns whether there may be more. Called after the answer
   * that they came with is read, since it may name some of them.
   */
  boolean freeHandles() {
    return frame.free(handles);
  }

  /**
   * Sends the composed message; returns the answer if the crossing ended well, and throws
   * otherwise. The errors of a run, and of a global or method, are left untraced to the caller.
   */
  long cross(int operation) {
    long answer = send(operation);
    if (Status.of(answer) != Status.OK) {
      return failed(
          answer,
          operation != Op.RUN && operation != Op.CALL_GLOBAL && operation != Op.CALL_METHOD);
    }
    messages.kindsDelivered();
    countTransfer(0, Status.length(answer));
    return answer;
  }

  /**
   * Returns the limits that the next answer counts against, or null. They are those of the run
   * whose call to Java this thread is in; otherwise those of a run of this state that waits in Java
   * while this thread calls its functions.
   */
  private @Nullable TransferLimits charged() {
    var current = TransferLimits.current();
    return current != null ? current : state.limitedCalls > 0 ? state.limits() : null;
  }

  /** Throws if the limits of a run do not permit that it passes more to the Java code it called. */
  private void checkTransfer() {
    var limits = charged();
    if (limits != null) {
      limits.check();
    }
  }

  /** Counts an answer to Java code that a script has called. */
  private void countTransfer(int values, int length) {
    var limits = charged();
    if (limits != null) {
      limits.countAnswer(values, length);
    }
  }

  private long send(int operation) {
    state.countEntry();
    return Native.run(address, operation, messages.end());
  }

  /** Throws what a crossing ended with; returns the answer if there is nothing to throw. */
  private long failed(long answer, boolean isTraced) {
    int status = Status.of(answer);
    if (status == Status.NOT_FOUND) {
      return answer;
    }
    messages.kindsUndelivered();
    if (status == Status.FATAL) {
      int why = Status.length(answer);
      state.noteEnd(why);
      var kept = upcalls.takeFatal();
      var cause = upcalls.takeInterrupt();
      throw Crossing.<RuntimeException>sneaky(
          kept != null
                  && (why == 0 || kept instanceof Error || cause == null && kept.getCause() != null)
              ? kept
              : state
                  .interrupter()
                  .exception(
                      why,
                      why == 0 ? List.of() : Failures.frames(messages.readLeniently(Frame.HEADER)),
                      cause));
    }
    int length = Status.length(answer);
    var error =
        Failures.toException(
            status, length == 0 ? NOTHING : messages.readLeniently(length), upcalls.passed());
    throw isTraced ? error.traced() : error;
  }

  @SuppressWarnings("unchecked")
  static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Performs one operation on values; returns its results. */
  Object[] all(int operation, @Nullable Object first, Object... rest) {
    return Objects.requireNonNull(allOrNull(operation, first, rest));
  }

  /**
   * Performs one operation on values; returns its results, or null if there is nothing to call, as
   * there may be for a name.
   */
  Object @Nullable [] allOrNull(int operation, @Nullable Object first, Object... rest) {
    enter(operation);
    try {
      long answer = crossed(operation, first, rest);
      return Status.of(answer) == Status.NOT_FOUND ? null : messages.read(Status.length(answer));
    } finally {
      leave();
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(rest);
    }
  }

  /** Performs one operation on values; returns its first result. */
  @Nullable Object first(int operation, @Nullable Object first, @Nullable Object... rest) {
    enter(operation);
    try {
      long answer = crossed(operation, first, rest);
      return Status.of(answer) == Status.NOT_FOUND
          ? null
          : messages.readFirst(Status.length(answer));
    } finally {
      leave();
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(rest);
    }
  }

  /** Performs one operation on values, whose results are not wanted. */
  void perform(int operation, @Nullable Object first, @Nullable Object... rest) {
    enter(operation);
    try {
      messages.readLeniently(Status.length(crossed(operation, first, rest)));
    } finally {
      leave();
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(rest);
    }
  }

  /** Performs one operation on values that always has a result; returns the first. */
  Object result(int operation, @Nullable Object first, @Nullable Object... rest) {
    return Objects.requireNonNull(first(operation, first, rest));
  }

  /**
   * Performs an operation and returns its results, with objects as the host gave them to Lua, so
   * that they are the same objects when they go back.
   */
  Object[] raw(int operation, Object first, Object... rest) {
    enter(operation);
    try {
      return messages.readRaw(Status.length(crossed(operation, first, rest)));
    } finally {
      leave();
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(rest);
    }
  }

  /** Ends an operation whose answer has been read. */
  void leave() {
    try {
      freeHandles();
    } finally {
      state.exit();
    }
  }

  private void enter(int operation) {
    if (Op.isShared(operation)) {
      state.share();
    } else {
      state.enter();
    }
  }

  private long crossed(int operation, @Nullable Object first, Object[] rest) {
    var plainFirst = messages.plain(first);
    var plainRest = messages.plain(rest);
    begin();
    boolean whole = false;
    try {
      messages.put(plainFirst);
      messages.putAll(plainRest);
      whole = true;
    } finally {
      if (!whole) {
        messages.abandon();
      }
    }
    return cross(operation);
  }

  /**
   * Performs an operation of the fast path; {@link FastCalls} interprets the answer. Under the
   * lock. The error of a global is left untraced, as by {@link #cross}.
   */
  long fast(int operation, int target, int name, int tag, long bits) {
    checkTransfer();
    messages.dropUnread();
    freeHandles();
    refs.release(frame);
    state.countEntry();
    long answer =
        ended(
            Native.fastCall(address, operation, target, name, tag, bits),
            operation != FastOp.CALL_GLOBAL);
    if (Status.of(answer) == Status.OK) {
      countTransfer(0, Status.length(answer));
    } else if (Status.of(answer) == Status.VALUE) {
      countTransfer(
          operation == FastOp.ELEMENTS ? Status.length(answer) >> Upcall.AHEAD_SHIFT : 1, 0);
    }
    return answer;
  }

  /** Ends a crossing of the fast path: returns the answer if it ended well or was refused. */
  private long ended(long answer, boolean isTraced) {
    int status = Status.of(answer);
    return status == Status.VALUE || status == Status.OK ? answer : failed(answer, isTraced);
  }

  /**
   * Calls a function with one number. Under the lock.
   *
   * @throws LuaException if the function raises an error, or returns something other than a number
   */
  double number(int ref, double argument) {
    checkTransfer();
    messages.dropUnread();
    refs.release(frame);
    state.countEntry();
    double result = Native.callNumber(address, ref, argument);
    countTransfer(1, 0);
    return Double.doubleToRawLongBits(result) == Native.OTHER ? numberByMessage() : result;
  }

  private double numberByMessage() {
    var other = messages.readFastFirst(ended(frame.answer(), true));
    freeHandles();
    if (other instanceof Double || other instanceof Long) {
      return ((Number) other).doubleValue();
    }
    throw new LuaException("function gave no number but " + other);
  }
}
