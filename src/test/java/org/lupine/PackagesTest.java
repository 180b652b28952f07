package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The straight line of the packages: each knows those to its right. */
class PackagesTest {
  private static final List<String> LINE = List.of("org.lupine.jsr223", "org.lupine",
      "org.lupine.host", "org.lupine.bridge", "org.lupine.value");

  @Test
  void pointOneWay() throws Exception {
    var classes = Path.of(Flavour.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var out = new StringWriter();
    var jdeps = java.util.spi.ToolProvider.findFirst("jdeps").orElseThrow();

    int status = jdeps.run(new PrintWriter(out), new PrintWriter(out), "-verbose:package",
        "--ignore-missing-deps", "--multi-release", "base", classes.toString());

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
