package org.lupine;

import java.io.IOException;
import java.net.URL;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Modules that are resources of a class loader. */
final class ClassPathModules implements ModuleSource {
  private final @Nullable ClassLoader loader;

  /** Searches the resources of this loader; null for the thread's context loader, then our own. */
  ClassPathModules(@Nullable ClassLoader loader) {
    this.loader = loader;
  }

  @Override
  public @Nullable LuaModule find(String name, Consumer<String> places) throws IOException {
    for (var file : FolderModules.files(name)) {
      var found = resource(file);
      if (found != null) {
        return LuaModule.text(read(found), file);
      }
      places.accept("no resource '" + file + "' on the class path");
    }
    return null;
  }

  private @Nullable URL resource(String file) {
    if (loader != null) {
      return loader.getResource(file);
    }
    var context = Thread.currentThread().getContextClassLoader();
    var found = context == null ? null : context.getResource(file);
    return found != null ? found : ClassPathModules.class.getClassLoader().getResource(file);
  }

  /** Reads a resource, bypassing the cache that would keep a jar open. */
  private static byte[] read(URL found) throws IOException {
    var connection = found.openConnection();
    connection.setUseCaches(false);
    try (var in = connection.getInputStream()) {
      return in.readAllBytes();
    }
  }
}
