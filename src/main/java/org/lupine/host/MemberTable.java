package org.lupine.host;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The public members of a class's objects, or of the class itself, by name. Methods are numbered in
 * the order of their names, and so are properties and fields, so that a table that is built again
 * has the same numbers.
 */
final class MemberTable {
  /** A method, and the accessible type through which it is called. */
  private record Seen(Class<?> through, Method method) {}

  final Class<?> owner;
  private final Map<String, ClassMember> byName = new HashMap<>();
  private final List<Overloads> byId = new ArrayList<>();
  private final List<ClassMember> properties = new ArrayList<>();

  private MemberTable(Class<?> owner) {
    this.owner = owner;
  }

  @Nullable ClassMember get(String name) {
    return byName.get(name);
  }

  Iterable<String> names() {
    return byName.keySet();
  }

  Overloads methods(int id) {
    return byId.get(id);
  }

  ClassMember property(int id) {
    return properties.get(id);
  }

  int size() {
    return byId.size();
  }

  /** Builds the table for objects of the class. */
  static MemberTable ofObjects(Class<?> type) {
    var table = new MemberTable(type);
    var methods = table.methods();
    var groups = new TreeMap<String, List<Overload>>();
    methods.forEach(
        (name, seen) ->
            seen.forEach(
                each ->
                    groups
                        .computeIfAbsent(name, any -> new ArrayList<>())
                        .add(Overload.of(each.through(), each.method()))));
    table.fill(groups, methods, false);
    return table;
  }

  /**
   * Builds the table for the class itself: static members, nested classes, and constructors as
   * {@code new}.
   */
  static MemberTable ofClass(Class<?> type) {
    var table = new MemberTable(type);
    var methods = table.methods();
    var groups = new TreeMap<String, List<Overload>>();
    methods.forEach(
        (name, seen) -> {
          var fixed = new ArrayList<Overload>();
          for (var each : seen) {
            if (Modifier.isStatic(each.method().getModifiers())) {
              fixed.add(Overload.of(each.through(), each.method()));
            }
          }
          // without a static method, the name means the method of objects, which are its first
          // argument
          groups.put(
              name,
              fixed.isEmpty()
                  ? seen.stream()
                      .map(each -> Overload.unbound(each.through(), each.method()))
                      .toList()
                  : fixed);
        });
    var constructors = new ArrayList<Overload>();
    if (Accessible.isAccessible(type) && !Modifier.isAbstract(type.getModifiers())) {
      for (var each : type.getConstructors()) {
        constructors.add(Overload.of(each));
      }
    }
    if (!constructors.isEmpty()) {
      groups.put("new", constructors);
    }
    methods
        .values()
        .forEach(seen -> seen.removeIf(each -> !Modifier.isStatic(each.method().getModifiers())));
    table.fill(groups, methods, true);
    for (var each : type.getClasses()) {
      if (Accessible.isAccessible(each)) {
        table.byName.computeIfAbsent(
            each.getSimpleName(), name -> new ClassMember(name, -1, null, null, null, each));
      }
    }
    return table;
  }

  private void fill(
      Map<String, List<Overload>> groups, Map<String, List<Seen>> methods, boolean fixed) {
    for (var each : groups.entrySet()) {
      boolean made = each.getValue().get(0).member instanceof Constructor;
      var overloads =
          new Overloads(
              each.getKey(), owner, made ? MemberUse.CONSTRUCT : MemberUse.CALL, each.getValue());
      byName.put(
          each.getKey(), new ClassMember(each.getKey(), byId.size(), overloads, null, null, null));
      byId.add(overloads);
    }
    properties(methods).forEach(this::property);
    for (var root : Accessible.roots(owner)) {
      for (var each : root.getFields()) {
        if (Modifier.isStatic(each.getModifiers()) || !fixed) {
          field(root, each);
        }
      }
    }
    for (var each : new TreeMap<>(byName).values()) {
      if (each.methods == null && (each.getter != null || each.setter != null)) {
        each.property = properties.size();
        properties.add(each);
      }
    }
  }

  private void property(String name, List<List<Seen>> accessors) {
    var getter = overloads(name, MemberUse.READ, accessors.get(0));
    var setter = overloads(name, MemberUse.WRITE, accessors.get(1));
    var old = byName.get(name);
    if (old == null) {
      byName.put(name, new ClassMember(name, -1, null, getter, setter, null));
    } else if (old.getter == null) {
      byName.put(name, new ClassMember(name, old.id, old.methods, getter, setter, null));
    }
  }

  private @Nullable Overloads overloads(String name, MemberUse use, List<Seen> seen) {
    return seen.isEmpty()
        ? null
        : new Overloads(
            name,
            owner,
            use,
            seen.stream().map(each -> Overload.of(each.through(), each.method())).toList());
  }

