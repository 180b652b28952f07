package org.lupine.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that a test starts and waits for.
 *
 * @param status its exit status; 128 + signal after a signal
 * @param out what it wrote on its standard output
 * @param err what it wrote on its standard error
 */
public record ChildProcess(int status, String out, String err) {

  /**
   * Runs a command to its end.
   *
   * @param folder its working folder
   * @param input what it reads on its standard input
   * @throws AssertionError if it is not over within the limit; it is killed then
   */
  public static ChildProcess run(Path folder, Duration limit, String input, List<String> command) {
    return run(folder, Map.of(), limit, input, command);
  }

  /**
   * Returns the Java program of the JVM that runs this test. Where that cannot be started by itself,
   * as under an emulator, {@code lupine.test.java} names what starts it.
   */
  public static String java() {
    var given = System.getProperty("lupine.test.java");
    return given != null
        ? given
        : Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * Composes the command that runs a class in a JVM like this one, with its class path and natives.
   * What the JVM itself logs goes to standard error.
   *
   * @param options further options of the JVM, which may say who has native access and where the
   *     natives are
   */
  public static List<String> java(List<String> options, Class<?> main, String... arguments) {
    return java(options, System.getProperty("java.class.path"), main.getName(), arguments);
  }

  /** Composes the command that runs a class of the given class path in a JVM like this one. */
  public static List<String> java(
      List<String> options, String classPath, String main, String... arguments) {
    var command = new ArrayList<>(List.of(java(), "-Xlog:disable", "-Xlog:all=warning:stderr"));
    command.addAll(options);
    if (Runtime.version().feature() >= 22 && !has(options, "--enable-native-access")) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    for (var name : List.of("lupine.native", "lupine.native.cache")) {
      if (System.getProperty(name) != null && !has(options, "-D" + name)) {
        command.add("-D" + name + "=" + Path.of(System.getProperty(name)).toAbsolutePath());
      }
    }
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns the folder or jar that a class is loaded from. */
  public static Path location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean has(List<String> options, String name) {
    return options.stream().anyMatch(each -> each.startsWith(name + "="));
  }

  /** Runs a command to its end, with additions to the environment. */
  public static ChildProcess run(
      Path folder,
      Map<String, String> environment,
      Duration limit,
      String input,
      List<String> command) {
    try {
      var given = Files.createTempFile("child", ".in");
      var out = Files.createTempFile("child", ".out");
      var err = Files.createTempFile("child", ".err");
      try {
        Files.writeString(given, input);
        var builder =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(given.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        var over = waitFor(process, limit);
        var child = new ChildProcess(over ? process.exitValue() : -1, text(out), text(err));
        if (!over) {
          throw new AssertionError("not over after " + limit + ": " + command + "\n" + child);
        }
        return child;
      } finally {
        Files.delete(given);
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + command, e);
    }
  }

  private static boolean waitFor(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** Reads text with the lines of any system. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Override
  public String toString() {
    return "exit status " + status + "\n--- out\n" + out + "--- err\n" + err;
  }
}
