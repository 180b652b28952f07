package org.lupine;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.support.Json;

/**
 * What GraalVM's native-image is told, against the classes, the C sources, and the resources: in
 * one file for newer releases, in three for older ones.
 */
class ReachabilityMetadataTest {
  private static final String FOLDER = "/META-INF/native-image/org.lupine/lupine/";
  private static final Path CLASSES = classes();

  /** The functions of JNI that look something up by its name. */
  private static final Pattern LOOKUP =
      Pattern.compile("\\)->(FindClass|Get(?:Static)?(?:Method|Field)ID)\\s*\\(");

  /** A class, or the class of an exception to be thrown. */
  private static final Pattern CLASS =
      Pattern.compile("(FindClass|\\bthrow_new)\\s*\\(\\s*env\\s*,\\s*\"([\\w/$]+)\"");

  private static final Pattern MEMBER =
      Pattern.compile(
          "FindClass\\s*\\(\\s*env\\s*,\\s*\"([\\w/$]+)\"|"
              + "Get(?:Static)?MethodID\\s*\\(\\s*env\\s*,\\s*\\w+\\s*,\\s*\"(\\w+)\"\\s*,\\s*"
              + "\"([^\"]+)\"");

  private static final Pattern REGISTERED =
      Pattern.compile("\\{ *\"(\\w+)\" *, *\"(\\([^\"]*)\" *, *\\(void \\*\\)");

  /** The one class whose natives are registered, and the only one that native code calls. */
  private static final String NATIVE = "org.lupine.bridge.Native";

