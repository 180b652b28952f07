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
import org.lupine.value.LuaException;
import org.lupine.value.MissingNativeException;

/**
 * Runtimes that threads borrow, so that their scripts run in parallel: never more than a fixed
 * number of them, each opened when it is first needed. For any thread; those who wait are served
 * in their order.
 *
 * <pre>{@code
 * try (LuaRuntimePool pool = LuaRuntimePool.of(LuaOptions.defaults(), 4);
 *     LuaRuntimePool.Lease lease = pool.borrow()) {
 *   System.out.println(lease.runtime().eval("20 + 22").first());   // 42
 * }
 * }</pre>
 *
 * <p>A runtime that is given back is closed, and the next borrower gets a new one that knows
 * nothing of what ran before; unless the pool was built with a {@link Builder#reset}.
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
   * Returns a pool of at most so many runtimes, each of which serves one borrower.
   *
   * @throws IllegalArgumentException if the size is below 1
   */
  public static LuaRuntimePool of(LuaOptions options, int size) {
    return builder().options(options).size(size).build();
  }

  /** Begins with the default options, and as many runtimes as there are processors. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Borrows a runtime, waiting until there is one.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   * @throws IllegalStateException if the pool is closed before or meanwhile
   * @throws MissingNativeException if a runtime cannot be opened
   * @throws LuaException if the pool's setup raises
   */
  public Lease borrow() throws InterruptedException {
    checkOpen();
    places.acquire();
    return lend();
  }

  /** {@link #borrow()} that waits no longer than a time; null if that was not enough. */
  public @Nullable Lease borrow(Duration timeout) throws InterruptedException {
    checkOpen();
    return places.tryAcquire(Limits.waiting(timeout), TimeUnit.NANOSECONDS) ? lend() : null;
  }

  /** Borrows a runtime for one piece of work, and gives the work's result. */
  public <T> @Nullable T run(Function<? super LuaRuntime, @Nullable T> work)
      throws InterruptedException {
    try (var lease = borrow()) {
      return work.apply(lease.runtime());
    }
  }

  /** Returns the most runtimes that there can be. */
  public int size() {
    return size;
  }

  /** Returns how many runtimes are borrowed now. */
  public synchronized int lent() {
    return lent;
  }

  /** Returns how many runtimes are open and wait for a borrower. */
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

  /** Closes a runtime, if there is one, that nobody gets any more; its place is free then. */
  private void closeAndRelease(@Nullable LuaRuntime runtime) {
    try {
      if (runtime != null) {
        runtime.close();
      }
    } finally {
      places.release();
    }
  }

  /** One that waits and is valid, or null. */
  private @Nullable LuaRuntime take() {
    while (true) {
      LuaRuntime next;
      synchronized (this) {
        checkOpen();
        next = idle.pollLast();     // the one that ran last: its memory is warm
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

  private void giveBack(LuaRuntime runtime, boolean sound) {
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
   * Returns whether a runtime passes a check; one that raises does not. All else that it throws
   * goes on.
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
   * Closes the runtimes that wait; those that are borrowed are closed when they are given back.
   * Who waits for one gets an {@link IllegalStateException}. May be called again.
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
    places.release(MORE_THAN_WAIT);  // they find the pool closed
    closeAll(all, 0);
  }

  /** Closes each, whatever the others throw. */
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

  /** A runtime for a while. For the thread that borrowed it, or whom that hands it to. */
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
     * @throws IllegalStateException if it was given back
     */
    public synchronized LuaRuntime runtime() {
      if (runtime == null) {
        throw new IllegalStateException("runtime was given back");
      }
      return runtime;
    }

    /** Says that nobody else is to get this runtime: it is closed when it is given back. */
    public synchronized void discard() {
      sound = false;
    }

    /** Gives the runtime back, once. */
    @Override
    public void close() {
      LuaRuntime given;
      synchronized (this) {
        given = runtime;
        runtime = null;
      }
      if (given != null) {
        pool.giveBack(given, sound);
      }
    }
  }

  /** Builds a pool. */
  public static final class Builder {
    private LuaOptions options = LuaOptions.defaults();
    private int size = Runtime.getRuntime().availableProcessors();
    private Consumer<? super LuaRuntime> setup = runtime -> { };
    private Predicate<? super LuaRuntime> validation = runtime -> true;
    private @Nullable Predicate<? super LuaRuntime> reset;

    private Builder() {}

    /** How the runtimes are set up. */
    public Builder options(LuaOptions options) {
      this.options = Objects.requireNonNull(options, "options");
      return this;
    }

    /** Returns the most runtimes that there can be; checked in {@link #build}. */
    public Builder size(int size) {
      this.size = size;
      return this;
    }

    /** What is done to each runtime when it was opened: libraries loaded, variables set. */
    public Builder setup(Consumer<? super LuaRuntime> setup) {
      this.setup = Objects.requireNonNull(setup, "setup");
      return this;
    }

    /** Asked before a runtime serves again: one that fails, or raises, is replaced. */
    public Builder validation(Predicate<? super LuaRuntime> validation) {
      this.validation = Objects.requireNonNull(validation, "validation");
      return this;
    }

    /**
     * Lets a runtime serve again: called when it is given back, to undo what its borrower did. One
     * that answers false, or raises, is replaced. {@code runtime -> true} keeps all that scripts
     * leave.
     */
    public Builder reset(Predicate<? super LuaRuntime> reset) {
      this.reset = Objects.requireNonNull(reset, "reset");
      return this;
    }

    /**
     * Returns the pool; no runtime is opened yet.
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
