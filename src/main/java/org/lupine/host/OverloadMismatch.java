package org.lupine.host;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** Explains why no member of a name takes the arguments of a call, and lists the candidates. */
final class OverloadMismatch {
  private static final int SHOWN = 20;

  private final Overloads of;
  private final Overload[] candidates;
  private final Object[] arguments;
  private final int from;

  OverloadMismatch(Overloads of, Overload[] candidates, Object[] arguments, int from) {
    this.of = of;
    this.candidates = candidates;
    this.arguments = arguments;
    this.from = from;
  }

  LuaException exception() {
    for (int i = from; i < arguments.length; i++) {
      if (arguments[i] instanceof Number && wantsWhole(i)) {
        return new LuaException(
            "bad argument #"
                + (i - from + 1)
                + " to '"
                + of.name
                + "' (number has no integer representation that fits)");
      }
    }
    var what =
        of.use == MemberUse.CONSTRUCT
            ? "constructor"
            : of.use == MemberUse.WRITE ? "member '" + of.name + "'" : "method '" + of.name + "'";
    return new LuaException(
        "no "
            + what
            + " of "
            + of.owner.getTypeName()
            + " takes "
            + Argument.names(arguments, from)
            + ", candidates: "
            + list(of, Arrays.asList(candidates))
            + reason());
  }

  /** Returns the members with their parameters, in one line. */
  static String list(Overloads of, List<Overload> members) {
    var shown = of.use == MemberUse.CONSTRUCT ? of.owner.getSimpleName() : of.name;
    return members.stream().map(each -> each.signature(shown)).collect(Collectors.joining(", "));
  }

  /** Formats a key or a text for a message. */
  static String shown(Object value) {
    var whole = value instanceof Number ? Numbers.whole(value) : null;
    return value instanceof String
        ? "'" + value + "'"
        : whole != null
            ? whole.toString()
            : value instanceof Number ? value.toString() : Argument.name(value);
  }

  /** Describes a key of a table for which a list or array of a type has no place. */
  static String otherKey(Object key, String type) {
    return "the table's key " + shown(key) + " is not an element of " + type;
  }

  /**
   * Returns whether each candidate requires a whole number here and this number is not one that
   * fits.
   */
  private boolean wantsWhole(int index) {
    boolean any = false;
    for (var each : candidates) {
      var type = type(each, index);
      if (type != null) {
        if (!Numbers.isWholeType(type) || Numbers.convert(type, arguments[index]) != Parameter.NO) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  /** Returns a member's type for an argument; null if it takes another number of arguments. */
  private @Nullable Class<?> type(Overload member, int index) {
    int count = arguments.length - from;
    boolean spread = !member.takes(count, false);
    return member.takes(count, spread) ? member.parameter(index - from, spread).type : null;
  }

  /**
   * Describes what is wrong with an argument of the right kind; begins with "; ", empty if nothing
   * is.
   */
  private String reason() {
    for (int i = from; i < arguments.length; i++) {
      for (var each : candidates) {
        var type = type(each, i);
        var reason = type == null ? null : reason(arguments[i], type);
        if (reason != null) {
          return reason;
        }
      }
    }
    return "";
  }

  private static @Nullable String reason(Object argument, Class<?> type) {
    if (argument instanceof LuaTable table && Tables.isList(type)) {
      var key = Tables.otherKey(table);
      return key == null ? null : "; " + otherKey(key, type.getSimpleName());
    }
    if (argument instanceof LuaTable table && type.isRecord()) {
      var misfit = Tables.misfit(table, type);
      return misfit == null ? null : "; " + misfit;
    }
    if (argument instanceof String
        && type.isEnum()
        && Conversion.constant(type, (String) argument) == null) {
      var names =
          Arrays.stream(type.getEnumConstants())
              .map(each -> ((Enum<?>) each).name())
              .collect(Collectors.toList());
      return "; "
          + type.getSimpleName()
          + " has "
          + String.join(", ", names.subList(0, Math.min(SHOWN, names.size())))
          + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "")
          + NearNames.hint((String) argument, names);
    }
    return null;
  }
}
