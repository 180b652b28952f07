package org.lupine.host;

import java.lang.reflect.Array;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess.Operation;
import org.lupine.bridge.Host;
import org.lupine.bridge.LuaState;
import org.lupine.value.LuaException;
import org.lupine.value.LuaString;

/** Reads and writes members, entries and elements of Java objects. */
final class Attributes {
  private static final Object[] NOTHING = {};

  private final MethodCalls calls;
  private final @Nullable AttributeFilter filter;
  private final AttributeHandlers.@Nullable Getter getter;
  private final AttributeHandlers.@Nullable Setter setter;
  private final Items items;
  private final ElementRead[] reads; // in the order of elementRead

  /** Whether a name means the same method or property for all objects of a class. */
  private final boolean cached;

  private final boolean cachedToWrite;

  Attributes(MethodCalls calls, HostOptions options) {
    this.calls = calls;
    this.filter = options.filter();
    this.getter = options.handlers() == null ? null : options.handlers().getter();
    this.setter = options.handlers() == null ? null : options.handlers().setter();
    this.items = new Items(options.indexBase());
    this.reads =
        new ElementRead[] {
          new ElementRead(Object.class, options.indexBase(), false),
          new ElementRead(double.class, options.indexBase(), true),
          new ElementRead(int.class, options.indexBase(), true),
          new ElementRead(long.class, options.indexBase(), true),
          new ElementRead(boolean.class, options.indexBase(), true),
          new ElementRead(Object.class, options.indexBase(), true)
        };
    this.cached = filter == null && getter == null;
    this.cachedToWrite = filter == null && setter == null;
  }

  @Nullable Object index(LuaState state, Object target, Object key) throws Throwable {
    if (target == JavaNull.NULL) {
      throw new LuaException("attempt to index java.null");
    }
    if ((getter != null || filter != null || calls.gate.guards()) && isForeign(target)) {
      return ((ForeignTable) target).index(key);
    }
    calls.gate.checkPassed(key);
    if (getter != null) {
      var got = getter.get(shownTarget(target), shown(key));
      if (got != AttributeHandlers.DEFAULT) {
        return got;
      }
    }
    var name = filter == null ? key : filtered(target, key, false);
    if (target instanceof ClassHandle) {
      return ofClass(state, (ClassHandle) target, name);
    }
    boolean view = target instanceof View;
    var inner = inner(target);
    var data = JavaType.of(inner.getClass());
    if (data.foreign) {
      return ((ForeignTable) inner).index(key);
    }
    if (!view || !((View) target).members) {
      var found = item(data, inner, name, view);
      if (found != Items.ABSENT) {
        return found;
      }
      if (view) {
        return absent(data, name);
      }
    }
    var found = member(state, data, inner, name, view);
    if (target == inner) {
      return found;
    }
    return found instanceof Host.Member
        ? new Host.Member(((Host.Member) found).id(), false)
        : read(state, inner, found);
  }

  /** Returns whether no filter or handler is asked about elements. */
  boolean readsItemsItself() {
    return cached && cachedToWrite;
  }

  /** Returns the reader of a list's or array's elements; null for others or with filtered keys. */
  @Nullable ElementRead elementRead(JavaType data) {
    if (!cached || data.map || data.foreign || !data.list && !data.array) {
      return null;
    }
    var element = data.array ? data.type.getComponentType() : Object.class;
    return element == double.class || element == float.class
        ? reads[1]
        : element == int.class || element == short.class || element == byte.class
            ? reads[2]
            : element == long.class
                ? reads[3]
                : element == boolean.class
                    ? reads[4]
                    : data.array || data.readAhead ? reads[5] : reads[0];
  }

  /** Returns whether the target is a table, to which filters and handlers do not apply. */
  private static boolean isForeign(Object target) {
    return JavaType.of(target.getClass()).foreign;
  }

  /** Returns the target of a view or a cast. */
  private static Object inner(Object target) {
    var inner =
        target instanceof View || target instanceof Cast ? Conversion.unwrap(target) : target;
    if (inner == null) {
      throw new LuaException("attempt to index java.null");
    }
    return inner;
  }

