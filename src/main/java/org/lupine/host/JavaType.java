package org.lupine.host;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaFunction;

/**
 * Cached data about a class. Shared by all threads and hosts.
 *
 * <p>The ClassValue stores only JDK types and a weak reference to this object, so that caching data
 * for, say, java.lang.String does not keep our class loader reachable. Each JavaHost keeps strong
 * references to what it uses.
 */
final class JavaType {
  /** The cells: a weak reference to the data, and a token that is the kind of the class itself. */
  private static final ClassValue<AtomicReferenceArray<Object>> CELLS =
      new ClassValue<>() {
        @Override
        protected AtomicReferenceArray<Object> computeValue(Class<?> type) {
          return new AtomicReferenceArray<>(new Object[] {null, new Object()});
        }
      };

  /** The lists of the JDK that are backed by an array of their own. */
  private static final Set<Class<?>> READ_AHEAD =
      new HashSet<>(
          List.of(
              ArrayList.class,
              CopyOnWriteArrayList.class,
              Arrays.asList().getClass(),
              List.of().getClass(),
              List.of(1).getClass()));

  final Class<?> type;

  /**
   * The kinds of its objects and of the class itself. They refer to neither the class nor this
   * data.
   */
  final Object kind;

  final Object classKind;
  final int traits;
  final boolean map;
  final boolean list;
  final boolean array;

  /** Whether its objects are NIO buffers of numbers. */
  final boolean buffer;

  /** Whether its objects are lists whose elements can be read without running code of others. */
  final boolean readAhead;

  /** Whether its objects are tables of other states. */
  final boolean foreign;

  /** Whether its objects are callable only through {@link #calls}. */
  final boolean plain;

  /** Whether our own loader sees the class, so that it is not unloaded before this library. */
  final boolean lasting;

  private @Nullable ClassHandle handle;
  private volatile @Nullable MemberTable objects;
  private volatile @Nullable MemberTable statics;
  private volatile @Nullable Overloads calls;
  private volatile boolean called;

  private JavaType(Class<?> type, AtomicReferenceArray<Object> cell) {
    this.type = type;
    this.kind = cell;
    this.classKind = cell.get(1);
    this.map = Map.class.isAssignableFrom(type);
    this.list = List.class.isAssignableFrom(type);
    this.array = type.isArray();
    this.buffer = Buffers.isBuffer(type);
    this.readAhead = READ_AHEAD.contains(type);
    this.foreign = ForeignTable.class.isAssignableFrom(type);
    this.plain =
        type != ClassHandle.class
            && type != Class.class
            && type != View.class
            && type != Cast.class
            && type != JavaNull.class
            && !Callback.class.isAssignableFrom(type)
            && !LuaFunction.class.isAssignableFrom(type)
            && !JavaFunction.class.isAssignableFrom(type);
    this.lasting = lasting(type);
    this.traits = traits();
  }

  static JavaType of(Class<?> type) {
    var cell = CELLS.get(type);
    var found = cached(cell);
    if (found != null) {
      return found;
    }
    synchronized (cell) {
      found = cached(cell);
      if (found == null) {
        found = new JavaType(type, cell);
        cell.set(0, new WeakReference<>(found));
      }
      return found;
    }
  }

  private static @Nullable JavaType cached(AtomicReferenceArray<Object> cell) {
    var reference = (WeakReference<?>) cell.get(0);
    return reference == null ? null : (JavaType) reference.get();
  }

  private static boolean lasting(Class<?> type) {
    var loader = type.getClassLoader();
    for (var each = JavaType.class.getClassLoader(); each != null; each = each.getParent()) {
      if (each == loader) {
        return true;
      }
    }
    return loader == null;
  }

  private int traits() {
    if (foreign) {
      return Kinds.ANY | Trait.BITS | Trait.CLOSE | Trait.TABLE;
    }
    int traits =
        map
                || array
                || Collection.class.isAssignableFrom(type)
                || CharSequence.class.isAssignableFrom(type)
            ? Trait.LENGTH
            : buffer ? Trait.LENGTH | Trait.BUFFER : 0;
    if (array || readAhead) {
      traits |= Trait.ELEMENTS;
    }
    if (Comparable.class.isAssignableFrom(type)) {
      traits |= Trait.ORDER;
    }
    if (Arithmetic.knows(type)) {
      traits |= Trait.ARITHMETIC;
    }
    if (map
        || array
        || Iterable.class.isAssignableFrom(type)
        || Iterator.class.isAssignableFrom(type)
        || BaseStream.class.isAssignableFrom(type)
        || Enumeration.class.isAssignableFrom(type)) {
      traits |= Trait.PAIRS;
    }
    if (AutoCloseable.class.isAssignableFrom(type)) {
      traits |= Trait.CLOSE;
    }
    return functionals().isEmpty() ? traits : traits | Trait.CALL;
  }

  /** Returns the one handle of this class. */
  synchronized ClassHandle handle() {
    if (handle == null) {
      handle = new ClassHandle(this);
    }
    return handle;
  }

  /** Returns the members of objects. */
  MemberTable objects() {
    var ready = objects;
    if (ready == null) {
      objects = ready = MemberTable.ofObjects(type);
    }
    return ready;
  }

  /** Returns the members of the class itself. */
  MemberTable statics() {
    var ready = statics;
    if (ready == null) {
      statics = ready = MemberTable.ofClass(type);
    }
    return ready;
  }

  /**
   * Returns the overloads for calling an object: the abstract methods of its functional interfaces.
   */
  @Nullable Overloads calls() {
    if (!called) {
      var overloads = new ArrayList<Overload>();
      for (var each : functionals()) {
        var method = Functional.method(each);
        if (method != null) {
          overloads.add(Overload.of(each, method));
        }
      }
      calls =
          overloads.isEmpty()
              ? null
              : new Overloads(overloads.get(0).member.getName(), type, MemberUse.CALL, overloads);
      called = true;
    }
    return calls;
  }

  /**
   * Returns the functional interfaces of a class; of those that extend one another, the most
   * specific.
   */
  private Set<Class<?>> functionals() {
    var found = new LinkedHashSet<Class<?>>();
    // a lambda is meant to be called whatever its interface is
    boolean any =
        type.isHidden() || type.isSynthetic() || java.lang.reflect.Proxy.isProxyClass(type);
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      collect(each, any, found);
    }
    for (var each : found.toArray(new Class<?>[0])) {
      for (var other : found) {
        if (other != each && each.isAssignableFrom(other)) {
          found.remove(each);
          break;
        }
      }
    }
    return found;
  }

  private static void collect(Class<?> type, boolean any, Set<Class<?>> into) {
    for (var each : type.getInterfaces()) {
      boolean callable = any ? Functional.method(each) != null : Functional.callable(each);
      if (callable && Accessible.isAccessible(each)) {
        into.add(each);
      }
      collect(each, any, into);
    }
  }
}
