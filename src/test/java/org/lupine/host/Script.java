package org.lupine.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lupine.bridge.Host;
import org.lupine.value.Values;

/** The calls that the bridge makes when a script uses Java objects. */
final class Script {
  final JavaHost host;

  Script() {
    this(HostOptions.DEFAULT);
  }

  Script(HostOptions options) {
    this.host = new JavaHost(options);
  }

  /** {@code target[key]}. */
  Object get(Object target, Object key) throws Throwable {
    var found = host.index(null, target, key);
    return found instanceof Host.Property
        ? host.getProperty(null, target, ((Host.Property) found).id())
        : found;
  }

  /** {@code target[key] = value}. */
  void set(Object target, Object key, Object value) throws Throwable {
    var found = host.newIndex(null, target, key, value);
    if (found != null) {
      host.setProperty(null, target, found.id(), value);
    }
  }

  /** {@code target:name(arguments)}. */
  Object send(Object target, String name, Object... arguments) throws Throwable {
    return plain(host.invoke(null, target, member(target, name), true, arguments));
  }

  /** {@code target.name(arguments)}. */
  Object plain(Object target, String name, Object... arguments) throws Throwable {
    boolean self = arguments.length > 0 && arguments[0] == target;
    var others = self ? Arrays.copyOfRange(arguments, 1, arguments.length) : arguments;
    return plain(host.invoke(null, target, member(target, name), self, others));
  }

  private int member(Object target, String name) throws Throwable {
    return ((Host.Member) get(target, name)).id();
  }

  /** {@code target(arguments)}. */
  Object call(Object target, Object... arguments) throws Throwable {
    var callee = target instanceof Host.AsFunction ? ((Host.AsFunction) target).target() : target;
    return plain(host.call(null, callee, arguments));
  }

  /** Returns a value as the object that a script would see, even if its class is converted. */
  private static Object plain(Object result) {
    return result instanceof Host.AsObject ? ((Host.AsObject) result).target() : result;
  }

  /** {@code java.name(arguments)}. */
  Object java(String name, Object... arguments) throws Throwable {
    return plain(host.library(null, List.of(host.libraryNames()).indexOf(name), arguments));
  }

  Object type(String name) throws Throwable {
    return java("import", name);
  }

  Object operate(int operator, Object left, Object right) throws Throwable {
    return plain(host.operate(null, operator, left, right));
  }

  /** Returns the steps of a loop over the three values, each as a list. */
  List<List<Object>> loop(Object values) throws Throwable {
    var steps = new ArrayList<List<Object>>();
    var function = ((Values) values).get(0);
    for (; ; ) {
      var step = call(function);
      var list = new ArrayList<Object>();
      if (step instanceof Values) {
        list.addAll((Values) step);
      } else {
        list.add(step);
      }
      if (list.isEmpty() || list.get(0) == null) {
        return steps;
      }
      steps.add(list);
    }
  }
}
