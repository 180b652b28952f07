package org.lupine.bridge.load;

import java.nio.file.Path;
import java.util.Map;
import org.lupine.value.MissingNativeException;

/**
 * The native libraries for this class loader. The library that binds the native methods is loaded
 * once for each class loader and unloaded with it. Those of the flavours are open once per process,
 * for all class loaders.
 *
 * <p>{@code -Dlupine.native=DIR} names the one folder to take them from; {@code
 * -Dlupine.native.cache=DIR} names the folder in which those from the jar are stored.
 *
 * <p>Thread-safe. Only this class asks Java to load native code.
 */
public final class NativeLibrary {
  private static final LibrarySearch SEARCH =
      new LibrarySearch(
          Platform.current(),
          new Disk(),
          System::getProperty,
          System::getenv,
          name -> NativeResources.find(name), // a reference would take 50 ms to make
          NativeLibrary::load);

  private NativeLibrary() {}

  /**
   * Loads the library that binds the native methods, once.
   *
   * @throws MissingNativeException if there is none, naming every place searched; the next call
   *     searches again
   */
  public static void load() {
    synchronized (SEARCH) {
      SEARCH.load();
    }
  }

  /** Opens the library of a flavour. */
  public interface Opener {
    /**
     * Opens the library and returns the address of its backend.
     *
     * @param byContent whether the file name identifies the content
     * @return 0 if it does not, and another file is open under that name
     * @throws UnsatisfiedLinkError if it cannot be opened
     */
    long open(Path file, boolean byContent);
  }

  /**
   * Finds the library of a flavour and opens it.
   *
   * @param id as in {@code lua54}
   * @throws MissingNativeException if there is none, naming every place searched
   */
  public static long openFlavour(String id, Opener opener) {
    synchronized (SEARCH) {
      return SEARCH.openFlavour(id, opener);
    }
  }

  /**
   * Returns the file of the library through which C modules call every flavour.
   *
   * @throws MissingNativeException if there is none, naming every place searched
   */
  public static Path modules() {
    synchronized (SEARCH) {
      return SEARCH.file("modules");
    }
  }

  /** Returns whether there is a library of that flavour; cheap, nothing is loaded or stored. */
  public static boolean present(String id) {
    return SEARCH.present(id);
  }

  /**
   * Returns what the build recorded about the libraries, such as {@code lua54.version=5.4.9}; empty
   * if it recorded nothing.
   */
  public static Map<String, String> properties() {
    return SEARCH.properties();
  }

  private static void load(Path file) {
    System.load(file.toString());
  }
}
