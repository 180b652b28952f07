package org.lupine.bridge;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The Lua values that Java holds. When a wrapper is collected, its ref is released with the next
 * crossing. Used under the state's lock; only the collector's queue comes from outside.
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
  private int[] dropped = new int[16];    // has room for each ref that Java holds
  private int droppedCount;
  private @Nullable Tracker first;
  private int count;

  /** Keeps account of a value that Java holds from now on, unless it throws something. */
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

  /** Releases a ref that no wrapper knows. */
  void drop(int index) {
    reserve();
    dropped[droppedCount++] = index;
  }

  private void reserve() {
    if (count + droppedCount >= dropped.length) {
      dropped = Arrays.copyOf(dropped, dropped.length * 2);
    }
  }

  /** Hands what Java dropped to the next crossing, as far as it has room. */
  void release(Frame frame) {
    // the queue first: that it is empty costs less than to look how much room there is
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

  /** Returns how many values Java holds, or did when the collector last looked. */
  int count() {
    return count;
  }
}
