package org.lupine.bridge;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.Protocol.Upcall;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.Values;
import org.lupine.value.Yield;

/**
 * Answers the upcalls of one state, that is, the calls from Lua to Java. {@link #up} throws
 * nothing: what Java code throws is answered by a status, and becomes a Lua error after Java has
 * returned.
 */
final class Upcalls {
  // in the order of Upcall.READ_*
  private static final Console.Extent[] EXTENTS = Console.Extent.values();

  private final LuaState state;
  private final Frame frame;
  private final Handles handles;
  private final Refs refs;
  private final Messages messages;
  private final StreamingDecoder output;
  private final StreamingDecoder errors;

  Upcalls(LuaState state, Frame frame, Handles handles, Refs refs, Messages messages) {
    this.state = state;
    this.frame = frame;
    this.handles = handles;
    this.refs = refs;
    this.messages = messages;
    this.output = new StreamingDecoder(state.options().charset());
    this.errors = new StreamingDecoder(state.options().charset());
  }

  /**
   * Returns the error that Lua code cannot catch, and clears it. Called when a crossing ended with
   * it.
   */
  @Nullable Throwable takeFatal() {
    var thread = state.lock().current();
    var taken = thread.fatal;
    thread.fatal = null;
    return taken;
  }

  /** Returns the Java exception that interrupted a run, or null, and clears it. */
  @Nullable Throwable takeInterrupt() {
    var thread = state.lock().current();
    var taken = thread.interrupt;
    thread.interrupt = null;
    return taken;
  }

  /**
   * Returns the last Lua error that returned to Lua through Java, or null if another error came
   * after it.
   */
  @Nullable LuaException passed() {
    return state.lock().current().passed;
  }

  /**
   * Answers a call from Lua. While foreign Java code runs, another thread may be attached to the
   * state; this thread is attached again before it reads or writes shared data.
   */
  long up(int asked, int target, int member, int length) {
    long answer =
        target >= 0
                && state.transfer() == null
                && (length <= 0 || isCall(asked & ~Upcall.ATTACHED) && frame.isText(length))
            ? upSmall(asked, target, member, length)
            : upAny(asked, target, member, length);
    state.countEntry();
    return answer;
  }

  /** Returns whether an operation calls a member of an object with arguments. */
  private static boolean isCall(int operation) {
    return operation == Upcall.INVOKE
        || operation == Upcall.CALL
        || operation == Upcall.SET_PROPERTY;
  }

  /**
   * Answers a call with at most one argument, which is small, a Java object or a string, without an
   * array or a box for it and its result where that is possible.
   */
  private long upSmall(int asked, int target, int member, int length) {
    int operation = asked & ~Upcall.ATTACHED;
    int tag = length > 0 ? Tag.STRING : -1 - length;
    Object result = null;
    Throwable thrown = null;
    try {
      frame.free(handles);
      refs.release(frame);
      var object = handles.get(target);
      if (operation == Upcall.CALL && tag == Tag.INTEGER && object instanceof LoopItems) {
        long answer = items((LoopItems) object, (int) frame.answer());
        return answer != 0 ? answer : upAny(asked, target, member, length);
      }
      boolean unread = tag == Tag.STRING;
      long bits = unread ? frame.textLength() : frame.answer();
      var argument = unread ? null : messages.referred(tag, bits);
      var call = state.host().unboxed(object, operation, member, tag, bits, argument);
      if (call == null || unread && !call.takesText()) {
        return upAny(asked, target, member, length);
      }
      if (unread) {
        argument = messages.readText(length);
      }
      if (!call.takes(object, tag, bits, argument)) {
        return upAny(asked, target, member, length);
      }
      long index = bits;
      boolean plain = !call.returnsObjects();
      var thread = state.lock().current();
      boolean stays = asked != operation;
      int before = stays ? stay(thread) : StateLock.leaveForJava(thread);
      try {
        tellWrites();
        if (plain) {
          bits = call.call(object, tag, bits, argument);
        } else {
          result = call.callForObject(object, tag, bits, argument);
        }
      } finally {
        if (stays) {
          thread.staysAttached = before != 0;
        } else {
          state.lock().returnFromJava(thread, before);
        }
      }
      int most = !call.readsAhead ? 0 : operation == Upcall.INDEX ? member : asked(member);
      if (most > 0) {
        return elements(operation, call, object, index, result, bits, most);
      }
      if (plain && (!call.isLong || isExact(bits))) {
        frame.answer(bits);
        return Status.answer(Status.VALUE, call.resultTag);
      }
      if (plain) {
        result = bits;
      }
    } catch (Throwable e) {
      thrown = e;
    }
    return thrown == null ? answered(operation, result, true) : threw(operation, thrown);
  }

