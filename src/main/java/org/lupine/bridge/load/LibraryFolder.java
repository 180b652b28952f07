package org.lupine.bridge.load;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A folder for libraries from the jar. A library planted there would be executed, so the folder
 * must belong to this user, and must not be writable for others.
 *
 * <p>Files are named by their content and appear atomically, so that any number of processes and
 * versions can share the folder without a lock. Files that have not been used for a month are
 * removed. So are copies and unfinished files, whose names begin with a dot, once no process can
 * need them: they are left by processes that ended unexpectedly.
 */
record LibraryFolder(Path path) {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
  private static final Duration UNUSED = Duration.ofDays(30);

  /**
   * The lifetime of a copy: it is needed only while it is loaded. Where it must stay, as on
   * Windows, it is locked.
   */
  private static final Duration PASSING = Duration.ofMinutes(10);

  /**
   * Returns the candidate folders for this user, best first; later ones are used if an earlier one
   * cannot be.
   */
  static List<LibraryFolder> candidates(
      Platform platform, UnaryOperator<String> property, UnaryOperator<String> variable) {
    var paths = new LinkedHashSet<Path>();
    var chosen = property.apply("lupine.native.cache");
    if (chosen != null && !chosen.isEmpty()) {
      paths.add(real(Path.of(chosen).toAbsolutePath()));
    } else {
      paths.add(cache(platform, property, variable));
    }
    var name = "lupine-" + plain(property.apply("user.name"));
    paths.add(Path.of(property.apply("java.io.tmpdir"), name));
    if (platform.os().equals("linux")) {
      paths.add(Path.of("/dev/shm", name));
    }
    paths.add(Path.of(property.apply("user.dir"), ".lupine"));
    var folders = new ArrayList<LibraryFolder>();
    for (var path : paths) {
      if (path.isAbsolute()) {
        folders.add(new LibraryFolder(path));
      }
    }
    return folders;
  }

