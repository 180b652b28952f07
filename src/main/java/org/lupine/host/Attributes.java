package org.lupine.host;

import java.lang.reflect.Array;
import java.util.List;
import java.util.Map;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.host.HostAccess.Operation;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;

/** Names, keys and operators of Java objects. */
final class Attributes {
  private static final Object[] NOTHING = {};

  private final JavaHost host;
  private final AttributeFilter filter;
  private final AttributeHandlers.Getter getter;
  private final AttributeHandlers.Setter setter;
  private final Items items;

  Attributes(JavaHost host, HostOptions options) {
    this.host = host;
    this.filter = options.filter();
    this.getter = options.handlers() == null ? null : options.handlers().getter();
    this.setter = options.handlers() == null ? null : options.handlers().setter();
    this.items = new Items(options.indexBase());
  }

  Object index(LuaState state, Object target, Object key) throws Throwable {
    if (target == JavaNull.NULL) {
      throw new LuaException("attempt to index java.null");
    }
    if (getter != null) {
      return getter.get(Conversion.plain(target), key);
    }
    var name = filter == null ? key : filtered(target, key, false);
    if (target instanceof ClassHandle) {
      return ofClass(state, (ClassHandle) target, name);
    }
    boolean view = target instanceof View;
    var inner = inner(target);
    var data = JavaType.of(inner.getClass());
    if (!view || !((View) target).members) {
      var found = item(data, inner, name);
      if (found != Items.ABSENT) {
        return found;
      }
      if (view) {
        return absent(data, name);
      }
    }
    var found = member(state, data, inner, name, view);
    return target != inner && found instanceof Host.Member
        ? new Host.Member(((Host.Member) found).id(), false) : found;
  }

  /** What a view or a cast is of. */
  private static Object inner(Object target) {
    var inner = target instanceof View || target instanceof Cast ? Conversion.plain(target)
        : target;
    if (inner == null) {
      throw new LuaException("attempt to index java.null");
    }
    return inner;
  }

  private Object item(JavaType data, Object target, Object key) {
    if (data.map) {
      host.check(Operation.INDEX, data.type, text(key));
      return items.entry((Map<?, ?>) target, key);
    }
    if (data.array && "length".equals(key)) {
      host.check(Operation.LENGTH, data.type, "length");
      return Array.getLength(target);
    }
    if ((data.list || data.array) && key instanceof Number) {
      host.check(Operation.INDEX, data.type, text(key));
      return items.element(target, key);
    }
    return Items.ABSENT;
  }

  private static Object absent(JavaType data, Object key) {
    if (data.map || data.list || data.array) {
      return null;
    }
    throw new LuaException("no items in " + data.type.getTypeName());
  }

  private Object member(
      LuaState state, JavaType data, Object target, Object key, boolean forced)
      throws Throwable {
    var name = name(key);
    var table = data.objects();
    var found = name == null ? null : table.get(name);
    if (found != null && data.map && !forced && Items.hides(found)) {
      found = null;
    }
    if (found == null && target instanceof Class && name != null) {
      var handle = JavaType.of((Class<?>) target).handle();
      var member = JavaType.of((Class<?>) target).statics().get(name);
      if (member != null && member.methods != null) {
        return new Host.Member(table.size() + member.id, false);
      }
      if (member != null) {
        return ofClass(state, handle, name);
      }
    }
    if (found == null) {
      if (data.map && !forced) {
        return null;
      }
      throw missing(key, data.type, table);
    }
    if (found.methods != null) {
      return new Host.Member(found.id, !data.map && filter == null);
    }
    return get(state, found, target, data.type);
  }

  private Object get(LuaState state, NamedMember member, Object target, Class<?> type)
      throws Throwable {
    if (member.getter == null) {
      throw new LuaException(
          "member '" + member.name + "' of " + type.getTypeName() + " cannot be read");
    }
    return member.getter.call(host, state, target, NOTHING, 0);
  }

  private Object ofClass(LuaState state, ClassHandle handle, Object key) throws Throwable {
    var type = handle.type();
    var name = name(key);
    var table = handle.data.statics();
    var found = name == null ? null : table.get(name);
    if (found != null && found.methods != null) {
      return new Host.Member(found.id, filter == null);
    }
    if (found != null && found.getter != null) {
      return get(state, found, null, type);
    }
    if (found != null && found.nested != null) {
      host.check(Operation.LOOKUP, found.nested, found.nested.getName());
      return handle(found.nested);
    }
    if ("class".equals(name)) {
      host.check(Operation.READ, Class.class, "class");
      return type;
    }
    throw missing(key, type, table);
  }

  /** The handle of a class, which the host keeps as long as Lua may have it. */
  static ClassHandle handle(Class<?> type) {
    return JavaType.of(type).handle();
  }

