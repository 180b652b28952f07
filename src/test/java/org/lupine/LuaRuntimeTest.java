package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.script.ScriptEngineManager;
import org.lupine.host.HostAccess;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;
import org.lupine.value.LuaSyntaxException;

/** The facade over one interpreter. */
class LuaRuntimeTest {
  private static LuaRuntime runtime(Flavour flavour) {
    return LuaRuntime.builder().flavour(flavour).build();
  }

  // BEHAVIOURS 1, 2, 3
  @EachFlavour
  void givesTheValuesOfAnExpression(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(42L), lua.eval("6*7"));
      assertEquals(Arrays.asList(3L, "a", null), lua.eval("3, 'a', nil"));
      assertEquals(3L, lua.eval("select('#', ...)", 1, null, "x").first());
    }
  }

  // BEHAVIOURS 7
  @EachFlavour
  void evaluatesNoStatements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertThrows(LuaSyntaxException.class, () -> lua.eval("x=1"));
      assertEquals(1L, lua.eval("1 -- c").first());
      assertNull(lua.eval("").first());
    }
  }

  // BEHAVIOURS 4, 5
  @EachFlavour
  void executesStatements(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      assertEquals(List.of(2L, 1L), lua.execute("local a, b = ... return b, a", 1, 2));
      assertEquals(List.of(), lua.execute("x = 1"));
      assertEquals(1L, lua.globals().get("x"));
    }
  }

  // BEHAVIOURS 10
  @EachFlavour
  void namesItsChunksAsLuaDoes(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      for (var name : List.of("@m.lua", "=m.lua")) {
        var thrown = assertThrows(LuaSyntaxException.class, () -> lua.compile("x = = 1", name));
        assertTrue(thrown.getMessage().startsWith("m.lua:1:"), thrown::getMessage);
      }
      var thrown = assertThrows(LuaSyntaxException.class, () -> lua.compile("p p", "p"));
      assertTrue(thrown.getMessage().startsWith("[string \"p\"]:1:"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 13, 14
  @EachFlavour
  void compilesSourceAndBytecode(Flavour flavour) {
    try (var lua = runtime(flavour)) {
      var function = lua.compile("return ... + 1");
      assertEquals(2L, function.call(1).first());

      var dumped = (LuaString) lua.eval("string.dump(...)", function).stream()
          .map(each -> each instanceof String
              ? LuaString.of(((String) each).getBytes(StandardCharsets.UTF_8)) : each)
          .findFirst().orElseThrow();

      assertEquals(6L, lua.compile(dumped.bytes(), "dumped").call(5).first());
    }
  }

  // BEHAVIOURS 47, 52
  @EachFlavour
  void convertsStringsByItsCharset(Flavour flavour) {
    var latin = Charset.forName("ISO-8859-15");
    try (var lua = LuaRuntime.builder().flavour(flavour).charset(latin).build()) {
      assertEquals(List.of(3L, "añ€"), lua.eval("#..., ...", "añ€"));
    }
    try (var lua = LuaRuntime.builder().flavour(flavour).charset(null).build()) {
      assertEquals(LuaString.of((byte) 'a'), lua.eval("'a'").first());
    }
  }

  @EachFlavour
  void refusesOptionsThatCannotBe(Flavour flavour) {
    var builder = LuaRuntime.builder().flavour(flavour);

    assertThrows(IllegalArgumentException.class, () -> builder.charset(StandardCharsets.UTF_16));
    assertThrows(IllegalArgumentException.class, () -> builder.indexBase(2));
  }

  @EachFlavour
  void reachesInJavaWhatItsAccessAllows(Flavour flavour) {
    try (var lua = LuaRuntime.builder().flavour(flavour)
        .hostAccess(HostAccess.BINDINGS_ONLY).build()) {
      assertEquals(2L, lua.eval("(...):size()", List.of(1, 2)).first());
      assertThrows(LuaException.class, () -> lua.execute("return java.import('System')"));
    }
  }

  @EachFlavour
  void isUsableNoMoreOnceClosed(Flavour flavour) {
    var lua = runtime(flavour);
    lua.close();
    lua.close();

    assertThrows(IllegalStateException.class, () -> lua.eval("1"));
  }

  // API 1
  @EachFlavour
  void liesUnderAScriptEngine(Flavour flavour) throws Exception {
    try (var engine = (LuaScriptEngine) new ScriptEngineManager().getEngineByName(flavour.id())) {
      engine.eval("x = 1");

      assertEquals(1L, engine.runtime().eval("x").first());
      assertSame(engine.runtime(), engine.runtime());
      assertEquals(flavour, engine.runtime().flavour());
    }
  }
}