  /**
   * Takes the next items of a loop, up to the first one that is not a small value of the same type,
   * and answers with them. Returns 0, having taken nothing, if that is the first one, if Lua wants
   * only one, or if taking items runs foreign code.
   */
  private long items(LoopItems items, int most) {
    if (most < 2 || !items.canPeek()) {
      return 0;
    }
    int tag = 0;
    int count = 0;
    try {
      for (; count < most; count++) {
        var item = items.peek();
        int next = Messages.smallTag(item);
        if (next <= Tag.NIL || count > 0 && next != tag) {
          break;
        }
        long bits = Messages.smallBits(item);
        if (next == Tag.INTEGER && !isExact(bits)) {
          break;
        }
        tag = next;
        frame.element(count, bits);
        items.take();
      }
    } catch (Throwable e) {
      // Lua asks again when it has used these items
    }
    return count == 0 ? 0 : Status.answer(Status.VALUE, tag | count << Upcall.AHEAD_SHIFT);
  }

  /** Returns how many elements Lua asks for by the member of INVOKE. */
  private static int asked(int member) {
    return (member & ~Upcall.SELF) >> Upcall.ASKED_SHIFT;
  }

  /** Returns whether this state's Lua represents a whole number exactly. */
  private boolean isExact(long number) {
    return state.integers() || Overflows.isExact(number);
  }

  /**
   * Answers with an element, and with those that follow it as far as they are small values of the
   * same type. No foreign code runs meanwhile, which might use the frame.
   *
   * @param first the element if the call returns objects
   * @param bits the element if it does not
   * @param most how many elements Lua asks for
   */
  private long elements(
      int operation,
      UnboxedCall call,
      Object target,
      long index,
      @Nullable Object first,
      long bits,
      int most) {
    boolean objects = call.returnsObjects();
    int tag = objects ? Messages.smallTag(first) : call.resultTag;
    if (objects && tag > Tag.NIL) {
      bits = Messages.smallBits(first);
    }
    if (tag <= Tag.NIL || tag == Tag.INTEGER && !isExact(bits)) {
      return answered(operation, objects ? first : (Object) bits, true);
    }
    frame.answer(bits);
    frame.element(0, bits);
    int count = 1;
    try {
      while (count < most && call.takes(target, Tag.INTEGER, index + count, null)) {
        if (objects) {
          var value = call.callForObject(target, Tag.INTEGER, index + count, null);
          if (Messages.smallTag(value) != tag) {
            break;
          }
          bits = Messages.smallBits(value);
        } else {
          bits = call.call(target, Tag.INTEGER, index + count, null);
        }
        if (tag == Tag.INTEGER && !isExact(bits)) {
          break;
        }
        frame.element(count++, bits);
      }
    } catch (Throwable e) {
      // another thread has shortened the list, or the stack is short: Lua asks again
    }
    return Status.answer(Status.VALUE, tag | count << Upcall.AHEAD_SHIFT);
  }

  private long upAny(int asked, int target, int member, int length) {
    int operation = asked & ~Upcall.ATTACHED;
    Object result = null;
    Throwable thrown = null;
    JavaCall made = null;
    try {
      frame.free(handles);
      refs.release(frame);
      var arguments = arguments(operation, member, length);
      var object = target(operation, target);
      var limits = state.limits();
      var ofThread = limits == null ? null : TransferLimits.ofThread();
      var outerLimits = ofThread == null ? null : ofThread[0];
      if (limits != null) {
        limits.count(operation, messages.size(length, arguments));
      }
      var thread = state.lock().current();
      boolean stays = asked != operation;
      var outer = thread.javaCall;
      thread.javaCall = null;
      int before;
      if (ofThread == null) {
        before = stays ? stay(thread) : StateLock.leaveForJava(thread);
      } else {
        state.limitedCalls++; // while no other thread can be attached
        try {
          before = stays ? stay(thread) : StateLock.leaveForJava(thread);
        } catch (StackOverflowError e) {
          state.limitedCalls--;
          throw e;
        }
        ofThread[0] = limits;
      }
      try {
        tellWrites();
        result = answer(operation, object, member, arguments);
      } finally {
        made = thread.javaCall;
        thread.javaCall = outer;
        if (stays) {
          thread.staysAttached = before != 0;
        } else {
          state.lock().returnFromJava(thread, before);
        }
        if (ofThread != null) {
          state.limitedCalls--;
          ofThread[0] = outerLimits;
        }
      }
    } catch (Throwable e) {
      thrown = e;
    }
    if (made != null) {
      made.end(why(thrown));
    }
    return thrown == null
        ? answered(operation, target, result, length <= 0)
        : threw(operation, thrown);
  }

