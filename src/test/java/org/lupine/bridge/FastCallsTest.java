package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.host.JavaHost;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.Malformed;

/** The fast path behaves like the general one, wherever it begins. */
class FastCallsTest {
  private static LuaState open(Flavour flavour) {
    return LuaState.open(flavour.id(), new JavaHost(), StateOptions.DEFAULTS);
  }

  private static Object[] run(LuaState state, String text) {
    return state.run(Chunk.text(text, "=test", StandardCharsets.UTF_8, false));
  }

  /** Runs each operation of the fast path, often enough that the names are known. */
  private static List<Object> all(LuaState state, LuaFunction increment, LuaTable table) {
    var seen = new ArrayList<Object>();
    for (int i = 0; i < 4; i++) {
      seen.add(state.callNumber(increment, 41));
      seen.add(increment.call(1.5).first());
      seen.add(state.globals().call("increment", new Object[] {2.5}));
      seen.add(state.globals().put("variable", 7.5));
      seen.add(state.globals().get("variable"));
      seen.add(table.put("field", 8.5));
      seen.add(table.get("field"));
      seen.add(state.globals().call("text", new Object[0]));
    }
    return seen;
  }

  // the arguments of the callback overlap what the outermost entry keeps
  @EachFlavour
  void worksInsideCallbacksWithAnyNumberOfArguments(Flavour flavour) {
    try (var state = open(flavour)) {
      var values =
          run(
              state,
              "function increment(x) return x + 1 end variable = 7.5"
                  + " function text() return 'text' end"
                  + " return increment, {field = 8.5}");
      var expected = all(state, (LuaFunction) values[0], (LuaTable) values[1]);
      assertEquals(List.of(42.0, 2.5, 3.5, 7.5, 7.5, 8.5, 8.5, "text"), expected.subList(0, 8));
      var nested = new ArrayList<List<Object>>();
      JavaFunction callback =
          arguments -> {
            nested.add(all(state, (LuaFunction) values[0], (LuaTable) values[1]));
            return null;
          };
      state.globals().put("callback", new Host.AsFunction(callback));
      run(
          state,
          "local t = {variable = 1, increment = print}"
              + " callback() callback(t) callback(t, t) callback(t, t, t) callback(t, t, t, t)"
              + " callback(t, t, t, t, t) coroutine.wrap(function() callback(t, t, t, t) end)()");

      assertEquals(7, nested.size());
      nested.forEach(each -> assertEquals(expected, each));
    }
  }

  @EachFlavour
  void returnsEveryNumberExactly(Flavour flavour) {
    try (var state = open(flavour)) {
      var same = (LuaFunction) run(state, "return function(x) return x end")[0];
      for (double each : new double[] {0, -0.0, 1e300, Double.MIN_VALUE, -1 / 0.0, 1L << 53}) {
        assertEquals(each, state.callNumber(same, each));
      }
      assertTrue(Double.isNaN(state.callNumber(same, Double.NaN)));
      assertTrue(Double.isNaN(state.callNumber(same, Double.longBitsToDouble(Native.OTHER))));
    }
  }

  @EachFlavour
  void releaseWhatLuaDropped(Flavour flavour) {
    try (var state = open(flavour)) {
      var keep =
          (LuaFunction)
              run(state, "kept = {} return function(object)" + " kept[#kept + 1] = object end")[0];
      int before = state.heldObjects();
      for (int i = 0; i < 1_000; i++) {
        keep.call(new Object());
      }
      assertTrue(state.heldObjects() >= before + 1_000);
      var drop =
          (LuaFunction)
              run(
                  state,
                  "return function(x) kept = nil collectgarbage()"
                      + " collectgarbage() return x end")[0];
      for (int i = 0; i < 20; i++) {
        assertEquals(i + 0.5, state.callNumber(drop, i + 0.5));
      }
      assertTrue(state.heldObjects() <= before, "those are free again that Lua dropped");
    }
  }

  private static void assertFails(LuaState state, Object failing) {
    assertThrows(LuaException.class, () -> state.callNumber((LuaFunction) failing, 1));
    assertThrows(LuaException.class, () -> ((LuaFunction) failing).call(1));
    assertThrows(LuaException.class, () -> state.globals().call("failing", new Object[] {1}));
  }

  @EachFlavour
  void leaveTheCoreIntactAfterErrors(Flavour flavour) {
    try (var state = open(flavour)) {
      var failing =
          run(
              state,
              "function failing() coroutine.wrap(function() error('no') end)() end"
                  + " return failing")[0];
      JavaFunction callback =
          arguments -> {
            for (int i = 0; i < 1_000; i++) { // more than there may be nested calls
              assertFails(state, failing);
            }
            return null;
          };
      state.globals().put("callback", new Host.AsFunction(callback));
      var yielded =
          run(
              state,
              "local resume = coroutine.wrap(function() callback()"
                  + " coroutine.yield(1) callback() return 2 end) callback() return resume(), resume()");
      assertEquals(List.of(1L, 2L), List.of(yielded));
    }
  }

