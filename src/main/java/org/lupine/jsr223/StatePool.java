package org.lupine.jsr223;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.script.Bindings;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.Deadline;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaException;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * The Lua states of an engine for runs under bindings other than its own. A <em>run</em> evaluates
 * a script, calls a function or reads a variable; it takes a state, and returns it at its end. No
 * two runs use a state at the same time, except that a nested run, by the same thread under the
 * same bindings, uses the state of the outer run.
 *
 * <p>When a run ends, its changes to the library are undone, so that runs under other bindings see
 * nothing of them. The state is <em>tainted</em> if they cannot be undone, or if its lock is not
 * available at that time, since another thread uses a value that Java holds. A tainted state never
 * becomes idle again. A state is <em>needed</em> while Java holds a value of it. It is also needed
 * while it keeps, for reachable bindings, variables that bindings do not hold, such as functions
 * that scripts defined. After a run, and after a check, there are two cases:
 *
 * <ul>
 *   <li>not needed: it is <em>idle</em>, and any run may take it. It is closed instead if it is
 *       tainted, or if there is no room among the idle ones;
 *   <li>needed: it is <em>parked</em>. Runs under its bindings take it, and find their functions in
 *       it. Whenever a state is parked, the pool checks whether the one that was parked or checked
 *       longest ago is still needed. A run that finds no idle state checks up to {@link #LOOKS}
 *       parked states, and takes the first that is no longer needed. If there is none, and at least
 *       {@link #MOST_PARKED} are parked, it takes one that is needed, except one that is tainted or
 *       that only other threads are inside. There the run has a table of globals of its own.
 * </ul>
 *
 * <p>What a run leaves, such as a function that Java holds, may change the library later. These
 * changes are undone, too, before a run under other bindings gets the state. But if Java calls such
 * a function while a run under other bindings uses the state, that run can see what the function
 * changes.
 *
 * <p>If two threads run the first scripts under the same bindings at once, each run has a state of
 * its own. If both define functions, a later run finds those of one of the two, and not always of
 * the same one.
 *
 * <p>The pool lets a run wait in one case: another thread uses, or checks, the state that has
 * functions of the run's bindings. A thread that has waited for 10 ms goes before those that come
 * later, unless these are in a run. The wait ends with an exception after five seconds, since the
 * two runs may wait for each other. The time limit and an interrupt end it, too. Once it has a
 * state, a run may still have to wait for the lock of the state, while another thread calls a
 * function that Java holds.
 *
 * <p>As long as no state is parked, and none in use keeps anything of earlier runs, a thread that
 * is in no run takes an idle state without the monitor ({@link IdleStates}). It prefers the one
 * that it used last. It also returns this state without the monitor if the state is neither needed
 * nor tainted. So a thread that is preempted meanwhile blocks no other. Thread-safe.
 */
final class StatePool {
  /** From this number of parked states on, one that is needed may serve other bindings. */
  private static final int MOST_PARKED = 64;

  /** How many parked states are checked when a run finds no idle state. */
  private static final int LOOKS = 8;

  private static final long LONGEST_WAIT = 5_000_000_000L; // nanoseconds

  /** After how many nanoseconds of a wait for functions no other thread goes first. */
  private static final long STARVES = 10_000_000;

  /** A thread that waits for functions of some bindings. */
  private static final class Waiter {
    final @Nullable Bindings bindings;
    final long since; // by System.nanoTime()
    final long limit; // of the time of its run, in nanoseconds; 0 for none

    Waiter(@Nullable Bindings bindings, long since, long limit) {
      this.bindings = bindings;
      this.since = since;
      this.limit = limit;
    }

    boolean starves(long now) {
      return now - since > STARVES;
    }
  }

  private final LuaScriptEngine engine;
  private final IdleStates idle;

  private volatile PooledState[] all = {}; // those that are open; replaced under the monitor
  private final List<PooledState> parked = new ArrayList<>();
  private final List<PooledState> busy =
      new ArrayList<>(); // except those taken without the monitor

  /**
   * Whether a state is parked, or one in use has scopes of earlier runs. Changed under the monitor.
   */
  private volatile boolean keeping;

  private final Deque<Waiter> waiting = new ArrayDeque<>(); // for functions, the first one first
  private int interrupts; // counts calls of interrupt()

  StatePool(LuaScriptEngine engine) {
    this.engine = engine;
    idle = new IdleStates(engine::isClosed);
  }

  Object[] run(
      Chunk chunk,
      ScriptContext context,
      Bindings bindings,
      Object @Nullable [] arguments,
      String file) {
    var pooled = take(bindings);
    Throwable thrown = null;
    try {
      return pooled.state.run(chunk, context, pooled, arguments, file);
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      giveBack(pooled, thrown);
    }
  }

  /** Calls a function of some bindings; returns null if they have none of that name. */
  Object @Nullable [] call(
      ScriptContext context, @Nullable Bindings bindings, String name, Object[] arguments) {
    return use(bindings, pooled -> pooled.state.call(context, pooled.scope(), name, arguments));
  }

  /** Returns the value of a variable under some bindings, functions included; null for nil. */
  @Nullable Object get(@Nullable Bindings bindings, String name) {
    return use(bindings, pooled -> pooled.scope().read(name));
  }

  /**
   * Returns the function of a name that scripts defined under some bindings; null if there is none.
   */
  @Nullable Object function(Bindings bindings, String name) {
    synchronized (this) {
      if (!keepsFunctions(busy, bindings) && !keepsFunctions(parked, bindings)) {
        return null;
      }
    }
    return use(bindings, pooled -> pooled.scope().function(name));
  }

  /** Calls a function with a state; {@link #run} does without the object for it. */
  private <T extends @Nullable Object> T use(
      @Nullable Bindings bindings, Function<PooledState, T> function) {
    var pooled = take(bindings);
    Throwable thrown = null;
    try {
      return function.apply(pooled);
    } catch (Throwable e) {
      thrown = e;
      throw e;
    } finally {
      giveBack(pooled, thrown);
    }
  }

  private static boolean keepsFunctions(List<PooledState> states, Bindings bindings) {
    for (var each : states) {
      var known = each.scopeOf(bindings);
      if (known != null && known.environment() != null) {
        return true;
      }
    }
    return false;
  }

  private PooledState take(@Nullable Bindings bindings) {
    LuaState.checkStack(); // a stack overflow at the end would leave the state in use, or lose it
    var thread = Thread.currentThread();
    var pooled = keeping ? null : takeIdle(thread);
    if (pooled == null) {
      return takeByMonitor(bindings);
    }
    boolean begun = false;
    try {
      pooled.nested = false;
      begin(pooled, bindings, thread);
      begun = true;
      return pooled;
    } finally {
      if (!begun) {
        pooled.user = null;
        giveBackIdle(pooled);
      }
    }
  }

  /** Takes an idle state; returns null if there is none, or if the thread runs in another state. */
  private @Nullable PooledState takeIdle(Thread thread) {
    var mine = idle.takeLast(thread);
    return mine != null ? mine : isInside(thread) ? null : idle.take(thread);
  }

  private PooledState takeByMonitor(@Nullable Bindings bindings) {
    var thread = Thread.currentThread();
    PooledState moved = null;
    PooledState pooled;
    synchronized (this) {
      awaitFunctions(bindings);
      pooled = known(bindings);
      if (pooled == null) {
        pooled = idle.take(thread);
      } else {
        moved = idle.empty(thread); // this thread may have used it last
      }
      if (pooled != null) {
        begin(pooled, bindings);
      }
    }
    if (moved != null && !idle.keep(moved)) {
      close(moved);
    }
    if (pooled == null) {
      return takeOther(bindings);
    }
    if (pooled.contested && pooled.depth == 1 && !restoreAll(pooled)) {
      pooled.tainted = true;
    }
    return pooled;
  }

  /** Takes a state that is parked, or a new one. */
  private PooledState takeOther(@Nullable Bindings bindings) {
    var found = takeParked();
    var pooled = found == null ? open() : found;
    synchronized (this) {
      if (found == null) {
        var more = Arrays.copyOf(all, all.length + 1);
        more[all.length] = pooled;
        all = more;
      }
      begin(pooled, bindings);
    }
    return pooled;
  }

  private PooledState open() {
    var state = engine.open();
    boolean isolated = false;
    try {
      state.lua().isolate();
      isolated = true;
      return new PooledState(state);
    } finally {
      if (!isolated) {
        state.close();
      }
    }
  }

  private void close(PooledState pooled) {
    synchronized (this) {
      all = Arrays.stream(all).filter(each -> each != pooled).toArray(PooledState[]::new);
    }
    pooled.state.close();
  }

  /**
   * Waits while another thread uses the state that holds functions of these bindings, or is to use
   * it first. Callers that share Bindings expect to see each other's functions; in no other case
   * does the pool let a run wait. The wait takes at most 5 s, since the two could otherwise
   * deadlock.
   *
   * @throws LuaException if the wait took that long, or longer than a limit allows, or was
   *     interrupted
   */
  private void awaitFunctions(@Nullable Bindings bindings) {
    var holder = busyWithFunctions(bindings);
    long limit;
    if (holder != null) {
      limit = holder.state.lua().timeLimit();
    } else {
      var first = starving(bindings, null);
      if (first == null) {
        return;
      }
      limit = first.limit;
    }
    var deadline = Deadline.current();
    long start = System.nanoTime();
    int before = interrupts;
    var mine = new Waiter(bindings, start, limit);
    waiting.add(mine);
    try {
      for (;
          holder != null || starving(bindings, mine) != null;
          holder = busyWithFunctions(bindings)) {
        if (interrupts != before) {
          throw interrupted(holder, null);
        }
        long waited = System.nanoTime() - start;
        long left = LONGEST_WAIT - waited;
        if (left <= 0) {
          throw new LuaException(functions(holder) + ", waited 5 s for it");
        }
        if (deadline != null && deadline.left() <= 0) {
          throw new LuaTimeoutException(deadline.exceeded() + ": " + functions(holder));
        }
        if (limit != 0 && waited >= limit) {
          throw new LuaTimeoutException(Deadline.exceeded(limit) + ": " + functions(holder));
        }
        left = deadline == null ? left : Math.min(left, deadline.left());
        TimeUnit.NANOSECONDS.timedWait(
            this, Math.max(1, limit == 0 ? left : Math.min(left, limit - waited)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(holder, e);
    } finally {
      waiting.remove(mine); // allocates nothing: an error would let others wait for it for ever
      if (!waiting.isEmpty() && mine.starves(System.nanoTime())) {
        notifyAll(); // one may have waited for this one
      }
    }
  }

  /**
   * Returns a thread that has waited so long for functions of these bindings that the current one
   * must not go first; null if there is none, or if the current one is in a run, for whose end the
   * other may be waiting.
   *
   * @param mine the current thread in the queue; null if it has not waited
   */
  private @Nullable Waiter starving(@Nullable Bindings bindings, @Nullable Waiter mine) {
    if (waiting.isEmpty() || isInside(Thread.currentThread())) {
      return null;
    }
    long now = System.nanoTime();
    for (var each : waiting) {
      if (each == mine) {
        return null;
      }
      if (each.bindings == bindings && each.starves(now)) {
        return each;
      }
    }
    return null;
  }

  private static LuaException interrupted(
      @Nullable PooledState holder, @Nullable InterruptedException cause) {
    return new LuaInterruptedException(
        "interrupted: " + functions(holder), null, -1, List.of(), cause);
  }

  /** Describes what a run waits for, for messages. */
  private static String functions(@Nullable PooledState holder) {
    var user = holder == null ? null : holder.user;
    return "functions that an earlier script defined under these bindings are "
        + (user == null ? "wanted by other threads" : "in use by thread '" + user.getName() + "'");
  }

  private @Nullable PooledState busyWithFunctions(@Nullable Bindings bindings) {
    for (var each : busy) {
      if (each.hasFunctionsFor(bindings)) {
        return each;
      }
    }
    return null;
  }

  /**
   * Returns the state in which this thread runs under these bindings, or else a parked one that
   * belongs to them, which is in no list afterwards; null if there is none.
   */
  private @Nullable PooledState known(@Nullable Bindings bindings) {
    for (var each : all) { // what other threads write to 'user' is never this thread
      if (each.user == Thread.currentThread()) {
        var scope = each.scope;
        if (scope != null && scope.isOf(bindings)) {
          return each;
        }
      }
    }
    for (int i = 0; i < parked.size(); i++) {
      if (parked.get(i).scopeOf(bindings) != null) {
        return parked.remove(i);
      }
    }
    return null;
  }

  /** Begins a run in a state that this thread has taken, or in which it already runs. */
  private void begin(PooledState pooled, @Nullable Bindings bindings) {
    if (pooled.depth > 0) {
      pooled.depth++;
      return;
    }
    boolean begun = false;
    var thread = Thread.currentThread();
    try {
      if (!pooled.isBusy) {
        busy.add(pooled);
        pooled.isBusy = true;
      }
      pooled.user = null;
      pooled.nested = isInside(thread);
      begin(pooled, bindings, thread);
      noteKeeping();
      begun = true;
    } finally {
      if (!begun) { // it still holds what made it be parked
        free(pooled);
        parked.add(pooled);
        noteKeeping();
      }
    }
  }

  /** Begins a run in a state that no other thread can take. */
  private void begin(PooledState pooled, @Nullable Bindings bindings, Thread thread) {
    var scope = pooled.scopes.isEmpty() ? null : pooled.scopeOf(bindings);
    if (scope == null) {
      scope = pooled.spare;
    }
    pooled.spare = null;
    pooled.scope = scope == null ? pooled.state.scope() : scope;
    pooled.depth = 1;
    pooled.user = thread;
    pooled.lastUser = thread.getId();
    engine.limit(pooled.state.lua());
    pooled.scope.begin(bindings);
  }

  /** Returns whether a thread runs in any state. */
  private boolean isInside(Thread thread) {
    for (var each : all) {
      if (each.user == thread) {
        return true;
      }
    }
    return false;
  }

  /** Updates {@link #keeping}, after a state was parked or taken. Under the monitor. */
  private void noteKeeping() {
    boolean keeps = !parked.isEmpty();
    for (var each : busy) {
      keeps |= !each.scopes.isEmpty();
    }
    keeping = keeps;
  }

  /** Marks a state as used by no thread. Under the monitor. */
  private void free(PooledState pooled) {
    busy.remove(pooled);
    pooled.isBusy = false;
    pooled.depth = 0;
    pooled.user = null;
    pooled.scope = null;
    if (!waiting.isEmpty()) {
      notifyAll();
    }
  }

  /** Takes a parked state that is no longer needed, or, if many are parked, another one. */
  private @Nullable PooledState takeParked() {
    int most;
    synchronized (this) {
      most = Math.min(LOOKS, parked.size());
    }
    for (int i = most; i > 0; i--) {
      var pooled = takeNextFree();
      if (pooled != null && !pooled.tainted) {
        return pooled;
      }
      if (pooled != null) {
        close(pooled);
      }
    }
    return takeWanted();
  }

  /**
   * Takes the first parked state that can serve other bindings, if many are parked. It is in the
   * list of busy states from then on, so a thread that wants its functions waits.
   */
  private @Nullable PooledState takeWanted() {
    for (; ; ) {
      PooledState pooled = null;
      synchronized (this) {
        for (int i = 0; pooled == null && parked.size() >= MOST_PARKED && i < parked.size(); i++) {
          var each = parked.get(i);
          pooled = each.tainted || each.state.lua().isHeldByOther() ? null : each;
        }
        if (pooled == null) {
          return null;
        }
        busy.add(pooled);
        pooled.isBusy = true;
        pooled.user = Thread.currentThread();
        parked.remove(pooled);
      }
      if (restoreAll(pooled)) {
        pooled.contested = true;
        return pooled;
      }
      parkTainted(pooled);
    }
  }

  /** Parks a state again that was found to be tainted. */
  private void parkTainted(PooledState pooled) {
    boolean over;
    synchronized (this) {
      pooled.tainted = true;
      free(pooled);
      over = engine.isClosed();
      if (!over) {
        parked.add(pooled);
      }
      noteKeeping();
    }
    if (over) {
      close(pooled);
    }
  }

  /**
   * Restores the whole library, whether marked as dirty or not, since code that outlives earlier
   * runs may have changed it. Returns false if the state must not serve other bindings.
   */
  private static boolean restoreAll(PooledState pooled) {
    try {
      return Deadline.callWithout(() -> pooled.state.lua().restore(true));
    } catch (RuntimeException e) { // the thread is interrupted, or there is no memory
      return false;
    }
  }

  /**
   * Examines the parked state that was examined longest ago. Returns it, in no list, if nothing
   * refers to it any longer; otherwise parks it again and returns null. The state is examined
   * outside of the monitor. During that time it is in the list of busy states, so a thread that
   * wants its functions waits.
   */
  private @Nullable PooledState takeNextFree() {
    PooledState pooled;
    synchronized (this) {
      if (parked.isEmpty()) {
        return null;
      }
      pooled = parked.get(0); // examined longest ago
      busy.add(pooled);
      parked.remove(0);
      pooled.user = Thread.currentThread();
    }
    int held = -1;
    boolean free = false;
    boolean over;
    try {
      held = held(pooled);
    } finally {
      synchronized (this) {
        free(pooled);
        over = engine.isClosed();
        free = held >= 0 && pooled.dropDeadScopes(held);
        if (!free && !over) {
          parked.add(pooled);
        }
        noteKeeping();
      }
    }
    if (over) {
      close(pooled);
    }
    if (!free || over) {
      return null;
    }
    pooled.tainted |= !restoreAll(pooled);
    pooled.outlived = pooled.contested = false;
    return pooled;
  }

  /** Returns how many values of a state Java holds; -1 if a thread is using one of them. */
  private static int held(PooledState pooled) {
    var state = pooled.state.lua();
    if (!state.tryEnter()) {
      return -1;
    }
    try {
      return state.heldRefs();
    } finally {
      state.exit();
    }
  }

  /**
   * Ends a run in a state. If it cannot be restored, the state serves no other bindings; the result
   * of the run is not affected.
   *
   * @param thrown what the run ended with; null for nothing
   */
  private void giveBack(PooledState pooled, @Nullable Throwable thrown) {
    if (pooled.depth > 1) { // a nested run of the same thread
      pooled.depth--;
      return;
    }
    boolean ended = pooled.hasEnded;
    pooled.hasEnded = false;
    boolean sound = ended;
    boolean reusable = ended;
    int held = ended ? 0 : 1;
    boolean parks = false;
    try {
      var state = pooled.state.lua();
      // if it cannot be entered, another thread calls a held value; that is not waited for
      if (!ended && state.tryEnter()) {
        try {
          held = state.heldRefs();
          boolean all = held == 0 && pooled.outlived;
          sound = Deadline.callWithout(() -> state.restore(all));
          reusable = sound && held == 0 && state.reuseEnvironment();
        } finally {
          state.exit();
        }
      }
    } catch (RuntimeException e) { // the thread is interrupted, say
      if (thrown != null) {
        thrown.addSuppressed(e);
      }
    } finally {
      parks = endUse(pooled, sound, reusable, held);
    }
    if (parks) {
      var other = takeNextFree(); // one at a time: its functions may be unreachable by now
      if (other != null && !idle.keep(other)) {
        close(other);
      }
    }
  }

  /**
   * Ends the use of a state, and closes it unless it is used again; returns whether it is parked.
   */
  private boolean endUse(PooledState pooled, boolean sound, boolean reusable, int held) {
    var scope = pooled.scope();
    if (pooled.isBusy || !sound || held > 0 || !pooled.scopes.isEmpty()) {
      return endUseByMonitor(pooled, sound, reusable, held);
    }
    scope.end(false);
    pooled.spare = reusable ? scope : null;
    pooled.scope = null;
    pooled.depth = 0;
    pooled.user = null;
    giveBackIdle(pooled);
    return false;
  }

  private boolean endUseByMonitor(PooledState pooled, boolean sound, boolean reusable, int held) {
    boolean free;
    boolean nested = pooled.nested;
    synchronized (this) {
      var scope = pooled.scope();
      pooled.tainted |= !sound;
      free(pooled);
      if (!pooled.scopes.contains(scope)) {
        pooled.scopes.add(scope);
      }
      scope.end(held > 0);
      free = pooled.dropDeadScopes(held);
      pooled.spare = free && reusable ? scope : null;
      pooled.outlived = !free;
      pooled.contested &= !free;
      boolean parks = !free && !engine.isClosed();
      if (parks) {
        parked.add(pooled);
      }
      noteKeeping();
      if (parks) {
        return true;
      }
    }
    if (free && !pooled.tainted && !nested) {
      giveBackIdle(pooled);
    } else if (!free || !idle.keep(pooled)) {
      close(pooled);
    }
    return false;
  }

  /** Makes a state idle that is in no list. */
  private void giveBackIdle(PooledState pooled) {
    var other = idle.put(pooled);
    if (other != null && !idle.keep(other)) {
      close(other);
    }
    if (engine.isClosed() && idle.remove(pooled)) {
      close(pooled);
    }
  }

  /** Interrupts the runs in all states, and the threads that wait for one. */
  void interrupt() {
    PooledState[] open; // also states without a run: Java may be calling functions of them
    synchronized (this) {
      interrupts++;
      notifyAll();
      open = all; // which is replaced, never changed
    }
    for (var each : open) {
      each.state.lua().interrupt();
    }
  }

  /** Closes the states; those in use close when their runs end. */
  void close() {
    List<PooledState> unused;
    synchronized (this) {
      unused = new ArrayList<>(parked);
      parked.clear();
      idle.takeAll(unused);
    }
    for (var each : unused) {
      close(each);
    }
  }
}
