package org.lupine.host;

import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a class that can be set from outside: those with a setter, and public fields.
 */
final class Bean {
  /** One way to set a property: a method, or a field. */
  record Setter(Type type, MethodHandle handle) {
    void set(Object bean, @Nullable Object value) throws Throwable {
      handle.invoke(bean, value);
    }
  }

  /** Weak references: a strong one would keep our class loader reachable from each class. */
  private static final ClassValue<AtomicReference<@Nullable Reference<?>>> BEANS =
      new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Reference<?>> computeValue(Class<?> type) {
          return new AtomicReference<>();
        }
      };

  private final Map<String, List<Setter>> setters = new TreeMap<>();

  private Bean(Class<?> type) {
    try {
      for (var each : type.getMethods()) {
        if (each.getParameterCount() == 1
            && !Modifier.isStatic(each.getModifiers())
            && !each.isBridge()
            && each.getName().startsWith("set")
            && each.getName().length() > 3) {
          add(
              decapitalized(each.getName().substring(3)),
              new Setter(each.getGenericParameterTypes()[0], Accessible.method(type, each)));
        }
      }
      for (var each : type.getFields()) {
        if (!Modifier.isStatic(each.getModifiers())
            && !Modifier.isFinal(each.getModifiers())
            && !setters.containsKey(each.getName())) {
          add(each.getName(), new Setter(each.getGenericType(), Accessible.setter(type, each)));
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type.getTypeName() + " is out of reach: " + e, e);
    }
  }

  static Bean of(Class<?> type) {
    var cell = BEANS.get(type);
    var known = cell.get();
    var bean = known == null ? null : (Bean) known.get();
    if (bean == null) {
      bean = new Bean(type);
      cell.set(new WeakReference<>(bean));
    }
    return bean;
  }

  private void add(String name, Setter setter) {
    setters.computeIfAbsent(name, any -> new ArrayList<>()).add(setter);
  }

  /** Returns a property's name as JavaBeans define it: {@code setURL} sets {@code URL}. */
  private static String decapitalized(String name) {
    return name.length() > 1 && Character.isUpperCase(name.charAt(1))
        ? name
        : Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }

  /** Returns the ways to set a property; null if there is no such property. */
  @Nullable List<Setter> setters(String name) {
    return setters.get(name);
  }

  Iterable<String> names() {
    return setters.keySet();
  }

  boolean isEmpty() {
    return setters.isEmpty();
  }
}
