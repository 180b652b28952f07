package org.lupine.bridge;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Lua values that Java holds. When a wrapper is collected, its ref is released with the next
 * crossing. Used under the state's lock; only the reference queue is filled from outside.
 */
final class Refs {
  private static final class Tracker extends PhantomReference<ValueRef> {
    final int index;
    @Nullable Tracker previous;
    @Nullable Tracker next;

    Tracker(ValueRef value, ReferenceQueue<ValueRef> queue) {
      super(value, queue);
      index = value.index;
    }
  }

  private final ReferenceQueue<ValueRef> queue = new ReferenceQueue<>();
  private int[] dropped = new int[16]; // has room for each ref that Java holds
  private int droppedCount;
  private @Nullable Tracker first;
  private int count;

  /** Tracks a value that Java holds from now on; if something is thrown, it is not tracked. */
  ValueRef add(ValueRef value) {
    reserve();
    var tracker = new Tracker(value, queue);
    tracker.next = first;
    if (first != null) {
      first.previous = tracker;
    }
    first = tracker;
    count++;
    return value;
  }

  /** Releases a ref that has no wrapper. */
  void drop(int index) {
    reserve();
    dropped[droppedCount++] = index;
  }

  private void reserve() {
    if (count + droppedCount >= dropped.length) {
      dropped = Arrays.copyOf(dropped, dropped.length * 2);
    }
  }

  /** Puts refs that Java dropped into the frame, as far as it has room. */
  void release(Frame frame) {
    // the queue first: to see that it is empty is cheaper than to ask the frame for room
    for (var tracker = (Tracker) queue.poll(); tracker != null; tracker = (Tracker) queue.poll()) {
      unlink(tracker);
      dropped[droppedCount++] = tracker.index;
    }
    while (droppedCount > 0 && frame.releasable()) {
      frame.release(dropped[--droppedCount]);
    }
  }

  private void unlink(Tracker tracker) {
    if (tracker.previous == null) {
      first = tracker.next;
    } else {
      tracker.previous.next = tracker.next;
    }
    if (tracker.next != null) {
      tracker.next.previous = tracker.previous;
    }
    count--;
  }

  /**
   * Returns how many values Java holds; collected wrappers count until the JVM has reported them.
   */
  int count() {
    return count;
  }
}
