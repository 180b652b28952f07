package org.lupine.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.script.ScriptException;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.support.Packages;
import org.lupine.value.LuaException;
import org.lupine.value.LuaExitException;
import org.lupine.value.LuaTable;

/** Unchanged Lua libraries of the distribution, on the flavours that they support. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Debian's packages are for Linux")
class PureLuaIT {
  /** Modules of Penlight that assign to loop variables, which 5.5 forbids, or need such modules. */
  private static final Set<String> NOT_ON_55 =
      Set.of(
          "app",
          "array2d",
          "dir",
          "file",
          "func",
          "lapp",
          "List",
          "Map",
          "MultiMap",
          "OrderedMap",
          "path",
          "permute",
          "seq",
          "Set",
          "tablex",
          "test");

  @EachFlavour
  void loadsEveryModuleOfPenlight(Flavour flavour) throws IOException {
    try (var lua = Packages.runtime(flavour);
        var files = Files.list(Packages.texts(flavour).resolve("pl"))) {
      var refused = new TreeSet<String>();
      for (var name :
          files
              .map(file -> file.getFileName().toString().replace(".lua", ""))
              .filter(name -> !name.equals("init"))
              .toList()) {
        try {
          assertNotNull(lua.require("pl." + name));
        } catch (LuaException e) {
          assertTrue(flavour == Flavour.LUA55, () -> name + ": " + e.getMessage());
          refused.add(name);
        }
      }
      // The version of 5.4 may by now be one that 5.5 takes too.
      assertTrue(NOT_ON_55.containsAll(refused), () -> flavour + " refuses " + refused);
    }
  }

  @EachFlavour
  void runsPenlight(Flavour flavour) {
    try (var lua = Packages.runtime(flavour)) {
      assertEquals(
          "a=1, b={2,3}",
          lua.execute(
                  "local stringio = require 'pl.stringio'\n"
                      + "local f = stringio.create() f:write('a=', 1, ', b=')\n"
                      + "f:write(require('pl.pretty').write({2, 3}, '')) return f:value()")
              .first());
      assertEquals(
          "1,2,3,",
          lua.execute(
                  "return (require('pl.template').substitute(\n"
                      + "'# for i = 1, 3 do\\n$(i),\\n# end\\n', {}):gsub('\\n', ''))")
              .first());
      assertEquals(
          List.of("iden", "x", "="),
          lua.execute(
              "local tokens = require('pl.lexer').lua('x = 1')\n"
                  + "local a, b = tokens() local c = tokens() return a, b, c"));
      if (flavour != Flavour.LUA55) {
        assertEquals(
            "{4,2,6}",
            lua.execute(
                    "return tostring("
                        + "require('pl.List'){2, 1, 3}:map(function(x) return 2 * x end))")
                .first());
        assertEquals(
            true,
            lua.execute(
                    "local Set = require 'pl.Set'\n" + "return Set{1, 2} + Set{3} == Set{3, 2, 1}")
                .first());
        assertEquals(
            "b a",
            lua.execute(
                    "local map = require('pl.OrderedMap')()\n"
                        + "map:set('b', 1) map:set('a', 2)\n"
                        + "return table.concat(map:keys(), ' ')")
                .first());
        assertEquals(
            List.of(10L, 24L),
            lua.execute(
                "local seq = require 'pl.seq'\n"
                    + "local a = seq.reduce('+', {1, 2, 3, 4})\n"
                    + "return a, (seq.reduce(function(x, y) return x * y end, {1, 2, 3, 4}))"));
      }
    }
  }

  /** The test that comes with it prints what it finds, and what is wrong as an error. */
  @EachFlavour
  void passesTheTestOfDkjson(Flavour flavour) throws Exception {
    var test = Packages.root().resolve("usr/share/doc/lua-dkjson/examples/jsontest.lua");
    try (var engine = Packages.engine(flavour)) {
      var out = new StringWriter();
      engine.getContext().setWriter(out);

      engine.runtime().globals().put("test", test.toString());
      engine.eval("assert(loadfile(test))('dkjson')");

      var lines = out.toString().lines().toList();
      assertEquals(
          List.of(
              "NaN is converted to:\t[null]",
              "+Inf is converted to:\t[null]",
              "-Inf is converted to:\t[null]"),
          lines.subList(3, 6));
      for (var line : lines) {
        assertTrue(
            line.matches(
                "(sparse array|mixed table|NaN is|[+-]Inf is|test could not switch to locale).*"),
            out::toString);
      }
    }
    try (var lua = Packages.runtime(flavour)) {
      assertEquals(
          List.of("{\"a\":[1,2.5,\"\\u007f\"],\"b\":null}", "ö"),
          lua.execute(
              "local json = require 'dkjson'\n"
                  + "local text = json.encode({a = {1, 2.5, '\\127'}, b = json.null},"
                  + " {keyorder = {'a', 'b'}})\n"
                  + "return text, json.decode('{\"x\": [\"\\\\u00f6\"]}').x[1]"));
    }
  }

  /** Packaged for 5.1 to 5.3; the text runs on newer versions, too. */
  @EachFlavour
  void runsInspect(Flavour flavour) {
    try (var lua = Packages.runtime(flavour)) {
      lua.execute(
          "package.path = package.path .. ';' .. ...",
          Packages.texts(Flavour.LUA53).resolve("?.lua").toString());

      assertEquals(
          "{ 1, 2, a = { b = true } }",
          lua.execute("return (require('inspect')({1, 2, a = {b = true}}):gsub('%s+', ' '))")
              .first());
      assertEquals(
          "<1>{ <table 1> }",
          lua.execute("local t = {} t[1] = t\n" + "return (require('inspect')(t):gsub('%s+', ' '))")
              .first());
    }
  }

  /** Its own tests, all of them: 5.5 shows floats otherwise than two of them expect. */
  @EachFlavour
  void passesTheTestsOfLuaUnit(Flavour flavour) throws IOException {
    var tests = Packages.root().resolve("usr/share/doc/lua-unit/examples/test_luaunit.lua");
    try (var lua = Packages.runtime(flavour)) {
      lua.globals().put("lu", lua.require("luaunit"));
      // Under this name they look for themselves in messages.
      lua.compile(Files.readString(tests), "@test/test_luaunit.lua").call();

      var results =
          lua.execute(
              "local runner = lu.LuaUnit.new()\n"
                  + "runner:setOutputType('nil')\n"
                  + "local wrong = {}\n"
                  + "runner:runSuite()\n"
                  + "for _, list in ipairs{runner.result.failedTests, runner.result.errorTests} do\n"
                  + "  for _, each in ipairs(list) do wrong[#wrong + 1] = each.testName end\n"
                  + "end\n"
                  + "return runner.result.runCount, wrong");

      assertTrue((Long) results.get(0) > 200, () -> "only " + results.get(0) + " tests");
      assertEquals(
          flavour == Flavour.LUA55
              ? List.of(
                  "TestLuaUnitErrorMsg.test_assertNotAlmostEqualsMsg",
                  "TestLuaUnitErrorMsg.test_assertNotAlmostEqualsOrderReversedMsg")
              : List.of(),
          ((LuaTable) results.get(1)).asList());
    }
  }

  /** Its runner as the command has it, with the C modules that it needs and its output as TAP. */
  @EachFlavour
  void runsBusted(Flavour flavour, @TempDir Path folder) throws Exception {
    var spec =
        Files.writeString(
            folder.resolve("some_spec.lua"),
            """
        describe("a spec", function()
          local spoken
          before_each(function() spoken = {} end)
          it("compares", function() assert.are.same({1, {2}}, {1, {2}}) end)
          it("sees errors", function()
            assert.has_error(function() error("no", 0) end, "no")
          end)
          it("spies", function()
            local say = spy.new(function(word) spoken[#spoken + 1] = word end)
            say("hello")
            assert.spy(say).was_called_with("hello")
            assert.equal(1, #spoken)
          end)
          it("fails", function() assert.is_true(#spoken == 1) end)
        end)
        """);
    try (var engine = Packages.engine(flavour)) {
      var out = new StringWriter();
      engine.getContext().setWriter(out);
      busted(engine.runtime(), spec);
      var script = "return require('busted.runner')({standalone = false})";

      if (flavour == Flavour.LUA55) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(script));
        assertTrue(
            thrown.getMessage().contains("pl.path requires LuaFileSystem")
                || thrown.getMessage().contains("attempt to assign to const variable"),
            thrown::getMessage);
        return;
      }
      var thrown = assertThrows(ScriptException.class, () -> engine.eval(script));

      assertEquals(1, ((LuaExitException) thrown.getCause()).status());
      var lines = out.toString().lines().filter(line -> line.matches("(not )?ok.*|\\d.*")).toList();
      assertEquals(
          List.of(
              "ok 1 - a spec compares",
              "ok 2 - a spec sees errors",
              "ok 3 - a spec spies",
              "not ok 4 - a spec fails",
              "1..4"),
          lines,
          out::toString);
    }
  }

  /** Its arguments, and the one module in the place of which a Java writer wants another. */
  private static void busted(LuaRuntime lua, Path spec) {
    lua.execute(
        "arg = {[0] = 'busted', '--output=TAP', ...}\n"
            + "package.preload.term = function()\n"
            + "  return {isatty = function() return false end}\n"
            + "end",
        spec.toString());
  }
}
