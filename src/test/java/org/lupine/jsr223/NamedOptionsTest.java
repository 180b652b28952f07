package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.script.ScriptContext;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;
import org.lupine.value.StringMode;

/** BEHAVIOURS J79: options for hosts that only know the name of an engine. */
class NamedOptionsTest {
  private static final String BYTES = "a number of bytes from 0 to 9223372036854775807";
  private static final Map<String, String> RANGES =
      Map.of(
          "indexBase",
          "a whole number from 0 to 1",
          "hashSeed",
          "a whole number from -2147483648 to 4294967295");

  private static LuaOptions read(Map<String, ?> attributes) {
    return NamedOptions.read(Sandbox.TRUSTED, attributes::get);
  }

  @Test
  void systemPropertiesWithOtherNamesAreReported() {
    assertEquals(
        List.of(
            "no option has the name of the system property 'lupine.maxmemorry'"
                + "; near: lupine.maxMemory",
            "no option has the name of the system property 'lupine.native.cahe'"
                + "; near: lupine.native.cache",
            "no option has the name of the system property 'lupine.own'",
            "no option has the name of the system property 'lupine.sandbx'"
                + "; near: lupine.sandbox"),
        NamedOptions.warnings(
            List.of(
                "java.home",
                "lupine",
                "lupine.sandbx",
                "lupine.sandbox",
                "lupine.timeLimit",
                "lupine.maxmemorry",
                "lupine.native",
                "lupine.native.cahe",
                "lupine.native.cache",
                "lupine.default",
                "lupine.upcalls",
                "lupine.own",
                "lupine.program.part")));
  }

  // Regression: a misspelt preset left scripts without one, in silence
  @Test
  void aMisspeltSystemPropertyIsLogged() {
    var command = ChildProcess.java(List.of("-Dlupine.sandbx=sandbox"), Child.class);
    var child = ChildProcess.run(Path.of("").toAbsolutePath(), Duration.ofMinutes(2), "", command);

    assertEquals(0, child.status(), child::toString);
    assertEquals(1, child.err().split("'lupine.sandbx'; near: lupine.sandbox", -1).length - 1);
  }

  /** Uses two engines. */
  static final class Child {
    public static void main(String[] arguments) throws Exception {
      for (int i = 0; i < 2; i++) {
        try (var engine = engine(Flavour.newest())) {
          engine.eval("return 1");
        }
      }
    }
  }

