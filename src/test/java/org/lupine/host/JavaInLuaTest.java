package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.access.AttributeHandlers;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.StateOptions;
import org.lupine.support.EachFlavour;
import org.lupine.value.ChunkMode;
import org.lupine.value.LuaException;
import org.lupine.value.LuaSyntaxException;

/** Scripts with assertions of their own. */
class JavaInLuaTest {
  private static LuaState open(Flavour flavour, HostOptions options) {
    return LuaState.open(flavour.id(), new JavaHost(options), StateOptions.DEFAULTS);
  }

  private static Object[] run(LuaState state, String text) {
    return state.run(Chunk.text(text, "=test", StandardCharsets.UTF_8, true));
  }

  private static void script(Flavour flavour, String name) throws IOException {
    try (var state = open(flavour, HostOptions.DEFAULT);
        var text = JavaInLuaTest.class.getResourceAsStream(name)) {
      state.run(Chunk.bytes(text.readAllBytes(), "@" + name, ChunkMode.TEXT));
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
  void countsFromZeroOnDemand(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT.withIndexBase(0))) {
      state.globals().put("l", List.of("a", "b", "c"));

      var results =
          run(
              state,
              "local t = {} for i, v in pairs(l) do t[#t + 1] = i .. v end "
                  + "return l[2], l[3], table.concat(t)");

      assertEquals("c", results[0]);
      assertEquals(null, results[1]);
      assertEquals("0a1b2c", results[2]);
    }
  }

  @EachFlavour
  void unpacksArraysOnDemand(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT.withUnpackArrays(true))) {
      state
          .globals()
          .put("f", (java.util.function.Supplier<Object[]>) () -> new Object[] {1, null, 3});
      state.globals().put("l", List.of(new Object[] {1}, 2));

      var results =
          run(
              state,
              "local n = select('#', f()) local a, b, c, d = f() "
                  + "return n, a, b, c, d, type(l[1])");

      assertEquals("[3, 1, null, 3, null, userdata]", Arrays.toString(results));
    }
  }

  @EachFlavour
  void closesVariablesWhereTheFlavourCan(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT)) {
      var script = "do local x <close> = c end";
      var closed = new boolean[1];
      state.globals().put("c", (AutoCloseable) () -> closed[0] = true);
      if (!flavour.integers() || flavour == Flavour.LUA53) {
        assertThrows(LuaSyntaxException.class, () -> run(state, script));
        return;
      }

      run(state, script);

      assertTrue(closed[0]);
    }
  }

  @EachFlavour
  void asksTheFilterEachTime(Flavour flavour) {
    var seen = new ArrayList<String>();
    var veto = new SecurityException("no");
    var options =
        HostOptions.DEFAULT.withFilter(
            (target, name, setting) -> {
              seen.add(name + (setting ? "=" : ""));
              if ("field".equals(name)) {
                throw veto;
              }
              return "nome".equals(name) ? "name" : name;
            });
    try (var state = open(flavour, options)) {
      state.globals().put("o", new AttributesTest.Bean());

      run(state, "o.nome = o.nome .. 'b' for i = 1, 2 do assert(o:getName() == 'ab') end");
      var thrown = assertThrows(LuaException.class, () -> run(state, "o.field = 1"));

      assertSame(veto, thrown.getCause());
      assertEquals(List.of("nome", "nome=", "getName", "getName", "field="), seen);
    }
  }

  @EachFlavour
  void letsHandlersAnswer(Flavour flavour) {
    var set = new ArrayList<Object>();
    var options =
        HostOptions.DEFAULT.withHandlers(
            new AttributeHandlers(
                (target, name) -> "missing".equals(name) ? null : "got " + name,
                (target, name, value) -> set.add(name + "=" + value)));
    try (var state = open(flavour, options)) {
      state.globals().put("o", new AttributesTest.Bean());
      state.globals().put("m", new HashMap<>());

      var results =
          run(
              state,
              "o.x = 1 m.y = 2 java.members(m).z = 3 "
                  + "return o.name, m.k, java.items(m).k, java.members(m).size, o.missing");

      assertEquals("[got name, got k, got k, got size, null]", Arrays.toString(results));
      assertEquals(List.of("x=1", "y=2", "z=3"), set);
    }
  }

  @EachFlavour
  void takesArgumentsByName(Flavour flavour) {
    try (var state = open(flavour, HostOptions.DEFAULT)) {
      state.globals().put("o", new NamedArgumentsTest.Named());

      var results =
          run(
              state,
              "local Point = java.import "
                  + "'org.lupine.host.NamedArgumentsTest.Point' "
                  + "return o:f{x='1', y='2'}, o.f{'5', y='6'}, o:f('5', nil, '6'), "
                  + "o:f(java.args{'1', y='2'}, java.args{z='c'}), Point{x=1, y=2.5}, "
                  + "Point(java.args{1}, java.args{y=2.5})");

      assertEquals(
          "[1,2,d, 5,6,d, 5,null,6, 1,2,c, Point[x=1, y=2.5], Point[x=1, y=2.5]]",
          Arrays.toString(results));
    }
  }
}