  private static Path classes() {
    try {
      return Path.of(Flavour.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, false, ReachabilityMetadataTest.class.getClassLoader());
  }

  private static Object read(String name) throws IOException {
    try (var in = ReachabilityMetadataTest.class.getResourceAsStream(FOLDER + name)) {
      assertNotNull(in, name);
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  private static List<?> section(String name) throws IOException {
    return (List<?>) ((Map<?, ?>) read("reachability-metadata.json")).get(name);
  }

  /** Returns a line for each method of each type, as in {@code java.lang.Double.isNaN(double)}. */
  private static TreeSet<String> methods(List<?> types, String key) {
    var lines = new TreeSet<String>();
    for (var each : types) {
      var type = (Map<?, ?>) each;
      assertEquals(Set.of(key, "methods"), type.keySet());
      for (var method : (List<?>) type.get("methods")) {
        var parts = (Map<?, ?>) method;
        assertEquals(Set.of("name", "parameterTypes"), parts.keySet());
        var parameters = ((List<?>) parts.get("parameterTypes")).stream().map(String.class::cast);
        lines.add(line((String) type.get(key), (String) parts.get("name"), parameters));
      }
    }
    return lines;
  }

  private static String line(String type, String name, Stream<String> parameters) {
    return type + "." + name + "(" + String.join(",", parameters.toList()) + ")";
  }

  private static String line(String type, String name, String descriptor) {
    var loader = ReachabilityMetadataTest.class.getClassLoader();
    var parameters = MethodType.fromMethodDescriptorString(descriptor, loader).parameterList();
    return line(type, name, parameters.stream().map(Class::getName));
  }

  private static Stream<String> names(Executable executable) {
    return Arrays.stream(executable.getParameterTypes()).map(Class::getName);
  }

  /** Returns the same lines of the methods and constructors that a class declares. */
  private static TreeSet<String> declared(String name) throws ClassNotFoundException {
    var lines = new TreeSet<String>();
    for (var each : type(name).getDeclaredMethods()) {
      lines.add(line(name, each.getName(), names(each)));
    }
    for (var each : type(name).getDeclaredConstructors()) {
      lines.add(line(name, "<init>", names(each)));
    }
    return lines;
  }

  /** Returns the C sources without their comments. */
  private static String sources() throws IOException {
    var text = new StringBuilder();
    try (var files = Files.walk(Path.of("jni"))) {
      for (var file : files.filter(each -> each.toString().matches(".*\\.[ch]")).toList()) {
        text.append(Files.readString(file).replaceAll("(?s)/\\*.*?\\*/", ""));
      }
    }
    return text.toString();
  }

  /** Returns our resources, by their names. */
  private static List<String> resources() throws IOException {
    try (var files = Files.walk(CLASSES)) {
      return files
          .filter(Files::isRegularFile)
          .map(each -> CLASSES.relativize(each).toString().replace('\\', '/'))
          .filter(each -> !each.endsWith(".class"))
          .toList();
    }
  }

  /** Returns the resources that any of these include; each must include some. */
  private static TreeSet<String> included(List<Predicate<String>> patterns) throws IOException {
    var resources = resources();
    var included = new TreeSet<String>();
    for (var each : patterns) {
      var some = resources.stream().filter(each).toList();
      assertFalse(some.isEmpty(), "a pattern that matches nothing");
      included.addAll(some);
    }
    return included;
  }

  private static TreeSet<String> included() throws IOException {
    var patterns = new ArrayList<Predicate<String>>();
    for (var each : section("resources")) {
      var glob = (String) ((Map<?, ?>) each).get("glob");
      var matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
      patterns.add(name -> matcher.matches(Path.of(name)));
    }
    return included(patterns);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reflection", "jni"})
  void namesMethodsThatExist(String section) throws Exception {
    var unknown = methods(section(section), "type");
    assertFalse(unknown.isEmpty());
    for (var each : section(section)) {
      unknown.removeAll(declared((String) ((Map<?, ?>) each).get("type")));
    }

    assertEquals(Set.of(), unknown);
  }

  @Test
  void namesWhatNativeCodeLooksUp() throws Exception {
    var sources = sources();
    var wanted = new TreeSet<String>();
    var type = "";
    int calls = 1; // one of FindClass, for the parameter of throw_new
    for (var found = MEMBER.matcher(sources); found.find(); calls++) {
      if (found.group(1) != null) {
        type = found.group(1).replace('/', '.');
      } else {
        wanted.add(line(type, found.group(2), found.group(3)));
      }
    }
    for (var found = CLASS.matcher(sources); found.find(); ) {
      if (found.group(1).equals("throw_new")) {
        wanted.add(line(found.group(2).replace('/', '.'), "<init>", "(Ljava/lang/String;)V"));
      }
    }

    assertEquals(LOOKUP.matcher(sources).results().count(), calls, "calls in an unknown form");
    assertEquals(wanted, methods(section("jni"), "type"));
  }

  @Test
  void registersTheNativesThatAreDeclared() throws Exception {
    var registered = new TreeSet<String>();
    for (var found = REGISTERED.matcher(sources()); found.find(); ) {
      registered.add(line(NATIVE, found.group(1), found.group(2)));
    }

    var natives =
        Arrays.stream(type(NATIVE).getDeclaredMethods())
            .filter(each -> Modifier.isNative(each.getModifiers()))
            .map(each -> line(NATIVE, each.getName(), names(each)))
            .collect(toCollection(TreeSet::new));
    assertEquals(natives, registered);
  }

  @Test
  void namesTheFactories() throws Exception {
    var factories =
        Files.readAllLines(Path.of("META-INF/services/javax.script.ScriptEngineFactory")).stream()
            .map(each -> line(each, "<init>", Stream.of()))
            .collect(toCollection(TreeSet::new));

    factories.removeAll(methods(section("reflection"), "type"));

    assertEquals(Set.of(), factories);
  }

  @Test
  void includesTheResourcesThatAreReadAtRunTime() throws Exception {
    var wanted =
        resources().stream()
            .filter(
                each ->
                    each.startsWith("META-INF/native/")
                        || each.startsWith("META-INF/services/")
                        || each.startsWith("org/"))
            .collect(toCollection(TreeSet::new));

    assertEquals(wanted, included());
  }

  @Test
  void saysTheSameToOlderReleases() throws Exception {
    var resources = (Map<?, ?>) ((Map<?, ?>) read("resource-config.json")).get("resources");
    var patterns = new ArrayList<Predicate<String>>();
    for (var each : (List<?>) resources.get("includes")) {
      patterns.add(Pattern.compile((String) ((Map<?, ?>) each).get("pattern")).asMatchPredicate());
    }

    assertEquals(
        methods(section("jni"), "type"), methods((List<?>) read("jni-config.json"), "name"));
    assertEquals(
        methods(section("reflection"), "type"),
        methods((List<?>) read("reflect-config.json"), "name"));
    assertEquals(included(), included(patterns));
  }
}
