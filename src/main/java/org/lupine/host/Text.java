package org.lupine.host;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.lupine.access.HostAccess.Operation;
import org.lupine.value.LuaException;

/** Converts values to text, where a Java object is among them. */
final class Text {
  private static final MathContext DIGITS = new MathContext(14, RoundingMode.HALF_EVEN);

  private Text() {}

  /** Returns {@code tostring(object)}; the object's own method is called once. */
  static String of(CallContext context, Object object) {
    if (!(object instanceof JavaNull)
        && !(object instanceof ClassHandle)
        && !Arithmetic.isValue(object)
        && !context.gate().allows(Operation.TOSTRING, object.getClass(), "toString")) {
      return "javaobject";
    }
    return String.valueOf((Object) object.toString());
  }

  /** Returns {@code left .. right}. */
  static Object concat(CallContext context, Object left, Object right) {
    return part(context, left) + part(context, right);
  }

  private static String part(CallContext context, Object value) {
    switch (Argument.kind(value)) {
      case Argument.STRING:
      case Argument.CHAR:
      case Argument.BYTES:
        return value.toString();
      case Argument.FLOAT:
      case Argument.WHOLE_INT:
      case Argument.WHOLE_LONG:
        return number(
            ((Number) value).doubleValue(), context.state() == null || context.state().integers());
      case Argument.NIL:
      case Argument.BOOLEAN:
      case Argument.TABLE:
      case Argument.FUNCTION:
      case Argument.OPAQUE:
        if (value != JavaNull.NULL) {
          throw new LuaException("attempt to concatenate a " + Argument.name(value) + " value");
        }
        return value.toString();
      case Argument.OBJECT:
        return of(context, value);
      default:
        return value.toString();
    }
  }

  /**
   * Formats a float as Lua does: {@code %.14g}, with {@code .0} where it might be taken for an
   * integer.
   */
  static String number(double number, boolean integers) {
    if (Double.isNaN(number)) {
      return Double.doubleToRawLongBits(number) < 0 ? "-nan" : "nan";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "inf" : "-inf";
    }
    if (number == 0) {
      return (1 / number < 0 ? "-0" : "0") + (integers ? ".0" : "");
    }
    var rounded = new BigDecimal(number).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < DIGITS.getPrecision()) {
      var plain = rounded.toPlainString();
      return integers && plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    var digits = rounded.unscaledValue().abs().toString();
    return (number < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
