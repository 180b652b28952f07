package org.lupine.bridge.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lupine.value.MissingNativeException;

/**
 * Finds the native libraries for one class loader, and loads the one that binds the native methods.
 *
 * <p>If {@code lupine.native} names a folder, searches that folder alone. Otherwise searches the
 * jar with these classes and the jars with natives, whose libraries are stored in the first {@link
 * LibraryFolder} that permits it; then the folders of {@code java.library.path}. Libraries of
 * another build than these classes are not loaded, since the messages between the two may differ.
 * Not thread-safe: {@link NativeLibrary} locks.
 *
 * @see NativeLibrary
 */
final class LibrarySearch {
  private static final String BINDING = "lupine";

  private static final String JARS =
      LibrarySearch.class.getModule().isNamed()
          ? "the modules and the class path"
          : "the class path";

  private final Platform platform;
  private final Disk disk;
  private final UnaryOperator<String> property;
  private final UnaryOperator<String> variable;
  private final Function<String, URL> resource;
  private final Consumer<Path> loader;
  private boolean loaded;

  /** What {@link #propertiesOfJar} found in each folder. */
  private final Map<String, Map<String, String>> propertiesOfJar = new ConcurrentHashMap<>();

  /** What the build recorded about these classes; null until it is needed. */
  private @Nullable Release release;

  /** The folder from which libraries of the jar can be executed; null until one was found. */
  private @Nullable LibraryFolder home;

  /**
   * Creates a search with this view of the system.
   *
   * @param disk where libraries are stored
   * @param property {@link System#getProperty(String)}
   * @param variable {@link System#getenv(String)}
   * @param resource {@link NativeResources#find(String)}
   * @param loader {@link System#load(String)}
   */
  LibrarySearch(
      Platform platform,
      Disk disk,
      UnaryOperator<String> property,
      UnaryOperator<String> variable,
      Function<String, URL> resource,
      Consumer<Path> loader) {
    this.platform = platform;
    this.disk = disk;
    this.property = property;
    this.variable = variable;
    this.resource = resource;
    this.loader = loader;
  }

  /**
   * Loads the library that binds the native methods. No-op if it is loaded or being loaded:
   * JNI_OnLoad initializes {@code Native}, which calls this again.
   */
  void load() {
    loadFor(BINDING);
  }

  private void loadFor(String wanted) {
    if (loaded) {
      return;
    }
    loaded = true;
    try {
      find(BINDING, wanted, this::tryLoad);
    } catch (RuntimeException | Error e) {
      loaded = false;
      throw e;
    }
  }

  /** Returns the file of the library of a flavour, or of {@code modules}, ready to be opened. */
  Path file(String id) {
    var library = BINDING + "-" + id;
    loadFor(library);
    return find(library, library, found -> {});
  }

  /**
   * Opens the library of a flavour. If its file was replaced since the process opened it, and its
   * name does not identify the content, the present file is opened under a name that does.
   */
  long openFlavour(String id, NativeLibrary.Opener opener) {
    var file = file(id);
    long backend = opener.open(file, home != null && file.startsWith(home.path()));
    if (backend != 0) {
      return backend;
    }
    var opened = new long[1];
    var tried = new SearchReport();
    try {
      var content = Files.readAllBytes(file);
      stored(
          file.getFileName().toString(),
          sha256(content),
          new LibraryContent(content),
          named -> opened[0] = opener.open(named, true),
          tried);
    } catch (IOException e) {
      tried.add(file, e);
    }
    if (opened[0] == 0) {
      throw new MissingNativeException(
          file
              + " has been replaced since it was opened, and cannot "
              + "be had by another name; tried: "
              + tried
              + "; set -Dlupine.native.cache=DIR",
          tried.last);
    }
    return opened[0];
  }

  /** Returns whether there is a library of that flavour; nothing is stored or loaded. */
  boolean present(String id) {
    var name = platform.file(BINDING + "-" + id);
    var override = override();
    if (override != null) {
      return Files.exists(disk.path(override, name));
    }
    for (var folder : platform.folders()) {
      if (resource.apply("/META-INF/native/" + folder + "/" + name) != null) {
        return true;
      }
    }
    return libraryPath().stream().anyMatch(folder -> Files.exists(folder.resolve(name)));
  }

