package org.lupine.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/**
 * All public members of one name and kind. A call chooses one as Java does: exact or widening, then
 * boxing, then numbers that happen to fit, then variable arguments; of several applicable ones the
 * most specific. Thread-safe.
 */
final class Overloads {
  /** The result of {@link #call} if no overload takes the arguments. */
  static final Object NO = Parameter.NO;

  private static final int CACHED = 12;
  private static final CachedResolution[] NOTHING = {};

  final String name;
  final Class<?> owner;
  final MemberUse use;
  final Overload[] all;

  /** By the number of arguments: the only member that can take that many, without spreading. */
  private final Overload[] single;

  private final boolean named;

  /** Whether the name is that of {@link List#get}. */
  final boolean isGet;

  /** Whether the owner is a class of big numbers, whose results stay objects. */
  final boolean big;

  /**
   * Whether a table's contents decide: one of several overloads takes a table's elements and no
   * fields.
   */
  private final boolean contents;

  /** Whether the contents of a table decide, if only because one of several takes a record. */
  private final boolean keys;

  private volatile CachedResolution[] cache = NOTHING;

  Overloads(String name, Class<?> owner, MemberUse use, List<Overload> all) {
    this.name = name;
    this.owner = owner;
    this.use = use;
    this.isGet = name.equals("get");
    this.all = all.toArray(new Overload[0]);
    int most = 0;
    boolean names = false;
    boolean lists = false;
    boolean records = false;
    for (var each : this.all) {
      names |= each.parameterNames != null;
      most = Math.max(most, each.parameters.length);
      for (var parameter : each.parameters) {
        lists |= Tables.isList(parameter.type);
        records |= parameter.type.isRecord();
      }
    }
    this.contents = lists && this.all.length > 1;
    this.keys = contents || records && this.all.length > 1;
    this.named = names;
    this.big = Arithmetic.areBig(owner);
    this.single = new Overload[most + 1];
    for (int count = 0; count <= most; count++) {
      Overload only = null;
      int found = 0;
      for (var each : this.all) {
        if (each.takes(count, false) || each.takes(count, true)) {
          only = each;
          found += each.varargs ? 2 : 1;
        }
      }
      single[count] = found == 1 ? only : null;
    }
  }

  /**
   * Calls the overload that suits the arguments from an index on; returns {@link #NO} if there is
   * none. A method without a result returns no values.
   */
  Object call(CallContext context, @Nullable Object target, Object[] arguments, int from)
      throws Throwable {
    if (!named) {
      return context.gate().guards()
          ? guarded(context, target, arguments, from)
          : positional(context, target, arguments, from);
    }
    if (ParameterNames.isNamedCall(all, arguments, from)) {
      return byName(context, target, arguments, from);
    }
    var result =
        context.gate().guards()
            ? guarded(context, target, arguments, from)
            : positional(context, target, arguments, from);
    return result == NO ? byName(context, target, arguments, from) : result;
  }

  private Object positional(
      CallContext context, @Nullable Object target, Object[] arguments, int from) throws Throwable {
    int count = arguments.length - from;
    if (count < single.length && single[count] != null) {
      var only = single[count];
      var converted = only.arguments(context, arguments, from, false);
      return converted == null ? NO : result(only, only.invoke(target, converted, arguments, from));
    }
    long signature = keys && hasTable(arguments, from) ? -1 : Argument.signature(arguments, from);
    var resolution = findCached(signature, arguments, from);
    if (resolution != null) {
      var converted = resolution.overload.arguments(context, arguments, from, resolution.spread);
      if (converted != null) {
        return result(
            resolution.overload, resolution.overload.invoke(target, converted, arguments, from));
      }
    }
    resolution = resolve(context, all, signature, arguments, from);
    if (resolution == null) {
      return NO;
    }
    var converted = resolution.overload.arguments(context, arguments, from, resolution.spread);
    if (converted == null) {
      return NO;
    }
    store(resolution);
    return result(
        resolution.overload, resolution.overload.invoke(target, converted, arguments, from));
  }

  /**
   * Returns the call, without boxes, of the overload that takes at most one argument; null if there
   * is none, or if resolution has not found it before.
   *
   * @param tag that of the argument, {@code NONE} without one
   */
  @Nullable UnboxedOverload unboxed(int tag, long bits, @Nullable Object argument) {
    int count = tag == Tag.NONE ? 0 : 1;
    if (big || count >= single.length) {
      return null;
    }
    var only = single[count];
    if (only == null && count == 1) {
      only = resolved(Argument.kind(tag, bits, argument));
    }
    return only == null ? null : only.unboxed();
  }

