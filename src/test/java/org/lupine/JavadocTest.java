package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lupine.support.Programs;

/**
 * Each public class, and each exported package, has an example in its comment, which compiles, runs
 * and prints what the comments behind its {@code println}s say.
 */
@Isolated("takes System.out")
class JavadocTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+);");
  private static final Pattern TYPE_COMMENT =
      Pattern.compile(
          "^/\\*\\*(.*?)\\*/\\n(?:@.*\\n)*(?:public |package )",
          Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CODE =
      Pattern.compile("<pre>\\{@code\\n(.*?) \\* \\}</pre>", Pattern.DOTALL);
  private static final Pattern PUBLIC_CLASS = Pattern.compile("^public (?:final )?class (\\w+)");
  private static final Pattern PRINTLN = Pattern.compile("System\\.out\\.println\\(");
  private static final Pattern PRINTED =
      Pattern.compile("System\\.out\\.println\\(.*\\);\\s*// (.*)$", Pattern.MULTILINE);
  private static final String IMPORTS =
      Stream.of(
              "java.math.*",
              "java.time.*",
              "java.util.*",
              "java.util.function.*",
              "java.util.stream.*",
              "javax.script.*")
          .reduce("", (all, each) -> all + "import " + each + ";\n");

  @TempDir private static Path classes;

  /** The example of a source file: the class that it is in, and what it prints. */
  private record Example(String name, String text, boolean isClass) {
    String type() {
      var declared = PUBLIC_CLASS.matcher(text);
      return isClass && declared.find()
          ? declared.group(1)
          : "Example_" + name.replaceAll("\\W", "_");
    }

    String source() {
      return isClass
          ? text
          : "public class "
              + type()
              + " {\n  public static void main(String[] arguments) throws Exception {\n"
              + text
              + "  }\n}\n";
    }

    List<String> prints() {
      return PRINTED.matcher(text).results().map(each -> each.group(1)).toList();
    }

    boolean runs() {
      return source().contains("void main(");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static List<String> packages() throws IOException {
    return EXPORTS
        .matcher(Files.readString(SOURCES.resolve("module-info.java")))
        .results()
        .map(each -> each.group(1))
        .toList();
  }

  /** The source files of the exported packages that have a public class, or describe the package. */
  private static List<Path> files() throws Exception {
    var found = new ArrayList<Path>();
    for (var name : packages()) {
      try (var files = Files.list(SOURCES.resolve(name.replace('.', '/')))) {
        for (var file : files.sorted().toList()) {
          if (file.toString().endsWith(".java")
              && TYPE_COMMENT.matcher(Files.readString(file)).find()) {
            found.add(file);
          }
        }
      }
    }
    return found;
  }

  private static Stream<Example> examples() throws Exception {
    var examples = new ArrayList<Example>();
    for (var file : files()) {
      var comment = TYPE_COMMENT.matcher(Files.readString(file));
      assertTrue(comment.find());
      var code = CODE.matcher(comment.group(1));
      while (code.find()) {
        var text = code.group(1).replaceAll("(?m)^ \\* ?", "");
        examples.add(new Example(typeOf(file), text, PUBLIC_CLASS.matcher(text).find()));
      }
    }
    return examples.stream();
  }

  private static String typeOf(Path file) {
    return SOURCES.relativize(file).toString().replaceAll("\\.java$", "").replace('/', '.');
  }

  @BeforeAll
  static void compile(@TempDir Path sources) throws Exception {
    var imports = new StringBuilder(IMPORTS);
    packages().forEach(each -> imports.append("import ").append(each).append(".*;\n"));
    var files = new ArrayList<Path>();
    for (var each : examples().toList()) {
      files.add(Files.writeString(sources.resolve(each.type() + ".java"), imports + each.source()));
    }
    Programs.compile(classes, System.getProperty("java.class.path"), files);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void printsWhatItSays(Example example) throws Exception {
    assertEquals(
        PRINTLN.matcher(example.text()).results().count(),
        example.prints().size(),
        "a comment behind each println");
    if (!example.runs()) {
      return; // a class for a host to find; that it compiles is all
    }
    assertEquals(example.prints(), Programs.run(classes, example.type()).lines().toList());
  }

  @Test
  void leavesNoneOut() throws Exception {
    var without = new TreeSet<String>();
    for (var file : files()) {
      without.add(typeOf(file));
    }
    examples().forEach(each -> without.remove(each.name()));

    assertEquals(new TreeSet<String>(), without);
  }
}
