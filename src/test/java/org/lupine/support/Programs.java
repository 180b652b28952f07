package org.lupine.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/** Java programs that tests compile and run in this JVM. */
public final class Programs {
  private Programs() {}

  /** Compiles files into a folder; fails with the compiler's messages if they do not compile. */
  public static void compile(Path classes, String classPath, List<Path> files, String... options) {
    var arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-proc:none", "-d", classes.toString(), "-cp", classPath));
    files.forEach(file -> arguments.add(file.toString()));
    var problems = new ByteArrayOutputStream();

    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, problems, arguments.toArray(new String[0]));

    assertEquals(0, status, problems.toString(StandardCharsets.UTF_8));
  }

  /** Runs the main method of a compiled class and returns what it prints; takes System.out. */
  public static String run(Path classes, String type, String... arguments) throws Exception {
    var out = new ByteArrayOutputStream();
    var before = System.out;
    var thread = Thread.currentThread();
    var context = thread.getContextClassLoader();
    try (var loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, Programs.class.getClassLoader())) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      thread.setContextClassLoader(loader);
      loader.loadClass(type).getMethod("main", String[].class).invoke(null, (Object) arguments);
    } finally {
      thread.setContextClassLoader(context);
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