  @EachFlavour
  void attributesOfTheContextAreOptions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getContext().setAttribute("lupine.sandbox", "constrained", ScriptContext.ENGINE_SCOPE);
      engine.put("lupine.maxMemory", "1M");
      assertNull(engine.eval("return io.open"));
      assertNull(engine.eval("return io.open", foreign()));
      assertEquals(Sandbox.CONSTRAINED, engine.runtime().options().sandbox());
      for (var bindings : List.of(engine.getBindings(ScriptContext.ENGINE_SCOPE), foreign())) {
        var thrown =
            assertThrows(
                ScriptException.class,
                () -> engine.eval("local t = {} for i = 1, 1e6 do t[i] = i .. '' end", bindings));
        assertInstanceOf(LuaMemoryException.class, thrown.getCause());
      }
    }
  }

  @EachFlavour
  void attributesOfTheManagerAreOptions(Flavour flavour) throws Exception {
    var manager = new ScriptEngineManager();
    manager.put("lupine.indexBase", 0);
    manager.put("l", List.of("zero"));
    try (var engine = (LuaScriptEngine) manager.getEngineByName(flavour.id())) {
      assertEquals("zero", engine.eval("return l[0]"));
      assertEquals("zero", engine.eval("return l[0]", foreign(Map.of("l", List.of("zero")))));
    }
  }

  @Test
  void takesTextAndObjects() {
    var defaults = read(Map.of());
    assertEquals(Sandbox.TRUSTED, defaults.sandbox());
    assertNull(defaults.libraries());
    var options =
        read(
            Map.of(
                "lupine.sandbox",
                "SandBox",
                "lupine.maxMemory",
                "512k",
                "lupine.libraries",
                "string, table,math",
                "lupine.globalScope",
                "true",
                "lupine.numbers",
                "always_double",
                "lupine.malformed",
                "report",
                "lupine.charset",
                "ISO-8859-1",
                "lupine.sourceCharset",
                "utf-8"));
    assertEquals(Sandbox.SANDBOX, options.sandbox());
    assertEquals(512 << 10, options.maxMemory());
    assertEquals(Set.of("string", "table", "math"), options.libraries());
    assertTrue(options.globalScope());
    assertEquals(NumberMode.ALWAYS_DOUBLE, options.numbers());
    assertEquals(Malformed.REPORT, options.malformed());
    assertEquals(StandardCharsets.ISO_8859_1, options.charset());
    assertEquals(StandardCharsets.UTF_8, options.sourceCharset());
    options =
        read(
            Map.of(
                "lupine.strings",
                "always_bytes",
                "lupine.maxOutput",
                "1m",
                "lupine.maxTransfer",
                "2000"));
    assertEquals(StringMode.ALWAYS_BYTES, options.strings());
    assertEquals(1 << 20, options.maxOutput());
    assertEquals(2000, options.maxTransfer());
    options =
        read(
            Map.of(
                "lupine.sandbox",
                Sandbox.SANDBOX,
                "lupine.maxMemory",
                1000,
                "lupine.libraries",
                List.of("string"),
                "lupine.globalScope",
                true,
                "lupine.malformed",
                Malformed.REPLACE,
                "lupine.charset",
                StandardCharsets.US_ASCII,
                "lupine.hostAccess",
                HostAccess.NONE));
    assertEquals(1000, options.maxMemory());
    assertEquals(Set.of("string"), options.libraries());
    assertEquals(Malformed.REPLACE, options.malformed());
    assertEquals(StandardCharsets.US_ASCII, options.charset());
  }

  @EachFlavour
  void takesNamesOfHostAccess(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("lupine.hostAccess", "exported, java.util.List#size");
      engine.put("l", List.of(1, 2));
      assertEquals(2, ((Number) engine.eval("return l:size()")).intValue());
      assertThrows(ScriptException.class, () -> engine.eval("return l[1]"));
    }
    try (var engine = engine(flavour)) {
      engine.put("lupine.hostAccess", "data");
      engine.put("l", List.of(1, 2));
      assertEquals(1L, engine.eval("return l[1]"));
      assertThrows(ScriptException.class, () -> engine.eval("java.import('Math')"));
    }
  }

  @EachFlavour
  void aWrongValueIsAnErrorOfTheFirstScript(Flavour flavour) throws Exception {
    var bad =
        Map.ofEntries(
            Map.entry("sandbox", "sandbx"),
            Map.entry("maxMemory", "10 apples"),
            Map.entry("libraries", "strings"),
            Map.entry("hostAccess", "everything"),
            Map.entry("globalScope", "yes"),
            Map.entry("overflow", "wrap"),
            Map.entry("numbers", "long"),
            Map.entry("bigNumbers", "exact"),
            Map.entry("malformed", "x"),
            Map.entry("charset", "utf-9"),
            Map.entry("sourceCharset", "?"),
            Map.entry("hashSeed", "seed"),
            Map.entry("indexBase", "2"),
            Map.entry("strings", "bytes"),
            Map.entry("maxOutput", "-1"),
            Map.entry("maxTransfer", "much"),
            Map.entry("binaryChunks", ""),
            Map.entry("nativeModules", "1"),
            Map.entry("unpackReturnedArrays", "on"));
    for (var each : bad.entrySet()) {
      assertIsRefused(flavour, each.getKey(), each.getValue());
    }
  }

  // Regression: such numbers were cut, so that a limit of half a byte was none
  @EachFlavour
  void aNumberThatDoesNotFitIsAnErrorOfTheFirstScript(Flavour flavour) throws Exception {
    var bad =
        Map.<String, List<Object>>of(
            "indexBase",
            List.of("4294967296", 4294967296L, 4294967297L, 0.5, -1, Double.NaN, 1e30),
            "hashSeed",
            List.of("4294967303", (1L << 32) + 7, -2147483649L, 7.5, BigInteger.ONE.shiftLeft(64)),
            "maxMemory",
            List.of(
                0.5,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY,
                -1,
                -0.5,
                1e19,
                BigInteger.ONE.shiftLeft(64),
                new BigDecimal("1e-3"),
                "9223372036854775808",
                "9007199254740992K",
                "0.5",
                "0.5G",
                "-1G"),
            "maxOutput",
            List.of(0.5f, -1L, Float.NaN),
            "maxTransfer",
            List.of(new BigDecimal("0.5"), "-0.5", BigInteger.ONE.shiftLeft(63)));
    for (var each : bad.entrySet()) {
      for (var value : each.getValue()) {
        var message = assertIsRefused(flavour, each.getKey(), value);
        assertTrue(message.contains(RANGES.getOrDefault(each.getKey(), BYTES)), message);
      }
    }
  }

  @Test
  void wholeNumbersOfAnyTypeFit() {
    for (Object value : List.of("1", 1.0, 1f, BigInteger.ONE, new BigDecimal("1.0"), (byte) 1)) {
      var options = read(Map.of("lupine.indexBase", value, "lupine.maxMemory", value));
      assertEquals(1, options.maxMemory());
    }
    for (Object value : List.of("0xFFFFFFFF", "4294967295", "-2147483648", 4294967295L, -1)) {
      assertNotNull(read(Map.of("lupine.hashSeed", value)));
    }
    assertEquals(
        Long.MAX_VALUE, read(Map.of("lupine.maxMemory", "9223372036854775807")).maxMemory());
  }

  private static String assertIsRefused(Flavour flavour, String name, Object value)
      throws Exception {
    var key = "lupine." + name;
    try (var engine = engine(flavour)) {
      engine.getContext().setAttribute(key, value, ScriptContext.ENGINE_SCOPE);
      for (var bindings : List.of(engine.getBindings(ScriptContext.ENGINE_SCOPE), foreign())) {
        assertNames(
            key,
            value,
            assertThrows(
                ScriptException.class, () -> engine.eval("x = 1", bindings), key + " = " + value));
      }
      assertNames(key, value, assertThrows(ScriptException.class, () -> engine.compile("x = 1")));
      var thrown = assertThrows(ScriptException.class, () -> engine.invokeFunction("f"));
      assertNames(key, value, thrown);
      engine.getContext().removeAttribute(key, ScriptContext.ENGINE_SCOPE);
      assertEquals(2L, engine.eval("return 1 + 1"));
      return thrown.getMessage();
    }
  }

  private static void assertNames(String key, Object value, ScriptException thrown) {
    assertTrue(thrown.getMessage().contains(key), thrown::getMessage);
    assertTrue(thrown.getMessage().contains("'" + value + "'"), thrown::getMessage);
    assertInstanceOf(IllegalArgumentException.class, thrown.getCause());
  }

  @Test
  void systemPropertiesAreOptions() {
    var child =
        DeploymentTest.child(
            List.of("-Dlupine.sandbox=sandbox", "-Dlupine.timeLimit=5000"),
            "lua54",
            "return tostring(io) .. tostring(load) .. tostring(pcall(function() end))");
    assertEquals("nilniltrue\n", child.out(), child::toString);

    child =
        DeploymentTest.child(List.of("-Dlupine.timeLimit=PT0.2S"), "lua54", "while true do end");
    assertTrue(child.out().contains("time limit"), child::toString);

    child = DeploymentTest.child(List.of("-Dlupine.sandbox=sandbx"), "lua", "return 1");
    assertTrue(child.out().startsWith("javax.script.ScriptException: "), child::toString);
    assertTrue(
        child
            .out()
            .contains(
                "option 'lupine.sandbox' is 'sandbx', not one of "
                    + "trusted, constrained, sandbox"),
        child::toString);

    child = DeploymentTest.child(List.of("-Dlupine.timeLimit=soon"), "luajit", "return 1");
    assertTrue(child.out().contains("'lupine.timeLimit'"), child::toString);
  }

  @Test
  void anUnknownDefaultIsAnErrorOfTheFirstScript() {
    var child = DeploymentTest.child(List.of("-Dlupine.default=lua99"), "lua", "return 1");

    assertTrue(child.out().startsWith("javax.script.ScriptException: "), child::toString);
    assertTrue(
        child.out().contains("'lupine.default' is 'lua99', not one of lua51, lua52"),
        child::toString);
    child = DeploymentTest.child(List.of("-Dlupine.default=lua99"), "lua52", "return _VERSION");
    assertEquals("Lua 5.2\n", child.out(), child::toString);
  }

  @Test
  void factoriesDoNotFailForAnUnknownDefault() {
    var before = System.setProperty("lupine.default", "lua99");
    try {
      var factory = new LuaEngineFactory();
      assertNotNull(factory.getLanguageVersion());
      assertNotNull(factory.getParameter(javax.script.ScriptEngine.LANGUAGE_VERSION));
      var engine = factory.getScriptEngine();
      assertThrows(ScriptException.class, () -> engine.eval("return 1"));
    } finally {
      if (before == null) {
        System.clearProperty("lupine.default");
      } else {
        System.setProperty("lupine.default", before);
      }
    }
  }

  @Test
  void nothingWeakensThePresetOfANameOrProperty() throws Exception {
    for (var weaker : List.of("trusted", "constrained")) {
      try (var engine =
          (LuaScriptEngine) new ScriptEngineManager().getEngineByName("lua-sandbox")) {
        engine.put("lupine.sandbox", weaker);
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("return 1"));
        assertTrue(thrown.getMessage().contains("weaker than sandbox"), thrown::getMessage);
      }
    }
    try (var engine = (LuaScriptEngine) new ScriptEngineManager().getEngineByName("lua-sandbox")) {
      engine.put("lupine.maxMemory", "1G");
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("return 1"));
      assertTrue(thrown.getMessage().contains("Sandbox.SANDBOX"), thrown::getMessage);
    }
    var child =
        DeploymentTest.child(
            List.of("-Dlupine.sandbox=constrained"), "lua-sandbox", "return tostring(load)");
    assertEquals("nil\n", child.out(), child::toString);
  }

  @EachFlavour
  void scriptsSetNoOptions(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      for (var name : List.of("lupine.sandbox", "lupine.timeLimit", "lupine.hostAccess")) {
        assertThrows(
            ScriptException.class, () -> engine.eval("_G['" + name + "'] = 'trusted'", bindings));
      }
      assertEquals(Set.of(), bindings.keySet());
    }
  }

  @EachFlavour
  void limitsOfOneRunAreNotTheEngines(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put(LuaScriptEngine.TIME_LIMIT, 5000);
      engine.eval("x = 1");
      assertEquals(Duration.ZERO, engine.runtime().timeLimit());
    }
  }

  /** A factory as programs define them. */
  public static final class RulesFactory extends LuaScriptEngineFactory {
    /** For {@link java.util.ServiceLoader}. */
    public RulesFactory() {
      super(LuaOptions.builder().sandbox(Sandbox.CONSTRAINED).indexBase(0).build(), "rules");
    }
  }

  @Test
  void aFactoryOfOnesOwnIsFoundByItsName(@TempDir Path folder) throws Exception {
    var services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("javax.script.ScriptEngineFactory"), RulesFactory.class.getName());
    try (var loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      var manager = new ScriptEngineManager(loader);
      try (var engine = (LuaScriptEngine) manager.getEngineByName("rules")) {
        engine.put("l", List.of("first"));
        assertEquals("first", engine.eval("return l[0]"));
        assertNull(engine.eval("return io.open"));
        assertSame(RulesFactory.class, engine.getFactory().getClass());
        assertEquals("rules", engine.getFactory().getLanguageName());
        assertEquals("rules", engine.get(javax.script.ScriptEngine.NAME));
        assertEquals(List.of("lua"), engine.getFactory().getExtensions());
        var again = engine.getFactory().getScriptEngine();
        assertNull(again.eval("return io.open"));
        again.close();
      }
      assertEquals("lua", manager.getEngineByExtension("lua").getFactory().getLanguageName());
      assertEquals("lua54", manager.getEngineByName("lua54").getFactory().getLanguageName());
    }
  }

  @EachFlavour
  void aFactoryOfOnesOwnHasTheFlavourOfItsOptions(Flavour flavour) throws Exception {
    var factory =
        new LuaScriptEngineFactory(
            LuaOptions.builder().flavour(flavour).build(), "mine", "also mine") {};
    assertEquals(List.of("mine", "also mine"), factory.getNames());
    assertEquals(flavour, factory.flavour());
    assertEquals("Lupine mine", factory.getEngineName());
    try (var engine = factory.getScriptEngine()) {
      engine.put("lupine.sandbox", "sandbox");
      assertEquals("Lua " + flavour.language(), engine.eval("return _VERSION"));
      assertEquals(Sandbox.TRUSTED, engine.runtime().options().sandbox());
    }
  }

  @Test
  void optionsOfTheProgramIgnoreAttributes() throws Exception {
    try (var engine =
        new LuaEngineFactory().getScriptEngine(LuaOptions.builder().libraries("string").build())) {
      engine.put("lupine.libraries", "table");
      assertNull(engine.eval("return table"));
    }
  }

  @Test
  void theGlobalScopeIsSeenByASandboxOnlyIfAnOptionSaysSo() throws Exception {
    var manager = new ScriptEngineManager();
    manager.put("g", "global");
    var script =
        "local names = '' for k in pairs(_G) do if k == 'g' then names = k end end "
            + "return tostring(g) .. names .. tostring(rawget(_G, 'g'))";
    try (var engine = (LuaScriptEngine) manager.getEngineByName("lua-sandbox")) {
      assertEquals("nilnil", engine.eval(script));
      assertEquals("nilnil", engine.eval(script, foreign(new HashMap<>())));
      assertNull(engine.eval("g = nil return g", foreign()));
      engine.eval("function f() return g end");
      assertNull(engine.invokeFunction("f"));
      engine.put("g", "own");
      assertEquals("own", engine.invokeFunction("f"));
    }
    try (var engine = (LuaScriptEngine) manager.getEngineByName("lua-sandbox")) {
      engine.put("lupine.globalScope", "true");
      assertEquals("global", engine.eval("return g"));
      assertEquals("global", engine.eval("return g", foreign()));
    }
    try (var engine = (LuaScriptEngine) manager.getEngineByName("lua")) {
      assertEquals("global", engine.eval("return g"));
    }
    var child =
        DeploymentTest.child(
            List.of("-Dlupine.globalScope=true"), "lua-sandbox", "return tostring(load)");
    assertEquals("nil\n", child.out(), child::toString);
  }

  @EachFlavour
  void theGlobalScopeOfASandboxIsAnOptionForEachFlavour(Flavour flavour) throws Exception {
    var manager = new ScriptEngineManager();
    manager.put("g", "global");
    for (boolean seen : List.of(false, true)) {
      var options = LuaOptions.builder().flavour(flavour).sandbox(Sandbox.SANDBOX);
      try (var engine =
          engine(flavour, seen ? options.globalScope(true).build() : options.build())) {
        engine.setBindings(manager.getBindings(), ScriptContext.GLOBAL_SCOPE);
        var script = "return tostring(g)";
        var expected = seen ? "global" : "nil";
        assertEquals(expected, engine.eval(script));
        assertEquals(expected, engine.eval(script, foreign()));
        assertEquals(expected, engine.compile(script).eval());
        assertEquals(expected, engine.compile(script).eval(foreign()));
      }
    }
  }

  @EachFlavour
  void valuesByNameHaveTheirEffect(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("lupine.bigNumbers", "exact_as_number");
      engine.put("lupine.overflow", "error");
      engine.put("lupine.binaryChunks", "true");
      engine.put("ten", BigDecimal.TEN);
      engine.put("l", List.of(BigInteger.TWO.pow(70).add(BigInteger.ONE)));
      assertEquals("number", engine.eval("return type(ten)"));
      assertInstanceOf(
          ArithmeticException.class,
          assertThrows(ScriptException.class, () -> engine.eval("return l[1]")).getCause());
      assertEquals(
          7L,
          engine.eval(
              "local load = loadstring or load "
                  + "return load(string.dump(function() return 7 end))()"));
    }
    try (var engine = engine(flavour)) {
      engine.put("big", BigDecimal.TEN);
      assertEquals("userdata", engine.eval("return type(big)"));
      assertEquals(
          false,
          engine.eval(
              "local load = loadstring or load "
                  + "return (load(string.dump(function() end))) ~= nil"));
    }
  }
}