  /** Returns what the build recorded about the libraries; empty if there is nothing. */
  Map<String, String> properties() {
    var override = override();
    try {
      if (override != null) {
        return properties(disk.path(override));
      }
      for (var folder : platform.folders()) {
        var found = propertiesOfJar(folder);
        if (!found.isEmpty()) {
          return found;
        }
      }
      return Map.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read natives.properties", e);
    }
  }

  /** Returns what the build recorded about the libraries of one platform in the jar. */
  private Map<String, String> propertiesOfJar(String platformFolder) throws IOException {
    var known = propertiesOfJar.get(platformFolder);
    if (known == null) {
      var found = resource.apply("/META-INF/native/" + platformFolder + "/natives.properties");
      known = found == null ? Map.of() : properties(found);
      propertiesOfJar.put(platformFolder, known);
    }
    return known;
  }

  /**
   * Searches all places for a library; the first file that {@code use} accepts is the result.
   *
   * @param wanted the library that it is needed for, which the message names if it is not found
   */
  private Path find(String library, String wanted, Consumer<Path> use) {
    var name = platform.file(library);
    var tried = new SearchReport();
    var override = override();
    var found =
        override != null
            ? inFolder(disk.path(override).toAbsolutePath(), name, use, tried)
            : inJar(name, use, tried);
    if (found == null && override == null) {
      found = inLibraryPath(name, use, tried);
    }
    if (found == null) {
      throw missing(wanted, tried);
    }
    return found;
  }

  private @Nullable Path inFolder(
      Path folder, String name, Consumer<Path> use, SearchReport tried) {
    var file = folder.resolve(name);
    if (!Files.exists(file)) {
      tried.add(folder, "no " + name + " there");
      return null;
    }
    try {
      if (!fits(file, properties(folder), tried)) {
        return null;
      }
      use.accept(file);
      return file;
    } catch (IOException | LinkageError e) {
      tried.add(file, e);
      return null;
    }
  }

  private @Nullable Path inLibraryPath(String name, Consumer<Path> use, SearchReport tried) {
    for (var folder : libraryPath()) {
      if (Files.exists(folder.resolve(name))) {
        var found = inFolder(folder, name, use, tried);
        if (found != null) {
          return found;
        }
      }
    }
    tried.add("java.library.path " + property.apply("java.library.path"), "no " + name + " there");
    return null;
  }

  private @Nullable Path inJar(String name, Consumer<Path> use, SearchReport tried) {
    for (var platformFolder : platform.folders()) {
      var place = "META-INF/native/" + platformFolder + "/" + name;
      var found = resource.apply("/" + place);
      if (found == null) {
        tried.add(JARS, "no " + place + " there");
        continue;
      }
      try (var content = LibraryContent.open(found)) {
        var properties = propertiesOfJar(platformFolder);
        if (!fits(found, properties, tried)) {
          continue;
        }
        var known = properties.getOrDefault(name + ".sha256", "");
        var hash = known.length() < 16 ? sha256(content.bytes()) : known;
        var file = stored(name, hash, content, use, tried);
        if (file != null) {
          return file;
        }
      } catch (IOException e) {
        tried.add(found, e);
      }
    }
    return null;
  }

  /**
   * Returns whether a library may be used: whether it is of the same build as these classes.
   *
   * @param properties the content of natives.properties in the same folder
   */
  private boolean fits(Object library, Map<String, String> properties, SearchReport tried) {
    var objection = release().objection(properties);
    if (objection != null) {
      tried.addOther(library, objection);
    }
    return objection == null;
  }

  private Release release() {
    var known = release;
    if (known == null) {
      known = Release.read(resource);
      release = known;
    }
    return known;
  }

  /** Stores the library in the first folder in which it can be stored and executed. */
  private @Nullable Path stored(
      String name, String hash, LibraryContent content, Consumer<Path> use, SearchReport tried) {
    for (var folder : folders()) {
      try {
        var file = folder.store(name, hash, content);
        use.accept(file);
        home = folder;
        return file;
      } catch (IOException e) {
        tried.add(folder.path(), e);
      } catch (LinkageError e) {
        tried.add(folder.path(), e);
        if (!dependsOnFolder(e)) {
          return null; /* it would fail in every folder */
        }
      }
    }
    return null;
  }

