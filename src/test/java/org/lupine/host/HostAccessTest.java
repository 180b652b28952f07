package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.host.AttributesTest.assertMessage;

import java.io.InputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lupine.access.HostAccess;
import org.lupine.access.LuaExport;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.value.LuaException;

class HostAccessTest {
  private static Script with(HostAccess access) {
    return new Script(HostOptions.DEFAULT.withAccess(access));
  }

  /** A class of which half is exported. */
  public static class Door {
    @LuaExport
    public String open() {
      return "open";
    }

    public String getSecret() {
      return "secret";
    }
  }

  @Test
  void deniesAll() throws Throwable {
    var script = with(HostAccess.NONE);
    var list = new ArrayList<>(List.of(1));
    assertThrows(LuaException.class, () -> script.send(list, "size"));
    assertThrows(LuaException.class, () -> script.get(list, 1L));
    assertThrows(LuaException.class, () -> script.set(list, 1L, 1L));
    assertEquals(0, script.host.libraryNames().length);
    assertThrows(LuaException.class, () -> script.operate(Operator.LENGTH, list, null));
    assertThrows(LuaException.class, () -> script.operate(Operator.PAIRS, list, null));
    assertEquals("javaobject", script.operate(Operator.TOSTRING, list, null));
    assertEquals(false, script.operate(Operator.EQ, list, List.of(1)));
    assertEquals(true, script.operate(Operator.EQ, list, list));
  }

  @Test
  void allowsBindings() throws Throwable {
    var script = with(HostAccess.BINDINGS_ONLY);
    var list = new ArrayList<Object>(List.of(1));
    assertEquals(1, script.send(list, "size"));
    assertEquals(1, script.get(list, 1L));
    script.send(list, "sort", new FakeFunction(a -> 0L));
    assertMessage(
        "access to 'getClass' of java.util.ArrayList denied", () -> script.send(list, "getClass"));
    assertThrows(LuaException.class, () -> script.get(list, "class"));
    assertMessage(
        "access to class 'java.lang.Runtime' denied",
        () -> script.java("instanceof", list, "java.lang.Runtime"));
    assertMessage(
        "access to class 'no.such' denied", () -> script.java("instanceof", list, "no.such"));
    assertThrows(LuaException.class, () -> script.send(Runtime.class, "getName"));
    assertThrows(LuaException.class, () -> script.call(ArrayList.class));
    assertThrows(LuaException.class, () -> script.send(Thread.currentThread(), "getName"));
  }

  @Test
  void deniesReflectionByDefault() throws Throwable {
    var script = with(access -> true);
    assertEquals(0, script.send(new ArrayList<>(), "size"));
    assertThrows(LuaException.class, () -> script.send("x", "getClass"));
    assertThrows(LuaException.class, () -> script.type("Thread"));
    assertEquals("javaobject", script.operate(Operator.TOSTRING, String.class, null));
    var open =
        with(
            new HostAccess() {
              @Override
              public boolean allows(Access access) {
                return !"wait".equals(access.name());
              }

              @Override
              public boolean reflection() {
                return true;
              }
            });
    assertEquals(ArrayList.class, open.send(new ArrayList<>(), "getClass"));
    assertThrows(LuaException.class, () -> open.send(new ArrayList<>(), "wait", 1L));
  }

  /** A record that tables may not become. */
  public record Made(int x) {}

  /** Takes such a record. */
  public static class Takes {
    public int take(Made made) {
      return made.x();
    }
  }

  @Test
  void convertsNoTablesWithoutPermission() throws Throwable {
    assertEquals(1, new Script().send(new Takes(), "take", FakeTable.of("x", 1L)));
    assertThrows(
        LuaException.class,
        () -> with(HostAccess.BINDINGS_ONLY).send(new Takes(), "take", FakeTable.of("x", 1L)));
  }

  /** {@link HostAccess#allow} judges classes by itself, where hosts know them as JavaTypes. */
  @Test
  void listsOfferOfAClassWhatItsObjectsDo() {
    for (var type :
        List.of(
            Object.class,
            String.class,
            Long.class,
            BigInteger.class,
            BigDecimal.class,
            int[].class,
            List.class,
            ArrayList.class,
            Map.class,
            HashMap.class,
            Set.class,
            Iterator.class,
            Enumeration.class,
            Stream.class,
            Runnable.class,
            Thread.State.class,
            InputStream.class)) {
      var list = HostAccess.allow(type.getTypeName());
      var known = JavaType.of(type);
      var offered = EnumSet.noneOf(HostAccess.Operation.class);
      var expected = EnumSet.noneOf(HostAccess.Operation.class);
      for (var operation :
          List.of(
              HostAccess.Operation.INDEX,
              HostAccess.Operation.ITERATE,
              HostAccess.Operation.LENGTH,
              HostAccess.Operation.COMPARE,
              HostAccess.Operation.CLOSE)) {
        if (list.permits(new HostAccess.Access(operation, type, null, "x"))) {
          offered.add(operation);
        }
        boolean has =
            switch (operation) {
              case INDEX -> known.map || known.list || known.array;
              case ITERATE -> (known.traits & Trait.PAIRS) != 0;
              case LENGTH -> (known.traits & Trait.LENGTH) != 0;
              case COMPARE -> (known.traits & (Trait.ORDER | Trait.ARITHMETIC)) != 0;
              default -> (known.traits & Trait.CLOSE) != 0;
            };
        if (has) {
          expected.add(operation);
        }
      }
      assertEquals(expected, offered, type.getName());
    }
  }

  @Test
  void allowsExports() throws Throwable {
    var script = with(HostAccess.EXPORTED);
    assertEquals("open", script.send(new Door(), "open"));
    assertThrows(LuaException.class, () -> script.get(new Door(), "secret"));
    assertThrows(LuaException.class, () -> script.send(new Door(), "getSecret"));
    assertThrows(LuaException.class, () -> script.send(new Door(), "getClass"));
  }
}
