package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The layers: each package depends only on packages to its right. */
class PackagesTest {
  private static final List<String> LINE =
      List.of(
          "org.lupine.cli",
          "org.lupine.jsr223",
          "org.lupine",
          "org.lupine.host",
          "org.lupine.access",
          "org.lupine.bridge",
          "org.lupine.bridge.load",
          "org.lupine.io",
          "org.lupine.value");

  private static Path classes() throws Exception {
    return Path.of(Flavour.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Returns the types in the public and protected members of a class. */
  private static Set<Class<?>> shownBy(Class<?> type) {
    var shown = new LinkedHashSet<Class<?>>();
    addTypeVariables(type, shown);
    Stream.of(type.getDeclaredFields())
        .filter(PackagesTest::isShown)
        .forEach(each -> add(each.getGenericType(), shown));
    Stream.of(type.getDeclaredConstructors())
        .filter(PackagesTest::isShown)
        .forEach(each -> addSignature(each, shown));
    Stream.of(type.getDeclaredMethods())
        .filter(PackagesTest::isShown)
        .forEach(
            each -> {
              add(each.getGenericReturnType(), shown);
              addSignature(each, shown);
            });
    return shown;
  }

  private static void addSignature(Executable executable, Set<Class<?>> shown) {
    addTypeVariables(executable, shown);
    Stream.of(executable.getGenericParameterTypes()).forEach(each -> add(each, shown));
    Stream.of(executable.getGenericExceptionTypes()).forEach(each -> add(each, shown));
  }

  private static void addTypeVariables(GenericDeclaration declaration, Set<Class<?>> shown) {
    for (var variable : declaration.getTypeParameters()) {
      for (var bound : variable.getBounds()) {
        if (!(bound instanceof ParameterizedType)) { // it may name the variable itself
          add(bound, shown);
        }
      }
    }
  }

  private static void add(Type type, Set<Class<?>> shown) {
    if (type instanceof Class<?> plain) {
      shown.add(elementType(plain));
    } else if (type instanceof GenericArrayType array) {
      add(array.getGenericComponentType(), shown);
    } else if (type instanceof ParameterizedType generic) {
      add(generic.getRawType(), shown);
      Stream.of(generic.getActualTypeArguments()).forEach(each -> add(each, shown));
    } else if (type instanceof WildcardType wildcard) {
      Stream.of(wildcard.getUpperBounds()).forEach(each -> add(each, shown));
      Stream.of(wildcard.getLowerBounds()).forEach(each -> add(each, shown));
    }
  }

  private static Class<?> elementType(Class<?> type) {
    return type.isArray() ? elementType(type.getComponentType()) : type;
  }

  /** The packages that programs see, as the module says. */
  private static Set<String> exported() throws Exception {
    var exported = new TreeSet<String>();
    try (var file = Files.newInputStream(classes().resolve("module-info.class"))) {
      ModuleDescriptor.read(file).exports().stream()
          .filter(each -> !each.isQualified())
          .forEach(each -> exported.add(each.source()));
    }
    return exported;
  }

  private static boolean isShown(Member member) {
    return !member.isSynthetic()
        && (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  @Test
  void showNoHiddenTypes() throws Exception {
    var root = classes();
    var wrong = new TreeSet<String>();
    int seen = 0;
    var exported = exported();
    for (var name : exported) {
      try (var files = Files.list(root.resolve(name.replace('.', '/')))) {
        for (var file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
          var simple = file.getFileName().toString().replace(".class", "");
          if (simple.contains("-info")) {
            continue;
          }
          var type = Class.forName(name + "." + simple);
          if (Modifier.isPublic(type.getModifiers())) {
            seen++;
            shownBy(type).stream()
                .filter(
                    each ->
                        !Modifier.isPublic(each.getModifiers())
                            || each.getName().startsWith("org.lupine.")
                                && !exported.contains(each.getPackageName()))
                .forEach(each -> wrong.add(type.getName() + " shows " + each.getName()));
          }
        }
      }
    }
    assertTrue(seen > 50, () -> "found too few classes");
    assertEquals(new TreeSet<String>(), wrong);
  }

  @Test
  void dependInOneDirection() throws Exception {
    var classes = classes();
    var out = new StringWriter();
    var jdeps = java.util.spi.ToolProvider.findFirst("jdeps").orElseThrow();

    int status =
        jdeps.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "-verbose:package",
            "--ignore-missing-deps",
            "--multi-release",
            "base",
            classes.toString());

    assertEquals(0, status, out.toString());
    var wrong = new TreeSet<String>();
    var seen = new TreeSet<String>();
    String from = null;
    for (var line : out.toString().split("\n")) {
      var arrow = Pattern.compile("^\\s*(\\S*)\\s*->\\s*(\\S+)").matcher(line);
      var name = Pattern.compile("^\\s+(org\\.lupine\\S*)\\s").matcher(line);
      if (arrow.find()) {
        from = arrow.group(1).isEmpty() ? from : arrow.group(1);
        int left = LINE.indexOf(from);
        int right = LINE.indexOf(arrow.group(2));
        if (right >= 0 && left >= 0) {
          seen.add(from + " -> " + arrow.group(2));
          if (left > right) {
            wrong.add(from + " -> " + arrow.group(2));
          }
        }
      } else if (name.find()) {
        from = name.group(1);
      }
    }

    assertEquals(new TreeSet<String>(), wrong);
    assertTrue(seen.contains("org.lupine.host -> org.lupine.bridge"), out.toString());
  }
}