  private @Nullable Object item(JavaType data, Object target, Object key, boolean only) {
    if (data.array && "length".equals(key)) {
      calls.gate.check(Operation.LENGTH, data.type, "length");
      return Array.getLength(target);
    }
    if (!data.map && !((data.list || data.array || data.buffer) && key instanceof Number)) {
      return Items.ABSENT;
    }
    if (calls.gate.guards() && !calls.gate.allows(Operation.INDEX, data.type, text(key))) {
      if (data.map && !only && isMethod(data, key)) {
        return Items.ABSENT;
      }
      throw calls.gate.denied(text(key), data.type);
    }
    return data.map ? items.entry((Map<?, ?>) target, key) : items.element(target, key);
  }

  private static boolean isMethod(JavaType data, Object key) {
    var name = name(key);
    var member = name == null ? null : data.objects().get(name);
    return member != null && member.methods != null;
  }

  private static @Nullable Object absent(JavaType data, Object key) {
    if (data.map || data.list || data.array || data.buffer) {
      return null;
    }
    throw new LuaException("no items in " + Argument.name(data.type));
  }

  private @Nullable Object member(
      LuaState state, JavaType data, Object target, Object key, boolean forced) throws Throwable {
    var name = name(key);
    var table = data.objects();
    var found = name == null ? null : table.get(name);
    if (found != null && data.map && !forced && Items.hides(found)) {
      found = null;
    }
    if (found == null && target instanceof Class && name != null) {
      calls.gate.check(Operation.READ, Class.class, name);
      var handle = JavaType.of((Class<?>) target).handle();
      var member = JavaType.of((Class<?>) target).statics().get(name);
      if (member != null && member.methods != null) {
        return new Host.Member(table.size() + member.id, false);
      }
      if (member != null) {
        return read(state, handle, ofClass(state, handle, name));
      }
    }
    if (found == null) {
      if (data.map && !forced) {
        return null;
      }
      throw missing(key, data.type, table);
    }
    if (found.methods != null) {
      return new Host.Member(found.id, !data.map && cached);
    }
    return !data.map && cached && found.property >= 0
        ? new Host.Property(found.property)
        : get(state, found, target, data.type);
  }

  /** Returns what was found, or the value of the property that was found. */
  private @Nullable Object read(LuaState state, Object target, @Nullable Object found)
      throws Throwable {
    return found instanceof Host.Property
        ? getProperty(state, target, ((Host.Property) found).id())
        : found;
  }

  /** Reads a property that {@link #index} returned. */
  @Nullable Object getProperty(LuaState state, Object target, int property) throws Throwable {
    if (target instanceof ClassHandle) {
      var data = ((ClassHandle) target).data;
      return get(state, data.statics().property(property), null, data.type);
    }
    var data = JavaType.of(target.getClass());
    return get(state, data.objects().property(property), target, data.type);
  }

  /** Writes a property that {@link #newIndex} returned. */
  void setProperty(LuaState state, Object target, int property, @Nullable Object value)
      throws Throwable {
    calls.gate.checkPassed(value);
    if (target instanceof ClassHandle) {
      set(state, ((ClassHandle) target).data.statics().property(property), null, value);
    } else {
      var table = JavaType.of(target.getClass()).objects();
      set(state, table.property(property), target, value);
    }
  }

  private @Nullable Object get(
      LuaState state, ClassMember member, @Nullable Object target, Class<?> type) throws Throwable {
    if (member.getter == null) {
      throw new LuaException(
          "member '" + member.name + "' of " + Argument.name(type) + " cannot be read");
    }
    var value = member.getter.call(calls.context(state), target, NOTHING, 0);
    return Arithmetic.areBig(type) ? Arithmetic.kept(value) : value;
  }

  private @Nullable Object ofClass(LuaState state, ClassHandle handle, Object key)
      throws Throwable {
    var type = handle.type();
    var name = name(key);
    var table = handle.data.statics();
    var found = name == null ? null : table.get(name);
    if (found != null && found.methods != null) {
      return new Host.Member(found.id, cached);
    }
    if (found != null && found.getter != null) {
      return cached && found.property >= 0
          ? new Host.Property(found.property)
          : get(state, found, null, type);
    }
    if (found != null && found.nested != null) {
      calls.gate.check(Operation.LOOKUP, found.nested, found.nested.getName());
      return handle(found.nested);
    }
    if ("class".equals(name)) {
      calls.gate.check(Operation.READ, Class.class, "class");
      return type;
    }
    throw missing(key, type, table);
  }

  /** Returns the handle of a class, which the host keeps reachable as long as Lua may hold it. */
  static ClassHandle handle(Class<?> type) {
    return JavaType.of(type).handle();
  }

