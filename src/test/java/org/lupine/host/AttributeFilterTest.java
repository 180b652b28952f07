package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.Lua;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;

/** Filters that see, rename or refuse access to members and items of Java objects. */
class AttributeFilterTest {
  /** Something to be accessed. */
  public static class Account {
    public int balance = 10;
    private String owner = "me";

    public String getOwner() {
      return owner;
    }

    public void setOwner(String owner) {
      this.owner = owner;
    }

    public String secret() {
      return "secret";
    }

    public static String bank() {
      return "bank";
    }

    /** Made by name. */
    public static Builder builder() {
      return new Builder();
    }
  }

  /** Makes an account. */
  public static final class Builder {
    private final Account made = new Account();

    public Builder owner(String owner) {
      made.setOwner(owner);
      return this;
    }

    public Builder debts(int debts) {
      made.balance = -debts;
      return this;
    }

    public Account build() {
      return made;
    }
  }

  /** One call of a filter. */
  private record Seen(Object target, Object name, boolean setting) {}

  private static final class Recorder implements AttributeFilter {
    final List<Seen> seen = new ArrayList<>();

    @Override
    public Object filter(Object target, Object name, boolean setting) {
      seen.add(new Seen(target, name, setting));
      return name;
    }

    List<Object> names() {
      var names = new ArrayList<Object>();
      seen.forEach(each -> names.add(each.name()));
      return names;
    }
  }

  private static LuaRuntime filtered(Flavour flavour, AttributeFilter filter) {
    return LuaRuntime.builder().flavour(flavour).attributeFilter(filter).build();
  }

  // BEHAVIOURS 171
  @EachFlavour
  void seesEachReadWriteAndMethodOnce(Flavour flavour) {
    var filter = new Recorder();
    var account = new Account();
    try (var lua = filtered(flavour, filter)) {
      assertEquals(
          List.of("me", 10L, "me"),
          lua.eval("(...).owner, (...).balance, (...):getOwner()", account));
      lua.execute("local o = ... o.owner = 'you' o.balance = 5", account);

      assertEquals(
          List.of(
              new Seen(account, "owner", false),
              new Seen(account, "balance", false),
              new Seen(account, "getOwner", false),
              new Seen(account, "owner", true),
              new Seen(account, "balance", true)),
          filter.seen);
    }
  }

  // BEHAVIOURS 171: nothing is cached without the filter
  @EachFlavour
  void isAskedAgainAfterItHasAllowedAName(Flavour flavour) {
    var open = new boolean[] {true};
    try (var lua =
        filtered(
            flavour,
            (target, name, setting) -> {
              if (!open[0]) {
                throw new SecurityException("closed");
              }
              return name;
            })) {
      lua.execute(
          "o = ... function f() return o:secret() end "
              + "for i = 1, 100 do assert(f() == 'secret') end",
          new Account());
      open[0] = false;

      assertThrows(LuaException.class, () -> lua.eval("f()"));
      assertThrows(LuaException.class, () -> lua.eval("o.secret"));
      assertThrows(LuaException.class, () -> lua.eval("(...):size()", List.of()));
    }
  }

  // BEHAVIOURS 171
  @EachFlavour
  void mayRename(Flavour flavour) {
    try (var lua =
        filtered(
            flavour,
            (target, name, setting) ->
                "besitzer".equals(name) ? "owner" : "geheim".equals(name) ? "secret" : name)) {
      var account = new Account();
      lua.execute("local o = ... o.besitzer = o.besitzer .. ' too'", account);

      assertEquals("me too", account.getOwner());
      assertEquals(
          List.of("secret", "secret"), lua.eval("(...):geheim(), (...).geheim()", account));
      assertEquals(1L, lua.eval("(...).besitzer", Map.of("owner", 1)).first());
    }
  }

  // BEHAVIOURS 171: a key that is no name, a name of another member
  @EachFlavour
  void mayRenameToANameThatMeansSomethingElse(Flavour flavour) {
    try (var lua =
        filtered(
            flavour,
            (target, name, setting) ->
                "owner".equals(name) ? "balance" : Objects.equals(name, 1L) ? "owner" : name)) {
      assertEquals(List.of(10L, "me"), lua.eval("(...).owner, (...)[1]", new Account()));
    }
  }