  /** Adds a field; it is read or written unless a property has a method for that. */
  private void field(Class<?> through, Field field) {
    var name = field.getName();
    var old = byName.get(name);
    var getter = old == null ? null : old.getter;
    var setter = old == null ? null : old.setter;
    if (getter == null) {
      getter = new Overloads(name, owner, MemberUse.READ, List.of(Overload.getter(through, field)));
    }
    if (setter == null && !Modifier.isFinal(field.getModifiers())) {
      setter =
          new Overloads(name, owner, MemberUse.WRITE, List.of(Overload.setter(through, field)));
    }
    byName.put(
        name,
        new ClassMember(
            name,
            old == null ? -1 : old.id,
            old == null ? null : old.methods,
            getter,
            setter,
            null));
  }

  /** Groups getters and setters by the name of their property. */
  private static Map<String, List<List<Seen>>> properties(Map<String, List<Seen>> methods) {
    var found = new LinkedHashMap<String, List<List<Seen>>>();
    methods.forEach(
        (name, all) -> {
          for (var each : all) {
            var method = each.method();
            var type = method.getReturnType();
            int count = method.getParameterCount();
            String property = null;
            boolean setter = false;
            if (count == 0 && name.startsWith("get") && type != void.class) {
              property = name.substring(3);
            } else if (count == 0
                && name.startsWith("is")
                && (type == boolean.class || type == Boolean.class)) {
              property = name.substring(2);
            } else if (count == 1 && name.startsWith("set") && !method.isVarArgs()) {
              property = name.substring(3);
              setter = true;
            }
            if (property != null
                && !property.isEmpty()
                && !Character.isLowerCase(property.charAt(0))) {
              var accessors =
                  found.computeIfAbsent(
                      decapitalized(property),
                      any -> List.of(new ArrayList<>(), new ArrayList<>()));
              if (setter || accessors.get(0).isEmpty() || name.startsWith("get")) {
                if (!setter) {
                  accessors.get(0).clear();
                }
                accessors.get(setter ? 1 : 0).add(each);
              }
            }
          }
        });
    return found;
  }

  /** Returns a name as JavaBeans do: {@code URL} stays, {@code Name} becomes {@code name}. */
  private static String decapitalized(String name) {
    return name.length() > 1
            && Character.isUpperCase(name.charAt(0))
            && Character.isUpperCase(name.charAt(1))
        ? name
        : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** Returns the public methods by name, one for each list of parameter types. */
  private Map<String, List<Seen>> methods() {
    var found = new TreeMap<String, Map<List<Class<?>>, Seen>>();
    for (var root : Accessible.roots(owner)) {
      for (var each : root.getMethods()) {
        if (Modifier.isStatic(each.getModifiers()) && root.isInterface() && root != owner) {
          continue;
        }
        found
            .computeIfAbsent(each.getName(), any -> new LinkedHashMap<>())
            .merge(
                Arrays.asList(each.getParameterTypes()), new Seen(root, each), MemberTable::better);
      }
    }
    var lists = new TreeMap<String, List<Seen>>();
    found.forEach(
        (name, seen) -> {
          var all = List.copyOf(seen.values());
          seen.values().removeIf(each -> all.stream().anyMatch(other -> bridges(each, other)));
          lists.put(name, new ArrayList<>(seen.values()));
        });
    return lists;
  }

  /**
   * Returns whether a method is a bridge method: it calls the other one, which has narrower types.
   */
  private static boolean bridges(Seen bridge, Seen other) {
    var wide = bridge.method().getParameterTypes();
    var narrow = other.method().getParameterTypes();
    if (!bridge.method().isBridge() || other.method().isBridge() || wide.length != narrow.length) {
      return false;
    }
    for (int i = 0; i < wide.length; i++) {
      if (!wide[i].isAssignableFrom(narrow[i])) {
        return false;
      }
    }
    return true;
  }

  /** Returns the overriding one of two methods with the same parameters. */
  private static Seen better(Seen old, Seen fresh) {
    Member a = old.method();
    Member b = fresh.method();
    if (old.method().isBridge() != fresh.method().isBridge()) {
      return old.method().isBridge() ? fresh : old;
    }
    var one = old.method().getReturnType();
    var other = fresh.method().getReturnType();
    if (one != other) {
      return one.isAssignableFrom(other) ? fresh : old;
    }
    return a.getDeclaringClass() != b.getDeclaringClass()
            && a.getDeclaringClass().isAssignableFrom(b.getDeclaringClass())
        ? fresh
        : old;
  }
}
