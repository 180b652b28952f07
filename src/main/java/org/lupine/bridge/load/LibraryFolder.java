package org.lupine.bridge.load;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A folder for libraries from the jar. A library planted there would be executed, so the folder
 * must belong to this user, and must not be writable for others. Windows has no such permissions:
 * there each file must belong to this user, too.
 *
 * <p>Files are named by their content and appear atomically, so that any number of processes and
 * versions can share the folder without a lock. Files that have not been used for a month are
 * removed. So are copies and unfinished files, whose names begin with a dot, once no process can
 * need them: they are left by processes that ended unexpectedly.
 *
 * @param temp the folder for temporary files, which shows who owns what this process creates
 */
record LibraryFolder(Path path, Path temp, Disk disk) {
  private static final Duration UNUSED = Duration.ofDays(30);

  /**
   * The lifetime of a copy: it is needed only while it is loaded. Where it must stay, as on
   * Windows, it cannot be removed before.
   */
  private static final Duration PASSING = Duration.ofMinutes(10);

  /**
   * Returns the candidate folders for this user, best first; later ones are used if an earlier one
   * cannot be.
   */
  static List<LibraryFolder> candidates(
      Platform platform,
      Disk disk,
      UnaryOperator<String> property,
      UnaryOperator<String> variable) {
    var paths = new LinkedHashSet<Path>();
    var chosen = property.apply("lupine.native.cache");
    if (chosen != null && !chosen.isEmpty()) {
      paths.add(real(disk.path(chosen).toAbsolutePath()));
    } else {
      var cache = cache(platform, disk, property, variable);
      if (cache != null) {
        paths.add(cache);
      }
    }
    var name = "lupine-" + plain(property.apply("user.name"));
    var temp = disk.path(property.apply("java.io.tmpdir"));
    paths.add(temp.resolve(name));
    if (platform.os().equals("linux")) {
      paths.add(disk.path("/dev/shm", name));
    }
    paths.add(disk.path(property.apply("user.dir"), ".lupine"));
    var folders = new ArrayList<LibraryFolder>();
    for (var path : paths) {
      if (path.isAbsolute()) {
        folders.add(new LibraryFolder(path, temp, disk));
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

  /** Returns where this system keeps a user's caches; null if the user has no home. */
  private static @Nullable Path cache(
      Platform platform,
      Disk disk,
      UnaryOperator<String> property,
      UnaryOperator<String> variable) {
    var base =
        disk.absolute(variable.apply(platform.isWindows() ? "LOCALAPPDATA" : "XDG_CACHE_HOME"));
    if (base == null) {
      var home = disk.absolute(property.apply("user.home"));
      if (home == null) {
        return null;
      }
      base =
          switch (platform.os()) {
            case "windows" -> home.resolve("AppData").resolve("Local");
            case "macos" -> home.resolve("Library").resolve("Caches");
            default -> home.resolve(".cache");
          };
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
      discard(part);
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
      discard(copy);
      throw e;
    }
  }

  /**
   * Removes a copy, even if it is open. Windows does not permit that: there a process removes it
   * that comes later.
   */
  static void discard(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      /* it is in use */
    }
  }

  /** Inserts a tag into a file name: {@code liblupine.so} becomes {@code liblupine-tag.so}. */
  private static String tagged(String name, String tag) {
    int dot = name.lastIndexOf('.');
    return name.substring(0, dot) + "-" + tag + name.substring(dot);
  }

  private void makeSafe() throws IOException {
    if (!disk.isPosix()) {
      Files.createDirectories(path);
      var owner = owner(path);
      if (owner != null && !isUs(owner)) {
        throw unsafe("belongs to " + owner.getName());
      }
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

  /** Returns the owner of a file; null where files have none, as on some of Windows' volumes. */
  private static @Nullable UserPrincipal owner(Path file) throws IOException {
    return Files.getFileStore(file).supportsFileAttributeView(FileOwnerAttributeView.class)
        ? Files.getOwner(file, LinkOption.NOFOLLOW_LINKS)
        : null;
  }

  /**
   * Returns whether a user owns our process, or, where that is not known, a file that was just
   * created.
   */
  private boolean isUs(UserPrincipal owner) throws IOException {
    if (disk.isPosix()) {
      var process = disk.path("/proc/self");
      if (Files.exists(process) && owner.equals(Files.getOwner(process))) {
        return true;
      }
    }
    var probe = Files.createTempFile(temp, "lupine", null);
    try {
      return owner.equals(Files.getOwner(probe));
    } finally {
      Files.delete(probe);
    }
  }

  private FileSystemException unsafe(String why) {
    return new FileSystemException(path.toString(), null, why);
  }

  /**
   * Returns whether a file is a library with this content. Where others might have planted it, its
   * owner must be that of the folder.
   */
  private boolean holds(Path file, LibraryContent content) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && Files.size(file) == content.size()
        && (disk.isPosix() || Objects.equals(owner(file), owner(path)))
        && content.matches(disk.read(file));
  }

  /** Marks this file as in use, for the clean-up by other processes; once a day is enough. */
  private void touch(Path file) {
    long now = System.currentTimeMillis();
    if (disk.lastModified(file) < now - Duration.ofDays(1).toMillis()) {
      disk.setLastModified(file, now); /* unless read-only: then nothing is swept there either */
    }
  }

  /** Removes what no process needs. */
  private void sweep() {
    var names = disk.names(path);
    if (names == null) {
      return; /* the folder cannot be read: then nothing of it goes away */
    }
    long now = System.currentTimeMillis();
    for (var name : names) {
      if (isOurs(name)) {
        var file = path.resolve(name);
        long limit = now - (name.startsWith(".") ? PASSING : UNUSED).toMillis();
        long used = disk.lastModified(file);
        if (used != 0 && used < limit) {
          disk.delete(file); /* else another process sweeps too, or Windows still uses the file */
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