  /** Replaces each character that is not safe in a file name. */
  private static String plain(String name) {
    var plain = new StringBuilder(name);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean isSafe =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "._-".indexOf(c) >= 0;
      plain.setCharAt(i, isSafe ? c : '_');
    }
    return plain.toString();
  }

  /** Returns where this system keeps a user's caches; a relative path if the user has no home. */
  private static Path cache(
      Platform platform, UnaryOperator<String> property, UnaryOperator<String> variable) {
    var home = Path.of(property.apply("user.home"));
    var key = platform.os().equals("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME";
    var base =
        switch (platform.os()) {
          case "windows" -> home.resolve("AppData").resolve("Local");
          case "macos" -> home.resolve("Library").resolve("Caches");
          default -> home.resolve(".cache");
        };
    var set = variable.apply(key);
    if (set != null && Path.of(set).isAbsolute()) {
      base = Path.of(set);
    }
    return base.resolve("lupine").resolve("natives");
  }

  /** Resolves a folder that the user named, which may be a link; one that we named may not. */
  private static Path real(Path named) {
    try {
      return named.toRealPath();
    } catch (IOException e) {
      return named;
    }
  }

  /**
   * Stores a file unless it is present.
   *
   * @param name as in {@code liblupine-lua54.so}
   * @param hash the content's hash in hexadecimal; its first 16 digits become part of the name
   * @throws IOException if the file cannot be stored, or the folder is not safe
   */
  Path store(String name, String hash, LibraryContent content) throws IOException {
    makeSafe();
    var file = path.resolve(tagged(name, hash.substring(0, 16)));
    if (holds(file, content)) {
      touch(file);
    } else {
      write(file, name, content);
    }
    sweep();
    return file;
  }

  private void write(Path file, String name, LibraryContent content) throws IOException {
    var part = Files.createTempFile(path, "." + name, ".part");
    try {
      Files.write(part, content.bytes());
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!holds(file, content)) {
        /* else another process was quicker, and Windows minds */
        throw e;
      }
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Creates a copy of a file under a unique name; the caller deletes it. */
  Path copy(Path file) throws IOException {
    makeSafe();
    sweep();
    var name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    var copy = Files.createTempFile(path, "." + name.substring(0, dot) + "-", name.substring(dot));
    try {
      return Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(copy);
      throw e;
    }
  }

  /** Inserts a tag into a file name: {@code liblupine.so} becomes {@code liblupine-tag.so}. */
  private static String tagged(String name, String tag) {
    int dot = name.lastIndexOf('.');
    return name.substring(0, dot) + "-" + tag + name.substring(dot);
  }

  private void makeSafe() throws IOException {
    if (!POSIX) {
      Files.createDirectories(path); /* below a folder that Windows gives to this user alone */
      return;
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      try {
        Files.createDirectories(path, ownerOnly("rwx------"));
      } catch (FileAlreadyExistsException e) {
        throw unsafe("is not a folder");
      }
    }
    var found = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw unsafe("is not a folder");
    }
    if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
        || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
      throw unsafe("others may write there");
    }
    if (!isUs(found.owner())) {
      throw unsafe("belongs to " + found.owner().getName());
    }
    if (path.getParent() != null && replaceable(path.getParent())) {
      throw unsafe("others may replace it");
    }
  }

  /**
   * Returns whether any user may rename entries of that folder: it is world-writable without the
   * sticky bit.
   */
  private static boolean replaceable(Path parent) throws IOException {
    int mode = (Integer) Files.getAttribute(parent, "unix:mode");
    return (mode & 0002) != 0 && (mode & 01000) == 0;
  }

  /**
   * Returns whether a user owns our process, or, where that is not known, a file that was just
   * created.
   */
  private static boolean isUs(UserPrincipal owner) throws IOException {
    var process = Path.of("/proc/self");
    if (Files.exists(process) && owner.equals(Files.getOwner(process))) {
      return true;
    }
    var probe = Files.createTempFile("lupine", null);
    try {
      return owner.equals(Files.getOwner(probe));
    } finally {
      Files.delete(probe);
    }
  }

  private FileSystemException unsafe(String why) {
    return new FileSystemException(path.toString(), null, why);
  }

  private static boolean holds(Path file, LibraryContent content) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == content.size()
        && content.matches(bytes(file));
  }

  /** Reads a file without a channel, whose classes would take longer than the file. */
  private static byte[] bytes(Path file) throws IOException {
    try (var in = new FileInputStream(file.toFile())) {
      return in.readAllBytes();
    }
  }

  /** Marks this file as in use, for the clean-up by other processes; once a day is enough. */
  private static void touch(Path file) {
    long now = System.currentTimeMillis();
    if (file.toFile().lastModified() < now - Duration.ofDays(1).toMillis()) {
      file.toFile().setLastModified(now); /* unless read-only: then nothing is swept there either */
    }
  }

  /** Removes what no process needs. Classes of java.nio for this would double its time. */
  private void sweep() {
    var names = path.toFile().list();
    if (names == null) {
      return; /* the folder cannot be read: then nothing of it goes away */
    }
    long now = System.currentTimeMillis();
    for (var name : names) {
      if (isOurs(name)) {
        var file = new File(path.toFile(), name);
        long limit = now - (name.startsWith(".") ? PASSING : UNUSED).toMillis();
        long used = file.lastModified();
        if (used != 0 && used < limit) {
          file.delete(); /* else another process sweeps too, or Windows still uses the file */
        }
      }
    }
  }

  private static boolean isOurs(String name) {
    int begin = name.startsWith(".") ? 1 : 0;
    return (name.startsWith("lupine", begin) || name.startsWith("liblupine", begin))
        && (name.endsWith(".so")
            || name.endsWith(".dylib")
            || name.endsWith(".dll")
            || name.endsWith(".part"));
  }

  private static FileAttribute<?> ownerOnly(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }
}
