package org.lupine.bridge.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.jimfs.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A machine with some operating system, as the search for libraries sees it: names of the system
 * and the processor, properties, environment and file system. The user is called Ana María, the
 * names of files are what that system makes of it.
 */
final class FakeMachine implements AutoCloseable {
  private static final String OWNER = "ana";

  final Platform platform;
  final FakeFileSystem files;
  final Map<String, String> properties = new HashMap<>();
  final Map<String, String> variables = new HashMap<>();

  /** The files that were loaded, in this order. */
  final List<Path> loaded = new ArrayList<>();

  /** A folder of the real machine with what the jar has in it. */
  private final Path jar;

  private FakeMachine(Path real, String osName, String osArch, Configuration files) {
    this.jar = real.resolve("jar");
    this.platform = Platform.of(osName, osArch, real.resolve("root").toFile());
    this.files = new FakeFileSystem(files);
  }

  static FakeMachine windows(Path real, String osArch) {
    var views =
        Configuration.windows().toBuilder()
            .setRoots("C:\\", "D:\\")
            .setWorkingDirectory("D:\\apps\\service")
            .setAttributeViews("basic", "owner", "dos", "acl")
            .setDefaultAttributeValue("owner:owner", OWNER)
            .build();
    var machine = new FakeMachine(real, "Windows Server 2022", osArch, views);
    machine.is("C:\\Users\\Ana María", "C:\\Users\\Ana María\\AppData\\Local\\Temp\\");
    machine.properties.put("user.dir", "D:\\apps\\service");
    machine.properties.put("java.library.path", "C:\\jdk\\bin;C:\\Windows\\System32;.");
    machine.variables.put("LOCALAPPDATA", "C:\\Users\\Ana María\\AppData\\Local");
    return machine;
  }

  static FakeMachine macos(Path real, String osArch) {
    var machine = new FakeMachine(real, "Mac OS X", osArch, posix(Configuration.osX()));
    machine.is("/Users/ana maría", "/var/folders/x1/y2/T/");
    machine.properties.put("user.dir", "/Applications/Service");
    machine.properties.put("java.library.path", "/Library/Java/Extensions:/usr/lib/java:.");
    return machine;
  }

  static FakeMachine linux(Path real, String osArch) {
    var machine = new FakeMachine(real, "Linux", osArch, posix(Configuration.unix()));
    machine.is("/home/ana maría", "/tmp");
    machine.properties.put("user.dir", "/srv/service");
    machine.properties.put("java.library.path", "/usr/java/packages/lib:/usr/lib64:/lib");
    machine.folder("/proc/self");
    machine.shared("/tmp");
    machine.shared("/dev/shm");
    return machine;
  }

  /** A machine with Linux on which this JVM runs with musl. */
  static FakeMachine musl(Path real, String osArch) {
    try {
      var root = real.resolve("root");
      var loader = "lib/ld-musl-" + Platform.arch(osArch) + ".so.1";
      Files.createDirectories(root.resolve("lib"));
      Files.createFile(root.resolve(loader));
      Files.createDirectories(root.resolve("proc/self"));
      Files.writeString(root.resolve("proc/self/maps"), "7f01-7f02 r-xp 0 fe:01 12 /" + loader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return linux(real, osArch);
  }

  private static Configuration posix(Configuration configuration) {
    return configuration.toBuilder()
        .setAttributeViews("basic", "owner", "posix", "unix")
        .setDefaultAttributeValue("owner:owner", OWNER)
        .setDefaultAttributeValue("posix:permissions", "rwxr-xr-x")
        .build();
  }

  private void is(String home, String temp) {
    properties.put("user.name", "Ana María");
    properties.put("user.home", home);
    properties.put("java.io.tmpdir", temp);
    folder(home);
    folder(temp);
  }

  /** Creates a folder that every user may write to, as {@code /tmp}. */
  private void shared(String path) {
    try {
      Files.setPosixFilePermissions(folder(path), PosixFilePermissions.fromString("rwxrwxrwx"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.makeSticky(path(path));
  }

  Path path(String path) {
    return files.getPath(path);
  }

  /** Creates a folder. */
  Path folder(String path) {
    try {
      return Files.createDirectories(path(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Gives a file or folder to another user. */
  void give(Path file, String owner) throws IOException {
    var users = files.getUserPrincipalLookupService();
    Files.setOwner(file, users.lookupPrincipalByName(owner));
  }

  /** Returns the names of the files in a folder, sorted. */
  List<String> names(Path folder) throws IOException {
    try (var list = Files.list(folder)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** Puts a file into the jar. */
  void inJar(String platform, String name, String content) throws IOException {
    var folder = Files.createDirectories(jar.resolve("META-INF/native").resolve(platform));
    Files.write(folder.resolve(name), content.getBytes(UTF_8));
  }

  private URL resource(String name) {
    return resource(jar, name);
  }

  /** Returns a file below a folder that stands for the jar; null if it does not exist. */
  static URL resource(Path jar, String name) {
    var file = jar.resolve(name.substring(1));
    try {
      return Files.exists(file) ? file.toUri().toURL() : null;
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a search, as a process or class loader has it that starts now. */
  LibrarySearch search() {
    return search(loaded::add);
  }

  LibrarySearch search(Consumer<Path> loader) {
    return new LibrarySearch(
        platform, new FakeDisk(files), properties::get, variables::get, this::resource, loader);
  }

  @Override
  public void close() throws IOException {
    files.close();
  }
}