  /**
   * Returns the overload that was resolved before for one argument of this kind; null if there is
   * none, and for the kinds of Java objects, which are negative.
   */
  private @Nullable Overload resolved(int kind) {
    if (kind < 0) {
      return null;
    }
    long signature = Argument.signature(kind);
    for (var each : cache) {
      if (each.signature == signature) {
        return each.spread ? null : each.overload;
      }
    }
    return null;
  }

  private static boolean hasTable(Object[] arguments, int from) {
    for (int i = from; i < arguments.length; i++) {
      if (arguments[i] instanceof LuaTable) {
        return true;
      }
    }
    return false;
  }

  /**
   * Calls the first member with names that takes the arguments; if there is only one, it says why
   * it does not.
   */
  private Object byName(CallContext context, @Nullable Object target, Object[] arguments, int from)
      throws Throwable {
    var given =
        arguments.length - from == 1 && arguments[from] instanceof LuaTable
            ? NamedArguments.of((LuaTable) arguments[from])
            : NamedArguments.of(arguments, from);
    LuaException mismatch = null;
    int tried = 0;
    for (var each : open(context, target)) {
      if (each.parameterNames == null) {
        continue;
      }
      tried++;
      try {
        var ordered = each.parameterNames.toPositional(name, each, given);
        context.gate().checkPassed(ordered, 0);
        var converted = each.arguments(context, ordered, 0, false);
        if (converted != null) {
          return result(each, each.invoke(target, converted, ordered, 0));
        }
        mismatch = mismatch(context, target, ordered, 0);
      } catch (NamedCallException e) {
        mismatch = e;
      }
    }
    if (tried == 1 && mismatch != null) {
      throw mismatch;
    }
    return NO;
  }

  /** Calls an overload; only those that are permitted are candidates. */
  private Object guarded(CallContext context, @Nullable Object target, Object[] arguments, int from)
      throws Throwable {
    var open = open(context, target);
    context.gate().checkPassed(arguments, from);
    var resolution = resolve(context, open, -1, arguments, from);
    if (resolution == null) {
      return NO;
    }
    var converted = resolution.overload.arguments(context, arguments, from, resolution.spread);
    return converted == null
        ? NO
        : result(
            resolution.overload, resolution.overload.invoke(target, converted, arguments, from));
  }

  /** Returns the overloads that a gate permits. */
  private Overload[] permitted(Gate gate, @Nullable Object target) {
    if (!gate.guards()) {
      return all;
    }
    var type = target == null || target instanceof ClassHandle ? owner : target.getClass();
    return Arrays.stream(all)
        .filter(
            each ->
                gate.permits(
                    new HostAccess.Access(use.operation(each.member), type, each.member, name)))
        .toArray(Overload[]::new);
  }

  /** Returns the overloads that are permitted, at least one. */
  private Overload[] open(CallContext context, @Nullable Object target) {
    var open = permitted(context.gate(), target);
    if (open.length == 0) {
      throw context.gate().denied(name, owner);
    }
    return open;
  }

  private static Object result(Overload overload, Object result) {
    return overload.returnsNothing ? Values.none() : result;
  }

  private @Nullable CachedResolution resolve(
      CallContext context, Overload[] from, long signature, Object[] arguments, int start) {
    var chosen = new OverloadResolution(context, arguments, start, contents).resolve(from);
    if (chosen.isEmpty()) {
      return null;
    }
    if (chosen.size() > 1) {
      var candidates = new ArrayList<Overload>();
      chosen.forEach(each -> candidates.add(each.overload()));
      throw new LuaException(
          "ambiguous call of '"
              + name
              + "' of "
              + owner.getTypeName()
              + " with "
              + Argument.names(arguments, start)
              + ", candidates: "
              + OverloadMismatch.list(this, candidates)
              + "; choose with java.cast");
    }
    return new CachedResolution(
        signature,
        CachedResolution.classes(arguments, start),
        chosen.get(0).overload(),
        chosen.get(0).spread());
  }

  private @Nullable CachedResolution findCached(long signature, Object[] arguments, int from) {
    if (signature >= 0) {
      for (var each : cache) {
        if (each.signature == signature && each.matches(arguments, from)) {
          return each;
        }
      }
    }
    return null;
  }

  private void store(CachedResolution resolution) {
    if (resolution.signature < 0) {
      return;
    }
    var old = cache;
    int keep = Math.min(old.length, CACHED - 1);
    var fresh = new CachedResolution[keep + 1];
    fresh[0] = resolution;
    System.arraycopy(old, 0, fresh, 1, keep);
    cache = fresh;
  }

  /** Returns the error for arguments that no overload takes. */
  LuaException mismatch(
      CallContext context, @Nullable Object target, Object[] arguments, int from) {
    var candidates = permitted(context.gate(), target);
    return new OverloadMismatch(this, candidates, arguments, from).exception();
  }
}
