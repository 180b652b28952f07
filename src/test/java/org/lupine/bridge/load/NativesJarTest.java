package org.lupine.bridge.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.script.ScriptEngineFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.support.ChildProcess;

/** BEHAVIOURS H20: our classes without natives, and the natives of this platform beside them. */
class NativesJarTest {
  private static final Path CLASSES = ChildProcess.location(Flavour.class);
  private static final String SET = Platform.current().id();
  private static final String MODULE = "org.lupine.natives." + SET.replace('-', '.');

  @TempDir static Path temp;

  private static Path slim;
  private static Path natives;

  @BeforeAll
  static void layOut() throws IOException {
    slim = temp.resolve("slim");
    natives = temp.resolve("natives");
    try (var files = Files.walk(CLASSES)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var name = CLASSES.relativize(file);
        var folder = name.startsWith("META-INF/native") ? natives : slim;
        if (folder == slim || name.startsWith(Path.of("META-INF/native", SET))) {
          Files.createDirectories(folder.resolve(name).getParent());
          Files.copy(file, folder.resolve(name));
        }
      }
    }
    compile("module-info.java", "Natives.java");
  }

  /** Compiles what the build adds to the natives in their jar. */
  private static void compile(String... names) throws IOException {
    var command = new ArrayList<>(List.of("-p", slim.toString(), "-d", natives.toString()));
    for (var name : names) {
      var text =
          Files.readString(Path.of("src/main/natives", name + ".in"))
              .replace("@module@", MODULE)
              .replace("@set@", SET);
      command.add(Files.writeString(temp.resolve(name), text).toString());
    }
    var said = new StringWriter();
    var out = new PrintWriter(said);
    int status =
        ToolProvider.findFirst("javac").orElseThrow().run(out, out, command.toArray(String[]::new));
    assertEquals(0, status, said::toString);
  }

  @Test
  void isFoundOnTheClassPath() {
    assertSaysHello("-cp", slim + File.pathSeparator + natives, "org.lupine.cli.Launcher");
  }

  @Test
  void isResolvedOnTheModulePath() {
    assertSaysHello(
        "-p", slim + File.pathSeparator + natives, "-m", "org.lupine/org.lupine.cli.Launcher");
  }

  @Test
  void isFoundOnTheClassPathBesideTheModule() {
    assertSaysHello(
        "-p", "" + slim, "-cp", "" + natives, "-m", "org.lupine/org.lupine.cli.Launcher");
  }

  @Test
  void isFoundInALayerWithAClassLoaderForEachModule() throws Exception {
    var boot = ModuleLayer.boot();
    var configuration =
        boot.configuration()
            .resolveAndBind(
                ModuleFinder.of(slim, natives), ModuleFinder.of(), Set.of("org.lupine"));
    var layer =
        ModuleLayer.defineModulesWithManyLoaders(
                configuration, List.of(boot), ClassLoader.getPlatformClassLoader())
            .layer();

    var factory =
        ServiceLoader.load(layer, ScriptEngineFactory.class).stream()
            .filter(each -> each.type().getModule().getLayer() == layer)
            .findFirst()
            .orElseThrow()
            .get();

    assertEquals(7L, factory.getScriptEngine().eval("return 3 + 4"));
  }

  @Test
  void isNamedIfItIsMissing() {
    assumeIsDescribed();
    var child = run("-cp", slim.toString(), "org.lupine.cli.Launcher");

    assertEquals("", child.out());
    assertTrue(
        child
            .err()
            .contains(
                " on "
                    + SET
                    + "; looked in: the class path (no META-INF/native/"
                    + SET
                    + "/"
                    + Platform.current().file("lupine")
                    + " there)"),
        child::err);
    assertTrue(
        child
            .err()
            .contains(
                "; the jars have no natives; add the artifact org.lupine:lupine:"
                    + new LuaEngineFactory().getEngineVersion()
                    + ":natives-"
                    + SET
                    + ", or set -Dlupine.native=DIR"),
        child::err);
    assertTrue(child.status() != 0);
  }

  /** With natives of another tree, -Dnative.skip leaves the classes without a record of theirs. */
  private static void assumeIsDescribed() {
    assumeTrue(
        Files.exists(slim.resolve("org/lupine/bridge/load/release.properties")),
        "the build did not describe the natives");
  }

  // BEHAVIOURS 270
  @Test
  void isNotLoadedIfItIsOfAnotherBuild() throws IOException {
    assumeIsDescribed();
    var folder = Path.of("META-INF", "native", SET);
    var other = temp.resolve("other").resolve(folder);
    Files.createDirectories(other);
    try (var files = Files.list(natives.resolve(folder))) {
      for (var file : files.toList()) {
        Files.copy(file, other.resolve(file.getFileName()));
      }
    }
    var about = other.resolve("natives.properties");
    var text = Files.readString(about);
    var versions = found("(?m)^version=(.*)$", text);
    Files.writeString(about, text.replaceAll("(?m)^version=.*$", "version=0.0.9+0123456789abcdef"));

    for (var options :
        List.of(
            List.of("-cp", slim + File.pathSeparator + temp.resolve("other")),
            List.of("-Dlupine.native=" + other, "-cp", slim + File.pathSeparator + natives))) {
      var child =
          run(
              Stream.concat(options.stream(), Stream.of("org.lupine.cli.Launcher"))
                  .toArray(String[]::new));

      assertEquals("", child.out());
      assertEquals(1, child.status(), child::toString);
      assertTrue(
          child
              .err()
              .contains(
                  Platform.current().file("lupine")
                      + " (of Lupine 0.0.9+0123456789abcdef; expected "
                      + versions.first()
                      + ")"),
          child::err);
      assertTrue(
          child.err().contains("; natives and classes must be of the same build; "), child::err);
    }
  }

  /** The platforms of which there may be such a jar are listed in several places. */
  @Test
  void isMadeForTheSamePlatformsEverywhere() throws IOException {
    var pom = Files.readString(Path.of("pom.xml"));
    var sets = new TreeSet<String>();
    for (var list : found("<native.sets>(.*)</native.sets>", pom)) {
      sets.addAll(List.of(list.split(",")));
    }

    assertTrue(sets.contains("linux-x86_64"), sets::toString);
    assertEquals(sets, found("<classifier>natives-(.*)</classifier>", pom));
    var modules = new TreeSet<String>();
    sets.forEach(each -> modules.add("org.lupine.natives." + each.replace('-', '.')));
    var known = new TreeSet<String>();
    try (var file = Files.newInputStream(CLASSES.resolve("module-info.class"))) {
      ModuleDescriptor.read(file).exports().forEach(each -> known.addAll(each.targets()));
    }
    assertEquals(modules, known);
    assertEquals(
        sets,
        found("<classifier>natives-(.*)</classifier>", Files.readString(Path.of("bom/pom.xml"))));
    for (var list : found("(?m)^all=\"(.*)\"$", Files.readString(Path.of("ci/natives")))) {
      assertTrue(sets.containsAll(List.of(list.split(" "))), list);
    }
  }

  private static TreeSet<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(each -> each.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertSaysHello(String... options) {
    var child = run(options);

    assertEquals("hello\n", child.out(), child::err);
    assertEquals("", child.err());
  }

  private static ChildProcess run(String... options) {
    var command = new ArrayList<String>();
    command.add(ChildProcess.java());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
      if (List.of(options).contains("-m")) {
        command.add("--enable-native-access=org.lupine");
      }
    }
    command.add("-Dlupine.native.cache=" + temp.resolve("cache"));
    command.addAll(List.of(options));
    command.addAll(List.of("-e", "print('hello')"));
    return ChildProcess.run(temp, Duration.ofMinutes(1), "", command);
  }
}