  Host.@Nullable Property newIndex(
      LuaState state, Object target, Object key, @Nullable Object value) throws Throwable {
    if (target == JavaNull.NULL) {
      throw new LuaException("attempt to index java.null");
    }
    if (isForeign(target)) {
      ((ForeignTable) target).newIndex(key, value);
      return null;
    }
    calls.gate.checkPassed(key);
    calls.gate.checkPassed(value);
    if (setter != null) {
      setter.set(shownTarget(target), shown(key), Conversion.unwrap(value));
      return null;
    }
    var name = filter == null ? key : filtered(target, key, true);
    if (target instanceof ClassHandle) {
      return set(state, ((ClassHandle) target).data.statics(), null, name, value, true);
    }
    var inner = inner(target);
    var data = JavaType.of(inner.getClass());
    boolean view = target instanceof View;
    if ((!view || !((View) target).members)
        && (data.map || (data.list || data.array || data.buffer) && name instanceof Number)) {
      calls.gate.checkAssigned(data.type, text(name));
      item(data, inner, name, value);
      return null;
    }
    if (view && !((View) target).members) {
      absent(data, name);
      throw new LuaException(
          "bad index of "
              + Argument.name(data.type)
              + " (whole number expected, got "
              + Argument.name(name)
              + ")");
    }
    return set(state, data.objects(), inner, name, value, target == inner);
  }

  @SuppressWarnings("unchecked")
  private void item(JavaType data, Object target, Object key, @Nullable Object value) {
    if (data.map) {
      items.entry((Map<Object, Object>) target, key, value);
    } else {
      items.element(calls.stateless, target, key, value);
    }
  }

  /** Writes a property, or returns it if it is the same for all objects of the target's kind. */
  private Host.@Nullable Property set(
      LuaState state,
      MemberTable table,
      @Nullable Object target,
      Object key,
      @Nullable Object value,
      boolean ofKind)
      throws Throwable {
    var name = name(key);
    var found = name == null ? null : table.get(name);
    if (found == null) {
      throw missing(key, table.owner, table);
    }
    if (found.setter == null) {
      throw new LuaException(
          "member '" + name + "' of " + Argument.name(table.owner) + " cannot be written");
    }
    if (ofKind && cachedToWrite && found.property >= 0) {
      return new Host.Property(found.property);
    }
    set(state, found, target, value);
    return null;
  }

  private void set(
      LuaState state, ClassMember member, @Nullable Object target, @Nullable Object value)
      throws Throwable {
    var setter = Objects.requireNonNull(member.setter);
    var arguments = new Object[] {value};
    if (setter.call(calls.context(state), target, arguments, 0) == Overloads.NO) {
      throw setter.mismatch(calls.context(state), target, arguments, 0);
    }
  }

  /** Returns the name that the filter uses in place of a script's. */
  String filtered(Object target, String name) {
    return filter == null ? name : (String) filtered(target, name, false);
  }

  private Object filtered(Object target, Object key, boolean setting) {
    var shown = shown(key);
    var answer = Objects.requireNonNull(filter).filter(shownTarget(target), shown, setting);
    if (Objects.equals(answer, shown)) {
      return key;
    }
    if (!(answer instanceof String)) {
      throw new LuaException(
          "attribute filter gave no name (string expected, got " + Argument.name(answer) + ")");
    }
    return answer;
  }

  /** Returns a target in the form that Java code gets. */
  private static Object shownTarget(Object target) {
    var shown = Conversion.unwrap(target);
    if (shown == null) {
      throw new LuaException("attempt to index java.null");
    }
    return shown;
  }

  /**
   * Returns a key in the form that Java code gets: a String where it is text, whatever the state's
   * charset.
   */
  private static @Nullable Object shown(Object key) {
    var name = name(key);
    return name == null ? Conversion.unwrap(key) : name;
  }

  private LuaException missing(Object key, Class<?> type, MemberTable table) {
    var name = name(key);
    return new LuaException(
        "no member '"
            + text(key)
            + "' of "
            + Argument.name(type)
            + (name == null || calls.gate.guards() ? "" : NearNames.hint(name, table.names())));
  }

  /** Returns a key as the name of a member, or null. */
  private static @Nullable String name(Object key) {
    return key instanceof String
        ? (String) key
        : key instanceof LuaString ? Conversion.text((LuaString) key) : null;
  }

  private static String text(Object key) {
    return key instanceof String || key instanceof Number || key instanceof Boolean
        ? key.toString()
        : Objects.requireNonNullElse(name(key), Argument.name(key));
  }
}
