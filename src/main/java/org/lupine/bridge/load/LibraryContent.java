package org.lupine.bridge.load;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The content of a library. Of one in a jar, the size and checksum are known without unpacking it.
 */
final class LibraryContent implements AutoCloseable {
  private final @Nullable InputStream in;
  private final long size;
  private final long checksum;
  private byte @Nullable [] bytes;

  /** Creates the content of these bytes. */
  LibraryContent(byte[] bytes) {
    this.in = null;
    this.bytes = bytes;
    this.size = bytes.length;
    this.checksum = checksum(bytes);
  }

  private LibraryContent(InputStream in, long size, long checksum) {
    this.in = in;
    this.size = size;
    this.checksum = checksum;
  }

  /** Opens a resource, bypassing the cache that would keep the jar open. */
  static LibraryContent open(URL found) throws IOException {
    var connection = found.openConnection();
    connection.setUseCaches(false);
    var in = connection.getInputStream();
    boolean kept = false;
    try {
      if (connection instanceof JarURLConnection jar) {
        var entry = jar.getJarEntry();
        if (entry != null && entry.getSize() >= 0 && entry.getCrc() >= 0) {
          kept = true;
          return new LibraryContent(in, entry.getSize(), entry.getCrc());
        }
      }
      return new LibraryContent(in.readAllBytes());
    } finally {
      if (!kept) {
        in.close();
      }
    }
  }

  private static long checksum(byte[] bytes) {
    var sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  long size() {
    return size;
  }

  /** Returns whether other bytes have the checksum of this content. */
  boolean matches(byte[] others) {
    return others.length == size && checksum(others) == checksum;
  }

  /** Returns the bytes; reads them when called first. */
  byte[] bytes() throws IOException {
    var known = bytes;
    if (known == null) {
      known = in == null ? new byte[0] : in.readAllBytes();
      bytes = known;
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    if (in != null) {
      in.close();
    }
  }
}
