package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.support.EachFlavour;
import org.lupine.support.Programs;

/** The code in README and docs/ compiles and runs, and does what the text around it says. */
@Isolated("takes System.out")
class ReadmeTest {
  private static final Path README = Path.of("README.md");
  private static final Path DEPLOYMENT = Path.of("docs/DEPLOYMENT.md");
  private static final Path OPTIONS = Path.of("docs/OPTIONS.md");
  private static final List<Path> MORE_PAGES =
      Stream.of(
              "CHANGELOG.md",
              "CONTRIBUTING.md",
              "RELEASING.md",
              "SECURITY.md",
              "cmake/fixes/README.md")
          .map(Path::of)
          .toList();
  private static final String PARSED = "false\tsoon\t2028-03-01\n";

  /** The lines that the Java code of each page prints, its blocks run one after the other. */
  private static Map<Path, List<String>> javaPages() {
    return new TreeMap<>(
        Map.of(
            README,
            List.of(
                "hello, Ganymede",
                "hello, Jupiter, from " + newest(),
                "Io of Jupiter",
                "42",
                "nil"),
            Path.of("docs/VALUES.md"),
            List.of("60.00", "{1=Io, 2=Europa, 3=Ganymede}"),
            Path.of("docs/DEPLOYMENT.md"),
            List.of(newest()),
            Path.of("docs/HOSTS.md"),
            List.of("42", "42", "[twice] 4"),
            Path.of("docs/MODULES.md"),
            List.of("Z"),
            OPTIONS,
            List.of("null PT2S", "LuaLua", "null")));
  }

  /** The output of the Lua code of each page. */
  private static Map<Path, String> luaPages() {
    return Map.of(README, PARSED, Path.of("docs/VALUES.md"), PARSED);
  }

  private static Stream<Path> pages() throws IOException {
    try (var docs = Files.list(Path.of("docs"))) {
      return Stream.concat(Stream.of(README), docs.filter(each -> each.toString().endsWith(".md")))
          .toList()
          .stream();
    }
  }

  private static List<String> blocks(Path page, String language) throws IOException {
    var blocks = new ArrayList<String>();
    var fence =
        Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
            .matcher(Files.readString(page));
    while (fence.find()) {
      blocks.add(fence.group(1));
    }
    return blocks;
  }

  private static TreeSet<Path> pagesWith(String language) throws IOException {
    var found = new TreeSet<Path>();
    for (var page : pages().toList()) {
      if (!blocks(page, language).isEmpty()) {
        found.add(page);
      }
    }
    return found;
  }

  private static Stream<Map.Entry<Path, List<String>>> printsOfPages() {
    return javaPages().entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("printsOfPages")
  void javaBlocksRunOneAfterTheOther(Map.Entry<Path, List<String>> page, @TempDir Path folder)
      throws Exception {
    compile(
        folder,
        "Readme",
        "public class Readme {\n  public static void main(String[] args) throws Exception {\n"
            + blocks(page.getKey(), "java").stream()
                .filter(each -> !isClass(each))
                .collect(Collectors.joining("\n"))
            + "  }\n}\n");

    assertEquals(page.getValue(), Programs.run(folder, "Readme").lines().toList());
  }

  @Test
  void noPageRepeatsAParagraph() throws Exception {
    var code = Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);
    var repeated = new ArrayList<String>();
    for (var page : pages().toList()) {
      var seen = new TreeSet<String>();
      for (var each : code.matcher(Files.readString(page)).replaceAll("").split("\\n{2,}")) {
        if (each.contains("\n") && !seen.add(each)) {
          repeated.add(page + ": " + each);
        }
      }
    }

    assertEquals(List.of(), repeated);
  }

  @Test
  void linksLeadToFilesAndHeadings() throws Exception {
    var link = Pattern.compile("\\]\\((?!https?:)([^)#\\s]*)(?:#([^)]*))?\\)");
    var broken = new TreeSet<String>();
    for (var page : Stream.concat(pages(), MORE_PAGES.stream()).toList()) {
      var links = link.matcher(Files.readString(page));
      while (links.find()) {
        var target = links.group(1).isEmpty() ? page : page.resolveSibling(links.group(1));
        if (!Files.exists(target)
            || links.group(2) != null && !headings(target).contains(links.group(2))) {
          broken.add(page + " -> " + links.group(1) + '#' + links.group(2));
        }
      }
    }

    assertEquals(new TreeSet<String>(), broken);
  }

