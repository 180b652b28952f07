package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongUnaryOperator;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;

/** Calls and properties with at most one number or boolean, which are passed without boxes. */
class UnboxedCallsTest {
  /** Has a member of each kind. */
  public static class Probe {
    public double number = 1.5;
    public int whole = 7;
    public String text = "text";
    public final long fixed = (1L << 62) + 1;
    public static boolean flag = true;
    private byte small = 3;
    final List<Object> seen = new ArrayList<>();

    public byte getSmall() {
      return small;
    }

    public void setSmall(byte small) {
      this.small = small;
    }

    public boolean isOpen() {
      return true;
    }

    public void takeByte(byte value) {
      seen.add(value);
    }

    public void takeShort(short value) {
      seen.add(value);
    }

    public void takeInt(int value) {
      seen.add(value);
    }

    public void takeLong(long value) {
      seen.add(value);
    }

    public void takeFloat(float value) {
      seen.add(value);
    }

    public void takeDouble(double value) {
      seen.add(value);
    }

    public void takeBoolean(boolean value) {
      seen.add(value);
    }

    public void takeChar(char value) {
      seen.add(value);
    }

    public void takeObject(Object value) {
      seen.add(value);
    }

    public void takeBoxed(Integer value) {
      seen.add(value);
    }

    public void takeProbe(Probe value) {
      seen.add(value);
    }

    public void takeRunnable(Runnable value) {
      value.run();
    }

    public Object same(Object value) {
      return value;
    }

    public long large() {
      return Long.MAX_VALUE;
    }

    public float single() {
      return 0.5f;
    }

    public char letter() {
      return 'x';
    }

    public Object nothing() {
      return null;
    }

    public int negated(int value) {
      return -value;
    }

    public void fail() {
      throw FAILURE;
    }

    public static int twice(int value) {
      return 2 * value;
    }
  }

  private static final IllegalStateException FAILURE = new IllegalStateException("no");

