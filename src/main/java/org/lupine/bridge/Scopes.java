package org.lupine.bridge;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scopes of a state, by the numbers that represent them in Lua. Each number has one
 * environment. A number is free again once its scope is over. Used under the state's lock.
 */
final class Scopes {
  private static final int FEW = 16;

  private final Map<Integer, Scope> earlier = new HashMap<>();
  private int most = FEW;
  private @Nullable Scope last;
  private int number;
  private boolean again;

  /** Returns the scope of the last run, or null. */
  @Nullable Scope last() {
    return last;
  }

  /**
   * Begins a run under a scope and returns the number of its environment: the last run's number if
   * its environment is reused, or a new one.
   */
  int begin(Scope scope) {
    if (scope != last || !again) {
      if (last != null && !last.isOver()) {
        keep(last);
      }
      last = scope;
      do {
        number = number == Integer.MAX_VALUE ? 1 : number + 1;
      } while (earlier.containsKey(number));
    }
    again = false;
    return number;
  }

  private void keep(Scope scope) {
    if (earlier.size() >= most) {
      earlier.values().removeIf(Scope::isOver);
      most = Math.max(FEW, 2 * earlier.size());
    }
    earlier.put(number, scope);
  }

  /** Returns the number of the last run's scope. */
  int number() {
    return number;
  }

  /** Lets the next run have the environment of the last one if it is under the same scope. */
  void useAgain() {
    again = true;
  }

  /** Returns whether a run under this scope would get the environment of the last one. */
  boolean isAgain(Scope scope) {
    return again && scope == last;
  }

  /**
   * Returns the scope of a number. If that scope is over, functions that remain of its run read
   * variables from 'outer' instead.
   *
   * @param outer the scope around all others; null for none
   */
  Scope get(int asked, @Nullable Scope outer) {
    var known = asked == number ? last : earlier.get(asked);
    return known == null ? new Remainder(outer) : known;
  }

  private record Remainder(@Nullable Scope outer) implements Scope {
    @Override
    public @Nullable Object get(String name) {
      return outer == null ? ABSENT : outer.get(name);
    }

    @Override
    public void put(String name, @Nullable Object value) {}

    @Override
    public Collection<String> names() {
      return outer == null ? List.of() : outer.names();
    }
  }
}