  /**
   * Returns what ends the run that a call from Lua to Java returns to: one of Stop, 0 for nothing.
   */
  private int why(@Nullable Throwable thrown) {
    try {
      return thrown instanceof LuaTimeoutException
          ? Stop.TIME
          : thrown != null && (isFatal(thrown) || Interrupts.isInterrupt(thrown))
              ? Stop.INTERRUPT
              : state.interrupter().ending();
    } catch (StackOverflowError e) {
      return Stop.INTERRUPT;
    }
  }

  /**
   * Begins a call from Lua to Java during which no other thread may be attached. Returns 0 unless
   * the thread is in such a call already.
   */
  private static int stay(ThreadState thread) {
    int before = thread.staysAttached ? 1 : 0;
    thread.staysAttached = true;
    return before;
  }

  /** Tells the scope of the run what the script has set, before foreign code can read it. */
  private void tellWrites() {
    if (frame.written() != 0) {
      state.tellWrites();
    }
  }

  private long threw(int operation, Throwable thrown) {
    dropUnread();
    return thrown instanceof StackOverflowError
        ? Status.answer(Status.STACK, 0)
        : failed(operation, thrown);
  }

  private @Nullable Object target(int operation, int target) {
    switch (operation) {
      case Upcall.SCOPE_GET:
      case Upcall.SCOPE_PUT:
      case Upcall.SCOPE_NAMES:
      case Upcall.SCOPE_REMOVE:
        return state.scope(target);
      default:
        return target < 0 ? null : handles.get(target);
    }
  }

  private Object[] arguments(int operation, int member, int length)
      throws CharacterCodingException {
    switch (operation) {
      case Upcall.WRITE:
        if (state.console().isBinary(isError(member))) {
          return new Object[] {messages.readBytes(length)};
        }
        return messages.readArguments(length, true);
      case Upcall.READ:
        return new Object[] {messages.readBytes(length), state.interrupter()};
      case Upcall.SCOPE_GET:
      case Upcall.SCOPE_REMOVE:
        return messages.readArguments(length, true);
      default:
        return messages.readArguments(length, false);
    }
  }

  private void dropUnread() {
    try {
      messages.dropUnread();
    } catch (Throwable e) {
      // there is no memory or stack to record them
    }
  }

  private long answered(int operation, @Nullable Object result, boolean small) {
    return answered(operation, -1, result, small);
  }

  /**
   * Answers with a result.
   *
   * @param target the handle of what was called, which may be a loop; -1 if it is none
   */
  private long answered(int operation, int target, @Nullable Object result, boolean small) {
    try {
      boolean calls = operation == Upcall.CALL || operation == Upcall.INVOKE;
      if (calls && result instanceof Yield) {
        return yielded((Yield) result);
      }
      var plain = messages.plain(result);
      int number =
          plain instanceof String && (calls || operation == Upcall.GET_PROPERTY)
              ? state.strings().number((String) plain)
              : 0;
      if (number != 0) {
        frame.answer(number);
        return Status.answer(Status.VALUE, Tag.KNOWN);
      }
      int tag =
          calls
                  || operation == Upcall.OPERATE
                  || operation == Upcall.GET_PROPERTY
                  || operation == Upcall.INDEX && small
              ? Messages.smallTag(plain)
              : -1;
      if (tag >= 0) {
        frame.answer(Messages.smallBits(plain));
        return Status.answer(Status.VALUE, tag);
      }
      messages.begin();
      if (plain != Scope.ABSENT) {
        messages.put(plain);
      }
      return Status.answer(Status.OK, messages.end());
    } catch (StackOverflowError e) {
      return Status.answer(Status.STACK, 0);
    } catch (Throwable e) {
      boolean ends = operation != Upcall.CALL || Interrupts.endsRun(e);
      var first = ends ? null : firstStep(target, result);
      return first == null ? failed(operation, e) : answered(operation, target, first, small);
    }
  }

