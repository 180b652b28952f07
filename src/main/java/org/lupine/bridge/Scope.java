package org.lupine.bridge;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/**
 * Where a run reads and writes its global variables, if not in the state's own globals. Called for
 * each access; whatever is thrown becomes a Lua error.
 */
public interface Scope {
  /**
   * The result of {@link #get} for a name that this scope does not have; the script then gets the
   * library's value.
   */
  Object ABSENT = new Object();

  /** The result of {@link #prefetch} for a variable that must not be prefetched. */
  Object UNKNOWN = new Object();

  /** Returns the value of a variable, null for nil, or {@link #ABSENT}. */
  @Nullable Object get(String name);

  /**
   * Returns the value of a variable, null for nil, that hides the value which the state keeps under
   * the same name; {@link #ABSENT} if there is none.
   */
  default @Nullable Object getInsteadOfKept(String name) {
    return ABSENT;
  }

  /**
   * Returns a variable that a script is expected to read, as {@link #get} does, or {@link #UNKNOWN}
   * if the script must ask for it, because that could make an observable difference.
   */
  default @Nullable Object prefetch(String name) {
    return UNKNOWN;
  }

  /** Returns whether {@link #prefetch} may return anything but {@link #UNKNOWN}. */
  default boolean permitsPrefetching() {
    return false;
  }

  /**
   * Returns whether one prefetched value may answer several reads of the script, until it calls
   * something else in Java: true if a change by another thread in between need not be visible.
   */
  default boolean answersAgain() {
    return false;
  }

  /**
   * Returns whether {@link #put} may be called late, just before the script calls something else in
   * Java or ends, because that makes no observable difference.
   */
  default boolean takesLateWrites() {
    return false;
  }

  /** Returns whether no code that earlier runs have left can read variables of this scope again. */
  default boolean isOver() {
    return false;
  }

  /** Sets a variable; null for nil. */
  void put(String name, @Nullable Object value);

  /**
   * Removes a variable. Called when a script assigns a value that this scope cannot hold, such as a
   * function, before the state keeps that value.
   */
  default void remove(String name) {}

  /** Returns the names of the current variables; {@link #get} may answer for others, too. */
  default Collection<String> names() {
    return List.of();
  }

  /**
   * Returns the environment of an earlier run under this scope in the same state; null for a new
   * one.
   */
  default @Nullable LuaTable environment() {
    return null;
  }

  /**
   * Returns what must stay reachable so that this scope has its variables; null if this scope holds
   * them itself. Each wrapper that comes out of the run keeps it reachable.
   */
  default @Nullable Object variables() {
    return null;
  }

  /**
   * Keeps an environment; called with a new one if functions remain in it, which this scope's
   * variables cannot hold.
   */
  default void keep(LuaTable environment) {}
}
