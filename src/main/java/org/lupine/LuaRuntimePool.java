package org.lupine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Deadline;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.MissingNativeException;

/**
 * A pool of runtimes that threads borrow, so that their scripts run in parallel: at most a fixed
 * number of them, each opened when it is first needed. Thread-safe; waiting threads are served in
 * order.
 *
 * <pre>{@code
 * try (LuaRuntimePool pool = LuaRuntimePool.of(LuaOptions.defaults(), 4);
 *     LuaRuntimePool.Lease lease = pool.borrow()) {
 *   System.out.println(lease.runtime().eval("20 + 22").first());   // 42
 * }
 * }</pre>
 *
 * <p>A returned runtime is closed, and the next borrower gets a new one that knows nothing of
 * earlier runs, unless the pool was built with a {@link Builder#reset}.
 */
public final class LuaRuntimePool implements AutoCloseable {
  private static final int MORE_THAN_WAIT = 1 << 20;

  private final LuaOptions options;
  private final int size;
  private final Consumer<? super LuaRuntime> setup;
  private final Predicate<? super LuaRuntime> validation;
  private final @Nullable Predicate<? super LuaRuntime> reset;
  private final Semaphore places;
  private final ArrayDeque<LuaRuntime> idle = new ArrayDeque<>();
  private int lent;
  private boolean closed;

  private LuaRuntimePool(Builder builder) {
    this.options = builder.options;
    this.size = builder.size;
    this.setup = builder.setup;
    this.validation = builder.validation;
    this.reset = builder.reset;
    this.places = new Semaphore(Math.min(size, Integer.MAX_VALUE - MORE_THAN_WAIT), true);
  }

  /**
   * Creates a pool of at most {@code size} runtimes, each of which serves one borrower.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public static LuaRuntimePool of(LuaOptions options, int size) {
    return builder().options(options).size(size).build();
  }

  /** Returns a builder with the default options, and a size of the number of processors. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Borrows a runtime; waits until one is available. A {@linkplain LuaRuntime#withTimeLimit limit}
   * that the thread is under, and an interrupt of the thread, end the wait. The {@linkplain
   * LuaRuntime#timeLimit time limit} of a runtime whose script calls this method does not, nor does
   * {@link LuaRuntime#interrupt}.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   * @throws LuaTimeoutException if the limit that the thread is under passes meanwhile
   * @throws IllegalStateException if the pool is closed before or meanwhile
   * @throws MissingNativeException if a runtime cannot be opened
   * @throws LuaException if the pool's setup raises an error
   */
  public Lease borrow() throws InterruptedException {
    checkOpen();
    acquire(Long.MAX_VALUE);
    return lend();
  }

  /**
   * Borrows a runtime as {@link #borrow()} does, waiting for at most the given time; returns null
   * if that was not enough.
   */
  public @Nullable Lease borrow(Duration timeout) throws InterruptedException {
    checkOpen();
    return acquire(Limits.waiting(timeout)) ? lend() : null;
  }

  /**
   * Waits for a place for at most the given time; returns whether it got one. Long.MAX_VALUE is
   * longer than any wait.
   *
   * @throws LuaTimeoutException if the deadline of the thread passes before
   */
  private boolean acquire(long nanoseconds) throws InterruptedException {
    var deadline = Deadline.current();
    long left = deadline == null ? Long.MAX_VALUE : deadline.left();
    boolean acquired = places.tryAcquire(Math.min(nanoseconds, left), TimeUnit.NANOSECONDS);
    if (!acquired && deadline != null && left <= nanoseconds) {
      throw new LuaTimeoutException(
          deadline.exceeded() + ", waiting for one of the " + size + " runtimes of a pool");
    }
    return acquired;
  }

  /** Borrows a runtime for one piece of work and returns the work's result. */
  public <T> @Nullable T run(Function<? super LuaRuntime, @Nullable T> work)
      throws InterruptedException {
    try (var lease = borrow()) {
      return work.apply(lease.runtime());
    }
  }

  /** Returns the maximum number of runtimes. */
  public int size() {
    return size;
  }

  /** Returns how many runtimes are currently borrowed. */
  public synchronized int lent() {
    return lent;
  }

  /** Returns how many runtimes are open and available. */
  public synchronized int idle() {
    return idle.size();
  }

  private Lease lend() {
    LuaRuntime runtime = null;
    boolean done = false;
    try {
      runtime = take();
      if (runtime == null) {
        runtime = open();
      }
      var lease = new Lease(this, runtime);
      synchronized (this) {
        checkOpen();
        lent++;
        done = true;
      }
      return lease;
    } finally {
      if (!done) {
        closeAndRelease(runtime);
      }
    }
  }

  /** Closes a runtime that is no longer lent, if there is one, and frees its permit. */
  private void closeAndRelease(@Nullable LuaRuntime runtime) {
    try {
      if (runtime != null) {
        runtime.close();
      }
    } finally {
      places.release();
    }
  }

