package org.lupine.bench;

/**
 * One way to use Lua. Each method does one operation {@code count} times, in the quickest way that
 * its users have, and gives something that depends on the results. Not every contender has all.
 */
abstract class Contender {
  /** The contender of a name, with {@link Scripts#PRELUDE} run. */
  static Contender of(String name, String flavour) throws Exception {
    switch (name) {
      case "pure":
        return new PureC(flavour);
      case "luajava":
        return new Luajava(flavour);
      case "luaj":
        return new LuaJ();
      case "lupine":
        return new Lupine(flavour);
      default:
        throw new IllegalArgumentException("no contender " + name);
    }
  }

  /** A Lua function called with one number, for one number. */
  abstract double typed(int count) throws Exception;

  /** The same by the most convenient way that there is. */
  double generic(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** The same as javax.script has it. */
  double invokeFunction(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** A Lua function called with a text of 20 characters, for the same. */
  abstract long strings(int count) throws Exception;

  /** A field of a table. */
  abstract double get(int count) throws Exception;

  abstract double set(int count) throws Exception;

  /** Calls a function of the prelude once; it does its work {@code count} times. */
  abstract double loop(String function, int count) throws Exception;

  /** A short script that was seen before. */
  double eval(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** A variable of the engine's own scope put, and got. */
  double put(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  double getVariable(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** A compiled script under fresh bindings of the host; called by several threads. */
  double compiled(int count) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** A new interpreter that runs one short script. */
  double start() throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Frees what it holds. */
  void close() {}
}
