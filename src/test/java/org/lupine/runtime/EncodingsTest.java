package org.lupine.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Runtimes.state;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.script.ScriptContext;
import org.lupine.Flavour;
import org.lupine.LuaChunk;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.support.Garbage;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaString;
import org.lupine.value.LuaSyntaxException;
import org.lupine.value.LuaTable;
import org.lupine.value.Malformed;
import org.lupine.value.StringMode;

/** Lua strings and their charset. */
class EncodingsTest {
  private static final Charset LATIN = Charset.forName("ISO-8859-15");
  private static final String LONE = "a\uD83Db";

  private static LuaRuntime.Builder builder(Flavour flavour) {
    return LuaRuntime.builder().flavour(flavour);
  }

  private static LuaString bytes(int... bytes) {
    var all = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return LuaString.of(all);
  }

  // BEHAVIOURS 46, 47
  @EachFlavour
  void encodeTextInTheirCharset(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      assertEquals(List.of(10L, "añ€😀"), lua.eval("#..., ...", "añ€😀"));
      assertEquals(List.of(10L, "añ€😀"), lua.eval("#'añ€😀', 'añ€😀'"));
    }
    try (var lua = builder(flavour).charset(LATIN).build()) {
      assertEquals(List.of(3L, "añ€"), lua.eval("#..., ...", "añ€"));
      assertEquals(List.of(3L, "añ€"), lua.eval("#'añ€', 'añ€'"));
      assertEquals("ÿ", lua.eval("'\\255'").first());
    }
  }

  // BEHAVIOURS 48
  @EachFlavour
  void mayHoldZeros(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      assertEquals(List.of(3L, "a\0b"), lua.eval("#..., ...", "a\0b"));
      assertEquals(3L, lua.eval("#'a\\0b'").first());
    }
  }

  // BEHAVIOURS 49
  @EachFlavour
  void areBytesIfMalformed(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      assertEquals(bytes(255), lua.eval("'\\255'").first());
      assertEquals(true, lua.eval("... == 'a\\255'", bytes('a', 255)).first());
      var table = (LuaTable) lua.eval("{['\\254'] = '\\253'}").first();
      assertEquals(Map.of(bytes(254), bytes(253)), new HashMap<>(table));
      assertEquals(bytes(253), table.get(bytes(254)));
      assertEquals("�", LuaString.of((byte) 255).toString());
    }
  }

  // BEHAVIOURS 49
  @EachFlavour
  void areReplacedIfMalformedOnDemand(Flavour flavour) {
    try (var lua = builder(flavour).malformed(Malformed.REPLACE).build()) {
      assertEquals("a�b", lua.eval("'a\\255b'").first());
      assertEquals("ä", lua.eval("'ä'").first());
    }
  }

  // BEHAVIOURS 49
  @EachFlavour
  void areReportedIfMalformedOnDemand(Flavour flavour) {
    var seen = new ArrayList<Object>();
    try (var lua = builder(flavour).malformed(Malformed.REPORT).build()) {
      lua.globals().put("see", (Consumer<Object>) seen::add);
      lua.execute("bad = 'a\\255' t = {bad = bad, good = 1} function f(s) return #s end");

      for (var text :
          List.of(
              "return bad",
              "return {}, bad, function() end, {}",
              "see(bad)",
              "local t = setmetatable({}, {__tostring = function() return bad end})"
                  + " return bad, tostring(t)")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(text), text);
        assertInstanceOf(CharacterCodingException.class, thrown.getCause(), text);
      }
      assertEquals(List.of(), seen);
      assertEquals(1L, lua.eval("t.good").first());
      assertEquals(2L, lua.eval("f(bad)").first());
      assertEquals(false, lua.eval("pcall(see, bad)").first());
      var table = (LuaTable) lua.eval("t").first();
      assertEquals(1L, table.get("good"));
      assertThrows(LuaException.class, () -> table.get("bad"));
      assertThrows(LuaException.class, () -> lua.globals().get("bad"));
      assertEquals("ok", lua.eval("'ok'").first());
    }
  }

  // BEHAVIOURS 49: only where something is read
  @EachFlavour
  void areNotReportedWhereTheirVariableIsSet(Flavour flavour) throws Exception {
    var options = LuaOptions.builder().malformed(Malformed.REPORT).build();
    try (var engine = engine(flavour, options)) {
      var bindings = engine.getBindings(ScriptContext.ENGINE_SCOPE);
      for (var value : List.of(1.5, true, "text", "long ".repeat(1000), new ArrayList<>())) {
        for (int i = 0; i < 3; i++) { // a name has a number from its second use on
          engine.eval("bad = 'a\\255'");
          assertThrows(LuaException.class, () -> bindings.get("bad"));

          engine.put("bad", value);
          assertEquals(value, engine.get("bad"));
          engine.eval("bad = 'a\\255'");
          bindings.putAll(Map.of("bad", value));
          assertEquals(value, engine.get("bad"));
        }
      }
      engine.eval("bad = 'a\\255'");
      assertThrows(LuaException.class, () -> bindings.put("bad", 1), "it returns the old value");
      engine.put("bad", null);
      assertNull(engine.get("bad"));
    }
  }

  // BEHAVIOURS 49: earlier entries are returned
  @EachFlavour
  void areReportedByIteratorsWhenTheyGetThere(Flavour flavour) {
    try (var lua = builder(flavour).malformed(Malformed.REPORT).build()) {
      var table = (LuaTable) lua.eval("{'a', 'b', '\\255', 'd'}").first();
      var entries = table.entrySet().iterator();

      assertEquals("a", entries.next().getValue());
      assertEquals("b", entries.next().getValue());
      assertInstanceOf(
          CharacterCodingException.class,
          assertThrows(LuaException.class, entries::hasNext).getCause());
      assertEquals("d", table.get(4));
      assertEquals(4, table.size());
    }
  }

  // BEHAVIOURS 49
  @EachFlavour
  void holdNoReferencesAfterAReport(Flavour flavour) throws Exception {
    try (var lua = builder(flavour).malformed(Malformed.REPORT).build()) {
      var function = lua.compile("return '\\255', {}");
      for (int i = 0; i < 200; i++) {
        assertThrows(LuaException.class, function::call);
      }
      Garbage.collectUntil(
          () -> state(lua).heldRefs() <= 100, () -> "refs: " + state(lua).heldRefs());
    }
  }

  // BEHAVIOURS 50
  @EachFlavour
  void areReadFromTheLibraryThoughMalformed(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      if (!flavour.integers()) {
        assertNull(lua.globals().get("utf8"));
        return;
      }
      var pattern = ((LuaTable) lua.globals().get("utf8")).get("charpattern");

      assertInstanceOf(LuaString.class, pattern);
      assertEquals(1L, lua.eval("#('ä'):match(...) - 1", pattern).first());
    }
  }

  // BEHAVIOURS 51
  @EachFlavour
  void haveNoLoneSurrogates(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      for (var policy : List.of(Malformed.KEEP, Malformed.REPORT)) {
        try (var other = builder(flavour).malformed(policy).build()) {
          var thrown = assertThrows(IllegalArgumentException.class, () -> other.eval("...", LONE));
          assertTrue(thrown.getMessage().contains("UTF-8"), thrown::getMessage);
        }
      }
      lua.globals().put("give", (Function<Object, Object>) any -> LONE);
      assertInstanceOf(
          IllegalArgumentException.class,
          assertThrows(LuaException.class, () -> lua.execute("give(1)")).getCause());
      var thrown =
          assertThrows(LuaSyntaxException.class, () -> lua.execute("\n return '" + LONE + "'"));
      assertTrue(thrown.getMessage().contains("UTF-8"), thrown::getMessage);
      assertEquals(2, thrown.line());
      assertEquals(1L, lua.eval("1").first());
    }
    try (var lua = builder(flavour).malformed(Malformed.REPLACE).build()) {
      assertEquals("a\uFFFDb", lua.eval("...", LONE).first());
      assertEquals("😀", lua.eval("...", "😀").first());
    }
    try (var lua = builder(flavour).charset(LATIN).build()) {
      var thrown = assertThrows(IllegalArgumentException.class, () -> lua.eval("...", "中"));
      assertTrue(thrown.getMessage().contains("ISO-8859-15"), thrown::getMessage);
      assertThrows(LuaSyntaxException.class, () -> lua.eval("'中'"));
    }
  }

  // BEHAVIOURS 52
  @EachFlavour
  void areBytesInBinaryMode(Flavour flavour) {
    try (var lua = builder(flavour).charset(null).build()) {
      assertEquals(bytes('a'), lua.eval("'a'").first());
      assertEquals(List.of(2L, bytes(200, 0)), lua.eval("#..., ...", new byte[] {(byte) 200, 0}));
      assertEquals(bytes(0xC3, 0xA4), lua.eval("'ä'").first());
      assertEquals("ä", ((LuaString) lua.eval("'ä'").first()).toString());
    }
  }

  // BEHAVIOURS 53
  @EachFlavour
  void areFoundByTextInBinaryMode(Flavour flavour) {
    try (var lua = builder(flavour).charset(null).build()) {
      var table = (LuaTable) lua.eval("{abc = 1, ['ä'] = 2}").first();

      assertEquals(1L, table.get("abc"));
      assertEquals(2L, table.get("ä"));
      assertEquals(1L, table.put("abc", 5));
      assertEquals(5L, table.get(bytes('a', 'b', 'c')));
      assertEquals(
          List.of(bytes("string".getBytes(StandardCharsets.US_ASCII)), true),
          lua.eval("type(...), ... == 'x'", "x"));
    }
  }

  private static LuaString bytes(byte[] bytes) {
    return LuaString.of(bytes);
  }

  /** A host's object. */
  public static final class Bean {
    private String name = "first";

    public String getName() {
      return name;
    }

    public void setName(String name) {
      this.name = name;
    }

    public String shout(String text) {
      return text + "!";
    }

    public Object same(Object any) {
      return any;
    }

    @Override
    public String toString() {
      return "Bean " + name;
    }
  }

  // BEHAVIOURS 54
  @EachFlavour
  void nameMembersInBinaryMode(Flavour flavour) {
    var map = new HashMap<String, Object>(Map.of("key", 1));
    var bean = new Bean();
    try (var lua = builder(flavour).charset(null).build()) {
      lua.globals().put("bean", bean);
      lua.globals().put("map", map);

      assertEquals(
          bytes("first".getBytes(StandardCharsets.US_ASCII)), lua.eval("bean.name").first());
      lua.execute("bean.name = 'second' bean:setName(bean:getName() .. '!') map.other = 5");
      assertEquals("second!", bean.getName());
      assertEquals(
          bytes("Bean second!".getBytes(StandardCharsets.US_ASCII)),
          lua.eval("tostring(bean)").first());
      assertEquals(1L, lua.eval("map.key").first());
      assertEquals(5, map.get("other"));
      assertEquals(bytes(255), lua.eval("bean:same('\\255')").first());
      assertEquals(3L, lua.execute("return java.import('java.lang.Math').max(2, 3)").first());
      assertEquals(true, lua.execute("return java.instanceof(bean, 'java.lang.Object')").first());
      assertThrows(LuaException.class, () -> lua.execute("return bean.nam"));
      assertThrows(LuaException.class, () -> lua.execute("return bean['\\255']"));
    }
  }

  // BEHAVIOURS 55
  @EachFlavour
  void comeBackAsTextFromByteArrays(Flavour flavour) {
    try (var lua = builder(flavour).build()) {
      assertEquals(
          List.of("string", "ä"), lua.eval("type(...), ...", "ä".getBytes(StandardCharsets.UTF_8)));
    }
  }

  // BEHAVIOURS 56
  @EachFlavour
  void mayBeErrorsThoughMalformed(Flavour flavour) {
    for (var policy : Malformed.values()) {
      try (var lua = builder(flavour).malformed(policy).build()) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute("error('\\255', 0)"));
        assertNull(thrown.getCause());
        assertEquals(policy == Malformed.REPLACE ? "\uFFFD" : bytes(255), thrown.value());
        assertEquals("\uFFFD", thrown.getMessage());
        assertThrows(
            LuaException.class, () -> lua.execute("local function f() error('x') end f()"));
        assertThrows(
            LuaSyntaxException.class,
            () ->
                lua.execute(
                        "load = loadstring or load return assert(load('\\255 = ', '\\254'))" + " =")
                    .size());
      }
    }
  }

  // BEHAVIOURS 57
  @EachFlavour
  void needACharsetThatExists(Flavour flavour) {
    for (var name : List.of("no-such-charset", "not a name!")) {
      var builder = builder(flavour).charsetName(name);
      var thrown = assertThrows(IllegalArgumentException.class, builder::build);
      assertTrue(thrown.getMessage().contains(name), thrown::getMessage);
    }
    assertThrows(
        IllegalArgumentException.class, () -> builder(flavour).charsetName("UTF-16").build());
    try (var lua = builder(flavour).charsetName("ISO-8859-15").build()) {
      assertEquals(1L, lua.eval("#...", "€").first());
      assertEquals(LATIN, lua.options().charset());
    }
  }

  // BEHAVIOURS 58
  @EachFlavour
  void holdBinaryData(Flavour flavour) {
    var rows =
        "local rows = {} for y = 0, 15 do local row = {} for x = 0, 15 do"
            + " row[#row + 1] = string.char((x * 16 + y * 3) % 256) end"
            + " rows[#rows + 1] = table.concat(row) end return table.concat(rows)";
    var expected = new byte[256];
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        expected[y * 16 + x] = (byte) (x * 16 + y * 3);
      }
    }
    try (var lua = builder(flavour).charset(null).build();
        var text = builder(flavour).build();
        var latin = builder(flavour).charset(StandardCharsets.ISO_8859_1).build()) {
      assertArrayEquals(expected, ((LuaString) lua.execute(rows).first()).bytes());
      assertArrayEquals(expected, ((LuaString) text.execute(rows).first()).bytes());
      assertArrayEquals(
          expected, ((String) latin.execute(rows).first()).getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  // BEHAVIOURS 212
  @EachFlavour
  void areReadFromSourceInItsCharset(Flavour flavour) {
    try (var lua = builder(flavour).sourceCharset(StandardCharsets.UTF_8).charset(LATIN).build();
        var binary = builder(flavour).charset(null).sourceCharset(LATIN).build();
        var plain = builder(flavour).charset(LATIN).build()) {
      assertEquals(List.of(2L, 1L), lua.eval("#'ä', #...", "ä"));
      assertEquals(1L, plain.eval("#'€'").first());
      assertEquals(bytes(0xA4), binary.eval("'€'").first());
      assertSame(StandardCharsets.UTF_8, lua.options().sourceCharset());
      assertSame(LATIN, plain.options().sourceCharset());
      assertEquals(
          1L,
          binary
              .execute(
                  LuaChunk.of(
                      new byte[] {'r', 'e', 't', 'u', 'r', 'n', ' ', '#', '\'', (byte) 0xE4, '\''}))
              .first());
    }
  }

  // BEHAVIOURS 10
  @EachFlavour
  void nameChunks(Flavour flavour) {
    for (var charset : List.of(StandardCharsets.UTF_8, LATIN)) {
      try (var lua = builder(flavour).charset(charset).build()) {
        var chunk = LuaChunk.of("x = = 1").named("@ä€.lua");

        assertEquals(
            "ä€.lua", assertThrows(LuaSyntaxException.class, () -> lua.execute(chunk)).chunk());
        assertEquals("@ä€.lua", lua.compile(LuaChunk.of("x = 1").named("@ä€.lua")).info().source());
        assertEquals(
            "@ä中.lua".replace("中", charset == LATIN ? "?" : "中"),
            lua.compile(LuaChunk.of("x = 1").named("@ä中.lua")).info().source());
      }
    }
  }

  // BEHAVIOURS 52
  @EachFlavour
  void passThroughFunctionsInBinaryMode(Flavour flavour) {
    try (var lua = builder(flavour).charset(null).build()) {
      lua.globals().put("shout", (Function<Object, Object>) text -> text + "!");
      lua.globals().put("bean", new Bean());
      var upper = (LuaFunction) lua.eval("string.upper").first();

      assertEquals(bytes('a', '!'), lua.eval("shout('a')").first());
      assertEquals(bytes('a', '!'), lua.eval("bean:shout('a')").first());
      assertEquals(bytes('A'), upper.call("a").first());
      assertEquals("AB", ((LuaString) upper.as(Upper.class).of("ab")).toString());
    }
  }

  /** A function of a text. */
  public interface Upper {
    Object of(String text);
  }

  // BEHAVIOURS 215
  @EachFlavour
  void areAlwaysBytesIfAsked(Flavour flavour) throws Exception {
    var text = new byte[] {'a', (byte) 0xC3, (byte) 0xA9};
    var none = new byte[] {'a', (byte) 0xE9};
    try (var lua = builder(flavour).build()) {
      assertEquals(List.of("aé", LuaString.of(none)), lua.eval("...", text, none));
    }
    try (var lua = builder(flavour).strings(StringMode.ALWAYS_BYTES).build()) {
      assertEquals(List.of(LuaString.of(text), LuaString.of(none)), lua.eval("...", text, none));
      assertEquals(StringMode.ALWAYS_BYTES, lua.options().strings());
      assertEquals(
          List.of("aé".length()),
          lua.eval("(...):length()", new StringBuilder("aé")).stream()
              .map(each -> ((Long) each).intValue())
              .toList());
    }
    try (var engine = engine(flavour)) {
      engine.put("lupine.strings", "always_bytes");
      engine.put("b", text);
      assertEquals(LuaString.of(text), engine.eval("return b"));
      assertEquals(LuaString.of((byte) 'x'), engine.eval("x = 'x' return x"));
      assertEquals(LuaString.of((byte) 'x'), engine.get("x"));
    }
    var odd = builder(flavour).charset(LATIN).strings(StringMode.ALWAYS_BYTES);
    assertTrue(
        assertThrows(IllegalArgumentException.class, odd::build)
            .getMessage()
            .contains("UTF-8, not ISO-8859-15"));
  }

  @EachFlavour
  void areWrittenByARuntimeByteByByte(Flavour flavour) {
    var command = ChildProcess.java(List.of(), Writing.class, flavour.name());
    var child = ChildProcess.run(Path.of("target"), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertEquals("61e9c3a9ffe90a fffe", child.out());
  }

  /** Shows what a runtime writes to the standard output, and to the standard error. */
  static final class Writing {
    public static void main(String[] arguments) {
      var standard = System.out;
      var written = new ByteArrayOutputStream();
      var errors = new ByteArrayOutputStream();
      System.setOut(new PrintStream(written, false, StandardCharsets.US_ASCII));
      System.setErr(new PrintStream(errors, false, StandardCharsets.US_ASCII));
      for (var malformed : Malformed.values()) {
        written.reset();
        errors.reset();
        try (var lua = builder(Flavour.valueOf(arguments[0])).malformed(malformed).build()) {
          lua.execute("io.write('a\\233', '\\195') io.write('\\169') io.stdout:write('\\255')");
          lua.execute("print('\\233') io.stderr:write('\\255', '\\254')");
        }
      }
      System.setOut(standard);
      var hex = HexFormat.of();
      System.out.print(
          hex.formatHex(written.toByteArray()) + " " + hex.formatHex(errors.toByteArray()));
    }
  }
}
