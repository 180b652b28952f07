package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.script.ScriptEngineManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.lupine.support.EachFlavour;

/** The code in the README compiles and runs, and does what the text around it says. */
@Isolated("takes System.out")
class ReadmeTest {
  private static List<String> blocks(String language) throws Exception {
    var readme = Files.readString(Path.of("README.md"));
    var blocks = new ArrayList<String>();
    var fence = Pattern.compile("^```" + language + "\\n(.*?)^```$",
        Pattern.MULTILINE | Pattern.DOTALL).matcher(readme);
    while (fence.find()) {
      blocks.add(fence.group(1));
    }
    assertTrue(!blocks.isEmpty(), "no " + language + " in the README");
    return blocks;
  }

  @Test
  void javaBlocksRunOneAfterTheOther(@TempDir Path folder) throws Exception {
    compile(folder, "Readme", "public class Readme {\n  public static void run() throws Exception {\n"
        + blocks("java").stream().filter(each -> !isClass(each)).collect(Collectors.joining("\n"))
        + "  }\n}\n");

    assertEquals(List.of("hello, Ganymede", "hello, Jupiter, from " + newest(), "42", "42",
        "[twice] 4", "null PT2S", "null"), printed(folder).lines().toList());
  }

  @Test
  void aClassOfItIsAFactoryThatHostsFind(@TempDir Path folder) throws Exception {
    var text = blocks("java").stream().filter(ReadmeTest::isClass).findFirst().orElseThrow();
    compile(folder, "RulesFactory", text);
    var readme = Files.readString(Path.of("README.md"));
    var services = "META-INF/services/javax.script.ScriptEngineFactory";
    assertTrue(readme.contains("`" + services + "`"));
    Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(folder.resolve(services), "RulesFactory\n");
    try (var loader = new URLClassLoader(
        new URL[] {folder.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
      var rules = new ScriptEngineManager(loader).getEngineByName("rules");
      assertEquals("Lupine rules", rules.getFactory().getEngineName());
      assertNull(rules.eval("return load"));
    }
  }

  private static boolean isClass(String block) {
    return block.startsWith("public ");
  }

  private static void compile(Path folder, String name, String text) throws Exception {
    var source = "import java.time.*;\nimport java.util.*;\nimport javax.script.*;\n"
        + "import org.lupine.*;\nimport org.lupine.jsr223.*;\n" + text;
    var file = Files.writeString(folder.resolve(name + ".java"), source);
    var problems = new ByteArrayOutputStream();
    var compiler = ToolProvider.getSystemJavaCompiler();

    int status = compiler.run(null, null, problems, "-proc:none", "-d", folder.toString(), "-cp",
        System.getProperty("java.class.path"), file.toString());

    assertEquals(0, status, problems.toString(StandardCharsets.UTF_8));
  }

  private static Object newest() throws Exception {
    return new ScriptEngineManager().getEngineByName("lua").eval("_VERSION");
  }

  private static String printed(Path folder) throws Exception {
    var out = new ByteArrayOutputStream();
    var before = System.out;
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()},
        ReadmeTest.class.getClassLoader())) {
      System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
      loader.loadClass("Readme").getMethod("run").invoke(null);
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @EachFlavour
  void luaBlocksRun(Flavour flavour) throws Exception {
    var engine = new ScriptEngineManager().getEngineByName(flavour.id());
    var out = new StringWriter();
    engine.getContext().setWriter(out);

    for (var block : blocks("lua")) {
      engine.eval(block);
    }

    assertEquals("false\tsoon\t2028-03-01\n", out.toString());
  }
}
