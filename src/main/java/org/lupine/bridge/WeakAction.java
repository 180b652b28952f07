package org.lupine.bridge;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;

/**
 * Lets a thread of the JDK run an action of ours that it does not hold. A lambda with a weak
 * reference would not do: its class is ours, and so whoever holds it holds our class loader. These
 * are made of classes of the JDK alone.
 */
final class WeakAction {
  /** Whether our class loader is one that stays: then nothing of this is worth its time. */
  private static final boolean STAYS = stays(WeakAction.class.getClassLoader());

  /** Made when it is needed. */
  private static final class Handle {
    /** Of type (WeakReference)void: runs what is referred to; raises an exception if that is gone. */
    static final MethodHandle RUN;

    static {
      try {
        var lookup = MethodHandles.publicLookup();
        var get = lookup.findVirtual(Reference.class, "get", MethodType.methodType(Object.class));
        var run = lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class));
        RUN = MethodHandles.filterReturnValue(get,
            run.asType(MethodType.methodType(void.class, Object.class)));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  private WeakAction() {}

  /** What runs that action, or throws a NullPointerException if nobody else holds it any more. */
  static Runnable of(Runnable action) {
    if (STAYS) {
      return action;
    }
    var thread = Thread.currentThread();
    var context = thread.getContextClassLoader();
    thread.setContextClassLoader(null);  // Java 17 defines the proxy's class there, and it is kept
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