  /**
   * Returns the first of several steps with which a loop has answered, and which cannot be given to
   * Lua together; null if it has not.
   */
  private @Nullable Object firstStep(int target, @Nullable Object result) {
    try {
      var loop = target < 0 ? null : handles.get(target);
      var first = loop instanceof LoopItems ? ((LoopItems) loop).onlyFirst(result) : null;
      if (first != null) {
        messages.abandon();
      }
      return first;
    } catch (StackOverflowError | OutOfMemoryError e) {
      return null;
    }
  }

  private long yielded(Yield yield) {
    var plain = messages.plain(yield.values());
    messages.begin();
    if (yield.next() == null) {
      messages.put(null);
    } else {
      messages.putObject(yield);
    }
    messages.put(plain);
    return Status.answer(Status.YIELD, messages.end());
  }

  private long failed(int operation, Throwable thrown) {
    try {
      messages.abandon();
      // a function of the library throws such an exception only if a script passed it one
      if (operation != Upcall.LIBRARY && Interrupts.isInterrupt(thrown)) {
        return interrupted(thrown);
      }
      if (isFatal(thrown)) {
        state.lock().current().fatal = thrown;
        return Status.answer(Status.FATAL, 0);
      }
      messages.begin();
      putError(thrown);
      return Status.answer(Status.ERROR, messages.end());
    } catch (Throwable again) {
      state.lock().current().fatal = thrown;
      return Status.answer(Status.FATAL, 0);
    }
  }

  /**
   * Ends the run in the same way as an interrupt of a thread that is in Lua: the thread's interrupt
   * status is restored, and Lua is stopped, which records where it was.
   */
  private long interrupted(Throwable thrown) {
    Thread.currentThread().interrupt();
    var interrupter = state.interrupter();
    var thread = state.lock().current();
    thread.fatal = interrupter.exception(Stop.INTERRUPT, List.of(), thrown);
    thread.interrupt = thrown;
    interrupter.interruptNow();
    return Status.answer(Status.FATAL, 0);
  }

  /**
   * Writes the error value for an exception: the Java exception as an object. A Lua error that
   * returns through Java is the original Lua value again; a message of the library is a string, to
   * which Lua adds the position.
   */
  private void putError(Throwable thrown) {
    var thread = state.lock().current();
    thread.passed = null;
    if (thrown.getClass() != LuaException.class) {
      messages.putObject(thrown);
      return;
    }
    var error = (LuaException) thrown;
    thread.passed = error;
    thread.hasDuties = true;
    var value = error.value();
    if (value instanceof LuaValue) {
      value = messages.plain(value);
    } else if (value instanceof LuaFunction || value instanceof LuaCoroutine) {
      value = state.mirror(value);
    }
    boolean foreign = value instanceof LuaValue && LuaState.of(value) != state;
    messages.put(foreign ? error.getMessage() : value);
    if (error.chunk() == null && error.frames().isEmpty()) {
      messages.putBoolean(true); // a message without a position
    }
  }

  @SuppressWarnings({"deprecation", "removal"}) // ThreadDeath exists in some Java versions only
  static boolean isFatal(Throwable thrown) {
    return thrown instanceof VirtualMachineError
        || thrown instanceof ThreadDeath
        || thrown instanceof LuaExitException
        || thrown instanceof LuaTimeoutException
        || thrown instanceof LuaInterruptedException;
  }

  @SuppressWarnings("NullAway") // each operation has the target that bridge.h says
  private @Nullable Object answer(
      int operation, @Nullable Object target, int member, Object[] arguments) throws Throwable {
    var host = state.host();
    switch (operation) {
      case Upcall.INDEX:
        return host.index(state, target, messages.codec().named(arguments[0]));
      case Upcall.NEW_INDEX:
        var property =
            host.newIndex(state, target, messages.codec().named(arguments[0]), arguments[1]);
        return property == null ? Scope.ABSENT : property;
      case Upcall.GET_PROPERTY:
        return host.getProperty(state, target, member);
      case Upcall.SET_PROPERTY:
        host.setProperty(state, target, member, arguments[0]);
        return Scope.ABSENT;
      case Upcall.MEMORY:
        var memory = host.memory(target);
        return memory == null ? Scope.ABSENT : memory;
      case Upcall.CALL:
        return member != 0
            ? host.callYieldable(state, target, arguments)
            : target instanceof Yield
                ? goOn((Yield) target, arguments)
                : host.call(state, target, arguments);
      case Upcall.INVOKE:
        return host.invoke(
            state, target, member & Upcall.METHOD, (member & Upcall.SELF) != 0, arguments);
      case Upcall.OPERATE:
        return host.operate(
            state, member, arguments[0], arguments.length > 1 ? arguments[1] : null);
      case Upcall.LIBRARY:
        return host.library(state, member, named(arguments));
      case Upcall.COROUTINE:
        return host.coroutine(target, member, arguments);
      case Upcall.SCOPE_GET:
        return get((Scope) target, name(arguments[0]), member == Upcall.SCOPE_KEPT);
      case Upcall.SCOPE_PUT:
        ((Scope) target).put(name(arguments[0]), arguments[1]);
        state.observeWrite(name(arguments[0]), arguments[1]);
        return Scope.ABSENT;
      case Upcall.SCOPE_REMOVE:
        ((Scope) target).remove(name(arguments[0]));
        return Scope.ABSENT;
      case Upcall.SCOPE_NAMES:
        return Values.wrap(((Scope) target).names().toArray());
      case Upcall.SEARCH:
        return state.modules().search(name(arguments[0]));
      default:
        return console(operation, member, arguments);
    }
  }

