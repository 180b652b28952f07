package org.lupine.jsr223;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code require "javax.script"}: the {@code engine}, and the {@code context} of the
 * current run. Looked up when they are read.
 */
final class ScriptModule extends AbstractMap<String, Object> {
  static final String NAME = "javax.script";

  /** The loader that {@code require} calls. */
  @FunctionalInterface
  public interface Loader {
    /** Returns the module, whatever {@code require} passes. */
    Object load(Object... arguments);
  }

  private final ScriptConsole console;

  ScriptModule(ScriptConsole console) {
    this.console = console;
  }

  @Override
  public @Nullable Object get(Object key) {
    return "context".equals(key)
        ? console.context()
        : "engine".equals(key) ? console.engine() : null;
  }

  @Override
  public boolean containsKey(Object key) {
    return get(key) != null;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return Map.<String, Object>of("context", console.context(), "engine", console.engine())
        .entrySet();
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return NAME;
  }
}
