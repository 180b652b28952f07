package org.lupine.bridge;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.IdentityHashMap;

/**
 * The Java objects that Lua holds, by handle. An object has one handle while Lua holds it; the
 * handle is freed when Lua's last userdata of it is collected. Equal numbers are one object, so
 * that Lua tables find them as keys by value. Used under the state's lock.
 */
final class Handles {
  /** What objects with one metatable share, by the numbers that the native side uses. */
  static final class Kind {
    final int id;
    final int traits;
    boolean announced;

    Kind(int id, int traits) {
      this.id = id;
      this.traits = traits;
    }
  }

  private final Host host;
  private final IdentityHashMap<Object, Kind> kindsByKey = new IdentityHashMap<>();
  private Object[] objects = new Object[16];
  private Kind[] kinds = new Kind[16];
  private int[] freeHandles = new int[16];
  private int freeCount;
  private int top;
  private int[] table = new int[64]; // open addressing: handle + 1, 0 for none

  Handles(Host host) {
    this.host = host;
  }

  /** Returns the object of a handle that came from Lua. */
  Object get(int handle) {
    return objects[handle];
  }

  Kind kind(int handle) {
    return kinds[handle];
  }

  /** Announces each kind again, since Lua may lack some of those announced so far. */
  void announceAgain() {
    for (var kind : kindsByKey.values()) {
      kind.announced = false;
    }
  }

  /** Returns how many objects Lua holds. */
  int size() {
    return top - freeCount;
  }

  /** Returns the handle of an object, or -1 if Lua does not hold it. */
  int find(Object object) {
    int mask = table.length - 1;
    for (int i = hashSlot(object, mask); table[i] != 0; i = (i + 1) & mask) {
      int handle = table[i] - 1;
      if (objects[handle] == object
          || object instanceof Number && isValue(object) && object.equals(objects[handle])) {
        return handle;
      }
    }
    return -1;
  }

  /** Returns a new handle for an object that has none. */
  int add(Object object) {
    var kind = kindOf(object);
    reserve();
    int handle = freeCount > 0 ? freeHandles[--freeCount] : top++;
    objects[handle] = object;
    kinds[handle] = kind;
    insert(handle);
    return handle;
  }

  private Kind kindOf(Object object) {
    var key = host.kind(object);
    var kind = kindsByKey.get(key);
    if (kind == null) {
      kind = new Kind(kindsByKey.size() + 1, host.traits(object));
      kindsByKey.put(key, kind);
    }
    return kind;
  }

  /** Makes room for one more; changes nothing if there is no memory for that. */
  private void reserve() {
    if (freeCount == 0 && top == objects.length) {
      var moreObjects = Arrays.copyOf(objects, top * 2);
      var moreKinds = Arrays.copyOf(kinds, top * 2);
      var moreHandles = Arrays.copyOf(freeHandles, top * 2);
      objects = moreObjects;
      kinds = moreKinds;
      freeHandles = moreHandles;
    }
    if ((size() + 1) * 2 > table.length) {
      rehash(table.length * 2);
    }
  }

  /** Frees a handle: Lua no longer has a userdata of its object. */
  void free(int handle) {
    if (objects[handle] == null) {
      return;
    }
    remove(handle);
    objects[handle] = null;
    kinds[handle] = null;
    freeHandles[freeCount++] = handle;
  }

  /**
   * Returns whether the objects of a number's class are values, whose identity does not matter.
   */
  private static boolean isValue(Object number) {
    var type = number.getClass();
    return type == Long.class || type == BigDecimal.class || type == BigInteger.class;
  }

  private static int hashSlot(Object object, int mask) {
    int hash =
        object instanceof Number && isValue(object)
            ? object.hashCode()
            : System.identityHashCode(object);
    return (hash ^ hash >>> 15) & mask;
  }

  private void insert(int handle) {
    int mask = table.length - 1;
    int i = hashSlot(objects[handle], mask);
    while (table[i] != 0) {
      i = (i + 1) & mask;
    }
    table[i] = handle + 1;
  }

  private void rehash(int size) {
    table = new int[size];
    for (int handle = 0; handle < top; handle++) {
      if (objects[handle] != null) {
        insert(handle);
      }
    }
  }

  /** Removes an entry and moves up entries that were displaced by it. */
  private void remove(int handle) {
    int mask = table.length - 1;
    int hole = hashSlot(objects[handle], mask);
    while (table[hole] != handle + 1) {
      hole = (hole + 1) & mask;
    }
    for (int i = (hole + 1) & mask; table[i] != 0; i = (i + 1) & mask) {
      int home = hashSlot(objects[table[i] - 1], mask);
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        table[hole] = table[i];
        hole = i;
      }
    }
    table[hole] = 0;
  }
}
