import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringReader;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * The program of {@code ci/check-release}. Its arguments: the platforms that must be there,
 * separated by spaces; perhaps {@code --unsigned}; the folder.
 */
class CheckRelease {
  private static final String NATIVE = "META-INF/native/";
  private static final String SBOM = "META-INF/sbom/lupine.cdx.json";
  private static final Pattern SUM = Pattern.compile(".*\\.(md5|sha1|sha256|sha512)");

  /** What belongs to tests, or to the tools of tests. */
  private static final Pattern OF_TESTS =
      Pattern.compile(
          "org/lupine/(.*/)?[^/]*(Test|IT|Child)(\\$.*)?\\.class|org/lupine/support/.*"
              + "|org/(junit|mockito)/.*|.*(lupine_test|testmodule)[^/]*");

  /** The name and version of a core, or of a compiler's library, in a list of parts. */
  private static final Pattern PART =
      Pattern.compile("\"name\": \"(lua|luajit|libgcc|mingw-w64)\",\\s*\"version\": \"([^\"]*)\"");

  private final Path folder;
  private final boolean isSigned;
  private final List<String> requiredSets;
  private final Set<String> faults = new LinkedHashSet<>();
  private final XPath xpath = XPathFactory.newInstance().newXPath();

  private CheckRelease(Path folder, boolean isSigned, List<String> requiredSets) {
    this.folder = folder;
    this.isSigned = isSigned;
    this.requiredSets = requiredSets;
  }

  public static void main(String[] args) throws Exception {
    var given = new ArrayList<>(List.of(args));
    boolean isSigned = !given.remove("--unsigned");
    if (given.size() != 2 || !Files.isDirectory(Path.of(given.get(1)))) {
      System.err.println("usage: ci/check-release [--unsigned] FOLDER");
      System.exit(2);
    }
    var check = new CheckRelease(Path.of(given.get(1)), isSigned, List.of(given.get(0).split(" ")));
    check.run();
    check.faults.forEach(System.err::println);
    System.exit(check.faults.isEmpty() ? 0 : 1);
  }

  private void run() throws Exception {
    var files = files();
    var poms = new TreeMap<String, Pom>();
    for (var file : files) {
      if (file.toString().endsWith(".pom")) {
        var pom = new Pom(file);
        checkPom(pom);
        poms.put(pom.artifact, pom);
      }
    }
    for (var name : List.of("lupine", "lupine-bom")) {
      expect(poms.containsKey(name), folder, "no POM of '" + name + "'");
    }
    for (var file : files) {
      checkFile(file, poms.values());
    }
    var main = poms.get("lupine");
    if (main != null && Files.exists(main.file(".jar"))) {
      try {
        checkJars(main);
      } catch (ZipException | FindException e) {
        faults.add(main.path.getParent() + ": a jar cannot be read: " + e);
      }
      if (poms.containsKey("lupine-bom")) {
        checkBom(poms.get("lupine-bom"), main);
      }
    }
    if (faults.isEmpty()) {
      for (var file : files) {
        System.out.printf(
            "%,12d  %s  %s%n",
            Files.size(file), digest("SHA-256", Files.readAllBytes(file)), file.getFileName());
      }
      System.out.println(
          files.size()
              + " files are as the central repository wants them"
              + (isSigned ? ", and signed" : ", but for signatures"));
      if (main.text("/project/url").contains(".example/")) {
        System.out.println(
            "note: " + main.text("/project/url") + " is a name for examples; see RELEASING.md");
      }
    }
  }

  private void expect(boolean condition, Object where, String fault) {
    if (!condition) {
      faults.add(where + ": " + fault);
    }
  }

  /** Returns what is published, without what is about it: checksums, signatures, metadata. */
  private List<Path> files() throws IOException {
    try (var all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .filter(each -> !SUM.matcher(each.toString()).matches())
          .filter(each -> !each.toString().endsWith(".asc"))
          .filter(each -> !each.getFileName().toString().startsWith("maven-metadata"))
          .sorted()
          .toList();
    }
  }

  /** A POM: its coordinates, and what XPath finds in it. */
  private final class Pom {
    final Path path;
    final String group;
    final String artifact;
    final String version;
    private final Document document;

    Pom(Path path) throws Exception {
      this.path = path;
      document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(path.toFile());
      group = text("/project/groupId");
      artifact = text("/project/artifactId");
      version = text("/project/version");
    }

    /** Returns the trimmed text of the first node; empty if there is none. */
    String text(String query) throws XPathExpressionException {
      return xpath.evaluate(query, document).strip();
    }

    int count(String query) throws XPathExpressionException {
      return ((NodeList) xpath.evaluate(query, document, XPathConstants.NODESET)).getLength();
    }

    /** Returns the file of this artifact with that ending, as {@code -sources.jar}. */
    Path file(String ending) {
      return path.resolveSibling(artifact + "-" + version + ending);
    }
  }

