package org.lupine.bridge;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives other packages of this module access to the {@link LuaState} of a runtime, whose class has
 * no public method for it. Thread-safe.
 */
public final class StateAccess {
  private static volatile @Nullable Function<Object, LuaState> reader;

  private StateAccess() {}

  /** Sets how the state of a runtime is read; called once, by the class of runtimes. */
  public static void publish(Function<Object, LuaState> reader) {
    StateAccess.reader = reader;
  }

  /** Returns the state of a runtime. */
  public static LuaState of(Object runtime) {
    return Objects.requireNonNull(reader).apply(runtime);
  }
}
