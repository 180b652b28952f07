package org.lupine.host;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaTable;

/** Overload resolution for one list of arguments (JLS 15.12.2, extended for Lua). */
final class OverloadResolution {
  /** A candidate, and whether its last parameter takes the remaining arguments one by one. */
  record Candidate(Overload overload, boolean spread, int[] ranks) {
    int worst() {
      int worst = 0;
      for (int each : ranks) {
        worst = Math.max(worst, each);
      }
      return worst;
    }

    long sum() {
      long sum = 0;
      for (int each : ranks) {
        sum += each;
      }
      return sum;
    }
  }

  private final CallContext context;
  private final Object[] arguments;
  private final int from;
  private final int count;
  private final int[] kinds;

  /**
   * Prepares a resolution.
   *
   * @param contents whether the contents of tables matter
   */
  OverloadResolution(CallContext context, Object[] arguments, int from, boolean contents) {
    this.context = context;
    this.arguments = arguments;
    this.from = from;
    this.count = arguments.length - from;
    this.kinds = new int[count];
    for (int i = 0; i < count; i++) {
      kinds[i] =
          contents ? Argument.contents(arguments[from + i]) : Argument.kind(arguments[from + i]);
    }
  }

  /**
   * Returns the applicable overloads: none, a single best one, or several if the call is ambiguous.
   */
  List<Candidate> resolve(Overload[] all) {
    var applicable = applicable(all, false, false);
    if (applicable.isEmpty()) {
      applicable = applicable(all, true, false);
    }
    if (applicable.isEmpty()) {
      applicable = applicable(all, false, true);
    }
    return applicable.size() < 2 ? applicable : best(phase(applicable));
  }

  /**
   * Returns the overloads that take the arguments.
   *
   * @param whole whether a nil or table may be the whole variable argument list
   */
  private List<Candidate> applicable(Overload[] all, boolean spread, boolean whole) {
    var found = new ArrayList<Candidate>();
    for (var each : all) {
      if (each.takes(count, spread)) {
        var ranks = ranks(each, spread, whole);
        if (ranks != null) {
          found.add(new Candidate(each, spread, ranks));
        }
      }
    }
    return found;
  }

  private int @Nullable [] ranks(Overload overload, boolean spread, boolean whole) {
    var ranks = new int[count];
    for (int i = 0; i < count; i++) {
      boolean list =
          overload.varargs
              && !spread
              && i == count - 1
              && (kinds[i] == Argument.NIL || arguments[from + i] instanceof LuaTable);
      ranks[i] =
          list && !whole
              ? Parameter.NONE
              : overload.parameter(i, spread).rank(context, arguments[from + i], kinds[i]);
      if (ranks[i] >= Parameter.NONE) {
        return null;
      }
    }
    return ranks;
  }

  /** Returns the candidates of the first phase in which any is applicable. */
  private static List<Candidate> phase(List<Candidate> all) {
    for (int end : new int[] {Parameter.LOOSE, Parameter.LOSSLESS}) {
      var found = new ArrayList<Candidate>();
      for (var each : all) {
        if (each.worst() < end) {
          found.add(each);
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return all;
  }

  private List<Candidate> best(List<Candidate> all) {
    for (var each : all) {
      boolean best = true;
      for (var other : all) {
        best &= each == other || isMoreSpecific(each, other) && !isMoreSpecific(other, each);
      }
      if (best) {
        return List.of(each);
      }
    }
    var nearest = nearest(all);
    return nearest.size() < all.size() && nearest.size() > 1 ? best(nearest) : nearest;
  }

  /**
   * Returns, if there is no most specific one, those with the nearest types, then with the most
   * named parameters.
   */
  private static List<Candidate> nearest(List<Candidate> all) {
    var nearest = new ArrayList<Candidate>();
    for (var each : all) {
      int order = nearest.isEmpty() ? -1 : Long.compare(each.sum(), nearest.get(0).sum());
      if (order == 0) {
        order =
            Integer.compare(
                nearest.get(0).overload().parameters.length, each.overload().parameters.length);
      }
      if (order < 0) {
        nearest.clear();
      }
      if (order <= 0) {
        nearest.add(each);
      }
    }
    return nearest;
  }

  private boolean isMoreSpecific(Candidate a, Candidate b) {
    for (int i = 0; i < count; i++) {
      if (!isNearer(a, b, i)) {
        return false;
      }
    }
    if (count == 0 && a.spread() && b.spread()) {
      return isSubtype(a.overload().parameter(0, true).type, b.overload().parameter(0, true).type);
    }
    return true;
  }

  private boolean isNearer(Candidate a, Candidate b, int i) {
    var one = a.overload().parameter(i, a.spread()).type;
    var other = b.overload().parameter(i, b.spread()).type;
    if (one == other) {
      return true;
    }
    boolean java =
        kinds[i] == Argument.NIL || kinds[i] == Argument.OBJECT || kinds[i] == Argument.OPAQUE;
    if (!java && a.ranks()[i] != b.ranks()[i]) {
      return a.ranks()[i] < b.ranks()[i];
    }
    return isSubtype(one, other);
  }

  private static boolean isSubtype(Class<?> one, Class<?> other) {
    if (one.isPrimitive() && other.isPrimitive()) {
      return width(one) <= width(other);
    }
    return other.isAssignableFrom(one);
  }

  private static int width(Class<?> type) {
    return type == byte.class
        ? 1
        : type == short.class
            ? 2
            : type == char.class
                ? 3
                : type == int.class ? 4 : type == long.class ? 5 : type == float.class ? 6 : 7;
  }
}
