package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Programs;

/** The programs of examples/ compile, run, and print what they should. */
@Isolated("takes System.out")
class ExamplesTest {
  @TempDir private static Path classes;

  private static Stream<Path> programs() throws Exception {
    try (var files = Files.list(Path.of("examples"))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    }
  }

  @BeforeAll
  static void compile() throws Exception {
    Programs.compile(
        classes,
        ChildProcess.location(LuaRuntime.class).toString(),
        programs().toList(),
        "-Xlint:all",
        "-Werror");
  }

  private static List<String> run(String program, String... arguments) throws Exception {
    return Programs.run(classes, program, arguments).lines().toList();
  }

  // BEHAVIOURS 58, 191
  @EachFlavour
  void drawsTheMandelbrotSetInParallel(Flavour flavour, @TempDir Path folder) throws Exception {
    var file = folder.resolve("set.png");

    var lines = run("Mandelbrot", file.toString(), "128", flavour.name());

    assertEquals("set.png: 128 x 128 points", lines.get(0));
    assertTrue(
        lines
            .get(1)
            .matches(
                "1 thread \\d+ ms, 8 threads \\d+ ms, [\\d.,]+ times as fast on \\d+ processors"),
        lines.get(1));
    var image = ImageIO.read(file.toFile());
    assertEquals(List.of(128, 128), List.of(image.getWidth(), image.getHeight()));
    assertEquals(Color.BLACK.getRGB(), image.getRGB(96, 64)); // 0
    assertEquals(Color.BLACK.getRGB(), image.getRGB(32, 64)); // -1
    assertEquals(Color.WHITE.getRGB(), image.getRGB(0, 0)); // -1.5 - i
    assertEquals(Color.WHITE.getRGB(), image.getRGB(127, 64)); // 0.48
    for (int y = 1; y < 64; y++) {
      for (int x = 0; x < 128; x++) {
        assertEquals(image.getRGB(x, 64 - y), image.getRGB(x, 64 + y), "mirrored");
      }
    }
  }

  @Test
  void generates() throws Exception {
    assertEquals(
        List.of(
            "fibonacci 0",
            "fibonacci 1",
            "fibonacci 1",
            "fibonacci 2",
            "fibonacci 3",
            "lucas [1, 3, 4, 7, 11, 18]",
            "average of 10 and 20: 15.0",
            "then it is DEAD"),
        run("Generators"));
  }

  @Test
  void filtersWhatPlugInsSee() throws Exception {
    var lines = run("PlugIns");

    assertEquals("untitled: 1", lines.get(0));
    assertEquals("document:deleteFile(): plug-ins have no 'deleteFile'", lines.get(1));
    assertEquals("document.title = 'mine': plug-ins cannot change 'title'", lines.get(2));
    assertEquals("document:getClass(): plug-ins have no 'getClass'", lines.get(3));
    assertTrue(lines.get(4).contains("attempt to call"), lines.get(4));
  }

  @Test
  void namesArguments() throws Exception {
    assertEquals(
        List.of(
            "Stand-up at 09:30 with an alarm",
            "Lunch at 12:00",
            "Tea at 16:05 with an alarm",
            "Dinner at 19:00",
            "Room[name=Ganymede, seats=12]"),
        run("NamedArguments"));
  }

  @Test
  void makesRecordsOfTables() throws Exception {
    assertEquals(
        List.of(
            "Hours[opens=08:30, closes=18:00, remark=Optional.empty]",
            "Ada, MONDAY, {door=blue}: 11.5",
            "Alan, FRIDAY, {}: 0.0",
            "Item[name=tea, count=3, price=1.25]"),
        run("Records"));
  }

  /** A program that is added there must be tested here. */
  @Test
  void testsEachProgram() throws Exception {
    var tested =
        Stream.of(ExamplesTest.class.getDeclaredMethods())
                .filter(
                    each ->
                        each.isAnnotationPresent(Test.class)
                            || each.isAnnotationPresent(EachFlavour.class))
                .count()
            - 1;

    assertEquals(programs().count(), tested);
  }
}
