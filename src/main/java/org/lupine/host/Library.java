package org.lupine.host;

import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lupine.access.HostAccess;
import org.lupine.access.HostAccess.Operation;
import org.lupine.bridge.Host;
import org.lupine.bridge.Interrupts;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Protocol.Element;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaString;
import org.lupine.value.LuaTable;
import org.lupine.value.Overflow;
import org.lupine.value.Values;

/** Implements the functions of the library {@code java}. */
final class Library {
  private static final String[] NAMES = {
    "import",
    "fn",
    "implement",
    "iter",
    "iterex",
    "enumerate",
    "array",
    "buffer",
    "cast",
    "instanceof",
    "typeof",
    "throw",
    "members",
    "items",
    "args",
    "set_overflow_handler"
  };

  private final Host host;
  private final MethodCalls calls;
  private final Implementations implementations;
  private final HostOptions options;
  private final ClassLookup lookup;

  /** The functions that are present; the first ones only if classes can be looked up. */
  private final String[] names;

  Library(Host host, MethodCalls calls, Implementations implementations, HostOptions options) {
    this.host = host;
    this.calls = calls;
    this.implementations = implementations;
    this.options = options;
    this.lookup = new ClassLookup(options.loader());
    this.names =
        options.access() == HostAccess.NONE
            ? new String[0]
            : options.access().classLookup() ? NAMES : Arrays.copyOfRange(NAMES, 1, NAMES.length);
  }

  String[] names() {
    return names.clone();
  }

  @Nullable Object call(LuaState state, int function, Object[] given) throws Throwable {
    var a = new Arguments(names[function], given);
    switch (names[function]) {
      case "import":
        a.most(1);
        return Attributes.handle(type(a, 0));
      case "fn":
        a.most(2);
        return function(a);
      case "implement":
        return implemented(state, a);
      case "iter":
        a.most(1);
        return Loops.iter(loop(a));
      case "iterex":
        a.most(1);
        return Loops.iterex(loop(a));
      case "enumerate":
        a.most(2);
        return Loops.enumerate(loop(a), a.has(1) ? a.whole(1) : 0, options.unpackArrays());
      case "array":
        a.most(2);
        return array(state, a);
      case "buffer":
        a.most(2);
        return buffer(state, a);
      case "cast":
        a.most(2);
        return cast(state, a);
      case "instanceof":
        a.most(2);
        return type(a, 1).isInstance(Conversion.unwrap(a.get(0)));
      case "typeof":
        a.most(1);
        return typeOf(a.get(0));
      case "throw":
        a.most(1);
        throw throwable(a);
      case "members":
        a.most(1);
        return View.of(a.object(0), true);
      case "items":
        a.most(1);
        return View.of(a.object(0), false);
      case "set_overflow_handler":
        a.most(1);
        state.scriptOverflow(overflow(state, a));
        return Values.none();
      default:
        a.most(1);
        if (!(a.get(0) instanceof LuaTable)) {
          throw a.bad(0, "table");
        }
        return NamedArguments.of((LuaTable) a.get(0));
    }
  }

  /** Returns a class by its name, its handle, or the class itself. */
  private Class<?> type(Arguments a, int index) {
    var given = a.get(index);
    if (given instanceof ClassHandle) {
      return ((ClassHandle) given).type();
    }
    if (given instanceof Class) {
      calls.gate.check(Operation.LOOKUP, (Class<?>) given, ((Class<?>) given).getName());
      return (Class<?>) given;
    }
    if (given instanceof String) {
      return found((String) given);
    }
    throw a.bad(index, "class or name of one");
  }

  /** Looks up a class. If access is restricted, a missing class is denied like any other. */
  private Class<?> found(String name) {
    var found = lookup.find(name);
    if (found == null) {
      throw calls.gate.guards()
          ? new LuaException("access to class '" + name + "' denied")
          : new LuaException("no class '" + name + "'");
    }
    if (!found.isPrimitive() && !calls.gate.allows(Operation.LOOKUP, found, found.getName())) {
      throw new LuaException("access to class '" + name + "' denied");
    }
    return found;
  }

  private Object function(Arguments a) {
    var target = a.get(0);
    if (a.has(1)) {
      target = Conversion.unwrap(target);
      var type = type(a, 1);
      var method = Functional.method(type);
      if (method == null || target == null || !type.isInstance(target)) {
        throw a.bad(
            1, method == null ? "functional interface" : "interface of " + Argument.name(target));
      }
      return new Host.AsFunction(
          new FunctionalCallback(
              calls,
              target,
              new Overloads(
                  method.getName(), type, MemberUse.CALL, List.of(Overload.of(type, method)))));
    }
    if (target instanceof LuaFunction) {
      return target;
    }
    if (target == null || !callable(target)) {
      throw a.bad(0, "callable Java object");
    }
    return new Host.AsFunction(target);
  }

  /**
   * Implements an interface, or several by a table; the last argument is the function or table.
   */
  private Object implemented(LuaState state, Arguments a) {
    int last = Math.max(a.count() - 1, 1);
    var given = a.get(last);
    if (!(given instanceof LuaTable
        || last == 1 && (given instanceof LuaFunction || given instanceof ClassHandle))) {
      throw a.bad(last, last == 1 ? "function or table" : "table");
    }
    if (last == 1) {
      return implementations.implemented(state, type(a, 0), given);
    }
    var types = new Class<?>[last];
    for (int i = 0; i < last; i++) {
      types[i] = type(a, i);
    }
    return implementations.implementedAll(state, types, (LuaTable) given);
  }

