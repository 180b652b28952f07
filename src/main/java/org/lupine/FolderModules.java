package org.lupine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Modules that are files below a folder. */
final class FolderModules implements ModuleSource {
  private final Path folder;

  FolderModules(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** Returns the files that a module may be in, best first. */
  static List<String> files(String name) {
    var path = name.replace('.', '/');
    return List.of(path + ".lua", path + "/init.lua");
  }

  @Override
  public @Nullable LuaModule find(String name, Consumer<String> places) throws IOException {
    for (var each : files(name)) {
      var file = inside(each);
      if (file != null && Files.isRegularFile(file)) {
        return LuaModule.text(Files.readAllBytes(file), file.toString());
      }
      places.accept(
          file != null
              ? "no file '" + file + "'"
              : "no file '" + each + "' below '" + folder + "'");
    }
    return null;
  }

  /**
   * Returns the file of that name; null if it would be outside the folder or the name is malformed.
   */
  private @Nullable Path inside(String name) {
    try {
      var file = folder.resolve(name).normalize();
      return file.startsWith(folder) ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
