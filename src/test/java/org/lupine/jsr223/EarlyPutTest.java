package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import javax.script.ScriptException;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.support.EachFlavour;
import org.lupine.value.BigNumbers;
import org.lupine.value.Overflow;

/** Values that are put before an engine has a state. */
class EarlyPutTest {
  private static final String LONE = "a\uD800b";

  private static LuaScriptEngine strict(Flavour flavour) {
    return engine(
        flavour,
        LuaOptions.builder()
            .flavour(flavour)
            .overflow(Overflow.ERROR)
            .bigNumbers(BigNumbers.EXACT_AS_NUMBER)
            .build());
  }

  @EachFlavour
  void failsAtOnceAndLosesNothing(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("before", 1);
      for (var bad : List.of(LONE, new StringBuilder(LONE).subSequence(0, 3), '\uD800')) {
        assertThrows(IllegalArgumentException.class, () -> engine.put("n", bad));
        assertThrows(
            IllegalArgumentException.class, () -> engine.getBindings(100).putAll(Map.of("n", bad)));
      }
      assertThrows(IllegalArgumentException.class, () -> engine.put(LONE, 1));
      engine.put("after", "\uD83D\uDE00");
      assertNull(engine.get("n"));
      assertEquals("1\uD83D\uDE00", engine.eval("return before .. after"));
    }
  }

  @EachFlavour
  void failsAtOnceForANumberThatIsRefused(Flavour flavour) throws Exception {
    try (var engine = strict(flavour)) {
      engine.put("before", 1);
      assertThrows(ArithmeticException.class, () -> engine.put("n", new BigDecimal("10.10")));
      if (!flavour.integers()) {
        assertThrows(ArithmeticException.class, () -> engine.put("n", (1L << 53) + 1));
      }
      engine.put("after", new BigDecimal("0.5"));
      assertEquals(1.5, engine.eval("return before + after"));
      assertNull(engine.get("n"));
    }
  }

  /** An object that a validator passes to a script. */
  public static final class Offer {
    private final BigDecimal price;

    Offer(BigDecimal price) {
      this.price = price;
    }

    public BigDecimal getPrice() {
      return price;
    }
  }

  // Hibernate Validator: @ScriptAssert(script = "return _this.price > 0")
  @EachFlavour
  void comparesAPriceInAValidatorsScript(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var price : List.of("19.99", "10", "10.10")) {
        var offer = foreign(Map.of("_this", new Offer(new BigDecimal(price))));
        if (flavour == Flavour.LUA51) {
          assertThrows(ScriptException.class, () -> engine.eval("return _this.price > 0", offer));
          assertEquals(true, engine.eval("return _this.price:signum() > 0", offer));
        } else {
          assertEquals(true, engine.eval("return _this.price > 0", offer));
          assertEquals(false, engine.eval("return _this.price <= 0", offer));
        }
      }
    }
  }
}
