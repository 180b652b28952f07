package org.lupine.bridge;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives the packages of this module the state of a runtime, which the runtime's public class does
 * not show. Thread-safe.
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
