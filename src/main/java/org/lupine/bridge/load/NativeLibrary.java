package org.lupine.bridge.load;

import java.nio.file.Path;
import java.util.Map;
import org.lupine.value.MissingNativeException;

/**
 * The native libraries, as this class loader has them. Whoever loads this class anew gets the one
 * that binds the natives anew, which goes when the class loader does. Those of the flavours are open
 * once a process, for all class loaders.
 *
 * <p>{@code -Dlupine.native=DIR} names the one folder to take them from, {@code
 * -Dlupine.native.cache=DIR} the folder to keep those that come out of the jar.
 *
 * <p>Safe for any thread. Only this class asks Java to load native code.
 */
public final class NativeLibrary {
  private static final LibrarySearch SEARCH = new LibrarySearch(
      Platform.current(), System::getProperty, System::getenv, NativeLibrary.class::getResource,
      NativeLibrary::load);

  private NativeLibrary() {}

  /**
   * Loads the library that binds the natives, once.
   *
   * @throws MissingNativeException if there is none, naming every place looked in; the next call
   *     looks again
   */
  public static void load() {
    synchronized (SEARCH) {
      SEARCH.load();
    }
  }

  /** How the library of a flavour is opened. */
  public interface Opener {
    /**
     * Opens it and gives its side.
     *
     * @param byContent whether the name tells the content
     * @return 0 if it does not, and another file is open by that name
     * @throws UnsatisfiedLinkError if it cannot be opened
     */
    long open(Path file, boolean byContent);
  }

  /**
   * Finds the library of a flavour, and opens it by that means.
   *
   * @param id as in {@code lua54}
   * @throws MissingNativeException if there is none, naming every place looked in
   */
  public static long openFlavour(String id, Opener opener) {
    synchronized (SEARCH) {
      return SEARCH.openFlavour(id, opener);
    }
  }

  /**
   * Returns the file of the library that C modules call every flavour by.
   *
   * @throws MissingNativeException if there is none, naming every place looked in
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
   * What the build wrote about the libraries, as in {@code lua54.version=5.4.9}; empty if it wrote
   * nothing.
   */
  public static Map<String, String> properties() {
    return SEARCH.properties();
  }

  private static void load(Path file) {
    System.load(file.toString());
  }
}
