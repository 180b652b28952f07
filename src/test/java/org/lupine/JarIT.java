package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.bridge.load.NativeLibrary;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.support.ChildProcess;

/** The jar as users get it. */
class JarIT {
  private static final Path JAR = Path.of(System.getProperty("lupine.test.jar")).toAbsolutePath();

  @TempDir Path temp;

  @Test
  void holdsNativesAndTheLicencesOfWhatIsInThem() throws Exception {
    try (var jar = new JarFile(JAR.toFile())) {
      var names = jar.stream().map(entry -> entry.getName()).collect(Collectors.toSet());
      var about = names.stream().filter(name -> name.endsWith("natives.properties")).findFirst();
      var folder = about.orElseThrow().replace("natives.properties", "");
      var properties = new Properties();
      try (var in = jar.getInputStream(jar.getEntry(about.get()))) {
        properties.load(in);
      }
      for (var flavour : Flavour.values()) {
        assumeTrue(flavour.present(), flavour + " was not built");
        var file = properties.getProperty(flavour.id() + ".file");
        assertNotNull(file, flavour.id());
        try (var in = jar.getInputStream(jar.getEntry(folder + file))) {
          var sum = MessageDigest.getInstance("SHA-256").digest(in.readAllBytes());
          assertEquals(properties.getProperty(file + ".sha256"), HexFormat.of().formatHex(sum));
        }
        if (properties.getProperty(flavour.id() + ".provider").equals("bundle")) {
          var licence = flavour == Flavour.LUAJIT ? "luajit" : "lua-" + flavour.version();
          assertTrue(names.contains("META-INF/licenses/" + licence + ".txt"), licence);
        }
      }
      var parts = text(jar, folder + "natives.cdx.json");
      for (var runtime : List.of("libgcc", "mingw-w64")) {
        assertEquals(
            parts.contains("\"name\": \"" + runtime + '"'),
            names.contains("META-INF/licenses/" + runtime + ".txt"),
            runtime);
      }
      assertTrue(!folder.contains("/windows-") || parts.contains("mingw-w64"), parts);
      assertTrue(names.contains("META-INF/LICENSE"));
      assertTrue(names.contains("module-info.class"));
      assertTrue(names.contains("META-INF/services/javax.script.ScriptEngineFactory"));
      assertFalse(names.stream().anyMatch(name -> name.contains("junit")), names::toString);
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    try (var in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void listsItsParts() throws IOException {
    try (var jar = new JarFile(JAR.toFile())) {
      var list = text(jar, "META-INF/sbom/lupine.cdx.json");

      var version = new LuaEngineFactory().getEngineVersion();
      assertTrue(
          list.contains("\"purl\": \"pkg:maven/org.lupine/lupine@" + version + "?type=jar\""),
          list);
      for (var flavour : Flavour.values()) {
        assumeTrue(flavour.present(), flavour + " was not built");
        var provider = NativeLibrary.properties().get(flavour.id() + ".provider");
        assumeTrue("bundle".equals(provider), flavour + " is an installed one");
        var name = flavour == Flavour.LUAJIT ? "luajit" : "lua";
        assertTrue(
            list.contains("\"purl\": \"pkg:generic/" + name + "@" + flavour.version()), list);
      }
    }
  }

  @Test
  void saysWhatItIs() throws IOException {
    try (var jar = new JarFile(JAR.toFile())) {
      var manifest = jar.getManifest().getMainAttributes();
      var descriptor = ModuleFinder.of(JAR).find("org.lupine").orElseThrow().descriptor();
      var version = manifest.getValue("Implementation-Version");
      var bundle = version.replaceFirst("-", ".");

      assertEquals("Lupine", manifest.getValue("Implementation-Title"));
      assertEquals("org.lupine", manifest.getValue("Implementation-Vendor"));
      assertEquals(new LuaEngineFactory().getEngineVersion(), version);
      assertEquals("2", manifest.getValue("Bundle-ManifestVersion"));
      assertEquals("org.lupine", manifest.getValue("Bundle-SymbolicName"));
      assertTrue(bundle.matches("\\d+\\.\\d+\\.\\d+(\\.[\\w-]+)?"), bundle);
      assertEquals(bundle, manifest.getValue("Bundle-Version"));
      assertEquals("javax.script", manifest.getValue("Import-Package"));
      assertEquals(
          descriptor.exports().stream()
              .filter(each -> !each.isQualified())
              .map(each -> each.source() + ";version=\"" + bundle + '"')
              .sorted()
              .collect(Collectors.joining(",")),
          Arrays.stream(manifest.getValue("Export-Package").split(","))
              .sorted()
              .collect(Collectors.joining(",")));
      assertTrue(manifest.getValue("Require-Capability").contains("(version=17)"));
      assertTrue(
          manifest.getValue("Provide-Capability").contains("javax.script.ScriptEngineFactory"));
    }
  }

  /** The header may name no file that is not there, and must accept every platform at its end. */
  @Test
  void listsItsNativesForOsgi() throws IOException {
    try (var jar = new JarFile(JAR.toFile())) {
      var header = jar.getManifest().getMainAttributes().getValue("Bundle-NativeCode");
      var clauses = List.of(header.split(","));
      var listed =
          clauses.stream()
              .flatMap(clause -> Arrays.stream(clause.split(";")))
              .filter(part -> part.contains("/"))
              .collect(Collectors.toSet());
      var natives =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.matches("META-INF/native/[^/]+/.*\\.(so|dylib|dll)"))
              .collect(Collectors.toSet());

      assertEquals(natives, listed);
      assertEquals("*", clauses.get(clauses.size() - 1));
      for (var clause : clauses.subList(0, clauses.size() - 1)) {
        assertTrue(clause.matches(".*;osname=(Linux|MacOSX|Win32);processor=[^;]+"), clause);
      }
    }
  }

  @Test
  void startsByItselfWithoutAWarning() {
    var child = java("-jar", JAR.toString(), "-e", "print('hello')");

    assertEquals("", child.err());
    assertEquals("hello\n", child.out());
  }

  @Test
  void runsOnTheModulePathWithoutAWarning() {
    var child =
        Runtime.version().feature() < 22
            ? java("-p", JAR.toString(), "-m", "org.lupine", "-e", "print('hello')")
            : java(
                "--enable-native-access=org.lupine",
                "-p",
                JAR.toString(),
                "-m",
                "org.lupine",
                "-e",
                "print('hello')");

    assertEquals("", child.err());
    assertEquals("hello\n", child.out());
  }

  @Test
  void keepsNativesOutOfTheSources() throws IOException {
    var sources = JAR.resolveSibling(JAR.getFileName().toString().replace(".jar", "-sources.jar"));
    assumeTrue(Files.exists(sources), "no sources jar was made");
    try (var jar = new JarFile(sources.toFile())) {
      assertTrue(jar.stream().noneMatch(entry -> entry.getName().startsWith("META-INF/native/")));
      assertNotNull(jar.getEntry("org/lupine/Flavour.java"));
    }
  }

  private ChildProcess java(String... args) {
    var command = new ArrayList<String>();
    command.add(ChildProcess.java());
    command.addAll(List.of(args));
    return ChildProcess.run(temp, Duration.ofMinutes(1), "", command);
  }
}
