package org.lupine.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Runs processes. */
final class Processes {
  private Processes() {}

  /** Returns whether a program is installed. */
  static boolean isInstalled(String name) {
    for (var folder : System.getenv("PATH").split(File.pathSeparator)) {
      if (Path.of(folder, name).toFile().canExecute()) {
        return true;
      }
    }
    return false;
  }

  /** Returns what a process writes, at least a line. */
  static List<String> lines(List<String> command) throws IOException {
    var process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var reader = process.inputReader()) {
      var lines = reader.lines().toList();
      if (lines.isEmpty()) {
        throw new IOException("no output of " + command.get(0));
      }
      return lines;
    } finally {
      process.destroy();
    }
  }
}
