package org.lupine.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.Flavour;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** How Lua calls Java: by an upcall stub where there can be one, by JNI otherwise. */
class UpcallStubTest {
  @EachFlavour
  void isUsedFromTheBeginningIfRequired(Flavour flavour) {
    var child = child("beginning", flavour, "-Dlupine.upcalls=stub");

    assertEquals(UpcallStubChild.POSSIBLE + "\n", child.out(), child::toString);
  }

  @Test
  void isUsedOnceLuaHasCalledJavaOften() {
    assertEquals("false\n", child("beginning", Flavour.LUA54).out());
    var child = child("often", Flavour.LUA54);

    assertEquals(UpcallStubChild.POSSIBLE + "\n", child.out(), child::toString);
  }

  /** The JVM says as much as without it, and that depends on its version. */
  @Test
  void causesNoWarning() {
    var denied = "--enable-native-access=java.base"; // that is, not to us
    var with = child("beginning", Flavour.LUA54, denied, "-Dlupine.upcalls=stub");
    var without = child("beginning", Flavour.LUA54, denied, "-Dlupine.upcalls=jni");

    assertEquals(without.err(), with.err());
    assertEquals(UpcallStubChild.POSSIBLE + "\n", with.out(), with::toString);
    assertEquals("false\n", without.out(), without::toString);
  }

  /**
   * An exception that leaves a stub would end the JVM. So none may be thrown before the first line
   * of its target, whatever the JVM's compilers and the zones at the end of a stack are like.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Xint",
        "-XX:TieredStopAtLevel=1",
        "-XX:-TieredCompilation",
        "-XX:StackShadowPages=50 -XX:StackYellowPages=7 -XX:StackRedPages=3 -XX:StackReservedPages=11"
      })
  void endsNoJvmWhateverTheJvmIsLike(String options) {
    var all = new ArrayList<>(List.of(options.split(" ")));
    all.add("-Dlupine.upcalls=stub");
    var child = child("stacks", Flavour.LUA54, all.toArray(String[]::new));

    assertEquals("done\n", child.out(), child::toString);
  }

  @EachFlavour
  void endsNoJvmWhereTheStackEnds(Flavour flavour) {
    var child = child("stacks", flavour, "-Dlupine.upcalls=stub");

    assertEquals("done\n", child.out(), child::toString);
  }

  private static ChildProcess child(String what, Flavour flavour, String... options) {
    var all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-XX:+UseSerialGC", "-XX:-CreateCoredumpOnCrash"));
    var command = ChildProcess.java(all, UpcallStubChild.class, what, flavour.name());
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(5), "", command);
    assertEquals(0, child.status(), child::toString);
    return child;
  }
}
