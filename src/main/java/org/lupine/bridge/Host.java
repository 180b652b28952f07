package org.lupine.bridge;

import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/**
 * The Java side of Lua's operations on Java objects; the bridge calls it for each use of a Java
 * object by a script. Called by the thread that runs the state. Whatever is thrown becomes a Lua
 * error that keeps its identity.
 *
 * <p>Arguments and results are Java values in the form of API tables: Long, Double, Boolean,
 * String, LuaString, null, LuaTable, LuaFunction, LuaCoroutine, LuaUserdata, or the Java object
 * itself. A result may also be a {@link Values} for several, a {@link Member}, an
 * {@link AsFunction}, an {@link AsThread} or an {@link AsObject}.
 */
public interface Host {
  /**
   * The result of {@link #index} for a method: Lua gets a function bound to the target, which calls
   * {@link #invoke} with this id.
   *
   * @param id this host's number for the overloads of one name, not negative
   * @param cached whether the key means this member for every object of the same {@link #kind}
   */
  record Member(int id, boolean cached) {}

  /**
   * The result of {@link #index} or {@link #newIndex} for a key that means the same property for
   * every object of the same {@link #kind}. The property was not read or written; {@link
   * #getProperty} and {@link #setProperty} do that, this time and for that key from now on.
   *
   * @param id this host's number for the property, not negative
   */
  record Property(int id) {}

  /** A result that becomes a real Lua function, which calls {@link #call} on the target. */
  record AsFunction(Object target) {}

  /**
   * A coroutine of another state as a result: it becomes a Lua coroutine, the same one each time,
   * whose use by a script calls {@link #coroutine} on the target.
   */
  record AsThread(Object target) {}

  /**
   * Continues a {@link org.lupine.value.Yield} with the values of the resume as Lua has them, which
   * a Java function does not get.
   */
  interface Continuation extends java.util.function.Function<Values, Object> {}

  /** A result that stays an object where its class would become a Lua value. */
  record AsObject(Object target) {}

  /**
   * Returns the kind of an object, mostly its class. Objects of one kind share a metatable and
   * cached members. Compared by identity, and held while the state is open.
   */
  Object kind(Object target);

  /** Returns the metamethods of objects of this kind: a sum of {@link Protocol.Trait} bits. */
  int traits(Object target);

  /** Returns the class name for {@code __name} and messages. */
  String kindName(Object target);

  /** Reads {@code target[key]} or {@code target.key}, or looks up {@code target:key()}. */
  @Nullable Object index(LuaState state, Object target, Object key) throws Throwable;

  /** Assigns {@code target[key] = value}; or returns a property, and assigns nothing. */
  @Nullable Property newIndex(LuaState state, Object target, Object key, @Nullable Object value)
      throws Throwable;

  /** Reads a property that {@link #index} returned. */
  @Nullable Object getProperty(LuaState state, Object target, int property) throws Throwable;

  /** Writes a property that {@link #newIndex} returned. */
  void setProperty(LuaState state, Object target, int property, @Nullable Object value)
      throws Throwable;

  /**
   * Returns the call that does what {@link #call}, {@link #invoke}, {@link #getProperty} or {@link
   * #setProperty} does with the same member and at most one argument, without boxes; null if there
   * is none.
   *
   * @param operation one of {@link Protocol.Upcall}
   * @param tag that of the argument
   * @param bits those of the argument; the length in bytes of a string that was not read yet
   * @param argument the argument if it is a known string or a Java object
   */
  @Nullable UnboxedCall unboxed(
      Object target, int operation, int member, int tag, long bits, @Nullable Object argument);

  /**
   * Returns where Lua can read and write the elements of a buffer without calling Java, as long as
   * it has the object: the address, their number, their type (one of {@link Protocol.Element}), and
   * the index of the first one; null if Java has to be called for each.
   *
   * @param target an object with the trait {@link Protocol.Trait#BUFFER}
   */
  @Nullable Values memory(Object target);

  /** Calls {@code target(arguments)}. */
  @Nullable Object call(LuaState state, Object target, Object[] arguments) throws Throwable;

  /**
   * Calls {@code target(arguments)}, a function, in a coroutine. If it is one of another state it may
   * yield: then the result is a {@link org.lupine.value.Yield} with a {@link Continuation}.
   */
  @Nullable Object callYieldable(LuaState state, Object target, Object[] arguments)
      throws Throwable;

  /**
   * Does what a function of the library {@code coroutine} does, with a coroutine of another state.
   *
   * @param call one of {@link Protocol.CoroutineCall}
   */
  Object coroutine(Object target, int call, Object[] arguments);

  /**
   * Calls the method that {@link #index} returned.
   *
   * @param self whether the target itself came before these arguments, as in {@code
   *     target:method(...)} or {@code target.method(target, ...)}
   */
  @Nullable Object invoke(
      LuaState state, Object target, int member, boolean self, Object[] arguments) throws Throwable;

  /**
   * Applies an operator; for a unary one {@code right} is null. At least one operand is a Java
   * object.
   */
  @Nullable Object operate(LuaState state, int operator, Object left, @Nullable Object right)
      throws Throwable;

  /** Calls a function of the library {@code java} by its index in {@link #libraryNames}. */
  @Nullable Object library(LuaState state, int function, Object[] arguments) throws Throwable;

  /**
   * Returns the names of the functions of the library {@code java}; if empty, there is no library.
   */
  String[] libraryNames();

  /**
   * Returns what Java code gets for an object that this host made for use in Lua; mostly the object
   * itself.
   */
  @Nullable Object toJava(Object value);

  /**
   * Returns the arguments of a function that was written for scripts, as Java code gets them.
   *
   * @throws LuaException if one may not be passed to Java
   */
  Object[] passed(Object[] arguments);

  /** Returns the object that is {@code java.null} in Lua, which this host treats as null. */
  Object nullObject();

  /**
   * Returns an object of an interface whose methods call a Lua function, or the functions of a
   * table with the table as first argument.
   *
   * @throws IllegalArgumentException if the type cannot be implemented like that
   */
  <T> T implement(LuaState state, Class<T> type, Object functionOrTable);

  /**
   * Maps a table to a new object of a type: a record, bean, collection, map, array or interface.
   *
   * @throws IllegalArgumentException if that is not possible, with the place of what does not fit
   */
  <T> T map(LuaState state, Class<T> type, LuaTable table);
}
