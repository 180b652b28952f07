package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import javax.script.ScriptException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;

/** Text and bytes, both ways: BEHAVIOURS H15. */
class StringsTest {
  // BEHAVIOURS 46
  @EachFlavour
  void areUtf8InLua(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("s", "añ€😀");

      assertEquals(10L, engine.eval("return #s"));
      assertEquals("añ€😀", engine.get("s"));
      assertEquals("añ€😀", engine.eval("return 'añ€😀'"));
      assertEquals(true, engine.eval("return s == 'añ€😀'"));
    }
  }

  @EachFlavour
  void comeBackUnchanged(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(s) return s end");

      for (var text :
          new String[] {
            "",
            "\0",
            "\0\0",
            "a\0b\0",
            "\u007f\u0080\u07ff\u0800\uffff",
            "\ud83d\ude00\udbff\udfff",
            "\r\n\t",
            "x".repeat(100_000),
            "😀".repeat(50_000)
          }) {
        assertEquals(text, engine.invokeFunction("same", text));
        assertEquals(text, engine.eval("return s", foreign(Map.of("s", text))));
      }
    }
  }

  // BEHAVIOURS 48
  @EachFlavour
  void mayHoldNulCharacters(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("s", "a\0b");

      assertEquals(3L, engine.eval("return #s"));
      assertEquals("a\0b", engine.eval("return s"));
      assertEquals("a\0b", engine.eval("return 'a\\0b'"));
    }
  }

  // BEHAVIOURS 49
  @EachFlavour
  void areBytesIfMalformed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var value = assertInstanceOf(LuaString.class, engine.eval("return '\\255'"));

      engine.put("back", value);
      assertEquals(true, engine.eval("return back == '\\255' and #back == 1"));
      assertEquals(value, engine.eval("return '\\255'"));
      assertEquals(value.hashCode(), engine.eval("return '\\255'").hashCode());
    }
  }

  // BEHAVIOURS 49: overlong forms, surrogates and truncated sequences are malformed
  @EachFlavour
  void areTextOnlyIfTheyAreRealUtf8(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var bytes :
          new String[] {
            "\\192\\128",
            "\\237\\160\\128",
            "\\240\\159\\152",
            "a\\128",
            "\\244\\144\\128\\128",
            "\\195"
          }) {
        assertInstanceOf(LuaString.class, engine.eval("return '" + bytes + "'"), bytes);
      }
    }
  }

  // BEHAVIOURS 50
  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Flavour.class,
      names = {"LUA53", "LUA54", "LUA55"})
  void includeThePatternOfTheUtf8Library(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var pattern = engine.eval("return utf8.charpattern");

      engine.put("pattern", pattern);
      assertEquals(true, engine.eval("return pattern == utf8.charpattern"));
    }
  }

  // BEHAVIOURS 51
  @EachFlavour
  void mayHoldNoLoneSurrogate(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("function same(s) return s end");

      for (var broken : new String[] {"\ud83d", "a\ude00b", "\ude00\ud83d"}) {
        var thrown =
            assertThrows(ScriptException.class, () -> engine.invokeFunction("same", broken));
        assertTrue(thrown.getMessage().contains("UTF-8"), thrown::getMessage);
        assertEquals("fine", engine.invokeFunction("same", "fine"));
      }
    }
  }

  // BEHAVIOURS 55
  @EachFlavour
  void areMadeFromByteArrays(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("s", "añ".getBytes(StandardCharsets.UTF_8));

      assertArrayEquals(
          new Object[] {"string", 3L, "añ"}, (Object[]) engine.eval("return type(s), #s, s"));
    }
  }

  /** Text that is no String. */
  private record Chars(String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  // BEHAVIOURS 213
  @EachFlavour
  void areMadeFromAnyCharSequence(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("s", new Chars("añ"));

      assertArrayEquals(new Object[] {"string", "añ"}, (Object[]) engine.eval("return type(s), s"));
    }
  }

  // BEHAVIOURS 213: scripts can append to builders
  @EachFlavour
  void areNotMadeFromBuilders(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var builder = new StringBuilder("a");
      engine.put("builder", builder);

      assertEquals("a1", engine.eval("builder:append(1) return builder:toString()"));
      assertSame(builder, engine.eval("return builder"));
    }
  }

  // BEHAVIOURS 56
  @EachFlavour
  void mayBeErrorsThoughMalformed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("error('\\255', 0)"));

      var cause = assertInstanceOf(LuaException.class, thrown.getCause());
      assertInstanceOf(LuaString.class, cause.value());
      assertEquals(1L, engine.eval("return 1"));
    }
  }

  // BEHAVIOURS 49: no unrelated call fails
  @EachFlavour
  void disturbNothingElseIfMalformed(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("bytes = '\\255' t = {['\\255'] = 1}");

      assertEquals("fine", engine.eval("return 'fine'"));
      assertInstanceOf(LuaString.class, engine.get("bytes"));
      assertTrue(engine.getBindings(ENGINE_SCOPE).containsKey("bytes"));
    }
  }

  // BEHAVIOURS 58
  @EachFlavour
  void carryBinaryDataExactly(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bytes = new byte[256];
      for (var i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) i;
      }
      engine.put("bytes", bytes);

      assertEquals(
          true,
          engine.eval(
              """
          local all = {}
          for i = 0, 255 do all[i + 1] = string.char(i) end
          return bytes == table.concat(all)"""));
    }
  }

  // BEHAVIOURS 214
  @EachFlavour
  void fitParametersThatTakeTextOrBytes(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("taker", new Taker());

      assertEquals("text añ", engine.eval("return taker:text('añ')"));
      assertEquals("sequence añ", engine.eval("return taker:sequence('añ')"));
      assertEquals("bytes 2", engine.eval("return taker:bytes('\\255\\0')"));
      assertEquals("character ñ", engine.eval("return taker:character('ñ')"));
      assertThrows(ScriptException.class, () -> engine.eval("return taker:character('ab')"));
      assertThrows(ScriptException.class, () -> engine.eval("return taker:text('\\255')"));
    }
  }

  /** Takes strings in every form that Java has for them. */
  public static final class Taker {
    public String text(String text) {
      return "text " + text;
    }

    public String sequence(CharSequence text) {
      return "sequence " + text;
    }

    public String bytes(byte[] bytes) {
      return "bytes " + bytes.length;
    }

    public String character(char character) {
      return "character " + character;
    }
  }

  // BEHAVIOURS 46
  @EachFlavour
  void passThroughCallbacksUnchanged(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("shout", (Function<String, String>) text -> text + "€😀\0!");

      assertEquals("añ€😀\0!", engine.eval("return shout('añ')"));
      assertEquals(true, engine.eval("return shout('') == '€😀\\0!'"));
    }
  }

  @EachFlavour
  void areKeysOfJavaMaps(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var properties = new Properties();
      engine.put("map", properties);

      engine.eval("map['ñ€😀'] = 'v'");

      assertEquals("v", properties.get("ñ€😀"));
      assertEquals("v", engine.eval("return map['ñ€😀']"));
    }
  }

  @EachFlavour
  void areEqualWhereverTheyComeFrom(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("s", "key");
      engine.put("object", this);

      assertEquals(1L, engine.eval("local t = {key = 1} return t[s]"));
      assertSame(this, engine.eval("local t = {[s] = object} return t.key"));
    }
  }
}
