package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/**
 * Java as Lua sees it: what the bridge asks for each use of a Java object by a script. Called by
 * the thread that runs the state; whatever is thrown becomes a Lua error that keeps its identity.
 *
 * <p>Arguments and results are Java values as API tables have them (Long, Double, Boolean, String,
 * LuaString, null, LuaTable, LuaFunction, LuaCoroutine, LuaUserdata, or the Java object itself).
 * Results may also be {@link org.lupine.value.Values} (none to many), a {@link Member} an
 * {@link AsFunction} or an {@link AsObject}.
 */
public interface Host {
  /**
   * What {@link #index} answers for a method: Lua gets a function bound to the target, which calls
   * {@link #invoke} with this id.
   *
   * @param id this host's number for the overloads of one name, not negative
   * @param cached whether the same key means the same member for every object of that {@link #kind}
   */
  record Member(int id, boolean cached) {}

  /** A result that becomes a real Lua function, which calls {@link #call} on the target. */
  record AsFunction(Object target) {}

  /** A result that stays an object where its class would become a Lua value. */
  record AsObject(Object target) {}

  /**
   * What objects share a metatable, and cached members, with this one: mostly its class. Compared
   * by identity, and held while the state lives.
   */
  Object kind(Object target);

  /** Returns the metamethods of objects of this one's kind: a sum of {@code CALL ... CLOSE}. */
  int traits(Object target);

  /** Returns the class name for {@code __name} and messages. */
  String kindName(Object target);

  /** {@code target[key]}, {@code target.key}, and the look-up of {@code target:key()}. */
  @Nullable Object index(LuaState state, Object target, Object key) throws Throwable;

  /** {@code target[key] = value}. */
  void newIndex(LuaState state, Object target, Object key, Object value) throws Throwable;

  /** {@code target(arguments)}. */
  @Nullable Object call(LuaState state, Object target, Object[] arguments) throws Throwable;

  /**
   * Calls the method that {@link #index} named.
   *
   * @param self whether the target itself came before these arguments, as in {@code
   *     target:method(...)} or {@code target.method(target, ...)}
   */
  @Nullable Object invoke(
      LuaState state, Object target, int member, boolean self, Object[] arguments)
      throws Throwable;

  /** An operator; for the unary ones {@code right} is null. At least one side is a Java object. */
  @Nullable Object operate(
      LuaState state, int operator, Object left, @Nullable Object right) throws Throwable;

  /** A function of the library {@code java} by its index in {@link #libraryNames}. */
  @Nullable Object library(LuaState state, int function, Object[] arguments) throws Throwable;

  /**
   * Returns the names of the functions in the library {@code java}; none: the library is left out.
   */
  String[] libraryNames();

  /** What Java gets for an object that this host made for Lua's sake; mostly the object itself. */
  @Nullable Object toJava(Object value);

  /** Returns the object that is {@code java.null} in Lua, which this host takes for null. */
  Object nullObject();

  /**
   * Returns an object of an interface (or all of several) whose methods call a Lua function, or the
   * functions of a table with the table as first argument.
   *
   * @throws IllegalArgumentException if the type cannot be implemented so
   */
  <T> T implement(LuaState state, Class<T> type, Object functionOrTable);

  /**
   * Returns a table as an object of a type, a copy in plain Java: record, bean, collection, map,
   * array, interface.
   *
   * @throws IllegalArgumentException if it cannot be that, with the place of what does not fit
   */
  <T> @Nullable T map(LuaState state, Class<T> type, LuaTable table);
}
