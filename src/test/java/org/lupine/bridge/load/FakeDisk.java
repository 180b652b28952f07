package org.lupine.bridge.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** A file system that java.io does not reach. */
final class FakeDisk extends Disk {
  FakeDisk(FakeFileSystem files) {
    super(files);
  }

  @Override
  byte[] read(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  @Override
  String[] names(Path folder) {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toArray(String[]::new);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  long lastModified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      return 0;
    }
  }

  @Override
  void setLastModified(Path file, long time) {
    try {
      Files.setLastModifiedTime(file, FileTime.fromMillis(time));
    } catch (IOException e) {
      /* it is read-only */
    }
  }

  @Override
  void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      /* it is in use */
    }
  }
}
