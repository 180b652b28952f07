package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lupine.host.AttributesTest.assertMessage;

import org.junit.jupiter.api.Test;
import org.lupine.access.LuaNamed;

class NamedArgumentsTest {
  private final Script script = new Script();
  private final Named named = new Named();

  /** Has methods with names. */
  public static class Named {
    @LuaNamed({"x", "y", "z"})
    public String f(Object x, Object y, @LuaNamed.Default("d") String z) {
      return x + "," + y + "," + z;
    }

    @LuaNamed
    public int count(int first, @LuaNamed.Default("5") int second) {
      return first * 10 + second;
    }
  }

  /** A record. */
  public record Point(int x, double y) {}

  /** Built. */
  public static final class Built {
    final String text;

    private Built(String text) {
      this.text = text;
    }

    public static Builder builder() {
      return new Builder();
    }

    @Override
    public String toString() {
      return text;
    }

    /** Its builder. */
    public static final class Builder {
      private String text = "";

      public Builder add(String more) {
        text += more;
        return this;
      }

      public Built build() {
        return new Built(text);
      }
    }
  }

  private Object args(Object... keysAndValues) throws Throwable {
    return script.java("args", FakeTable.of(keysAndValues));
  }

  @Test
  void takesArgumentsByName() throws Throwable {
    assertEquals("1,2,d", script.send(named, "f", FakeTable.of("x", 1L, "y", 2L)));
    assertEquals("5,6,d", script.send(named, "f", FakeTable.of(1L, 5L, "y", 6L)));
    assertEquals("5,6,7", script.send(named, "f", FakeTable.of("z", "7", 1L, 5L, 2L, 6L)));
    assertEquals("1,2,d", script.send(named, "f", 1L, 2L));
    assertEquals("5,null,6", script.send(named, "f", 5L, null, "6"));
    assertEquals("1,null,d", script.send(named, "f", FakeTable.of("x", 1L, "y", JavaNull.NULL)));
    assertEquals(15, script.send(named, "count", 1L));
    assertEquals(12, script.send(named, "count", FakeTable.of("second", 2L, "first", 1L)));
  }

  @Test
  void refusesWrongArguments() {
    assertMessage(
        "no value for argument 'y' of 'f'", () -> script.send(named, "f", FakeTable.of("x", 1L)));
    assertMessage(
        "no argument 'yy' of 'f'; near: y",
        () -> script.send(named, "f", FakeTable.of("x", 1L, "yy", 2L)));
    assertMessage(
        "argument 'x' of 'f' is given twice",
        () -> script.send(named, "f", FakeTable.of(1L, 1L, "x", 2L)));
    assertMessage(
        "bad key 3 among arguments", () -> script.send(named, "f", FakeTable.of(1L, 5L, 3L, 6L)));
    assertMessage(
        "too many arguments to 'count'",
        () -> script.send(named, "count", FakeTable.sequence(1L, 2L, 3L)));
    for (Object key : new Object[] {0L, 2L, 3.14, true}) {
      assertMessage("", () -> args(key, 1L));
    }
    assertMessage(
        "bad argument #1 to 'args' (table expected, got no value)", () -> script.java("args"));
    assertMessage(
        "bad argument #1 to 'args' (table expected, got number)", () -> script.java("args", 1L));
  }

  @Test
  void mergesArguments() throws Throwable {
    assertEquals("1,2,c", script.send(named, "f", args(1L, 1L), args(1L, 2L), args("z", "c")));
    assertEquals("0,1,c", script.send(named, "f", 0L, args("y", 1L, "z", "c")));
    assertMessage(
        "argument 'y' is given twice",
        () -> script.send(named, "f", 0L, args("y", 1L), args("y", 1L)));
  }

  @Test
  void makesRecordsAndObjectsOfBuilders() throws Throwable {
    var point = script.type(Point.class.getName());
    assertEquals(new Point(1, 2.5), script.call(point, args("x", 1L, "y", 2.5)));
    assertEquals(new Point(1, 2.5), script.call(point, FakeTable.of("x", 1L, "y", 2.5)));
    assertEquals(new Point(1, 2.5), script.call(point, 1L, args("y", 2.5)));
    assertMessage(
        "no argument 'yy' of 'new'; near: y", () -> script.call(point, args("x", 1L, "yy", 2.5)));
    assertEquals(
        "ab", script.call(script.type(Built.class.getName()), args("add", "ab")).toString());
    assertMessage(
        "no argument 'ad' of ",
        () -> script.call(script.type(Built.class.getName()), args("ad", "ab")));
  }
}
