package org.lupine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.ModuleFinder;
import org.lupine.value.ChunkMode;

/** Searches for the modules of the runtimes of some options: our own first, then each source. */
final class ModuleSearch implements ModuleFinder {
  private static final String LUAJAVA = "luajava";

  private final List<ModuleSource> sources;
  private final Charset charset;
  private final boolean java;

  /**
   * Creates a search of these sources.
   *
   * @param java whether Java is accessible, and so {@code luajava} of use
   */
  ModuleSearch(List<ModuleSource> sources, @Nullable Charset charset, boolean java) {
    this.sources = sources;
    this.java = java;
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
  }

  @Override
  public @Nullable Found find(String name, Consumer<String> places) throws IOException {
    if (java && name.equals(LUAJAVA)) {
      return ownModule(LUAJAVA + ".lua");
    }
    for (var source : sources) {
      var found = source.find(name, places);
      if (found != null) {
        return found.found(charset);
      }
    }
    return null;
  }

  /** Returns a module that is a resource beside this class. */
  private static Found ownModule(String file) {
    try (var in = ModuleSearch.class.getResourceAsStream(file)) {
      return new Found(Chunk.bytes(in.readAllBytes(), Chunk.OWN, ChunkMode.TEXT), file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + " of our own jar", e);
    }
  }
}
