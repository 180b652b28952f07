package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaRuntime;
import org.lupine.access.AttributeHandlers;
import org.lupine.host.AttributeFilterTest.Account;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;

/** Handlers that replace access to members and items of Java objects. */
class AttributeHandlersTest {
  private static LuaRuntime handled(Flavour flavour, AttributeHandlers handlers) {
    return LuaRuntime.builder().flavour(flavour).attributeHandlers(handlers).build();
  }

  // BEHAVIOURS 174
  @EachFlavour
  void replaceAccessToMembersAndItems(Flavour flavour) {
    var set = new ArrayList<Object>();
    var list = new ArrayList<Object>(List.of("a"));
    var map = new HashMap<Object, Object>(Map.of("k", "v"));
    var account = new Account();
    try (var lua =
        handled(
            flavour,
            new AttributeHandlers(
                (target, name) -> "got " + name,
                (target, name, value) -> set.add(Arrays.asList(target, name, value))))) {
      assertEquals(
          List.of("got owner", "got balance", "got 1", "got k", "got true"),
          lua.execute(
              "local o, l, m = ... return o.owner, o.balance, l[1], m.k, m[true]",
              account,
              list,
              map));
      lua.execute(
          "local o, l, m = ... o.owner = 1 l[1] = 2 m.k = nil m.n = java.null", account, list, map);

      assertEquals(
          List.of(
              List.of(account, "owner", 1L),
              List.of(list, 1L, 2L),
              Arrays.asList(map, "k", null),
              Arrays.asList(map, "n", null)),
          set);
      assertEquals(List.of("a"), list);
      assertEquals(Map.of("k", "v"), map);
    }
  }

  // BEHAVIOURS 174
  @EachFlavour
  void replaceAccessThroughViewsToo(Flavour flavour) {
    var seen = new ArrayList<Object>();
    var map = new HashMap<Object, Object>(Map.of("k", "v"));
    try (var lua =
        handled(
            flavour,
            new AttributeHandlers(
                (target, name) -> {
                  seen.add(target);
                  return "got " + name;
                },
                (target, name, value) -> seen.add(target)))) {
      assertEquals(
          List.of("got size", "got k", "got k"),
          lua.execute(
              "local m, items = ... " + "return java.members(m).size, java.items(m).k, items.k",
              map,
              Lua.asItems(map)));
      lua.execute("java.members(...).a = 1 java.items(...).b = 1", map);

      assertEquals(5, seen.size());
      seen.forEach(each -> assertSame(map, each));
    }
  }

  // BEHAVIOURS 174
  @EachFlavour
  void leaveTheOtherDirectionAsItIs(Flavour flavour) {
    var account = new Account();
    try (var lua = handled(flavour, new AttributeHandlers((target, name) -> "got", null))) {
      assertEquals(
          "got", lua.execute("local o = ... o.owner = 'set' return o.owner", account).first());
      assertEquals("set", account.getOwner());
    }
    try (var lua = handled(flavour, new AttributeHandlers(null, (target, name, value) -> {}))) {
      assertEquals(
          List.of("set", "set", "secret"),
          lua.execute(
              "local o = ... o.owner = 'ignored' return o.owner, o:getOwner(), o:secret()",
              account));
    }
    try (var lua = handled(flavour, new AttributeHandlers(null, null))) {
      assertEquals("x", lua.execute("local o = ... o.owner = 'x' return o.owner", account).first());
    }
  }

  // BEHAVIOURS 174: AttributeHandlers.DEFAULT
  @EachFlavour
  void mayAnswerWithTheDefault(Flavour flavour) {
    try (var lua =
        handled(
            flavour,
            new AttributeHandlers(
                (target, name) -> "secret".equals(name) ? "hidden" : AttributeHandlers.DEFAULT,
                null))) {
      assertEquals(
          List.of("hidden", "me", "me", 2L),
          lua.execute(
              "local o, l = ... " + "return o.secret, o.owner, o:getOwner(), l[2]",
              new Account(),
              List.of(1, 2)));
      lua.execute(
          "local o = ... for i = 1, 10 do assert(o:getOwner() == 'me') end "
              + "assert(o.secret == 'hidden')",
          new Account());
    }
  }

  // BEHAVIOURS 174: their exceptions
  @EachFlavour
  void refuseByTheirOwnExceptions(Flavour flavour) {
    var veto = new SecurityException("no");
    try (var lua =
        handled(
            flavour,
            new AttributeHandlers(
                (target, name) -> {
                  throw veto;
                },
                (target, name, value) -> {
                  throw veto;
                }))) {
      for (var use : List.of("return (...).owner", "(...).owner = 1", "(...):secret()")) {
        assertSame(
            veto,
            assertThrows(LuaException.class, () -> lua.execute(use, new Account()), use)
                .getCause());
      }
    }
  }

  // BEHAVIOURS 176
  @EachFlavour
  void makeReadOnlyAndLenientObjects(Flavour flavour) {
    var account = new Account();
    try (var lua =
        handled(
            flavour,
            new AttributeHandlers(
                (target, name) -> "owner".equals(name) ? ((Account) target).getOwner() : null,
                (target, name, value) -> {}))) {
      assertEquals(
          Arrays.asList("me", null, null),
          lua.execute(
              "local o = ... o.owner = 'you' o.nothing = 1 return o.owner, o.nothing, o[5]",
              account));
      assertEquals("me", account.getOwner());
    }
  }
}
