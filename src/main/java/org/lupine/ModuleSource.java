package org.lupine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place where {@code require} looks for modules, after {@code package.loaded} and {@code
 * package.preload} and before Lua's own files. Called only once for a module that it has, since Lua
 * caches loaded modules. Must be thread-safe if several runtimes use it.
 *
 * <pre>{@code
 * ModuleSource rates = ModuleSource.function("the database",
 *     name -> name.equals("rates") ? "return {vat = 19}" : null);
 * try (LuaRuntime lua = LuaRuntime.builder().modules(rates, ModuleSource.classPath()).build()) {
 *   LuaTable table = (LuaTable) lua.require("rates");
 *   System.out.println(table.get("vat"));   // 19
 * }
 * }</pre>
 */
@FunctionalInterface
public interface ModuleSource {
  /**
   * Returns the module of a name, or null if it is not here.
   *
   * @param name as the script wrote it, such as {@code a.b}
   * @param places receives each place that was searched, as in {@code no file 'a/b.lua'}; the
   *     message lists them if the module is not found
   * @throws IOException if the search failed; {@code require} fails with it
   */
  @Nullable LuaModule find(String name, Consumer<String> places) throws IOException;

  /**
   * Searches the resources of the thread's context class loader, then of this library's class
   * loader: {@code a.b} is {@code a/b.lua} or {@code a/b/init.lua}.
   */
  static ModuleSource classPath() {
    return new ClassPathModules(null);
  }

  /**
   * Searches the resources of a class loader: {@code a.b} is {@code a/b.lua} or {@code
   * a/b/init.lua}.
   */
  static ModuleSource classPath(ClassLoader loader) {
    return new ClassPathModules(Objects.requireNonNull(loader, "loader"));
  }

  /**
   * Searches the files below a folder: {@code a.b} is {@code a/b.lua} or {@code a/b/init.lua}. No
   * name leads out of the folder.
   */
  static ModuleSource folder(Path folder) {
    return new FolderModules(folder);
  }

  /**
   * Calls a function with the module's name; the result is the source text, or null if there is no
   * such module.
   *
   * @param title the name of this source in messages
   */
  static ModuleSource function(String title, Function<String, @Nullable String> source) {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(source, "source");
    return (name, places) -> {
      var text = source.apply(name);
      if (text == null) {
        places.accept("no module '" + name + "' of " + title);
      }
      return text == null ? null : LuaModule.text(text, title + ":" + name);
    };
  }
}