  /** Returns an available runtime that is valid, or null. */
  private @Nullable LuaRuntime take() {
    while (true) {
      LuaRuntime next;
      synchronized (this) {
        checkOpen();
        next = idle.pollLast(); // the one used last: its memory is in the caches
      }
      if (next == null) {
        return null;
      }
      boolean valid = false;
      try {
        valid = holds(validation, next);
      } finally {
        if (!valid) {
          next.close();
        }
      }
      if (valid) {
        return next;
      }
    }
  }

  private LuaRuntime open() {
    var opened = LuaRuntime.create(options);
    boolean done = false;
    try {
      setup.accept(opened);
      done = true;
      return opened;
    } finally {
      if (!done) {
        opened.close();
      }
    }
  }

  private void takeBack(LuaRuntime runtime, boolean sound) {
    boolean keep = false;
    try {
      keep = sound && reset != null && holds(reset, runtime);
    } finally {
      boolean kept = false;
      try {
        synchronized (this) {
          lent--;
          if (keep && !closed) {
            idle.addLast(runtime);
            kept = true;
          }
        }
      } finally {
        closeAndRelease(kept ? null : runtime);
      }
    }
  }

  /**
   * Returns whether a runtime passes a check. One that raises an error does not pass; anything else
   * thrown propagates.
   */
  private static boolean holds(Predicate<? super LuaRuntime> check, LuaRuntime runtime) {
    try {
      return !runtime.isClosed() && check.test(runtime);
    } catch (LuaException | IllegalStateException e) {
      return false;
    }
  }

  private synchronized void checkOpen() {
    if (closed) {
      throw closed();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("pool is closed");
  }

  /**
   * Closes the available runtimes; borrowed ones are closed when they are returned. Threads that
   * wait for one get an {@link IllegalStateException}. May be called again.
   */
  @Override
  public void close() {
    ArrayList<LuaRuntime> all;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      all = new ArrayList<>(idle);
      idle.clear();
    }
    places.release(MORE_THAN_WAIT); // they find the pool closed
    closeAll(all, 0);
  }

  /** Closes each, even if closing another one fails. */
  private static void closeAll(List<LuaRuntime> all, int from) {
    for (int i = from; i < all.size(); i++) {
      boolean closed = false;
      try {
        all.get(i).close();
        closed = true;
      } finally {
        if (!closed) {
          closeAll(all, i + 1);
        }
      }
    }
  }

  /** A borrowed runtime. For the thread that borrowed it, or one that it is passed to. */
  public static final class Lease implements AutoCloseable {
    private final LuaRuntimePool pool;
    private @Nullable LuaRuntime runtime;
    private boolean sound = true;

    private Lease(LuaRuntimePool pool, LuaRuntime runtime) {
      this.pool = pool;
      this.runtime = runtime;
    }

    /**
     * Returns the runtime.
     *
     * @throws IllegalStateException if it was returned to the pool
     */
    public synchronized LuaRuntime runtime() {
      if (runtime == null) {
        throw new IllegalStateException("runtime was returned to the pool");
      }
      return runtime;
    }

    /** Makes the runtime be closed when it is returned, instead of being lent again. */
    public synchronized void discard() {
      sound = false;
    }

    /** Returns the runtime to the pool, once. */
    @Override
    public void close() {
      LuaRuntime given;
      synchronized (this) {
        given = runtime;
        runtime = null;
      }
      if (given != null) {
        pool.takeBack(given, sound);
      }
    }
  }

  /** Builds a pool. */
  public static final class Builder {
    private LuaOptions options = LuaOptions.defaults();
    private int size = Runtime.getRuntime().availableProcessors();
    private Consumer<? super LuaRuntime> setup = runtime -> {};
    private Predicate<? super LuaRuntime> validation = runtime -> true;
    private @Nullable Predicate<? super LuaRuntime> reset;

    private Builder() {}

    /** Sets the options of the runtimes. */
    public Builder options(LuaOptions options) {
      this.options = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Sets the maximum number of runtimes; checked in {@link #build}. */
    public Builder size(int size) {
      this.size = size;
      return this;
    }

    /**
     * Sets the action that is called with each runtime when it has been opened, such as one that
     * loads libraries or sets variables.
     */
    public Builder setup(Consumer<? super LuaRuntime> setup) {
      this.setup = Objects.requireNonNull(setup, "setup");
      return this;
    }

    /**
     * Sets the check that decides whether a runtime may be lent again. One that fails the check, or
     * raises an error, is replaced.
     */
    public Builder validation(Predicate<? super LuaRuntime> validation) {
      this.validation = Objects.requireNonNull(validation, "validation");
      return this;
    }

    /**
     * Lets runtimes be lent again. The action is called when a runtime is returned, to undo what
     * its borrower did. A runtime for which it returns false, or raises an error, is replaced.
     * {@code runtime -> true} keeps everything that scripts leave.
     */
    public Builder reset(Predicate<? super LuaRuntime> reset) {
      this.reset = Objects.requireNonNull(reset, "reset");
      return this;
    }

    /**
     * Builds the pool; no runtime is opened yet.
     *
     * @throws IllegalArgumentException if its size is below 1
     */
    public LuaRuntimePool build() {
      if (size < 1) {
        throw new IllegalArgumentException("a pool needs room for a runtime, not " + size);
      }
      return new LuaRuntimePool(this);
    }
  }
}
