package org.lupine.bridge;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;

/**
 * Lets a thread of the JDK run an action without keeping it reachable. A lambda with a weak
 * reference does not suffice: its class belongs to the class loader of this library, and would keep
 * that reachable. So the thread gets an object that consists of JDK classes alone.
 */
final class WeakAction {
  /** Whether our class loader is never unloaded; then none of this is needed. */
  static final boolean STAYS = stays(WeakAction.class.getClassLoader());

  /** Initialized on first use. */
  private static final class Handle {
    /** Of type (WeakReference)void: runs the referent, throws an exception if it is gone. */
    static final MethodHandle RUN;

    static {
      try {
        var lookup = MethodHandles.publicLookup();
        var get = lookup.findVirtual(Reference.class, "get", MethodType.methodType(Object.class));
        var run = lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class));
        RUN =
            MethodHandles.filterReturnValue(
                get, run.asType(MethodType.methodType(void.class, Object.class)));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  private WeakAction() {}

  /**
   * Returns a Runnable that runs the action, or throws a NullPointerException if the action is
   * unreachable.
   */
  static Runnable of(Runnable action) {
    if (STAYS) {
      return action;
    }
    var thread = Thread.currentThread();
    var context = thread.getContextClassLoader();
    // Java 17 defines the proxy's class with this loader, and retains it
    thread.setContextClassLoader(null);
    try {
      return MethodHandleProxies.asInterfaceInstance(
          Runnable.class, Handle.RUN.bindTo(new WeakReference<>(action)));
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  private static boolean stays(ClassLoader loader) {
    return loader == null || loader == ClassLoader.getSystemClassLoader();
  }
}