  @EachFlavour
  void convertTheirArgumentAsOthersDo(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var probe = new Probe();
      engine.put("p", probe);

      engine.eval(
          """
          p:takeByte(-128) p:takeShort(32767) p:takeInt(-2147483648) p:takeLong(2^53)
          p:takeFloat(0.5) p:takeDouble(3) p:takeDouble(-0.25) p:takeBoolean(false)
          p:takeChar('c') p:takeObject(1.5) p:takeObject(2) p:takeObject(true) p:takeObject(nil)
          p:takeBoxed(5) p:takeBoxed(nil) p:takeInt(4.0)""");

      assertEquals(
          java.util.Arrays.asList(
              (byte) -128,
              (short) 32767,
              Integer.MIN_VALUE,
              1L << 53,
              0.5f,
              3.0,
              -0.25,
              false,
              'c',
              1.5,
              2L,
              true,
              null,
              5,
              null,
              4),
          probe.seen);
    }
  }

  @EachFlavour
  void refuseAnArgumentThatDoesNotFit(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("p", new Probe());
      for (var call :
          List.of(
              "takeByte(128)",
              "takeByte(-129)",
              "takeShort(32768)",
              "takeInt(2147483648)",
              "takeInt(1.5)",
              "takeInt(true)",
              "takeInt(nil)",
              "takeInt()",
              "takeLong(1e300)",
              "takeDouble(false)",
              "takeDouble(nil)",
              "takeBoolean(1)",
              "takeBoolean(nil)",
              "large(1)")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval("p:" + call), call);
        var name = call.substring(0, call.indexOf('('));
        assertTrue(thrown.getMessage().contains("'" + name + "'"), thrown::getMessage);
      }
      assertThrows(ScriptException.class, () -> engine.eval("p.whole = 1.5"));
      assertThrows(ScriptException.class, () -> engine.eval("p.small = 128"));
      assertThrows(ScriptException.class, () -> engine.eval("p.fixed = 1"));
      assertEquals(7L, engine.eval("return p.whole"));
    }
  }

  @EachFlavour
  void returnWhatOthersReturn(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("p", new Probe());

      assertEquals(
          "0 1 1",
          engine.eval(
              "return table.concat({select('#', p:takeInt(1)), select('#', p:nothing()),"
                  + " select('#', p:negated(1))}, ' ')"));
      assertEquals(-5L, engine.eval("return p:negated(5)"));
      assertEquals(10L, engine.eval("return p.twice(5)"));
      assertEquals(0.5, engine.eval("return p:single()"));
      assertEquals(engine.eval("return p:large()"), engine.eval("return p['large'](p)"));
      assertEquals(Long.MAX_VALUE + "", engine.eval("return tostring(p:large())"));
      assertEquals((1L << 62) + 1 + "", engine.eval("return tostring(p.fixed)"));
      assertEquals(engine.eval("local c = p:letter() return c"), engine.eval("return p:letter()"));
      assertEquals(true, engine.eval("return p:nothing() == nil"));
    }
  }

  @EachFlavour
  void readAndWriteProperties(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var probe = new Probe();
      var other = new Probe();
      other.number = 2.5;
      engine.put("p", probe);
      engine.put("q", other);
      engine.put("Probe", Probe.class);

      for (int i = 0; i < 3; i++) { // the first time differs
        assertEquals(true, engine.eval("return p.number + q.number == 4"));
        assertEquals("text", engine.eval("return p.text"));
        assertEquals(true, engine.eval("return p.open and p.flag"));
        assertEquals(3L, engine.eval("return q.small"));
        engine.eval("p.number = p.number + 1 p.number = p.number - 1 p.whole = p.whole + 1");
        engine.eval("p.small = p.small + 1 q.text = 't' .. q.text p.flag = true");
      }

      assertEquals(10, probe.whole);
      assertEquals(6, probe.small);
      assertEquals("ttttext", other.text);
      assertEquals(3L, engine.eval("return q.small"));
      assertTrue(
          assertThrows(ScriptException.class, () -> engine.eval("p.nmber = 1"))
              .getMessage()
              .contains("number"));
    }
  }

  @EachFlavour
  void passObjects(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var probe = new Probe();
      var other = new Probe();
      var ran = new ArrayList<>();
      engine.put("p", probe);
      engine.put("q", other);
      engine.put("run", (Runnable) () -> ran.add("java"));
      engine.put("Probe", Probe.class);
      engine.put("list", List.of(1, 2));

      engine.eval(
          "p:takeProbe(q) p:takeProbe(nil) p:takeProbe(java.null) p:takeObject(q) "
              + "p:takeObject(java.null) p:takeObject(java.members(q)) p:takeObject(Probe) "
              + "p:takeRunnable(run) p:takeRunnable(function() end)");

      assertEquals(
          java.util.Arrays.asList(other, null, null, other, null, other, Probe.class), probe.seen);
      assertEquals(List.of("java"), ran);
      assertSame(other, engine.eval("return p:same(q)"));
      assertEquals(2L, engine.eval("return #list"));
      assertEquals("[1, 2]", engine.eval("return tostring(list)"));
      assertThrows(ScriptException.class, () -> engine.eval("p:takeProbe(run)"));
      assertThrows(ScriptException.class, () -> engine.eval("p:takeInt(q)"));
      assertThrows(ScriptException.class, () -> engine.eval("p:takeBoxed(q)"));
    }
  }

  @EachFlavour
  void passWhatIsThrown(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("p", new Probe());
      engine.put("f", (DoubleUnaryOperator) x -> Double.parseDouble("x"));

      var thrown = assertThrows(ScriptException.class, () -> engine.eval("p:fail()"));
      assertSame(FAILURE, thrown.getCause());
      assertEquals(
          true,
          engine.eval("local ok, e = pcall(p.fail, p) return not ok and e:getMessage() == 'no'"));
      assertThrows(ScriptException.class, () -> engine.eval("return f(1)"));
    }
  }

  @EachFlavour
  void callFunctionalObjects(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("double", (DoubleUnaryOperator) x -> 2 * x);
      engine.put("long", (LongUnaryOperator) x -> x + 1);
      engine.put("int", (IntFunction<Object>) x -> x);
      engine.put("id", (Function<Object, Object>) x -> x);
      engine.put("yes", (BooleanSupplier) () -> true);
      engine.put("nested", (Function<Object, Object>) x -> eval(engine, "return id(" + x + ")"));

      assertEquals(true, engine.eval("return double(2.5) == 5"));
      assertEquals(8L, engine.eval("return long(7)"));
      assertEquals(3L, engine.eval("return int(3)"));
      assertEquals(4.25, engine.eval("return id(4.25)"));
      assertEquals(true, engine.eval("return id(nil) == nil and id(true) and yes()"));
      assertEquals(9L, engine.eval("return nested(9)"));
      assertEquals("s", engine.eval("return id('s')"));
      assertThrows(ScriptException.class, () -> engine.eval("return double()"));
      assertThrows(ScriptException.class, () -> engine.eval("return yes(1)"));
    }
  }

  /** Overloads for each kind of argument. */
  public static class Overloaded {
    public String of(byte value) {
      return "byte " + value;
    }

    public String of(int value) {
      return "int " + value;
    }

    public String of(long value) {
      return "long " + value;
    }

    public String of(float value) {
      return "float " + value;
    }

    public String of(double value) {
      return "double " + value;
    }

    public String of(boolean value) {
      return "boolean " + value;
    }

    public String of(char value) {
      return "char " + value;
    }

    public String of(String value) {
      return "String " + value;
    }

    public String of(List<?> value) {
      return "List " + value;
    }

    public String some(int value) {
      return "int " + value;
    }

    public String some(Object value) {
      return "Object " + value;
    }

    public String some(Object... values) {
      return "Objects " + values.length;
    }
  }

  /** Calls that were resolved before choose the same overload as those that never are unboxed. */
  @EachFlavour
  void overloadsAreTheSame(Flavour flavour) {
    var script =
        "local o, results = ..., {}"
            + " local values = {0, 1, -1, 127, 128, -129, 32767, 65536, 2^31 - 1, 2^31, -2^31, 2^53,"
            + " 2^62, 2^70, 0.5, -0.0, 1e300, 1/0, true, false, 'c', '', 'text', '\195\164',"
            + " 'a text that is longer than any character', {1, 2}}"
            + " for i = 1, 6 do for k = 1, #values do"
            + " local ok, s = pcall(o.of, o, values[k])"
            + " results[#results + 1] = tostring(ok) .. ' ' .. (ok and s or '')"
            + " ok, s = pcall(o.some, o, values[k])"
            + " results[#results + 1] = tostring(ok) .. ' ' .. (ok and type(values[k]) ~= 'table'"
            + " and s or '')"
            + " end results[#results + 1] = o:some(nil) end"
            + " return table.concat(results, '\\n')";
    try (var plain = LuaRuntime.builder().flavour(flavour).build();
        var boxed = LuaRuntime.builder().flavour(flavour).unpackReturnedArrays(true).build()) {
      assertEquals(
          boxed.execute(script, new Overloaded()).first(),
          plain.execute(script, new Overloaded()).first());
    }
  }

  private static Object eval(javax.script.ScriptEngine engine, String script) {
    try {
      return engine.eval(script);
    } catch (ScriptException e) {
      throw new IllegalStateException(e);
    }
  }
}
