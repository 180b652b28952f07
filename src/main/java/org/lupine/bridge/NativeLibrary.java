package org.lupine.bridge;

import java.nio.file.Path;
import java.util.Map;
import org.lupine.value.MissingNativeException;

/**
 * The native libraries, as this class loader has them. Whoever loads this class anew gets them
 * anew, with native data of their own.
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

  /**
   * The file of a flavour's library, ready to be opened; {@link #opened} is to follow.
   *
   * @param id as in {@code lua54}; or {@code modules}, what C modules call every flavour by
   * @throws MissingNativeException if there is none, naming every place looked in
   */
  public static Path flavour(String id) {
    synchronized (SEARCH) {
      return SEARCH.flavour(id);
    }
  }

  /** Says that a file which {@link #flavour} gave is open: a copy of our own goes away. */
  public static void opened(Path file) {
    synchronized (SEARCH) {
      SEARCH.opened(file);
    }
  }

  /** Whether there is a library of that flavour; cheap, nothing is loaded or stored. */
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
