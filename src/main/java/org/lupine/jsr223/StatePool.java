package org.lupine.jsr223;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.script.Bindings;
import javax.script.ScriptContext;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;

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

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private final LuaScriptEngine engine;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final List<Lane> resting = new ArrayList<>();
  private final List<Lane> busy = new ArrayList<>();
  private int next;  // of the resting ones, to be looked at
  private int waiting;  // threads, for functions

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

  private Lane take(Bindings bindings) {
    synchronized (this) {
      awaitFunctions(bindings);
      var lane = known(bindings);
      if (lane == null) {
        lane = idle();
      }
      if (lane == null) {
        lane = rested();
      }
      if (lane != null) {
        begin(lane, bindings);
        return lane;
      }
    }
    var opened = new Lane(engine.open());
    synchronized (this) {
      begin(opened, bindings);
    }
    return opened;
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
   */
  private void awaitFunctions(Bindings bindings) {
    if (!isBusyWithFunctions(bindings)) {
      return;
    }
    boolean interrupted = false;
    long end = System.nanoTime() + LONGEST_WAIT.toNanos();
    waiting++;
    for (long left = 1; left > 0 && isBusyWithFunctions(bindings);
        left = end - System.nanoTime()) {
      try {
        wait(LONGEST_WAIT.toMillis());
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    waiting--;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isBusyWithFunctions(Bindings bindings) {
    for (var each : busy) {
      if (each.hasFunctionsFor(bindings)) {
        return true;
      }
    }
    return false;
  }

  /** The lane that keeps functions of these bindings, or where this thread runs under them. */
  private @Nullable Lane known(Bindings bindings) {
    for (var each : busy) {
      if (each.user == Thread.currentThread() && each.scope.isOf(bindings)) {
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

  private void begin(Lane lane, Bindings bindings) {
    if (lane.depth++ > 0) {
      return;
    }
    lane.user = Thread.currentThread();
    lane.lastUser = lane.user.getId();
    lane.scope = lane.scopeOf(bindings);
    if (lane.scope == null) {
      lane.scope = lane.state.scope();
    }
    lane.scope.begin(bindings);
    busy.add(lane);
  }

  /** A resting lane of which nothing is held any more, or one of many. */
  private @Nullable Lane rested() {
    for (int i = Math.min(LOOKS, resting.size()); i > 0; i--) {
      next = next >= resting.size() ? 0 : next;
      var lane = resting.get(next);
      if (!settled(lane)) {
        next++;
        continue;
      }
      resting.remove(next);
      if (!lane.spoilt) {
        return lane;
      }
      lane.state.close();
    }
    if (resting.size() >= MOST_RESTING) {
      for (int i = 0; i < resting.size(); i++) {
        if (!resting.get(i).spoilt && !resting.get(i).state.state().isHeldByOther()) {
          return resting.remove(i);
        }
      }
    }
    return null;
  }

  /** {@link Lane#settle}, unless somebody is just using a value of that lane. */
  private static boolean settled(Lane lane) {
    var state = lane.state.state();
    if (!state.tryEnter()) {
      return false;
    }
    try {
      return lane.settle(state.heldRefs());
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
    try {
      sound = lane.state.state().restore();
      held = lane.state.state().heldRefs();
    } finally {
      if (rest(lane, sound, held)) {
        lane.state.close();
      }
    }
  }

  /** Ends the use of a lane; tells whether it is to be closed. */
  private synchronized boolean rest(Lane lane, boolean sound, int held) {
    lane.spoilt |= !sound;
    if (!lane.scopes.contains(lane.scope)) {
      lane.scopes.add(lane.scope);
    }
    lane.scope.end(held > 0);
    lane.depth = 0;
    lane.user = null;
    lane.scope = null;
    busy.remove(lane);
    if (waiting > 0) {
      notifyAll();
    }
    boolean free = lane.settle(held);
    if (engine.isClosed() || free && (lane.spoilt || idle.size() >= MOST_IDLE)) {
      return true;
    }
    if (free) {
      idle.addLast(lane);
    } else {
      resting.add(lane);
      next = (next + 1) % resting.size();
      settled(resting.get(next));  // one at a time: its functions may be nobody's by now
    }
    return false;
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
