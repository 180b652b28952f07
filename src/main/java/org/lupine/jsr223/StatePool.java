package org.lupine.jsr223;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.script.Bindings;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.Deadline;
import org.lupine.value.LuaException;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTimeoutException;

/**
 * The states for runs under bindings other than the engine's own. Each run has a state for itself
 * and leaves nothing in it that the next could see; nobody waits for another's run.
 *
 * <p>A state of which something is still held, values in Java or functions beside the bindings of
 * the run that defined them, rests until it is not; only when many rest do the oldest run for
 * others too. Safe for any thread.
 */
final class StatePool {
  private static final int MOST_IDLE = Math.max(4, Runtime.getRuntime().availableProcessors());
  private static final int MOST_RESTING = 64;

  /** So many resting lanes are looked at when one is needed. */
  private static final int LOOKS = 8;

  private static final long LONGEST_WAIT = 5_000_000_000L;  // nanoseconds

  private final LuaScriptEngine engine;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final List<Lane> resting = new ArrayList<>();
  private final List<Lane> busy = new ArrayList<>();
  private int next;  // of the resting ones, to be looked at
  private int waiting;  // threads, for functions
  private int interrupts;  // so far

  StatePool(LuaScriptEngine engine) {
    this.engine = engine;
  }

  Object[] run(Chunk chunk, ScriptContext context, Bindings bindings,
      Object @Nullable [] arguments, String file) {
    var lane = take(bindings);
    try {
      return lane.state.run(chunk, context, lane.scope, arguments, file);
    } finally {
      give(lane);
    }
  }

  /** Calls a function of some bindings; null if they have none of that name. */
  Object @Nullable [] call(
      ScriptContext context, Bindings bindings, String name, Object[] arguments) {
    var lane = take(bindings);
    try {
      return lane.state.call(context, lane.scope, name, arguments);
    } finally {
      give(lane);
    }
  }

  /** The value of a name of some bindings, which may be a function; null for nil. */
  @Nullable Object get(Bindings bindings, String name) {
    var lane = take(bindings);
    try {
      return lane.scope.read(name);
    } finally {
      give(lane);
    }
  }

  /** The function of a name that scripts defined under some bindings; null if there is none. */
  @Nullable Object function(Bindings bindings, String name) {
    synchronized (this) {
      if (!keepsFunctions(busy, bindings) && !keepsFunctions(resting, bindings)) {
        return null;
      }
    }
    var lane = take(bindings);
    try {
      return lane.scope.function(name);
    } finally {
      give(lane);
    }
  }

  private static boolean keepsFunctions(List<Lane> lanes, Bindings bindings) {
    for (var each : lanes) {
      var known = each.scopeOf(bindings);
      if (known != null && known.environment() != null) {
        return true;
      }
    }
    return false;
  }

  private Lane take(Bindings bindings) {
    synchronized (this) {
      awaitFunctions(bindings);
      var lane = known(bindings);
      if (lane == null) {
        lane = idle();
      }
      if (lane != null) {
        begin(lane, bindings);
        return lane;
      }
    }
    var found = rested();
    var lane = found == null ? new Lane(engine.open()) : found;
    synchronized (this) {
      begin(lane, bindings);
    }
    return lane;
  }

  /** An idle lane: this thread's last, whose memory is near, else the one that was used last. */
  private @Nullable Lane idle() {
    long thread = Thread.currentThread().getId();
    for (var each : idle) {
      if (each.lastUser == thread) {
        idle.remove(each);
        return each;
      }
    }
    return idle.pollLast();
  }

