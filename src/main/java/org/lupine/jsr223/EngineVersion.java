package org.lupine.jsr223;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this library, which the build writes into a resource. Read at its first use. */
final class EngineVersion {
  static final String TEXT = read();

  private EngineVersion() {}

  private static String read() {
    try (var in = EngineVersion.class.getResourceAsStream("version.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read version.txt", e);
    }
  }
}
