package org.lupine.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/**
 * LuaJIT's machine code must be near its library, wherever the JVM has its heap and its own code.
 * {@code -Dlupine.test.machineCode=48} tries as many sets of options; see {@code ci/machine-code}.
 */
class MachineCodeTest {
  private static final int RUNS = Integer.getInteger("lupine.test.machineCode", 4);
  private static final int THREADS = 200;
  private static final Pattern FIGURES =
      Pattern.compile("compiled (\\d+), without memory (\\d+), \\[]\\n");

  /** Returns sets of options for the JVM, the most different ones first. */
  private static List<List<String>> sets() {
    var collectors =
        List.of("-XX:+UseSerialGC", "-XX:+UseParallelGC", "-XX:+UseG1GC", "-XX:+UseZGC");
    var more =
        List.of(
            List.<String>of(),
            List.of("-XX:-UseCompressedOops"),
            List.of("-XX:-UseCompressedOops", "-XX:-UseCompressedClassPointers"),
            List.of("-XX:HeapBaseMinAddress=32g"));
    var heaps = List.of("-Xmx256m", "-Xmx1g", "-Xmx6g");
    var all = new ArrayList<List<String>>();
    for (int i = 0; all.size() < collectors.size() * more.size() * heaps.size(); i++) {
      var set = new ArrayList<String>(List.of("-Xss512k"));
      set.add(collectors.get(i % 4));
      set.addAll(more.get((i + i / 4) % 4));
      set.add(heaps.get((i + i / 16) % 3));
      all.add(set);
    }
    return all;
  }

  @Test
  void findsRoomWhateverTheJvmDoes() {
    for (var options : sets().subList(0, RUNS)) {
      var child =
          ChildProcess.run(
              Path.of("").toAbsolutePath(),
              Duration.ofMinutes(3),
              "",
              ChildProcess.java(options, MachineCodeChild.class, "" + THREADS));
      var figures = FIGURES.matcher(child.out());
      assertTrue(figures.matches(), () -> options + ": " + child);
      assertEquals("0", figures.group(2), () -> options + ": " + child);
      assertTrue(Integer.parseInt(figures.group(1)) > 50, () -> options + ": " + child);
    }
  }

  @EachFlavour
  void onlyLuaJitCompiles(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
      assertEquals(flavour == Flavour.LUAJIT, lua.eval("jit ~= nil and jit.status()").first());
    }
  }
}
