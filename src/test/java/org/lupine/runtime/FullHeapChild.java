package org.lupine.runtime;

import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.Runtimes;
import org.lupine.value.LuaFunction;

/**
 * The child JVM of {@link MessageMemoryTest}: passes objects to Lua while the heap has ever more
 * room, so that each allocation on the way fails. Then says "all" if Lua has each object that it
 * was given. Argument: a flavour.
 */
final class FullHeapChild {
  private static final int MOST = 600;

  /** An object and its number, as arguments of a function; from 1. */
  private static final Object[][] GIVEN = new Object[MOST][];

  /** What makes room when it is dropped, and what fills the rest of the heap. */
  private static final Object[] ROOM = new Object[64];

  private static Object filling;
  private static int failures;

  private FullHeapChild() {}

  public static void main(String[] arguments) {
    for (int i = 1; i < MOST; i++) {
      GIVEN[i] = new Object[] {new Object(), i};
    }
    try (var lua = LuaRuntime.builder().flavour(Flavour.valueOf(arguments[0])).build()) {
      lua.execute(
          "kept = {} function keep(o, i) kept[i] = o end function get(i) return kept[i] end");
      var state = Runtimes.state(lua);
      var keep = (LuaFunction) lua.globals().get("keep");
      for (int i = 1; i < MOST; i++) {
        int held = state.heldObjects();
        if (held >= 16 && Integer.bitCount(held) == 1) { // arrays are as long, and have to grow
          fill(held);
          passWhileFull(keep, GIVEN[i]);
          filling = null;
        } else {
          keep.call(GIVEN[i]);
        }
      }
      if (failures < 12) {
        throw new AssertionError("only " + failures + " calls failed");
      }
      var get = (LuaFunction) lua.globals().get("get");
      for (int i = 1; i < MOST; i++) {
        if (get.call(i).first() != GIVEN[i][0]) {
          throw new AssertionError("another object than number " + i);
        }
      }
    }
    System.out.println("all");
  }

  /** Passes an object, each time with some more room, until that succeeds. */
  private static void passWhileFull(LuaFunction keep, Object[] given) {
    for (int i = 0; ; i++) {
      try {
        keep.call(given);
        return;
      } catch (OutOfMemoryError e) {
        failures++;
        ROOM[i] = null;
      }
    }
  }

  /** Fills the heap; what makes room has about a third of the size of arrays that have to grow. */
  private static void fill(int length) {
    for (int i = 0; i < ROOM.length; i++) {
      ROOM[i] = new Object[Math.max(16, length * 2 / 3)];
    }
    filling = filled();
  }

  /** Fills the heap; returns what holds all that fills it. */
  static Object filled() {
    Object[] all = null;
    for (int size = 1 << 16; size >= 1; size /= 2) {
      try {
        while (true) {
          var more = new Object[size];
          more[0] = all;
          all = more;
        }
      } catch (OutOfMemoryError e) {
        // a smaller one may fit
      }
    }
    return all;
  }
}