  private void checkPom(Pom pom) throws Exception {
    var place =
        folder.resolve(pom.group.replace('.', '/')).resolve(pom.artifact).resolve(pom.version);
    expect(
        pom.file(".pom").equals(pom.path) && place.equals(pom.path.getParent()),
        pom.path,
        "is not where its coordinates say: " + place);
    expect(!pom.version.endsWith("-SNAPSHOT"), pom.path, "the version is a snapshot");
    for (var query :
        List.of(
            "groupId",
            "artifactId",
            "version",
            "name",
            "description",
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/developerConnection",
            "scm/url")) {
      expect(!pom.text("/project/" + query).isEmpty(), pom.path, "no " + query);
    }
    expect(
        pom.count("/project/developers/developer[email]") > 0
            || pom.count("/project/developers/developer[organization][organizationUrl]") > 0,
        pom.path,
        "a developer has neither an email nor an organization with its organizationUrl");
    expect(!Files.readString(pom.path).contains("${"), pom.path, "a property is left");
    for (var query :
        List.of(
            "parent",
            "properties",
            "build",
            "profiles",
            "reporting",
            "repositories",
            "pluginRepositories",
            "distributionManagement")) {
      expect(pom.count("/project/" + query) == 0, pom.path, "has '" + query + "', for the build");
    }
    for (var scope : List.of("compile", "runtime", "test", "system")) {
      expect(
          pom.count("/project/dependencies/dependency[scope='" + scope + "']") == 0,
          pom.path,
          "a dependency has the scope '" + scope + "'");
    }
    expect(
        pom.count("/project/dependencies/dependency[not(scope)]") == 0,
        pom.path,
        "a dependency has the scope 'compile'");
    expect(pom.count("//dependency[not(version)]") == 0, pom.path, "a dependency has no version");
    expect(
        pom.count("//dependency[contains(version, 'SNAPSHOT')]") == 0,
        pom.path,
        "a dependency is a snapshot");
    if (!pom.text("/project/packaging").equals("pom")) {
      for (var ending : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
        expect(Files.exists(pom.file(ending)), pom.file(ending), "missing");
      }
    }
  }

  /** Checks the name of a file, its checksums and its signature. */
  private void checkFile(Path file, Iterable<Pom> poms) throws Exception {
    boolean isNamed = false;
    for (var pom : poms) {
      isNamed |=
          file.getParent().equals(pom.path.getParent())
              && file.getFileName()
                  .toString()
                  .matches(
                      Pattern.quote(pom.artifact + "-" + pom.version)
                          + "(\\.pom|\\.jar|-(sources|javadoc|slim|natives-[a-z0-9_-]+)\\.jar"
                          + "|-cyclonedx\\.json)");
    }
    expect(isNamed, file, "is not a file that we publish");
    var bytes = Files.readAllBytes(file);
    for (var each : Map.of("md5", "MD5", "sha1", "SHA-1").entrySet()) {
      var sum = Path.of(file + "." + each.getKey());
      if (!Files.exists(sum)) {
        faults.add(sum + ": missing");
      } else {
        expect(
            Files.readString(sum).strip().equals(digest(each.getValue(), bytes)),
            sum,
            "is not the checksum of the file");
      }
    }
    if (isSigned) {
      var signature = Path.of(file + ".asc");
      if (!Files.exists(signature)) {
        faults.add(signature + ": missing");
      } else {
        expect(verifies(signature, file), signature, "gpg does not verify it");
      }
    }
  }

