package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaException;

/** Members of Java objects in scripts. */
class JavaObjectsTest {
  /** A bean with everything that a bean can have. */
  public static class Account {
    public static final String CURRENCY = "EUR";
    public static int opened;
    public int balance;
    public final String bank = "b";
    private String owner = "nobody";
    private boolean active = true;

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public boolean isActive() {
      return active;
    }

    public void setActive(boolean active) {
      this.active = active;
    }

    public int getBalanceDoubled() {
      return 2 * balance;
    }

    public int add(int amount) {
      return balance += amount;
    }

    public Object echo(Object value) {
      return value;
    }

    public Account self() {
      return this;
    }

    public static String greeting(String name) {
      return "hello " + name;
    }

    @Override
    public String toString() {
      return "account of " + owner;
    }
  }

  /** Inherits all that an account has. */
  public static final class Savings extends Account {
    public double rate() {
      return 0.5;
    }
  }

  // BEHAVIOURS 110
  @EachFlavour
  void areUserdataWithIdentity(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      assertEquals("userdata", engine.eval("return type(o)"));
      assertEquals(true, engine.eval("return rawequal(o, o:self()) and o == o:self()"));
      assertEquals(7L, engine.eval("local t = {[o] = 7} return t[o:self()]"));
      assertSame(engine.get("o"), engine.eval("return o"));
    }
  }

  // BEHAVIOURS 110: each step of the collector is a whole cycle here, also the one that runs while
  // the userdata is made
  @EachFlavour
  void areOneUserdataThoughAFinalizerGetsThem(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (Function<Object, Object> made :
          List.<Function<Object, Object>>of(own -> own, own -> (JavaFunction) any -> own)) {
        engine.put("objects", Stream.generate(Object::new).map(made).limit(300).toList());
        var counts =
            (String)
                engine.eval(
                    """
                local seen, two = 0, 0
                local function arm(finalize)
                  if newproxy then getmetatable(newproxy(true)).__gc = finalize
                  else setmetatable({}, {__gc = finalize}) end
                end
                for _, set in ipairs {{"setpause", 1}, {"setstepmul", 1000}, {"incremental"},
                    {"param", "pause", 1}, {"param", "stepmul", 0}} do
                  pcall(collectgarbage, (unpack or table.unpack)(set))
                end
                collectgarbage()
                local function arm_above(depth, finalize)
                  if depth > 0 then arm_above(depth - 1, finalize) else arm(finalize) end
                end
                local objects = objects
                for i = 0, 299 do
                  local late
                  arm_above(20, function() late = objects:get(i) end)
                  for j = 1, i % 30 do local garbage = {j} end
                  local mine = objects:get(i)
                  if late then seen = seen + 1 end
                  if late and not rawequal(late, mine) then two = two + 1 end
                end
                return (seen > 0 and "some" or "none") .. ", " .. two
                """);
        assertTrue(counts.endsWith(", 0"), counts);
        assertTrue(counts.startsWith("some"), counts);
      }
    }
  }

  // BEHAVIOURS 111
  @EachFlavour
  void haveTheirPropertiesReadAndWritten(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      engine.eval("o.owner = 'me' o.active = false");

      assertArrayEquals(
          new Object[] {"me", false}, (Object[]) engine.eval("return o.owner, o.active"));
      assertEquals("me", ((Account) engine.get("o")).getOwner());
      assertEquals("me", engine.eval("return o:getOwner()"));
    }
  }

  // BEHAVIOURS 222
  @EachFlavour
  void haveTheirPublicFieldsReadAndWritten(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      engine.eval("o.balance = 21");

      assertEquals(42L, engine.eval("return o.balanceDoubled"));
      assertEquals("b", engine.eval("return o.bank"));
      assertThrows(ScriptException.class, () -> engine.eval("o.bank = 'other'"));
      assertThrows(ScriptException.class, () -> engine.eval("o.balance = 'text'"));
      assertThrows(ScriptException.class, () -> engine.eval("o.balanceDoubled = 1"));
    }
  }

  /** Properties that have one accessor each, and a field for the other direction. */
  public static class Halves {
    public String onlySet = "field";
    public String onlyGot = "field";
    public static final String FIXED = "fixed";

    public void setOnlySet(String value) {
      onlySet = "set " + value;
    }

    public String getOnlyGot() {
      return "got " + onlyGot;
    }

    public static void setFIXED(String value) {
      throw new IllegalStateException(value);
    }
  }

  @EachFlavour
  void haveGetterAndSetterFoundIndependently(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Halves());
      engine.eval("o.onlySet = 'a' o.onlyGot = 'b'");

      assertArrayEquals(
          new Object[] {"set a", "got b", "fixed"},
          (Object[]) engine.eval("return o.onlySet, o.onlyGot, o.FIXED"));
      assertThrows(ScriptException.class, () -> engine.eval("o.FIXED = 'c'"));
      engine.eval(
          "local System = java.import 'java.lang.System' assert(System.out == System.out) "
              + "System.setOut(System.out)");
      var standard = System.out;
      var written = new ByteArrayOutputStream();
      System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
      try {
        engine.eval("require('luajava').bindClass('java.lang.System').out:println('x')");
      } finally {
        System.setOut(standard);
      }
      assertEquals("x", written.toString(StandardCharsets.UTF_8).strip());
    }
  }

  // BEHAVIOURS 223
  @EachFlavour
  void suggestNearNamesForAMemberThatIsMissing(Flavour flavour) {
    try (var engine = account(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("return o.ovner"));
      assertInstanceOf(LuaException.class, thrown.getCause());
      assertTrue(thrown.getMessage().contains("ovner"), thrown::getMessage);
      assertTrue(thrown.getMessage().contains("owner"), thrown::getMessage);

      thrown = assertThrows(ScriptException.class, () -> engine.eval("o.ovner = 1"));
      assertTrue(thrown.getMessage().contains("ovner"), thrown::getMessage);
    }
  }

  // BEHAVIOURS 222
  @EachFlavour
  void keepPrivateMembersToThemselves(Flavour flavour) {
    var secret =
        new Object() {
          @SuppressWarnings("unused")
          private final int hidden = 1;
        };
    try (var engine = engine(flavour)) {
      engine.put("secret", secret);

      assertThrows(ScriptException.class, () -> engine.eval("return secret.hidden"));
    }
  }

  // BEHAVIOURS 117
  @EachFlavour
  void areCalledWithAColonOrADot(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      assertEquals(2L, engine.eval("return o:add(2)"));
      assertEquals(4L, engine.eval("return o.add(2)"));
      assertEquals(8L, engine.eval("local add = o.add add(2) return o:add(2)"));
    }
  }

  // BEHAVIOURS 118
  @EachFlavour
  void canBeTheArgumentOfTheirOwnMethod(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      assertSame(
          engine.get("o"),
          engine.eval(
              "local function f(method, argument) return method(argument) end return f(o.echo, o)"));
      assertSame(engine.get("o"), engine.eval("return o:echo(o)"));
      assertNull(engine.eval("return o:echo(nil)"));
    }
  }

  // BEHAVIOURS 119
  @EachFlavour
  void haveInheritedAndStaticMembers(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Savings());

      assertEquals(5L, engine.eval("return o:add(5)"));
      assertEquals(0.5, engine.eval("return o:rate()"));
      assertEquals("nobody", engine.eval("return o.owner"));
      assertEquals("hello you", engine.eval("return o.greeting('you')"));
      assertEquals("EUR", engine.eval("return o.CURRENCY"));
      assertNotNull(engine.eval("return o:hashCode()"));
    }
  }

  // BEHAVIOURS 120
  @EachFlavour
  void raiseAnErrorIfTheyCannotBeCalled(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      var thrown = assertThrows(ScriptException.class, () -> engine.eval("o:add(1) o()"));

      assertInstanceOf(LuaException.class, thrown.getCause());
      assertEquals(1, ((Account) engine.get("o")).balance);
    }
  }

  /** Counts how often it is asked for its text. */
  public static final class Counting {
    public int asked;

    @Override
    public String toString() {
      return "asked " + ++asked;
    }
  }

  // BEHAVIOURS 121
  @EachFlavour
  void haveToStringCalledOnce(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Counting());

      assertEquals("asked 1", engine.eval("return tostring(o)"));
      assertEquals(1L, engine.eval("return o.asked"));
    }
  }

  // BEHAVIOURS 121
  @EachFlavour
  void mayThrowFromToString(Flavour flavour) {
    var refused = new IllegalStateException("no text");
    var mute =
        new Object() {
          @Override
          public String toString() {
            throw refused;
          }
        };
    try (var engine = engine(flavour)) {
      engine.put("o", mute);

      assertSame(
          refused,
          assertThrows(ScriptException.class, () -> engine.eval("return tostring(o)")).getCause());
    }
  }

  // BEHAVIOURS 202
  @EachFlavour
  void hideTheirMetatable(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      assertEquals(true, engine.eval("return type(getmetatable(o)) ~= 'table'"));
      assertEquals(true, engine.eval("return getmetatable(o) == getmetatable(o:self())"));
      assertThrows(ScriptException.class, () -> engine.eval("setmetatable(o, {})"));
      assertEquals("nobody", engine.eval("return o.owner"));
    }
  }

  /** Can be called and has a field as well. */
  public static final class Greeter implements Supplier<String> {
    public String name = "you";

    @Override
    public String get() {
      return "hello " + name;
    }
  }

  // BEHAVIOURS 204
  @EachFlavour
  void haveMembersThoughTheyCanBeCalled(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("greet", new Greeter());

      assertEquals("hello you", engine.eval("return greet()"));
      assertEquals("hello me", engine.eval("greet.name = 'me' return greet()"));
      assertEquals("hello me", engine.eval("return greet:get()"));
    }
  }

  // BEHAVIOURS 119: functions stored in a map
  @EachFlavour
  void canBeCalledAsEntriesOfAMap(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("actions", new HashMap<>(Map.of("go", (Supplier<Object>) () -> "gone")));

      assertEquals("gone", engine.eval("return actions.go()"));
    }
  }

  // BEHAVIOURS 224
  @EachFlavour
  void haveTheirComponentsIfTheyAreRecords(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("p", new Point(1, 2));

      assertEquals(3L, engine.eval("return p:x() + p.y()"));
    }
  }

  /** A public record. */
  public record Point(int x, int y) {}

  // BEHAVIOURS 224
  @EachFlavour
  void areEnumConstants(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("day", DayOfWeek.MONDAY);

      assertSame(DayOfWeek.TUESDAY, engine.eval("return day:plus(1)"));
      assertEquals("MONDAY", engine.eval("return day:name()"));
      assertEquals(1L, engine.eval("return day.value"));
    }
  }

  @EachFlavour
  void keepTheirIdentityThroughGarbageCollections(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var objects = new ArrayList<Object>();
      engine.eval("held = {} function hold(o) held[#held + 1] = o return #held end");

      for (var i = 0; i < 1_000; i++) {
        objects.add(new Object());
        engine.invokeFunction("hold", objects.get(i));
        engine.invokeFunction("hold", objects.get(i));
      }
      engine.eval("collectgarbage() collectgarbage()");

      for (var i = 0; i < 1_000; i++) {
        assertSame(objects.get(i), engine.eval("return held[" + (2 * i + 1) + "]"));
      }
      engine.eval("for i = 1, #held, 2 do assert(rawequal(held[i], held[i + 1])) end");
    }
  }

  // Scripts can swap metatables by the library debug
  @EachFlavour
  void areNotMistakenForOtherUserdata(Flavour flavour) throws Exception {
    try (var engine = account(flavour)) {
      for (var script :
          List.of(
              "debug.setmetatable(o, getmetatable(io.stdout)) io.stdout.write(o, 'x')",
              "debug.getmetatable(o).__index(io.stdout, 'owner')",
              "debug.getmetatable(o).__index(nil, 'owner')",
              "debug.getmetatable(o).__gc(o) return o.owner",
              "debug.getmetatable(o).__tostring(5)")) {
        try {
          engine.eval(script);
        } catch (ScriptException refused) {
          assertNotNull(refused.getMessage());
        }
        assertEquals(1L, engine.eval("return 1"));
      }
    }
  }

  private static LuaScriptEngine account(Flavour flavour) {
    var engine = engine(flavour);
    engine.put("o", new Account());
    return engine;
  }
}
