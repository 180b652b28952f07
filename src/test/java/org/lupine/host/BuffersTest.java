package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;
import static org.lupine.support.Runtimes.runtime;
import static org.lupine.support.Runtimes.state;

import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;

/** BEHAVIOURS 262: buffers of numbers, which Lua and Java share. */
class BuffersTest {
  private static List<Object> types(LuaRuntime lua) {
    return state(lua).integers()
        ? List.of("byte", "short", "int", "long", "float", "double")
        : List.of("byte", "short", "int", "float", "double");
  }

  @EachFlavour
  void haveElementsThatJavaSees(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var type : types(lua)) {
        var made =
            lua.execute(
                "local b = java.buffer(..., 4) assert(#b == 4 and b[1] == 0) "
                    + "for i = 1, #b do b[i] = i * 3 end b[2] = -b[2] "
                    + "return b, b[1], b[2], b[4], tostring(b[0]), tostring(b[5]), tostring(b[1.5])",
                type);
        var numbers = made.subList(1, 4).stream().map(each -> ((Number) each).intValue()).toList();
        assertEquals(List.of(3, -6, 12), numbers, type::toString);
        assertEquals(List.of("nil", "nil", "nil"), made.subList(4, 7), type::toString);
        assertTrue(((Buffer) made.first()).isDirect());
        assertEquals(4, ((Buffer) made.first()).capacity());
      }
      var doubles = (DoubleBuffer) lua.eval("java.buffer('double', 3)").first();
      doubles.put(0, 0.5).put(1, Double.NaN).put(2, Double.NEGATIVE_INFINITY);
      assertEquals(
          List.of(0.5, true, true),
          lua.execute("local b = ... return b[1], b[2] ~= b[2], b[3] < -1e308", doubles));
      lua.execute("local b = ... b[1] = 1 / 3 b[2] = 0", doubles);
      assertEquals(List.of(1 / 3.0, 0.0), List.of(doubles.get(0), doubles.get(1)));
    }
  }

  @EachFlavour
  void keepTheirNumbersInRange(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "b = {} for _, t in ipairs({...}) do b[t] = java.buffer(t, 2) end", types(lua).toArray());
      for (var edge :
          Map.of(
                  "byte",
                  List.of(-128, 127),
                  "short",
                  List.of(-32768, 32767),
                  "int",
                  List.of(Integer.MIN_VALUE, Integer.MAX_VALUE))
              .entrySet()) {
        lua.execute(
            "t, low, high = ... b[t][1] = low b[t][2] = high "
                + "assert(b[t][1] == low and b[t][2] == high)",
            edge.getKey(),
            edge.getValue().get(0),
            edge.getValue().get(1));
        for (var use :
            List.of(
                "b[t][1] = low - 1",
                "b[t][1] = high + 1",
                "b[t][1] = 0.5",
                "b[t][1] = 0 / 0",
                "b[t][1] = 1 / 0",
                "b[t][1] = 'x'",
                "b[t][1] = {}")) {
          var thrown = assertThrows(LuaException.class, () -> lua.execute(use), use);
          assertTrue(thrown.getMessage().contains("bad element of"), thrown::getMessage);
          assertTrue(thrown.getMessage().contains(edge.getKey() + " expected"), thrown::getMessage);
        }
        assertEquals(true, lua.eval("b[t][1] == low").first());
      }
      for (var use :
          List.of(
              "b.double[0] = 1",
              "b.double[3] = 1",
              "b.double[-1] = 1",
              "b.double[2^53] = 1",
              "b.double[1.5] = 1",
              "b.double[0 / 0] = 1")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(use), use);
        assertTrue(thrown.getMessage().contains("index"), thrown::getMessage);
      }
      lua.execute("b.float[1] = 0.1");
      assertEquals((double) 0.1f, lua.eval("b.float[1]").first());
      if (state(lua).integers()) {
        lua.execute("b.long[1] = math.maxinteger b.long[2] = math.mininteger");
        assertEquals(List.of(Long.MAX_VALUE, Long.MIN_VALUE), lua.eval("b.long[1], b.long[2]"));
      } else {
        var thrown = assertThrows(LuaException.class, () -> lua.execute("java.buffer('long', 1)"));
        assertTrue(
            thrown.getMessage().contains("one of byte, short, int, float, double"),
            thrown::getMessage);
      }
    }
  }

  @EachFlavour
  void areMadeWithValidLengths(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(0L, true), lua.execute("local b = java.buffer('int', 0) return #b, b[1] == nil"));
      for (var use :
          List.of(
              "java.buffer('int', -1)",
              "java.buffer('double', 2^29)",
              "java.buffer('int', 1.5)",
              "java.buffer('int', 1e300)",
              "java.buffer('char', 1)",
              "java.buffer('int')",
              "java.buffer()",
              "java.buffer(1, 1)",
              "java.buffer('int', 1, 1)")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(use), use);
        assertTrue(thrown.getMessage().contains("bad argument"), thrown::getMessage);
      }
    }
  }

  /** In LuaJIT the loops are compiled: all of their elements, and those beyond the ends. */
  @EachFlavour
  void areReadAndWrittenInLongLoops(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var type : types(lua)) {
        assertEquals(
            List.of(5000.0, 99.0, 100.0),
            lua
                .execute(
                    "local b, outside, sum = java.buffer(..., 100), 0, 0 "
                        + "for round = 1, 50 do for i = 1, #b do b[i] = b[i] + 1 end end "
                        + "for i = 0, 101 do local x = b[i] "
                        + "if x then sum = sum + x else outside = outside + 49.5 end end "
                        + "local refused = 0 for i = 1, 100 do "
                        + "if not pcall(function() b[100 + i] = 1 end) then refused = refused + 1 end "
                        + "end return sum, outside, refused",
                    type)
                .stream()
                .map(each -> ((Number) each).doubleValue())
                .toList(),
            type::toString);
      }
      assertEquals(
          100.0,
          ((Number)
                  lua.execute(
                          "local b, full = java.buffer('byte', 1), 0 for i = 1, 228 do "
                              + "if not pcall(function() b[1] = i end) then full = full + 1 end end "
                              + "return full - 1")
                      .first())
              .doubleValue());
    }
  }

  @EachFlavour
  void ofTheHostHaveElementsToo(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var each :
          List.of(
              IntBuffer.wrap(new int[] {1, 2, 3}),
              ByteBuffer.allocateDirect(12).asIntBuffer().put(new int[] {1, 2, 3}),
              ByteBuffer.allocateDirect(12)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .asIntBuffer()
                  .put(new int[] {1, 2, 3}))) {
        assertEquals(
            List.of(3L, 1L, 3L, "nil", 20L),
            lua.execute(
                "local b = ... b[2] = 20 return #b, b[1], b[3], tostring(b[4]), b[2]", each));
        assertEquals(20, each.get(1));
        assertThrows(LuaException.class, () -> lua.execute("local b = ... b[4] = 1", each));
        assertThrows(LuaException.class, () -> lua.execute("local b = ... b[1] = 0.5", each));
      }
      assertThrows(
          java.nio.ReadOnlyBufferException.class,
          () -> {
            try {
              lua.execute("local b = ... b[1] = 1", IntBuffer.allocate(1).asReadOnlyBuffer());
            } catch (LuaException e) {
              throw e.getCause();
            }
          });
      // a part of one that Lua reads in memory is another object
      assertEquals(
          List.of(2L, 2L),
          lua.execute(
              "local b = java.buffer('int', 3) b[2] = 2 local s = b:position(1):slice() "
                  + "return #s, s[1]"));
    }
  }

  @EachFlavour
  void goThroughJavaAndOtherStates(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("b = java.buffer('double', 2) b[1] = 1.5");
      var made = engine.get("b");
      assertInstanceOf(DoubleBuffer.class, made);
      var bindings = foreign(Map.of("b", made));
      assertEquals(1.5, engine.eval("b[2] = 2.5 return b[1]", bindings));
      assertEquals(2.5, engine.eval("return b[2]"));
      var seen = new Object[1];
      engine.put("keep", (JavaFunction) arguments -> seen[0] = arguments[0]);
      assertEquals(true, engine.eval("return keep(b) == b"));
      assertSame(made, seen[0]);
    }
  }

  @EachFlavour
  void areFreedWithTheirLastUser(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var kept =
          lua.execute(
                  "for i = 1, 50 do local b = java.buffer('byte', 1000) b[1] = 1 end "
                      + "return java.buffer('byte', 1000)")
              .first();
      Garbage.collectUntil(
          () -> {
            lua.gc();
            lua.execute("java.buffer('byte', 1)");
            return Buffers.count() < 20;
          },
          () -> "" + Buffers.count());
      assertEquals(0L, lua.eval("(...)[1000]", kept).first());
    }
  }

  @EachFlavour
  void areElementsToAGate(Flavour flavour) {
    for (var sandbox : List.of(Sandbox.CONSTRAINED, Sandbox.SANDBOX)) {
      try (var lua = LuaRuntime.builder().flavour(flavour).sandbox(sandbox).build()) {
        assertThrows(LuaException.class, () -> lua.execute("java.buffer('int', 1)"));
      }
    }
    HostAccess access = asked -> asked.operation() != HostAccess.Operation.INDEX;
    try (var lua = LuaRuntime.builder().flavour(flavour).hostAccess(access).build()) {
      lua.execute("b = java.buffer('int', 1)");
      assertThrows(LuaException.class, () -> lua.execute("return b[1]"));
      assertThrows(LuaException.class, () -> lua.execute("b[1] = 1"));
    }
  }

  @EachFlavour
  void needNoLibraryOfLua(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour).libraries("java").build()) {
      assertEquals(
          List.of(7.0, "nil"),
          lua
              .execute(
                  "local b = java.buffer('double', 1) b[1] = 7 return b[1] + 0.0, tostring(ffi)")
              .stream()
              .map(each -> each instanceof Number ? ((Number) each).doubleValue() : each)
              .toList());
    }
    if (flavour == Flavour.LUAJIT) {
      try (var lua = runtime(flavour)) {
        assertEquals(
            Arrays.asList(3L, true, 4L),
            lua.execute(
                "local b = java.buffer('int', 1) b[1] = 3 local ffi = require 'ffi' "
                    + "local p = ffi.new('int[1]') p[0] = 4 "
                    + "return b[1], require 'ffi' == ffi, p[0]"));
      }
      try (var lua = runtime(flavour)) {
        assertEquals(
            List.of(3L, 4L),
            lua.execute(
                "local ffi = require 'ffi' local p = ffi.new('int[1]') p[0] = 4 "
                    + "package.loaded.ffi = nil local b = java.buffer('int', 1) b[1] = 3 "
                    + "assert(require 'ffi' == ffi and package.preload.ffi() == ffi) "
                    + "return b[1], p[0]"));
      }
    }
  }

  /** A finalized buffer may be found in a table with weak keys; its memory may be gone. */
  // BEHAVIOURS 294
  @EachFlavour
  void areNotUsedOnceCollected(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "cache = setmetatable({}, {__mode = 'k'}) "
              + "do local b = java.buffer('int', 1000) b[1] = 42 cache[b] = true end");
      lua.execute("collectgarbage() keep = next(cache)");
      assertThrows(
          LuaException.class,
          () -> lua.execute("if not keep then error('gone') end return keep[1]"));
      assertThrows(
          LuaException.class, () -> lua.execute("if not keep then error('gone') end keep[1] = 1"));
      lua.execute("b = java.buffer('int', 1000) b[1] = 1");
      assertThrows(LuaException.class, () -> lua.execute("debug.getmetatable(b).__gc(b)"));
      assertThrows(
          LuaException.class,
          () ->
              lua.execute(
                  "if not keep then error('gone') end " + "debug.getmetatable(keep).__gc(b)"));
      assertEquals(1L, lua.eval("b[1]").first());
    }
  }

  @EachFlavour
  void refuseWhatFloatsCannotHold(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      lua.execute(
          "b = java.buffer('float', 2) b[1] = 1 / 0 b[2] = 0 / 0 assert(b[1] == 1 / 0 and b[2] ~= b[2])");
      assertThrows(LuaException.class, () -> lua.execute("b[1] = 1e300"));
      assertThrows(LuaException.class, () -> lua.execute("b[1] = -1e39"));
      lua.execute("assert(b[1] == 1 / 0) b[1] = -3e38");
    }
  }

  /** Position and limit of a buffer that Lua has made mean nothing to it. */
  @EachFlavour
  void haveAllOfTheirElements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(
          List.of(8L, 5L),
          lua.execute("local b = java.buffer('int', 8) b[8] = 5 b:limit(4) return #b, b[8]"));
    }
  }
}