  /**
   * Returns whether a library may be loaded from another folder: if the file system is mounted
   * noexec, judged by the messages of glibc, musl and macOS. Windows has its messages in many
   * languages, and Java cannot load from each folder there: {@code System.load} knows only the
   * characters of the code page, which a user's name may lack (JDK-8195129).
   */
  private boolean dependsOnFolder(LinkageError e) {
    var message = String.valueOf(e.getMessage());
    return platform.isWindows()
        || message.contains("failed to map segment")
        || message.contains("not permitted")
        || message.contains("Permission denied");
  }

  /** Loads a file, or a copy of it if another class loader has loaded it, since only one may. */
  private void tryLoad(Path file) {
    try {
      loader.accept(file);
    } catch (UnsatisfiedLinkError e) {
      if (!String.valueOf(e.getMessage()).contains("already loaded")) {
        throw e;
      }
      loadCopy(file);
    } catch (IllegalCallerException e) {
      throw new MissingNativeException(forbidden(LibrarySearch.class.getModule()), e);
    }
  }

  /** Describes how to permit native code to a module that may not load it. */
  static String forbidden(Module module) {
    if (module.isNamed() && module.getLayer() != ModuleLayer.boot()) {
      return "Java forbids native code; module "
          + module.getName()
          + " is in a layer that no option reaches: the code that creates the layer must call"
          + " ModuleLayer.Controller.enableNativeAccess for it";
    }
    return "Java forbids native code; start it with --enable-native-access="
        + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }

  private void loadCopy(Path file) {
    var tried = new SearchReport();
    for (var folder : folders()) {
      Path copy = null;
      try {
        copy = folder.copy(file);
        loader.accept(copy);
        return;
      } catch (IOException e) {
        tried.add(folder.path(), e);
      } catch (LinkageError e) {
        if (!dependsOnFolder(e)) {
          throw e;
        }
        tried.add(folder.path(), e);
      } finally {
        if (copy != null) {
          LibraryFolder.discard(copy);
        }
      }
    }
    throw new MissingNativeException(
        "no copy of "
            + file
            + " for a second class loader; tried: "
            + tried
            + "; set -Dlupine.native.cache=DIR",
        tried.last);
  }

  /** Returns the folders for libraries of the jar, best first. */
  private List<LibraryFolder> folders() {
    return home != null
        ? List.of(home)
        : LibraryFolder.candidates(platform, disk, property, variable);
  }

  /** Returns the folder that the user names, or null. */
  private @Nullable String override() {
    var folder = property.apply("lupine.native");
    return folder == null || folder.isEmpty() ? null : folder;
  }

  private List<Path> libraryPath() {
    var path = property.apply("java.library.path");
    var folders = new ArrayList<Path>();
    for (var folder : path == null ? new String[0] : path.split(platform.pathSeparator())) {
      if (!folder.isEmpty()) {
        try {
          folders.add(disk.path(folder).toAbsolutePath());
        } catch (InvalidPathException e) {
          /* such as one in quotes: on Windows the property contains the user's PATH */
        }
      }
    }
    return folders;
  }

  static Map<String, String> properties(URL found) throws IOException {
    var properties = new Properties();
    try (var in = open(found)) {
      properties.load(in);
    }
    return strings(properties);
  }

  /** Returns what the build recorded about the libraries in a folder; empty if there is nothing. */
  private static Map<String, String> properties(Path folder) throws IOException {
    var file = folder.resolve("natives.properties");
    if (!Files.exists(file)) {
      return Map.of();
    }
    var properties = new Properties();
    try (var in = Files.newInputStream(file)) {
      properties.load(in);
    }
    return strings(properties);
  }

  private static Map<String, String> strings(Properties properties) {
    var strings = new TreeMap<String, String>();
    for (var name : properties.stringPropertyNames()) {
      strings.put(name, properties.getProperty(name));
    }
    return strings;
  }

  /** Opens a resource, bypassing the cache that would keep the jar open. */
  private static InputStream open(URL found) throws IOException {
    var connection = found.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }

  private MissingNativeException missing(String wanted, SearchReport tried) {
    var library = wanted.equals(BINDING) ? "" : wanted.substring(BINDING.length() + 1);
    var message =
        new MissingNatives(platform, release(), resource)
            .message(library, tried, override() != null);
    return new MissingNativeException(message, tried.last);
  }
}
