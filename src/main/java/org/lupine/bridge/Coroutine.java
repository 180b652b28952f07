package org.lupine.bridge;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.Values;

/** A Lua thread that Java holds. */
final class Coroutine implements LuaCoroutine, LuaValue {
  private static final Status[] STATUSES = Status.values();

  private final ValueRef ref;
  private @Nullable LuaFunction body; // what it runs, if it was created from Java
  private @Nullable Values next; // what hasNext found, under the state's lock

  Coroutine(ValueRef ref) {
    this.ref = ref;
  }

  /** Returns a coroutine that will call a function. */
  static Coroutine of(Function body, Object[] arguments) {
    var made = (Coroutine) body.ref().state.result(Op.NEW_THREAD, body, arguments);
    made.body = body;
    return made;
  }

  @Override
  public ValueRef ref() {
    return ref;
  }

  @Override
  public Values resume(Object... arguments) {
    ref.state.share();
    try {
      checkNothingFound();
      return values(continued(false, arguments == null ? new Object[] {null} : arguments));
    } finally {
      ref.state.exit();
    }
  }

  @Override
  public @Nullable Object send(@Nullable Object value) {
    ref.state.share();
    try {
      checkNothingFound();
      var answer = continued(true, value);
      if (status(answer) == Status.NEW) {
        throw new IllegalStateException(
            "the first value sent must be null, not " + value + ": the coroutine has not started");
      }
      if (answer.length == 1 && status(answer) == Status.DEAD) {
        throw ended();
      }
      return item(values(answer));
    } finally {
      ref.state.exit();
    }
  }

  private void checkNothingFound() {
    if (next != null) {
      throw new IllegalStateException("the item that hasNext found was not taken");
    }
  }

  /** Continues the coroutine; returns its status and the values that it yielded or returned. */
  private Object[] continued(boolean iterates, @Nullable Object... arguments) {
    var all = new Object[1 + arguments.length];
    all[0] = iterates;
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return ref.state.operateAll(Op.RESUME, this, all);
  }

  private static Status status(Object[] answer) {
    return STATUSES[((Long) answer[0]).intValue()];
  }

  private static Values values(Object[] answer) {
    return Values.wrap(Arrays.copyOfRange(answer, 1, answer.length));
  }

  private static @Nullable Object item(Values values) {
    return values.size() > 1 ? values : values.first();
  }

  private static NoSuchElementException ended() {
    return new NoSuchElementException("coroutine has ended");
  }

  @Override
  public Status status() {
    return STATUSES[((Long) ref.state.result(Op.THREAD_STATUS, this)).intValue()];
  }

  @Override
  public boolean hasNext() {
    ref.state.share();
    try {
      if (next == null) {
        var answer = continued(true);
        next = answer.length == 1 && status(answer) == Status.DEAD ? null : values(answer);
      }
      return next != null;
    } finally {
      ref.state.exit();
    }
  }

  @Override
  public @Nullable Object next() {
    ref.state.share();
    try {
      if (!hasNext()) {
        throw ended();
      }
      var values = Objects.requireNonNull(next);
      next = null;
      return item(values);
    } finally {
      ref.state.exit();
    }
  }

  @Override
  public LuaCoroutine spawn(Object... arguments) {
    var given = arguments == null ? new Object[] {null} : arguments;
    return body != null
        ? body.coroutine(given)
        : (LuaCoroutine) ref.state.result(Op.SPAWN, this, given);
  }

  @Override
  public void close() {
    ref.state.share();
    try {
      next = null;
      ref.state.operate(Op.CLOSE_THREAD, this);
    } finally {
      ref.state.exit();
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Coroutine && ref.equals(((Coroutine) other).ref);
  }

  @Override
  public int hashCode() {
    return ref.hashCode();
  }

  @Override
  public String toString() {
    return ref.state.describe(this, "thread");
  }
}
