package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.lupine.EachFlavour;
import org.lupine.Flavour;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.StateOptions;

/** Scripts that say themselves what they expect. */
class JavaInLuaTest {
  private static LuaState open(Flavour flavour, HostOptions options) {
    return LuaState.open(flavour.id(), new JavaHost(options),
        new StateOptions(StandardCharsets.UTF_8, StateOptions::refuse));
  }

  private static Object[] run(LuaState state, String text) {
    return state.run(Chunk.text(text, "=test", StandardCharsets.UTF_8, true));
  }

  private static void script(Flavour flavour, String name) throws IOException {
    try (var state = open(flavour, HostOptions.DEFAULT);
        var text = JavaInLuaTest.class.getResourceAsStream(name)) {
      state.run(Chunk.bytes(text.readAllBytes(), "@" + name, Chunk.Mode.TEXT));
    }
  }

  @EachFlavour
  void members(Flavour flavour) throws IOException {
    script(flavour, "members.lua");
  }

  @EachFlavour
  void classes(Flavour flavour) throws IOException {
    script(flavour, "classes.lua");
  }

  @EachFlavour
  void loops(Flavour flavour) throws IOException {
    script(flavour, "loops.lua");
  }

  @EachFlavour
  void interfaces(Flavour flavour) throws IOException {
    script(flavour, "interfaces.lua");
  }

  @EachFlavour
  void countsFromZeroIfToldTo(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT.withIndexBase(0))) {
      state.putGlobal("l", java.util.List.of("a", "b", "c"));

      var results = run(state, "local t = {} for i, v in pairs(l) do t[#t + 1] = i .. v end "
          + "return l[2], l[3], table.concat(t)");

      assertEquals("c", results[0]);
      assertEquals(null, results[1]);
      assertEquals("0a1b2c", results[2]);
    }
  }

  @EachFlavour
  void unpacksArraysIfToldTo(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT.withUnpackArrays(true))) {
      state.putGlobal("f", (java.util.function.Supplier<Object[]>) () -> new Object[] {1, null, 3});
      state.putGlobal("l", java.util.List.of(new Object[] {1}, 2));

      var results = run(state, "local n = select('#', f()) local a, b, c, d = f() "
          + "return n, a, b, c, d, type(l[1])");

      assertEquals("[3, 1, null, 3, null, userdata]", java.util.Arrays.toString(results));
    }
  }

  @EachFlavour
  void closesWhatIsDeclaredSo(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT)) {
      if (!flavour.integers() || flavour == Flavour.LUA53) {
        return;
      }
      var closed = new boolean[1];
      state.putGlobal("c", (AutoCloseable) () -> closed[0] = true);

      run(state, "do local x <close> = c end");

      assertTrue(closed[0]);
    }
  }
}