  /** Continues after a yield, with the values of the resume. */
  private Object goOn(Yield yield, Object[] arguments) {
    if (yield.next() == null) {
      throw new LuaException("attempt to call a " + Yield.class.getName() + " value");
    }
    return yield.next() instanceof Host.Continuation next
        ? next.apply(Values.wrap(arguments))
        : yield.next().apply(Values.wrap(state.host().passed(arguments)));
  }

  /** Decodes names of classes and members, which are text even in binary mode. */
  private Object[] named(Object[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = messages.codec().named(arguments[i]);
    }
    return arguments;
  }

  private @Nullable Object get(Scope scope, String name, boolean kept) {
    state.observeRead(name);
    return kept ? scope.getInsteadOfKept(name) : scope.get(name);
  }

  /** Returns the name of a variable, which is a LuaString if it could not be decoded, as text. */
  private static String name(Object name) {
    return name.toString();
  }

  private Object console(int operation, int member, Object[] arguments) throws IOException {
    boolean error = isError(member);
    switch (operation) {
      case Upcall.WRITE:
        write(error, arguments, (member & Upcall.WRITE_LINE) != 0);
        return Scope.ABSENT;
      case Upcall.FLUSH:
        state.console().flush(error);
        return Scope.ABSENT;
      case Upcall.READ:
        return read(
            member & Upcall.READ_BACK,
            member >> Upcall.READ_SHIFT,
            (byte[]) arguments[0],
            (Interrupter) arguments[1]);
      case Upcall.EXIT:
        throw new LuaExitException(((Number) arguments[0]).intValue());
      default:
        throw new LuaException("unknown operation " + operation);
    }
  }

  private static boolean isError(int member) {
    return (member & Upcall.WRITE_ERROR) != 0;
  }

  /** Writes texts, or the bytes of all of them at once. */
  private void write(boolean error, Object[] texts, boolean flush) throws IOException {
    if (texts[0] instanceof byte[]) {
      state.console().write(error, (byte[]) texts[0], flush);
      return;
    }
    var pieces = error ? errors : output;
    var text = pieces.decode(texts[0]);
    if (texts.length > 1) {
      var all = new StringBuilder(text);
      for (int i = 1; i < texts.length; i++) {
        all.append(pieces.decode(texts[i]));
      }
      text = all.toString();
    }
    state.console().write(error, text, flush);
  }

  /** Returns whether what was written as text ends in the middle of a character. */
  boolean isOutputIncomplete() {
    return output.isIncomplete() || errors.isIncomplete();
  }

  /** Writes what replaces incomplete characters at the end of what was written as text. */
  void completeOutput() throws IOException {
    complete(false, output);
    complete(true, errors);
  }

  private void complete(boolean error, StreamingDecoder pieces) throws IOException {
    if (pieces.isIncomplete()) {
      var text = pieces.end();
      if (!state.console().isBinary(error)) {
        state.console().write(error, text, false);
      }
    }
  }

  /**
   * Reads input, or pushes back what was read. If the run is to end meanwhile, the read ends, and
   * Lua ends when it continues.
   */
  private Object read(int how, int most, byte[] back, Interrupter interrupter) throws IOException {
    if (how == Upcall.READ_BACK) {
      state.console().unread(back);
      return Scope.ABSENT;
    }
    interrupter.beginInput();
    try {
      var bytes = state.console().read(EXTENTS[how], most);
      return bytes == null ? Scope.ABSENT : bytes;
    } catch (IOException | RuntimeException e) {
      if (interrupter.isInputEnded()) {
        return Scope.ABSENT;
      }
      throw e;
    } finally {
      interrupter.endInput();
    }
  }
}
