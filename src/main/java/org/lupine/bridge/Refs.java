package org.lupine.bridge;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;

/**
 * The Lua values that Java holds. When a wrapper is collected, its ref is released with the next
 * crossing. Used under the state's lock; only the collector's queue comes from outside.
 */
final class Refs {
  private static final class Ref extends PhantomReference<Held> {
    final int id;
    Ref previous;
    Ref next;

    Ref(Held held, ReferenceQueue<Held> queue) {
      super(held, queue);
      id = held.ref;
    }
  }

  private final ReferenceQueue<Held> queue = new ReferenceQueue<>();
  private int[] dropped = new int[16];    // has room for each ref that Java holds
  private int droppedCount;
  private Ref first;
  private int count;

  /** Keeps account of a value that Java holds from now on, unless it throws something. */
  Held add(Held held) {
    reserve();
    var ref = new Ref(held, queue);
    ref.next = first;
    if (first != null) {
      first.previous = ref;
    }
    first = ref;
    count++;
    return held;
  }

  /** Releases a ref that no wrapper knows. */
  void drop(int id) {
    reserve();
    dropped[droppedCount++] = id;
  }

  private void reserve() {
    if (count + droppedCount >= dropped.length) {
      dropped = Arrays.copyOf(dropped, dropped.length * 2);
    }
  }

  /** Hands what Java dropped to the next crossing, as far as it has room. */
  void release(Frame frame) {
    // the queue first: that it is empty costs less than to look how much room there is
    for (var ref = (Ref) queue.poll(); ref != null; ref = (Ref) queue.poll()) {
      unlink(ref);
      dropped[droppedCount++] = ref.id;
    }
    while (droppedCount > 0 && frame.releasable()) {
      frame.release(dropped[--droppedCount]);
    }
  }

  private void unlink(Ref ref) {
    if (ref.previous == null) {
      first = ref.next;
    } else {
      ref.previous.next = ref.next;
    }
    if (ref.next != null) {
      ref.next.previous = ref.previous;
    }
    count--;
  }

  /** How many values Java holds, or did when the collector last looked. */
  int count() {
    return count;
  }
}