  private static boolean verifies(Path signature, Path file) throws Exception {
    return new ProcessBuilder("gpg", "--batch", "--verify", "" + signature, "" + file)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** A jar with its content. */
  private static final class Jar {
    final Path path;
    final Map<String, byte[]> entries = new TreeMap<>();

    Jar(Path path) throws IOException {
      this.path = path;
      try (var zip = new ZipFile(path.toFile())) {
        for (var entry : zip.stream().filter(each -> !each.isDirectory()).toList()) {
          entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
        }
      }
    }

    String text(String name) {
      return new String(entries.getOrDefault(name, new byte[0]), UTF_8);
    }

    Properties properties(String name) throws IOException {
      var properties = new Properties();
      properties.load(new StringReader(text(name)));
      return properties;
    }

    /** Returns the names of the entries that begin so. */
    List<String> under(String prefix) {
      return entries.keySet().stream().filter(each -> each.startsWith(prefix)).toList();
    }

    /** Returns the checksums of the entries whose names are accepted. */
    Map<String, String> sums(Predicate<String> accepts) {
      var sums = new TreeMap<String, String>();
      entries.forEach(
          (name, bytes) -> {
            if (accepts.test(name)) {
              sums.put(name, digest("SHA-256", bytes));
            }
          });
      return sums;
    }
  }

  /** Checks that the jars of the main artifact have what they should, and agree. */
  private void checkJars(Pom pom) throws IOException {
    var main = new Jar(pom.file(".jar"));
    checkModule(main, "org.lupine", pom.version);
    checkParts(main, pom);
    expect(
        main.entries.containsKey("META-INF/services/javax.script.ScriptEngineFactory"),
        main.path,
        "has no service");
    var sets = new TreeSet<String>();
    main.under(NATIVE).forEach(each -> sets.add(each.split("/")[2]));
    for (var set : requiredSets) {
      expect(sets.contains(set), main.path, "has no natives for " + set);
    }
    var about = main.properties("org/lupine/bridge/load/release.properties");
    expect(
        String.join(" ", sets).equals(about.get("natives"))
            && String.join(":", pom.group, pom.artifact, pom.version).equals(about.get("artifact")),
        main.path,
        "has other natives than release.properties says, which is " + about);
    for (var set : sets) {
      checkNatives(main, set, about.getProperty("version"));
      if (isThere(pom.file("-natives-" + set + ".jar"))) {
        checkNativesJar(new Jar(pom.file("-natives-" + set + ".jar")), set, main, pom);
      }
    }
    if (isThere(pom.file("-slim.jar"))) {
      checkSlim(new Jar(pom.file("-slim.jar")), main, pom);
    }
    if (isThere(pom.file("-cyclonedx.json"))) {
      expect(
          Files.readString(pom.file("-cyclonedx.json")).equals(main.text(SBOM)),
          pom.file("-cyclonedx.json"),
          "is not the list in the jar");
    }
    if (isThere(pom.file("-sources.jar"))) {
      var sources = new Jar(pom.file("-sources.jar"));
      expect(
          sources.entries.containsKey("org/lupine/LuaRuntime.java"),
          sources.path,
          "has no sources");
      expect(sources.under(NATIVE).isEmpty(), sources.path, "has natives");
    }
    if (isThere(pom.file("-javadoc.jar"))) {
      expect(
          new Jar(pom.file("-javadoc.jar")).entries.containsKey("index.html"),
          pom.file("-javadoc.jar"),
          "has no index.html");
    }
  }

  private boolean isThere(Path file) {
    expect(Files.exists(file), file, "missing");
    return Files.exists(file);
  }

  private void checkModule(Jar jar, String name, String version) {
    var modules = ModuleFinder.of(jar.path).findAll();
    if (modules.size() != 1 || !modules.iterator().next().descriptor().name().equals(name)) {
      faults.add(jar.path + ": is not the module " + name);
      return;
    }
    var module = modules.iterator().next().descriptor();
    expect(!module.isAutomatic(), jar.path, "is an automatic module");
    expect(
        version.equals(module.rawVersion().orElse(version)),
        jar.path,
        "the module has the version " + module.rawVersion().orElse(""));
    jar.entries.keySet().stream()
        .filter(each -> OF_TESTS.matcher(each).matches())
        .forEach(each -> faults.add(jar.path + ": has a part of the tests, " + each));
    expect(jar.entries.containsKey("META-INF/LICENSE"), jar.path, "has no META-INF/LICENSE");
  }

  /** Checks the list of parts, and that the licence of each is there. */
  private void checkParts(Jar jar, Pom pom) {
    var list = jar.text(SBOM);
    expect(
        list.contains(
            "\"purl\": \"pkg:maven/"
                + pom.group
                + "/"
                + pom.artifact
                + "@"
                + pom.version
                + "?type=jar\""),
        jar.path,
        SBOM + " is missing or of another jar");
    var part = PART.matcher(list);
    int count = 0;
    while (part.find()) {
      count++;
      expectLicence(jar, part.group(1), part.group(2));
    }
    expect(count > 0, jar.path, SBOM + " names no Lua");
  }

  private void expectLicence(Jar jar, String name, String version) {
    var licence = "META-INF/licenses/" + (name.equals("lua") ? "lua-" + version : name) + ".txt";
    expect(jar.entries.containsKey(licence), jar.path, "has no " + licence);
  }

  /** Checks one set of natives: what natives.properties says is there as it says, and no more. */
  private void checkNatives(Jar jar, String set, String version) throws IOException {
    var folder = NATIVE + set + "/";
    var about = jar.properties(folder + "natives.properties");
    expect(
        version != null && version.equals(about.getProperty("version")),
        jar.path,
        folder
            + " has natives of the version "
            + about.getProperty("version")
            + ", which the classes, for "
            + version
            + ", would not load");
    var libraries = new TreeSet<String>();
    for (var key : about.stringPropertyNames()) {
      if (key.endsWith(".sha256")) {
        var name = key.substring(0, key.length() - ".sha256".length());
        libraries.add(folder + name);
        var bytes = jar.entries.get(folder + name);
        expect(
            bytes != null && digest("SHA-256", bytes).equals(about.get(key)),
            jar.path,
            folder + name + " is missing, or has another checksum than natives.properties says");
      } else if (key.endsWith(".file")) {
        expect(
            about.containsKey(about.get(key) + ".sha256"),
            jar.path,
            folder + "natives.properties has no checksum of " + about.get(key));
      } else if (key.endsWith(".provider")) {
        expect("bundle".equals(about.get(key)), jar.path, folder + ": " + key + " is not 'bundle'");
      }
    }
    expect(!libraries.isEmpty(), jar.path, folder + " has no libraries");
    libraries.addAll(List.of(folder + "natives.properties", folder + "natives.cdx.json"));
    expect(
        libraries.equals(new TreeSet<>(jar.under(folder))),
        jar.path,
        folder + " should have " + libraries + " but has " + jar.under(folder));
  }

  /** Returns what is linked into all libraries of a set, besides Lua. */
  private static Set<String> runtimes(String set) {
    return set.startsWith("macos-")
        ? Set.of()
        : set.startsWith("windows-") ? Set.of("libgcc", "mingw-w64") : Set.of("libgcc");
  }

  private void checkNativesJar(Jar jar, String set, Jar main, Pom pom) {
    var module = "org.lupine.natives." + set.replace('-', '.');
    checkModule(jar, module, pom.version);
    var part = PART.matcher(jar.text(NATIVE + set + "/natives.cdx.json"));
    var parts = new TreeSet<String>();
    while (part.find()) {
      parts.add(part.group(1));
      expectLicence(jar, part.group(1), part.group(2));
    }
    for (var runtime : runtimes(set)) {
      expect(parts.contains(runtime), jar.path, "does not list " + runtime + " among its parts");
    }
    expect(
        jar.sums(each -> each.startsWith(NATIVE))
            .equals(main.sums(each -> each.startsWith(NATIVE + set + "/"))),
        jar.path,
        "has other natives than the main jar has for " + set);
    var classes = new TreeSet<>(jar.entries.keySet());
    classes.removeIf(each -> each.startsWith("META-INF/"));
    expect(
        classes.equals(Set.of("module-info.class", module.replace('.', '/') + "/Natives.class")),
        jar.path,
        "has other classes than those of a module of natives: " + classes);
  }

  private void checkSlim(Jar jar, Jar main, Pom pom) {
    checkModule(jar, "org.lupine", pom.version);
    Predicate<String> isOurs =
        each -> !each.matches("META-INF/(native|licenses|sbom)/.*|META-INF/MANIFEST.MF");
    expect(jar.under(NATIVE).isEmpty(), jar.path, "has natives");
    expect(
        jar.sums(isOurs).equals(main.sums(isOurs)),
        jar.path,
        "differs from the main jar in more than the natives");
  }

  /** Checks that the BOM manages the jars that programs use, and is about the same project. */
  private void checkBom(Pom bom, Pom main) throws Exception {
    expect(bom.text("/project/packaging").equals("pom"), bom.path, "is no POM of POMs");
    expect(bom.version.equals(main.version), bom.path, "has another version than the jar");
    for (var query : List.of("url", "licenses", "developers", "scm", "organization")) {
      var words = bom.text("/project/" + query).replaceAll("\\s+", " ");
      expect(
          words.equals(main.text("/project/" + query).replaceAll("\\s+", " ")),
          bom.path,
          "has another '" + query + "' than the POM of the jar");
    }
    var published = new TreeSet<String>();
    try (var files = Files.list(main.path.getParent())) {
      files
          .map(each -> each.getFileName().toString())
          .filter(each -> each.endsWith(".jar") && !each.matches(".*-(sources|javadoc)\\.jar"))
          .forEach(published::add);
    }
    var managed = new TreeSet<String>();
    var each = "/project/dependencyManagement/dependencies/dependency";
    for (int i = 1; i <= bom.count(each); i++) {
      var classifier = bom.text(each + "[" + i + "]/classifier");
      managed.add(
          bom.text(each + "[" + i + "]/artifactId")
              + "-"
              + bom.text(each + "[" + i + "]/version")
              + (classifier.isEmpty() ? "" : "-" + classifier)
              + ".jar");
    }
    for (var name : published) {
      expect(managed.contains(name), bom.path, "does not manage " + name);
    }
    managed.removeAll(published);
    managed.removeIf(CheckRelease::isOfMacos);
    expect(managed.isEmpty(), bom.path, "manages what is not published: " + managed);
  }

  /** Returns whether a jar has natives of macOS, which a release may do without. */
  private static boolean isOfMacos(String name) {
    return name.matches(".*-natives-macos-[a-z0-9_]+\\.jar");
  }

  private static String digest(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has it", e);
    }
  }
}
