package org.lupine.bridge.load;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file system in which libraries are stored. Uses java.io where java.nio would load more
 * classes, for channels and streams of folders, which takes a JVM some milliseconds.
 */
class Disk {
  private final FileSystem files;

  /** Creates the file system of this machine. */
  Disk() {
    this(FileSystems.getDefault());
  }

  /** Creates another one. A subclass then overrides what java.io cannot do there. */
  Disk(FileSystem files) {
    this.files = files;
  }

  final Path path(String first, String... more) {
    return files.getPath(first, more);
  }

  /** Returns a text as a path; null if it is not an absolute path. */
  final @Nullable Path absolute(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      var path = files.getPath(text);
      return path.isAbsolute() ? path : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Returns whether files have the permissions and owners of POSIX systems. */
  final boolean isPosix() {
    return files.supportedFileAttributeViews().contains("unix");
  }

  byte[] read(Path file) throws IOException {
    try (var in = new FileInputStream(file.toFile())) {
      return in.readAllBytes();
    }
  }

  /** Returns the names of the files in a folder; null if it cannot be read. */
  String @Nullable [] names(Path folder) {
    return folder.toFile().list();
  }

  /** Returns when a file was last modified, in milliseconds; 0 if that cannot be read. */
  long lastModified(Path file) {
    return file.toFile().lastModified();
  }

  /** Sets when a file was last modified, if that is permitted. */
  void setLastModified(Path file, long time) {
    file.toFile().setLastModified(time);
  }

  /** Removes a file, if that is permitted: Windows does not while the file is in use. */
  void delete(Path file) {
    file.toFile().delete();
  }
}
