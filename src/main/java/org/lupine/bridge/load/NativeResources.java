package org.lupine.bridge.load;

import java.net.URL;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Finds the resources of the jar with these classes, and of further jars that have the natives of
 * one platform each.
 *
 * <p>On the class path these are one set of resources. A class of a module sees the resources of
 * that module alone. So for a module the class loader is searched, too, which has those of its
 * other modules and of the class path; then the modules that provide {@link PlatformNatives}, each
 * of which may have a class loader of its own.
 */
final class NativeResources {
  private NativeResources() {}

  /**
   * Returns a resource, or null if there is none.
   *
   * @param name absolute, such as {@code /META-INF/native/linux-x86_64/liblupine.so}
   */
  static @Nullable URL find(String name) {
    var found = NativeResources.class.getResource(name);
    var module = NativeResources.class.getModule();
    return found != null || !module.isNamed() ? found : findBeside(name, module);
  }

  private static @Nullable URL findBeside(String name, Module module) {
    var found = module.getClassLoader().getResource(name.substring(1));
    if (found == null) {
      for (var natives :
          ServiceLoader.load(module.getLayer(), PlatformNatives.class).stream().toList()) {
        found = natives.type().getResource(name);
        if (found != null) {
          break;
        }
      }
    }
    return found;
  }
}
