package org.lupine.crash;

import static org.lupine.crash.CrashCase.Expected.RUNS;

import java.math.BigInteger;
import java.util.List;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess;
import org.lupine.value.BigNumbers;

/** Filters, handlers, gates and overflow handlers that call back, fail and recur. */
final class CrashObjects extends CrashCalls {
  CrashObjects(Flavour flavour) {
    super(flavour);
    filters();
    gates();
    overflow();
  }

  private LuaRuntime.Builder builder() {
    return LuaRuntime.builder().flavour(flavour);
  }

  private void filters() {
    add(
        "a filter that asks for what it filters",
        RUNS,
        engine -> {
          var lua = new LuaRuntime[1];
          AttributeFilter filter =
              (target, name, setting) -> lua[0].eval("(...).x", target).first();
          lua[0] = builder().attributeFilter(filter).build();
          useAndClose(lua[0]);
        });
    add(
        "a filter that throws what it can",
        RUNS,
        engine -> {
          for (var error :
              List.of(
                  new StackOverflowError("no"),
                  new IllegalStateException("no"),
                  new AssertionError("no"))) {
            useAndClose(
                builder()
                    .attributeFilter(
                        (target, name, setting) -> {
                          throw sneaky(error);
                        })
                    .build());
          }
        });
    add(
        "a filter that closes its runtime",
        RUNS,
        engine -> {
          var lua = new LuaRuntime[1];
          lua[0] =
              builder()
                  .attributeFilter(
                      (target, name, setting) -> {
                        lua[0].close();
                        return name;
                      })
                  .build();
          attempt(() -> lua[0].execute("local l = ... l:size() l:size()", List.of(1)));
          mustThrow(IllegalStateException.class, () -> lua[0].eval("1"));
        });
    add(
        "handlers that get by getting and set by setting",
        RUNS,
        engine -> {
          var lua = new LuaRuntime[1];
          lua[0] =
              builder()
                  .attributeHandlers(
                      new AttributeHandlers(
                          (target, name) -> lua[0].eval("(...).x", target).first(),
                          (target, name, value) -> lua[0].execute("(...).x = 1", target)))
                  .build();
          useAndClose(lua[0]);
        });
  }

  private void gates() {
    add(
        "a gate that asks for what it guards",
        RUNS,
        engine -> {
          var lua = new LuaRuntime[1];
          HostAccess gate = access -> lua[0].eval("(...):size()", List.of()).isEmpty();
          lua[0] = builder().hostAccess(gate).build();
          useAndClose(lua[0]);
        });
  }

  private void overflow() {
    add(
        "an overflow handler in Java that overflows again",
        RUNS,
        engine -> {
          var big = BigInteger.TWO.pow(70);
          var lua = new LuaRuntime[1];
          lua[0] =
              builder()
                  .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
                  .overflow(number -> lua[0].eval("...", big.negate()).first())
                  .build();
          mustThrow(ArithmeticException.class, () -> lua[0].eval("...", big));
          lua[0].overflowHandler(number -> number);
          mustThrow(ArithmeticException.class, () -> lua[0].eval("...", big));
          lua[0].overflowHandler(
              number -> {
                lua[0].overflowHandler(null);
                lua[0].close();
                return "closed";
              });
          attempt(() -> lua[0].eval("...", big));
          lua[0].close();
        });
  }

  /** Everything that a filter, handlers or a gate see, and then a call that they do not. */
  private static void useAndClose(LuaRuntime lua) {
    for (var use :
        List.of(
            "return (...).x",
            "return (...):size()",
            "(...).x = 1",
            "(...)[1] = 1",
            "return (...)[1]",
            "pcall(function(o) return o.x end, ...)",
            "return #(...)",
            "return tostring(...)",
            "for _ in pairs(...) do end",
            "return coroutine.wrap(function(o) return o.x end)(...)",
            "return (('x'):gsub('x', function() return (java.null).x end))")) {
      attempt(() -> lua.execute(use, List.of(1)));
    }
    if (!lua.eval("1 + 1").first().equals(2L)) {
      throw new AssertionError("1 + 1");
    }
    lua.close();
  }
}