  // BEHAVIOURS 171
  @EachFlavour
  void refusesByItsOwnException(Flavour flavour) throws Exception {
    var veto = new SecurityException("no secrets");
    AttributeFilter filter =
        (target, name, setting) -> {
          if ("secret".equals(name) || setting) {
            throw veto;
          }
          return name;
        };
    try (var lua = filtered(flavour, filter)) {
      var account = new Account();
      for (var use :
          List.of(
              "return (...).secret",
              "return (...):secret()",
              "(...).owner = 1",
              "return java.members(...).secret",
              "return java.members(...):secret()")) {
        var thrown = assertThrows(LuaException.class, () -> lua.execute(use, account), use);
        assertSame(veto, thrown.getCause(), use);
      }
      assertSame(
          veto,
          lua.execute(
                  "local ok, e = pcall(function(o) return o.secret end, ...) " + "return e",
                  account)
              .first());
      assertEquals(10, account.balance);
      assertEquals("me", account.getOwner());
    }
    var options = LuaOptions.builder().attributeFilter(filter).build();
    try (var engine = engine(flavour, options)) {
      engine.put("o", new Account());
      assertSame(
          veto,
          assertThrows(ScriptException.class, () -> engine.eval("return o.secret")).getCause());
      assertSame(
          veto,
          assertThrows(
                  ScriptException.class,
                  () ->
                      engine.eval(
                          "return o.secret", new SimpleBindings(Map.of("o", new Account()))))
              .getCause());
    }
  }

  // BEHAVIOURS 172
  @EachFlavour
  void seesNamesThatAreNoStrings(Flavour flavour) {
    var filter = new Recorder();
    var map = new HashMap<Object, Object>();
    try (var lua = filtered(flavour, filter)) {
      lua.execute(
          "local m, t = ... local _ = m[1], m[nil], m[true], m[t], m[0.5], m[m] " + "m[1] = 2",
          map,
          lua.eval("{}").first());

      assertEquals(Arrays.asList(1L, null, true), filter.names().subList(0, 3));
      assertEquals(
          lua.execute("local t = ... return t", filter.names().get(3)).first(),
          filter.names().get(3));
      assertEquals(List.of(0.5, map), filter.names().subList(4, 6));
      assertEquals(new Seen(map, 1L, true), filter.seen.get(6));
      assertEquals(Map.of(1, 2L), map);
      assertThrows(LuaException.class, () -> lua.eval("(...)[nil]", new Account()));
      assertNull(filter.names().get(7));
    }
  }

  // BEHAVIOURS 172
  @EachFlavour
  void mustAnswerAName(Flavour flavour) {
    for (var bad : Arrays.asList(null, 5, true, List.of("owner"), new StringBuilder("owner"))) {
      try (var lua = filtered(flavour, (target, name, setting) -> bad)) {
        for (var use :
            List.of(
                "return (...).owner",
                "(...).owner = 'x'",
                "return (...):secret()",
                "return (...)[7]")) {
          var thrown = assertThrows(LuaException.class, () -> lua.execute(use, new Account()), use);
          assertTrue(
              thrown.getMessage().contains("attribute filter gave no name"), thrown::getMessage);
        }
        assertEquals(1L, lua.eval("1").first());
      }
    }
  }

  // BEHAVIOURS 173
  @EachFlavour
  void seesItems(Flavour flavour) {
    var filter = new Recorder();
    var list = new ArrayList<Object>(List.of("a", "b"));
    var array = new int[] {7};
    var map = new HashMap<Object, Object>(Map.of("k", "v"));
    try (var lua = filtered(flavour, filter)) {
      assertEquals(
          List.of("b", 7L, "v", "v"),
          lua.eval(
              "(...)[2], (select(2, ...))[1], " + "(select(3, ...)).k, (select(3, ...))['k']",
              list,
              array,
              map));
      lua.execute("local l, a, m = ... l[1] = 'c' a[1] = 8 m.k = 'w' m.x = nil", list, array, map);

      assertEquals(
          List.of(
              new Seen(list, 2L, false),
              new Seen(array, 1L, false),
              new Seen(map, "k", false),
              new Seen(map, "k", false),
              new Seen(list, 1L, true),
              new Seen(array, 1L, true),
              new Seen(map, "k", true),
              new Seen(map, "x", true)),
          filter.seen);
    }
  }

