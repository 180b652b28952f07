package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The numbers that tests cite, against the list in docs/BEHAVIOURS.md. */
class BehavioursTest {
  private static final String NUMBER = "[JH]?\\d+";
  private static final Pattern LISTED = Pattern.compile("(?m)^\\* \\*\\*(" + NUMBER + ")\\*\\* ");
  private static final Pattern CITED =
      Pattern.compile("\\bBEHAVIOURS((?:,? " + NUMBER + "(?:-" + NUMBER + ")?)+)");

  private static List<String> listed() throws Exception {
    var numbers = new ArrayList<String>();
    var found = LISTED.matcher(Files.readString(Path.of("docs/BEHAVIOURS.md")));
    while (found.find()) {
      numbers.add(found.group(1));
    }
    return numbers;
  }

  /** The lines of all tests that cite something. */
  private static List<String> citations() throws Exception {
    var lines = new ArrayList<String>();
    try (var files = Files.walk(Path.of("src/test"))) {
      for (var file : files.filter(each -> each.toString().matches(".*\\.(java|lua)")).toList()) {
        if (!file.endsWith("BehavioursTest.java")) {
          Files.readString(file)
              .lines()
              .filter(each -> each.contains("BEHAVIOURS"))
              .forEach(lines::add);
        }
      }
    }
    return lines;
  }

  private static Set<String> cited() throws Exception {
    var numbers = new TreeSet<String>();
    for (var line : citations()) {
      var found = CITED.matcher(line);
      while (found.find()) {
        for (var each : found.group(1).strip().split("[, ]+")) {
          addRange(each, numbers);
        }
      }
    }
    return numbers;
  }

  /** Adds the number, or each number of a range such as J28-J30. */
  private static void addRange(String range, Set<String> numbers) {
    var ends = range.split("-");
    var prefix = ends[0].replaceAll("\\d", "");
    int last = number(ends[ends.length - 1]);
    for (int i = number(ends[0]); i <= last; i++) {
      numbers.add(prefix + i);
    }
  }

  private static int number(String text) {
    return Integer.parseInt(text.replaceAll("\\D", ""));
  }

  @Test
  void areListedOnce() throws Exception {
    var listed = listed();

    assertTrue(listed.size() > 300, () -> "found only " + listed.size());
    assertEquals(listed.size(), new HashSet<>(listed).size(), "a number is listed twice");
  }

  @Test
  void areListedIfCited() throws Exception {
    var unknown = cited();
    unknown.removeAll(listed());

    assertEquals(Set.of(), unknown);
  }

  @Test
  void areCitedIfListed() throws Exception {
    var uncited = new TreeSet<>(listed());
    uncited.removeAll(cited());

    assertEquals(Set.of(), uncited);
  }

  @Test
  void areCitedInOneForm() throws Exception {
    var others = citations().stream().filter(each -> !CITED.matcher(each).find()).toList();

    assertEquals(List.of(), others);
  }
}
