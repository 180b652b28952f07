package org.lupine.bridge;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds modules for {@code require}. Called by the thread that runs the state. */
public interface ModuleFinder {
  /**
   * A module that was found.
   *
   * @param module a {@link Chunk} whose result is the module, or the module itself; not null
   * @param origin where it comes from, for messages and as Lua's loader data
   */
  record Found(Object module, String origin) {}

  /**
   * Returns the module of a name, or null.
   *
   * @param places receives the places that were searched, each as in {@code no file 'x.lua'}
   * @throws Exception if the search failed; it becomes the error of {@code require}
   */
  @Nullable Found find(String name, Consumer<String> places) throws Exception;
}