  // BEHAVIOURS 171: the target is the object itself
  @EachFlavour
  void seesWhatIsAccessedThroughViewsAndCasts(Flavour flavour) {
    var filter = new Recorder();
    var map = new HashMap<Object, Object>(Map.of("size", 9));
    try (var lua = filtered(flavour, filter)) {
      assertEquals(
          List.of(1L, 9L, 9L, 1L),
          lua.execute(
              "local m, items, members = ... "
                  + "return java.members(m):size(), java.items(m).size, items.size, members:size()",
              map,
              Lua.asItems(map),
              Lua.asMembers(map)));
      lua.execute("java.items(...).x = 1 local _ = java.cast('java.util.Map', ...).y", map);

      for (var each : filter.seen) {
        assertSame(map, each.target());
      }
      assertEquals(List.of("size", "size", "size", "size", "x", "y"), filter.names());
    }
  }

  // BEHAVIOURS 171: classes
  @EachFlavour
  void seesStaticsConstructorsAndNestedClasses(Flavour flavour) {
    var filter = new Recorder();
    try (var lua = filtered(flavour, filter)) {
      lua.execute(
          "local Map = java.import 'java.util.Map' local _ = Map.Entry, Map.of(1, 2) "
              + "local Account = java.import(...) Account.bank() local _ = Account.class Account.new()",
          Account.class.getName());

      assertEquals(
          List.of(
              new Seen(Map.class, "Entry", false),
              new Seen(Map.class, "of", false),
              new Seen(Account.class, "bank", false),
              new Seen(Account.class, "class", false),
              new Seen(Account.class, "new", false)),
          filter.seen);
    }
  }

  // BEHAVIOURS 171: names in java.args
  @EachFlavour
  void seesTheNamesOfArgumentsThatABuilderTakes(Flavour flavour) {
    try (var lua =
        filtered(
            flavour,
            (target, name, setting) -> {
              if ("debts".equals(name)) {
                throw new SecurityException("no debts");
              }
              return "besitzer".equals(name) ? "owner" : name;
            })) {
      var name = Account.class.getName();
      lua.execute("Account = java.import(...)", name);

      assertEquals("you", lua.eval("Account(java.args{besitzer = 'you'}).owner").first());
      assertThrows(LuaException.class, () -> lua.eval("Account(java.args{debts = 5})"));
    }
  }

  // BEHAVIOURS 54, 172
  @EachFlavour
  void seesTextWhereStringsAreBytes(Flavour flavour) {
    var filter = new Recorder();
    try (var lua =
        LuaRuntime.builder().flavour(flavour).charset(null).attributeFilter(filter).build()) {
      assertEquals(
          LuaString.of((byte) 'm', (byte) 'e'), lua.eval("(...).owner", new Account()).first());
      assertThrows(LuaException.class, () -> lua.eval("(...)['\\255']", new Account()));

      assertEquals(List.of("owner", LuaString.of((byte) 255)), filter.names());
    }
  }

  // BEHAVIOURS 175
  @EachFlavour
  void excludesHandlers(Flavour flavour) {
    var builder =
        LuaRuntime.builder()
            .flavour(flavour)
            .attributeFilter(new Recorder())
            .attributeHandlers(new AttributeHandlers((target, name) -> name, null));

    assertThrows(IllegalArgumentException.class, builder::build);
    builder.attributeFilter(null).build().close();
    assertThrows(
        IllegalArgumentException.class,
        () ->
            LuaOptions.builder()
                .attributeHandlers(new AttributeHandlers(null, null))
                .attributeFilter(new Recorder())
                .build());
    assertFalse(
        LuaOptions.builder()
            .attributeFilter(null)
            .attributeHandlers(null)
            .build()
            .flavour()
            .id()
            .isEmpty());
  }
}