  /** The anchors of a page's headings, as hosting sites make them. */
  private static List<String> headings(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(each -> each.startsWith("#"))
        .map(
            each ->
                each.replaceFirst("^#+ ", "")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\w -]", "")
                    .replace(' ', '-'))
        .toList();
  }

  @Test
  void noPageWithCodeIsLeftOut() throws Exception {
    assertEquals(new TreeSet<>(javaPages().keySet()), pagesWith("java"));
    assertEquals(new TreeSet<>(luaPages().keySet()), pagesWith("lua"));
  }

  private static Stream<Map.Entry<Path, String>> classesOfPages() throws IOException {
    var classes = new ArrayList<Map.Entry<Path, String>>();
    for (var page : pagesWith("java")) {
      for (var block : blocks(page, "java")) {
        if (isClass(block)) {
          classes.add(Map.entry(page, block));
        }
      }
    }
    return classes.stream();
  }

  @ParameterizedTest
  @MethodSource("classesOfPages")
  void classesAreFactoriesThatHostsFind(Map.Entry<Path, String> found, @TempDir Path folder)
      throws Exception {
    compile(folder, "RulesFactory", found.getValue());
    var services = "META-INF/services/javax.script.ScriptEngineFactory";
    assertTrue(Files.readString(found.getKey()).contains("`" + services + "`"));
    Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(folder.resolve(services), "RulesFactory\n");
    try (var loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, ReadmeTest.class.getClassLoader())) {
      var rules = new ScriptEngineManager(loader).getEngineByName("rules");
      assertEquals("Lupine rules", rules.getFactory().getEngineName());
      assertNull(rules.eval("return load"));
    }
  }

  @Test
  void namesTheVersionOfTheBuild() throws Exception {
    var deployment = Files.readString(DEPLOYMENT);
    for (var block : blocks(DEPLOYMENT, "xml")) {
      deployment = deployment.replace(block, ""); // it has versions of other artifacts
    }
    var text = Files.readString(README) + Files.readString(Path.of("docs/BUILDING.md"));

    assertEquals(new TreeSet<>(List.of(namedVersion())), versions(text));
    assertEquals(new TreeSet<>(List.of(namedVersion())), versions(deployment));
  }

  /** Returns the versions of this project that a text names. */
  private static TreeSet<String> versions(String text) {
    var versions = new TreeSet<String>();
    var named =
        Pattern.compile(
                "(?:<version>|org\\.lupine:lupine:|\\blupine-)(\\d[\\w.-]*?)(?:</version>|\"|\\.jar)")
            .matcher(text);
    while (named.find()) {
      versions.add(named.group(1));
    }
    return versions;
  }

  /**
   * Returns the version that all pages name: that of the build. While that is a snapshot it is one
   * of a release.
   */
  private static String namedVersion() throws IOException {
    var version = new LuaEngineFactory().getEngineVersion();
    return version.endsWith("-SNAPSHOT") ? versions(Files.readString(README)).first() : version;
  }

  @Test
  void buildFilesOfDeploymentAreThoseOfProgramsThatAreTested() throws Exception {
    var files = new StringBuilder();
    try (var found = Files.walk(Path.of("src/test/consumers"))) {
      for (var file : found.filter(each -> each.endsWith("pom.xml")).toList()) {
        files.append(Files.readString(file));
      }
    }
    var version = "<version>" + namedVersion() + "</version>";
    var blocks = blocks(DEPLOYMENT, "xml");

    assertFalse(blocks.isEmpty());
    for (var block : blocks) {
      var used = block.replace(version, "<version>${version.lupine}</version>");
      assertTrue(files.indexOf(used) >= 0, block);
    }
  }

  private static boolean isClass(String block) {
    return block.startsWith("public ");
  }

  private static void compile(Path folder, String name, String text) throws Exception {
    var source =
        "import java.time.*;\nimport java.util.*;\nimport javax.script.*;\n"
            + "import org.lupine.*;\nimport org.lupine.jsr223.*;\nimport org.lupine.value.*;\n"
            + text;
    var file = Files.writeString(folder.resolve(name + ".java"), source);
    Programs.compile(folder, System.getProperty("java.class.path"), List.of(file));
  }

  private static String newest() {
    return "Lua " + Flavour.newest().branch();
  }

  @EachFlavour
  void luaBlocksRun(Flavour flavour) throws Exception {
    for (var page : luaPages().entrySet()) {
      var engine = new ScriptEngineManager().getEngineByName(flavour.id());
      var out = new StringWriter();
      engine.getContext().setWriter(out);

      for (var block : blocks(page.getKey(), "lua")) {
        engine.eval(block);
      }

      assertEquals(page.getValue(), out.toString(), page.getKey().toString());
    }
  }
}
