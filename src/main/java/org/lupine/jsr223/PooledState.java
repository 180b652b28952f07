package org.lupine.jsr223;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.script.Bindings;
import org.jspecify.annotations.Nullable;

/**
 * A state of the pool, with the scopes that belong to it: those of Bindings under which a script
 * defined functions, or left values that Java holds. The fields belong to the pool. They are used
 * under its monitor, or by the thread that has taken the state from a slot.
 */
final class PooledState {
  final ScriptState state;
  final List<ScriptScope> scopes = new ArrayList<>(1);

  /** The thread that runs in it, how deep, and under which scope; null if there is none. */
  @Nullable Thread user;

  int depth; // written by the user alone
  long lastUser; // the thread's id

  /** Whether the run left nothing behind, so that all is done to end it in this state. */
  boolean hasEnded;

  /** Whether it is in the pool's list of busy states. */
  boolean isBusy;

  /** Whether its user runs in another state, too. */
  boolean nested;

  @Nullable ScriptScope scope;

  /** The scope of the last run, if nothing is left of it in Java or Lua: it may be reused. */
  @Nullable ScriptScope spare;

  /**
   * Whether code that outlives its run, such as a callback or a finalizer, may have run since the
   * last full restore. Such code makes no dirty marks, so the marks do not suffice: everything is
   * restored before a run under other bindings.
   */
  boolean outlived;

  /** Whether it serves runs under other Bindings although something in it is wanted. */
  boolean contested;

  /**
   * Whether what a script changed could not be undone, for instance since another thread was
   * inside. If so, it never runs under other Bindings.
   */
  boolean tainted;

  PooledState(ScriptState state) {
    this.state = state;
  }

  /** Returns the scope of the current run. */
  ScriptScope scope() {
    return Objects.requireNonNull(scope);
  }

  /** Returns the scope of these bindings, or null. */
  @Nullable ScriptScope scopeOf(@Nullable Bindings bindings) {
    for (var each : scopes) {
      if (each.isOf(bindings)) {
        return each;
      }
    }
    return null;
  }

  /** Returns whether another thread uses this state, and it holds functions of these bindings. */
  boolean hasFunctionsFor(@Nullable Bindings bindings) {
    if (user == Thread.currentThread() || scopes.isEmpty()) {
      return false;
    }
    var known = scopeOf(bindings);
    return known != null && known.environment() != null;
  }

  /**
   * Drops the scopes of Bindings that are unreachable. Returns whether nothing of this state is
   * held any longer.
   *
   * @param held how many values Java holds
   */
  boolean dropDeadScopes(int held) {
    int environments = 0;
    for (var each : scopes) {
      if (each.isOver()) {
        each.forget();
      }
      environments += each.environment() == null ? 0 : 1;
    }
    boolean others = held > environments;
    scopes.removeIf(each -> each.environment() == null && (!others || each.isOver()));
    return held == 0 && scopes.isEmpty();
  }
}