  /**
   * Waits while another thread is where functions of these bindings are: whoever shares them wants
   * them. Only then does a run wait for another, and not for ever: that one might wait for this.
   *
   * @throws LuaException if that was too long, or longer than a limit allows, or interrupted
   */
  private void awaitFunctions(Bindings bindings) {
    var holder = busyWithFunctions(bindings);
    if (holder == null) {
      return;
    }
    var deadline = Deadline.current();
    long limit = holder.state.state().timeLimit();
    long start = System.nanoTime();
    int before = interrupts;
    waiting++;
    try {
      for (; holder != null; holder = busyWithFunctions(bindings)) {
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
        TimeUnit.NANOSECONDS.timedWait(this,
            Math.max(1, limit == 0 ? left : Math.min(left, limit - waited)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(holder, e);
    } finally {
      waiting--;
    }
  }

  private static LuaException interrupted(Lane holder, @Nullable InterruptedException cause) {
    return new LuaInterruptedException(
        "interrupted: " + functions(holder), null, -1, List.of(), cause);
  }

  /** What a run waits for. */
  private static String functions(Lane holder) {
    var user = holder.user;
    return "functions that an earlier script defined under these bindings are in use by thread '"
        + (user == null ? "" : user.getName()) + "'";
  }

  private @Nullable Lane busyWithFunctions(Bindings bindings) {
    for (var each : busy) {
      if (each.hasFunctionsFor(bindings)) {
        return each;
      }
    }
    return null;
  }

  /** The lane that keeps functions of these bindings, or where this thread runs under them. */
  private @Nullable Lane known(Bindings bindings) {
    for (var each : busy) {
      var scope = each.scope;
      if (each.user == Thread.currentThread() && scope != null && scope.isOf(bindings)) {
        return each;
      }
    }
    for (int i = 0; i < resting.size(); i++) {
      if (resting.get(i).scopeOf(bindings) != null) {
        return resting.remove(i);
      }
    }
    return null;
  }

  /** Begins a run in a lane that is in no list, or in which this thread runs already. */
  private void begin(Lane lane, Bindings bindings) {
    if (lane.depth > 0) {
      lane.depth++;
      return;
    }
    boolean begun = false;
    try {
      var scope = lane.scopeOf(bindings);
      lane.scope = scope == null ? lane.state.scope() : scope;
      busy.add(lane);
      lane.depth = 1;
      lane.user = Thread.currentThread();
      lane.lastUser = lane.user.getId();
      engine.limit(lane.state.state());
      lane.scope.begin(bindings);
      begun = true;
    } finally {
      if (!begun) {                 // what it keeps is wanted again
        free(lane);
        resting.add(lane);
      }
    }
  }

  /** Says that nobody runs in a lane any more. Under the monitor. */
  private void free(Lane lane) {
    busy.remove(lane);
    lane.depth = 0;
    lane.user = null;
    lane.scope = null;
    if (waiting > 0) {
      notifyAll();
    }
  }

  /** A resting lane of which nothing is held any more, or one of many; in no list from now on. */
  private @Nullable Lane rested() {
    int most;
    synchronized (this) {
      most = Math.min(LOOKS, resting.size());
    }
    for (int i = most; i > 0; i--) {
      var lane = nextFree();
      if (lane != null && !lane.tainted) {
        return lane;
      }
      if (lane != null) {
        lane.state.close();
      }
    }
    synchronized (this) {
      for (int i = 0; resting.size() >= MOST_RESTING && i < resting.size(); i++) {
        if (!resting.get(i).tainted && !resting.get(i).state.state().isHeldByOther()) {
          return resting.remove(i);
        }
      }
    }
    return null;
  }

  /**
   * Looks at one resting lane. Gives it if nothing of it is held any more; it is in no list then.
   * Whoever wants its functions meanwhile waits, since the state is asked outside of the monitor.
   */
  private @Nullable Lane nextFree() {
    Lane lane;
    synchronized (this) {
      if (resting.isEmpty()) {
        return null;
      }
      next = next >= resting.size() ? 0 : next;
      lane = resting.get(next);
      busy.add(lane);
      resting.remove(next);
      lane.user = Thread.currentThread();
    }
    int held = -1;
    boolean free = false;
    boolean over;
    try {
      held = held(lane);
    } finally {
      synchronized (this) {
        free(lane);
        over = engine.isClosed();
        free = held >= 0 && lane.settle(held);
        if (!free && !over) {
          resting.add(lane);
        }
      }
    }
    if (over) {
      lane.state.close();
    }
    return free && !over ? lane : null;
  }

  /** How many values of a lane Java holds; -1 if somebody is just using one. */
  private static int held(Lane lane) {
    var state = lane.state.state();
    if (!state.tryEnter()) {
      return -1;
    }
    try {
      return state.heldRefs();
    } finally {
      state.exit();
    }
  }

  private void give(Lane lane) {
    if (lane.depth > 1) {           // a nested run's, by the same thread
      lane.depth--;
      return;
    }
    boolean sound = false;
    int held = 1;
    boolean rests = false;
    try {
      var state = lane.state.state();
      if (state.tryEnter()) {       // else another thread calls what is held: it is not waited for
        try {
          sound = Deadline.without(state::restore);
          held = state.heldRefs();
        } finally {
          state.exit();
        }
      }
    } finally {
      rests = rest(lane, sound, held);
    }
    if (rests) {
      var other = nextFree();  // one at a time: its functions may be nobody's by now
      if (other != null && !isIdle(other)) {
        other.state.close();
      }
    }
  }

  /** Ends the use of a lane, and closes it unless it is to be used again; whether it rests. */
  private boolean rest(Lane lane, boolean sound, int held) {
    boolean free;
    synchronized (this) {
      var scope = lane.scope;
      lane.tainted |= !sound;
      free(lane);
      if (!lane.scopes.contains(scope)) {
        lane.scopes.add(scope);
      }
      scope.end(held > 0);
      free = lane.settle(held);
      if (!free && !engine.isClosed()) {
        resting.add(lane);
        return true;
      }
    }
    if (!free || !isIdle(lane)) {
      lane.state.close();
    }
    return false;
  }

  /** Whether a lane of which nothing is held is kept for the next run, as it is from now on then. */
  private synchronized boolean isIdle(Lane lane) {
    if (engine.isClosed() || lane.tainted || idle.size() >= MOST_IDLE) {
      return false;
    }
    idle.addLast(lane);
    return true;
  }

  /** Ends what runs in any state, and what waits for one. */
  void interrupt() {
    List<Lane> all;
    synchronized (this) {
      interrupts++;
      notifyAll();
      all = new ArrayList<>(busy);  // and where functions run that Java holds
      all.addAll(resting);
      all.addAll(idle);
    }
    for (var each : all) {
      each.state.state().interrupt();
    }
  }

  /** Closes the states; those that are in use close when their runs end. */
  void close() {
    List<Lane> all;
    synchronized (this) {
      all = new ArrayList<>(idle);
      all.addAll(resting);
      idle.clear();
      resting.clear();
    }
    for (var each : all) {
      each.state.close();
    }
  }
}
