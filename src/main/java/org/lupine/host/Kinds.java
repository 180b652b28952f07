package org.lupine.host;

import org.lupine.bridge.Protocol.Trait;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/** Decides which metamethods Java objects have in Lua, and what messages call them. */
final class Kinds {
  /** Traits that a View or Cast forwards to its target. */
  static final int ANY = Trait.CALL | Trait.LENGTH | Trait.ORDER | Trait.ARITHMETIC | Trait.PAIRS;

  private Kinds() {}

  /** Returns the traits of an object, a set of {@link Trait}s. */
  static int traits(Object target) {
    if (target instanceof ReadAheadLoop) {
      return Trait.CALL | Trait.LOOP;
    }
    if (target instanceof Callback) {
      return target instanceof FunctionalCallback ? Trait.CALL : Trait.CALL | Trait.STEP;
    }
    if (target instanceof ClassHandle || target instanceof Class) {
      return Trait.CALL;
    }
    return target instanceof JavaNull
        ? 0
        : target instanceof View || target instanceof Cast
            ? ANY
            : target instanceof LuaFunction
                ? Trait.CALL | Trait.FUNCTION
                : JavaType.of(target.getClass()).traits;
  }

  /** Returns the name of an object's kind for messages. */
  static String name(Object target) {
    if (target == JavaNull.NULL) {
      return "java.null";
    }
    return target instanceof ClassHandle
        ? "class " + ((ClassHandle) target).type().getTypeName()
        : target instanceof View
            ? ((View) target).members ? "java.members" : "java.items"
            : target instanceof Cast
                ? "java.cast"
                : target instanceof Callback || target instanceof LuaFunction
                    ? "function"
                    : target instanceof LuaTable
                        ? "table of another run"
                        : Argument.name(target.getClass());
  }
}