  void newIndex(LuaState state, Object target, Object key, Object value) throws Throwable {
    if (target == JavaNull.NULL) {
      throw new LuaException("attempt to index java.null");
    }
    if (setter != null) {
      setter.set(Conversion.plain(target), key, Conversion.plain(value));
      return;
    }
    var name = filter == null ? key : filtered(target, key, true);
    if (target instanceof ClassHandle) {
      set(state, ((ClassHandle) target).data.statics(), null, name, value);
      return;
    }
    var inner = inner(target);
    var data = JavaType.of(inner.getClass());
    boolean view = target instanceof View;
    if ((!view || !((View) target).members)
        && (data.map || (data.list || data.array) && name instanceof Number)) {
      host.check(Operation.INDEX, data.type, text(name));
      item(data, inner, name, value);
      return;
    }
    if (view && !((View) target).members) {
      absent(data, name);
      throw new LuaException("bad index of " + data.type.getTypeName()
          + " (whole number expected, got " + Argument.name(name) + ")");
    }
    set(state, data.objects(), inner, name, value);
  }

  @SuppressWarnings("unchecked")
  private void item(JavaType data, Object target, Object key, Object value) {
    if (data.map) {
      items.entry((Map<Object, Object>) target, key, value);
    } else {
      items.element(host, target, key, value);
    }
  }

  private void set(LuaState state, MemberTable table, Object target, Object key, Object value)
      throws Throwable {
    var name = name(key);
    var found = name == null ? null : table.get(name);
    if (found == null) {
      throw missing(key, table.owner, table);
    }
    if (found.setter == null) {
      throw new LuaException(
          "member '" + name + "' of " + table.owner.getTypeName() + " cannot be written");
    }
    var arguments = new Object[] {value};
    if (found.setter.call(host, state, target, arguments, 0) == Overloads.NO) {
      throw found.setter.refusal(arguments, 0);
    }
  }

  private Object filtered(Object target, Object key, boolean setting) {
    var answer = filter.filter(Conversion.plain(target), key, setting);
    if (!(answer instanceof String) && (answer == null || !answer.equals(key))) {
      throw new LuaException("attribute filter gave no name (string expected, got "
          + Argument.name(answer) + ")");
    }
    return answer;
  }

  private static LuaException missing(Object key, Class<?> type, MemberTable table) {
    var name = name(key);
    return new LuaException("no member '" + text(key) + "' of " + type.getTypeName()
        + (name == null ? "" : NearNames.hint(name, table.names())));
  }

  /** A key as the name of a member, or null. */
  private static String name(Object key) {
    return key instanceof String ? (String) key
        : key instanceof LuaString ? Conversion.text((LuaString) key) : null;
  }

  private static String text(Object key) {
    return key == null ? "nil" : key.toString();
  }

  Object operate(LuaState state, int operator, Object left, Object right) throws Throwable {
    var a = operand(left);
    var b = operand(right);
    switch (operator) {
      case Host.OP_EQ:
        return equal(Conversion.plain(a), Conversion.plain(b));
      case Host.OP_LT: case Host.OP_LE:
        int order = compare(a, b);
        return operator == Host.OP_LT ? order < 0 : order <= 0;
      case Host.OP_CONCAT:
        return Text.concat(host, state, a, b);
      case Host.OP_LENGTH:
        host.check(Operation.LENGTH, a.getClass(), "#");
        long length = Loops.length(a);
        if (length < 0) {
          throw new LuaException("attempt to get length of a " + host.kindName(a) + " value");
        }
        return length;
      case Host.OP_TOSTRING:
        return Text.of(host, a);
      case Host.OP_PAIRS: case Host.OP_IPAIRS:
        if (!Loops.loops(a)) {
          throw new LuaException("attempt to loop over a " + host.kindName(a) + " value");
        }
        host.check(Operation.ITERATE, a.getClass(), "pairs");
        return operator == Host.OP_PAIRS ? Loops.pairs(a, items.base())
            : Loops.ipairs(a, items.base());
      case Host.OP_CLOSE:
        if (a != null && a != JavaNull.NULL) {
          host.check(Operation.CLOSE, a.getClass(), "close");
          ((AutoCloseable) a).close();
        }
        return null;
      default:
        host.check(Operation.COMPARE, (Arithmetic.isBig(a) ? a : b).getClass(), "arithmetic");
        return Arithmetic.operate(operator, a, b);
    }
  }

  private static Object operand(Object value) {
    return value instanceof View || value instanceof Cast
        ? JavaNull.orNull(Conversion.plain(value)) : value;
  }

  private boolean equal(Object left, Object right) {
    if (left == right || left == null || right == null) {
      return left == right;
    }
    if (host.gated() && !host.allows(Operation.EQUALS, left.getClass(), "equals")) {
      return false;
    }
    return left.equals(right);
  }

  @SuppressWarnings("unchecked")
  private int compare(Object left, Object right) {
    host.check(Operation.COMPARE, (left instanceof Comparable ? left : right).getClass(), "<");
    if (Arithmetic.isBig(left) && right instanceof Number
        || Arithmetic.isBig(right) && left instanceof Number) {
      return Arithmetic.compare(left, right);
    }
    if (left instanceof Comparable && right != null && right != JavaNull.NULL) {
      try {
        return ((Comparable<Object>) left).compareTo(right);
      } catch (ClassCastException e) {
        throw new LuaException("attempt to compare " + Argument.name(left) + " with "
            + Argument.name(right), e);
      }
    }
    throw new LuaException(
        "attempt to compare " + Argument.name(left) + " with " + Argument.name(right));
  }
}