  @EachFlavour
  void keepHooksAfterAnErrorInOne(Flavour flavour) {
    try (var state = open(flavour)) {
      var failing =
          run(
              state,
              "hooked = 0 function same(x) return x end"
                  + " debug.sethook(function() hooked = hooked + 1 if fails then fails = false"
                  + " error('no') end end, 'c')"
                  + " function failing() fails = true same() end return failing")[0];
      assertFails(state, failing);
      var hooked = run(state, "same() return hooked")[0];
      assertTrue(
          (Long) run(state, "same() local h = hooked debug.sethook() return h")[0] > (Long) hooked,
          "hooks are still called");
    }
  }

  @EachFlavour
  void setGlobalsWithoutMetamethods(Flavour flavour) {
    try (var state = open(flavour)) {
      run(
          state,
          "local function asked() error('asked') end"
              + " setmetatable(_G, {__index = asked, __newindex = asked})");
      var get = Chunk.text("return rawget(_G, 'v')", "=test", StandardCharsets.UTF_8, false);
      var values = List.<Object>of(1.5, 7L, 1L << 53, true, false, "text", "\u20ac", List.of());
      for (int i = 0; i < 4; i++) {
        for (var each : values) {
          state.globals().set("v", each);
          assertEquals(each, state.globals().get("v"));
          assertEquals(each, state.run(get)[0]);
          assertEquals(each, state.globals().put("v", i));
          assertEquals((long) i, state.globals().get("v"));
        }
        state.globals().set("v", null);
        assertNull(state.globals().get("v"));
        assertNull(state.run(get)[0]);
        assertNull(state.globals().put("v", "text"));
        assertEquals("text", state.globals().put("v", null));
        assertNull(state.globals().put("v", null));
      }
    }
  }

  @EachFlavour
  void changeMetamethodsOfGlobals(Flavour flavour) {
    try (var state = open(flavour)) {
      run(state, "setmetatable(_G, _G) __index = {absent = 1}");
      var get = Chunk.text("return absent", "=test", StandardCharsets.UTF_8, false);
      for (int i = 0; i < 4; i++) {
        assertEquals(1L, state.run(get)[0]);
        state.globals().set("__index", null);
        assertNull(state.run(get)[0]);
        run(state, "rawset(_G, '__index', {absent = 1})");
      }
    }
  }

  // a collection that is under way has seen the globals already
  @EachFlavour
  void keepTheStringsThatAreSet(Flavour flavour) {
    try (var state = open(flavour)) {
      var step =
          (LuaFunction)
              run(
                  state,
                  "many = {} for i = 1, 3000 do many[i] = {i} end kept, other = '', ''"
                      + " return function() collectgarbage('step', 0) end")[0];
      for (int i = 0; i < 3_000; i++) {
        var text = "first " + i + ".";
        var same = "fresh " + i + "."; // takes the number of the text
        for (int times = 0; times < 4; times++) {
          state.globals().set("kept", text);
        }
        for (int times = 0; times < 4; times++) {
          state.globals().set("other", same);
        }
        for (int times = 0; times < 20; times++) {
          step.call();
          assertEquals(text, state.globals().get("kept"));
        }
      }
    }
  }

  @EachFlavour
  void setWhatReplacesTextThatCannotBeDecoded(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).malformed(Malformed.REPORT).build()) {
      var state = StateAccess.of(lua);
      for (int i = 0; i < 4; i++) {
        run(state, "v = '\\255'");
        state.globals().set("v", i);
        assertEquals((long) i, state.globals().get("v"));
      }
    }
  }

  @EachFlavour
  void refusesWhatIsNoNumber(Flavour flavour) {
    try (var state = open(flavour)) {
      for (var text : List.of("'text'", "{}", "nil", "true", "(('x'):rep(10000))", "")) {
        var f = (LuaFunction) run(state, "return function() return " + text + " end")[0];
        var thrown = assertThrows(LuaException.class, () -> state.callNumber(f, 1));
        assertTrue(thrown.getMessage().startsWith("function gave no number"), thrown::getMessage);
      }
      var failing = (LuaFunction) run(state, "return function() error('no', 0) end")[0];
      var thrown = assertThrows(LuaException.class, () -> state.callNumber(failing, 1));
      assertEquals("no", thrown.getMessage());
      try (var other = open(flavour)) {
        thrown = assertThrows(LuaException.class, () -> other.callNumber(failing, 1));
        assertEquals("function belongs to another engine", thrown.getMessage());
        thrown = assertThrows(LuaException.class, () -> other.call(failing, 1));
        assertEquals("function belongs to another engine", thrown.getMessage());
      }
    }
  }
}