  private Object loop(Arguments a) {
    var target = Conversion.unwrap(a.get(0));
    if (target == null
        || target instanceof LuaTable
        || target instanceof LuaCoroutine
        || !Loops.loops(target)) {
      throw a.bad(0, "Iterable, Iterator, Stream, Map or array");
    }
    calls.gate.check(Operation.ITERATE, target.getClass(), "iter");
    return target;
  }

  private Object array(LuaState state, Arguments a) {
    var component = type(a, 0);
    if (component == void.class) {
      throw a.bad(0, "type of elements");
    }
    calls.gate.check(Operation.NEW, component.arrayType(), "array");
    if (a.get(1) instanceof LuaTable table) {
      var other = Tables.otherKey(table);
      if (other != null) {
        throw a.wrong(1, OverloadMismatch.otherKey(other, component.arrayType().getTypeName()));
      }
      var made = Conversion.array(calls.context(state), table.asList(), component, component);
      if (made == Parameter.NO) {
        throw a.bad(1, "table of " + component.getTypeName() + " elements");
      }
      return new Host.AsObject(made);
    }
    long length = a.whole(1);
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      throw a.bad(1, "length of an array");
    }
    return new Host.AsObject(Array.newInstance(component, (int) length));
  }

  private Object buffer(LuaState state, Arguments a) {
    int type = a.get(0) instanceof String ? Buffers.TYPES.indexOf(a.get(0)) : -1;
    if (type < 0 || type == Element.LONG && !state.integers()) {
      throw a.bad(
          0,
          "one of "
              + Buffers.TYPES.stream()
                  .filter(each -> state.integers() || !each.equals("long"))
                  .collect(Collectors.joining(", ")));
    }
    calls.gate.check(Operation.NEW, Buffer.class, "buffer");
    try {
      return new Host.AsObject(Buffers.make(type, a.whole(1)));
    } catch (IllegalArgumentException e) {
      throw a.bad(1, "" + e.getMessage());
    }
  }

  private Object cast(LuaState state, Arguments a) {
    var type = type(a, 0);
    var value = new Parameter(type, type).convert(calls.context(state), a.get(1));
    if (value == Parameter.NO) {
      throw new LuaException(
          "cannot cast " + Argument.name(a.get(1)) + " to " + type.getTypeName());
    }
    return new Cast(type, value);
  }

  private @Nullable Object typeOf(@Nullable Object value) {
    if (Argument.kind(value) != Argument.OBJECT) {
      return null;
    }
    var type = Objects.requireNonNull(Conversion.unwrap(value)).getClass();
    calls.gate.check(Operation.LOOKUP, type, type.getName());
    return Attributes.handle(type);
  }

  private @Nullable Overflow overflow(LuaState state, Arguments a) {
    var given = a.get(0);
    if (given == null || given instanceof Overflow) {
      return (Overflow) given;
    }
    if (given instanceof LuaFunction) {
      return number -> {
        var answer = ((LuaFunction) given).call(number).first();
        // what Lua had as an object stays an object
        return answer == number ? new Host.AsObject(answer) : Arithmetic.kept(answer);
      };
    }
    if (!callable(given)) {
      throw a.bad(0, "function or nil");
    }
    return number -> {
      try {
        return host.call(state, given, new Object[] {number});
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        Interrupts.rethrow(e);
        throw new LuaException(e.getMessage(), e);
      }
    };
  }

  private boolean callable(@Nullable Object value) {
    if (Argument.kind(value) != Argument.OBJECT) {
      return false;
    }
    var inner = value instanceof Callback ? value : Conversion.unwrap(value);
    return inner != null && (Kinds.traits(inner) & Trait.CALL) != 0;
  }

  private static Throwable throwable(Arguments a) {
    var given = Conversion.unwrap(a.get(0));
    if (given instanceof Throwable) {
      return (Throwable) given;
    }
    throw a.bad(0, "Throwable");
  }

  /** The arguments of one call of a function. */
  private static final class Arguments {
    private final String function;
    private final Object[] given;

    Arguments(String function, Object[] given) {
      this.function = function;
      this.given = given;
    }

    int count() {
      return given.length;
    }

    boolean has(int index) {
      return index < given.length && given[index] != null;
    }

    @Nullable Object get(int index) {
      return index < given.length ? given[index] : null;
    }

    @Nullable Object object(int index) {
      if (Argument.kind(get(index)) != Argument.OBJECT || get(index) instanceof ClassHandle) {
        throw bad(index, "Java object");
      }
      return Conversion.unwrap(get(index));
    }

    long whole(int index) {
      var whole = get(index) instanceof Number ? Numbers.whole(get(index)) : null;
      if (whole == null) {
        throw bad(index, get(index) instanceof Number ? "whole number" : "number");
      }
      return whole;
    }

    void most(int count) {
      if (given.length > count) {
        throw new LuaException(
            "bad argument #"
                + (count + 1)
                + " to '"
                + function
                + "' (at most "
                + count
                + " expected)");
      }
    }

    LuaException bad(int index, String expected) {
      return wrong(
          index,
          expected
              + " expected, got "
              + (index < given.length ? describe(given[index]) : "no value"));
    }

    LuaException wrong(int index, String reason) {
      return new LuaException(
          "bad argument #" + (index + 1) + " to '" + function + "' (" + reason + ")");
    }

    private static String describe(Object value) {
      return value instanceof LuaString
          ? "string"
          : value instanceof Double ? "number " + value : Argument.name(value);
    }
  }
}
