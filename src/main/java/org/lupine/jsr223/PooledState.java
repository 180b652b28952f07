package org.lupine.jsr223;

import java.util.ArrayList;
import java.util.List;
import javax.script.Bindings;
import org.jspecify.annotations.Nullable;

/**
 * A state of the pool, with the scopes that it keeps: of bindings under which a script defined
 * functions, or left values that Java holds. Its fields are the pool's, used under the pool's lock.
 */
final class PooledState {
  final ScriptState state;
  final List<ScriptScope> scopes = new ArrayList<>(1);

  /** Who runs in it, how deep, and under what; null while nobody does. */
  @Nullable Thread user;
  int depth;  // the user's alone, once it is the user
  long lastUser;  // its number
  @Nullable ScriptScope scope;

  /** Whether a script touched what cannot be undone: no other bindings may come here. */
  boolean tainted;

  PooledState(ScriptState state) {
    this.state = state;
  }

  /** The scope that is kept for these bindings, or null. */
  @Nullable ScriptScope scopeOf(@Nullable Bindings bindings) {
    for (var each : scopes) {
      if (each.isOf(bindings)) {
        return each;
      }
    }
    return null;
  }

  /** Returns whether another thread is here, and functions of these bindings. */
  boolean hasFunctionsFor(@Nullable Bindings bindings) {
    if (user == Thread.currentThread() || scopes.isEmpty()) {
      return false;
    }
    var known = scopeOf(bindings);
    return known != null && known.environment() != null;
  }

  /**
   * Forgets the scopes of bindings that nobody has any more. Tells whether nothing of this lane is
   * held outside.
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
