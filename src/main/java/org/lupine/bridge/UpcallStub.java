package org.lupine.bridge;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Array;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An upcall stub of {@code java.lang.foreign}, by which Lua calls {@link Native#up} at less cost
 * than by JNI. Linking it takes tens of milliseconds. So a thread of its own makes it once Lua has
 * called Java often, and JNI is used until then.
 *
 * <p>JNI stays in use before Java 24, which fixed JDK-8337753, a crash of stubs; if native access
 * is not enabled, since linking would print a warning; in JVMs other than the 64-bit server VM of
 * HotSpot, since only there Java and C share a stack; if too little of the heap is free; if linking
 * fails; and if the system property says so.
 *
 * <p>The library is compiled for Java 17, and reaches that package by reflection.
 */
final class UpcallStub {
  /** The system property: {@code jni} for no stub, {@code stub} for one from the beginning. */
  private static final String PROPERTY = "lupine.upcalls";

  private static final int FIRST_CALLS = 300;
  private static final int ROOM = 4 << 20;

  private static final MethodType TYPE =
      MethodType.methodType(long.class, int.class, int.class, int.class, int.class, int.class);

  /** Keeps the method reachable, which a stub may hold only weakly. */
  @SuppressWarnings("unused")
  private static @Nullable MethodHandle target;

  /** The memory of the stub, which is freed when this class is unloaded. */
  @SuppressWarnings("unused")
  private static @Nullable Object segment;

  private UpcallStub() {}

  /** Makes the stub now if the system property says so. */
  static void makeIfRequired() {
    if ("stub".equals(System.getProperty(PROPERTY)) && isPossible()) {
      make();
    }
  }

  /** Starts the thread that makes the stub, if there can be one. */
  static void start() {
    if (!"jni".equals(System.getProperty(PROPERTY)) && isPossible()) {
      var thread = new Thread(null, UpcallStub::make, "lupine-upcall-stub", 0, false);
      thread.setDaemon(true);
      thread.setContextClassLoader(null);
      thread.start();
    }
  }

  /** Returns whether this JVM can have a stub. */
  private static boolean isPossible() {
    return Runtime.version().feature() >= 24
        && System.getProperty("java.vm.name", "").endsWith("64-Bit Server VM");
  }

  /** Makes the stub, unless there is one or anything speaks against it. */
  private static synchronized void make() {
    try {
      if (segment == null && mayUseNativeCode()) {
        var method = MethodHandles.lookup().findStatic(Native.class, "up", TYPE);
        var called = WeakAction.STAYS ? method : weak(method);
        call(called);
        var stub = link(called);
        long address = (long) foreign("MemorySegment").getMethod("address").invoke(stub);
        if (hasMemory()) {
          target = method;
          segment = stub;
          Native.useStub(address);
        }
      }
    } catch (Throwable e) {
      // JNI does
    }
  }

  /** Calls a handle so often that java.lang.invoke makes no more classes for it afterwards. */
  private static void call(MethodHandle handle) throws Throwable {
    long answer = 0;
    for (int i = 0; i < FIRST_CALLS; i++) {
      answer |= (long) handle.invokeExact(0, 0, 0, 0, 0); // there is no state 0
    }
    if (answer < 0) {
      throw new OutOfMemoryError();
    }
  }

  /** Returns whether the heap has room for the first calls of a stub without a collection. */
  private static boolean hasMemory() {
    var runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory() > ROOM;
  }

  /** Returns whether the JVM would not warn. */
  private static boolean mayUseNativeCode() throws ReflectiveOperationException {
    var module = UpcallStub.class.getModule();
    return (boolean) Module.class.getMethod("isNativeAccessEnabled").invoke(module);
  }

  /**
   * Returns a handle that calls the given one without keeping it reachable. The JVM keeps the
   * handle of a stub reachable, and that must not keep the class loader of this library reachable.
   */
  private static MethodHandle weak(MethodHandle handle) throws ReflectiveOperationException {
    var get =
        MethodHandles.publicLookup()
            .findVirtual(Reference.class, "get", MethodType.methodType(Object.class))
            .bindTo(new WeakReference<>(handle))
            .asType(MethodType.methodType(MethodHandle.class));
    return MethodHandles.foldArguments(MethodHandles.exactInvoker(TYPE), get);
  }

  /** Returns the segment of a stub that calls a handle. The stub is freed once the segment is
   * unreachable. */
  private static Object link(MethodHandle handle) throws ReflectiveOperationException {
    var values = foreign("ValueLayout");
    var layout = foreign("MemoryLayout");
    var arguments = (Object[]) Array.newInstance(layout, TYPE.parameterCount());
    Arrays.fill(arguments, values.getField("JAVA_INT").get(null));
    var type = foreign("FunctionDescriptor");
    var descriptor =
        type.getMethod("of", layout, arguments.getClass())
            .invoke(null, values.getField("JAVA_LONG").get(null), arguments);
    var arena = foreign("Arena");
    var linker = foreign("Linker");
    var options = Array.newInstance(foreign("Linker$Option"), 0);
    return linker
        .getMethod("upcallStub", MethodHandle.class, type, arena, options.getClass())
        .invoke(
            linker.getMethod("nativeLinker").invoke(null),
            handle,
            descriptor,
            arena.getMethod("ofAuto").invoke(null),
            options);
  }

  private static Class<?> foreign(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name);
  }
}
