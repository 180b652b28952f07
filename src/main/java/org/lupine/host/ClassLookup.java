package org.lupine.host;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds classes by the names that scripts write. */
final class ClassLookup {
  private static final Map<String, Class<?>> PRIMITIVES =
      Map.of(
          "boolean",
          boolean.class,
          "byte",
          byte.class,
          "char",
          char.class,
          "short",
          short.class,
          "int",
          int.class,
          "long",
          long.class,
          "float",
          float.class,
          "double",
          double.class);

  /** The longest name that is looked up: each dot would have to be tried as a nested class. */
  private static final int LONGEST = 512;

  private final @Nullable ClassLoader loader;

  /** Creates a lookup by this loader; null for the thread's context loader, then our own. */
  ClassLookup(@Nullable ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Returns the class of a name without initializing it, or null: {@code java.util.Map}, {@code
   * String}, {@code java.util.Map.Entry} or {@code java.util.Map$Entry}, {@code int}, {@code
   * int[]}.
   */
  @Nullable Class<?> find(String name) {
    var wanted = name.strip();
    if (wanted.length() > LONGEST) {
      return null;
    }
    if (wanted.endsWith("[]")) {
      var component = find(wanted.substring(0, wanted.length() - 2));
      return component == null ? null : component.arrayType();
    }
    var primitive = PRIMITIVES.get(wanted);
    if (primitive != null) {
      return primitive;
    }
    var found = wanted.indexOf('.') < 0 ? load("java.lang." + wanted) : null;
    for (var each = wanted; found == null && !each.isEmpty(); ) {
      found = load(each);
      int dot = each.lastIndexOf('.');
      if (dot < 0) {
        break;
      }
      // what follows the last dot may be a nested class
      each = each.substring(0, dot) + '$' + each.substring(dot + 1);
    }
    return found;
  }

  private @Nullable Class<?> load(String name) {
    if (loader != null) {
      return load(name, loader);
    }
    var context = Thread.currentThread().getContextClassLoader();
    var found = context == null ? null : load(name, context);
    return found != null ? found : load(name, ClassLookup.class.getClassLoader());
  }

  private static @Nullable Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      return null;
    } catch (NoClassDefFoundError e) {
      // a case-insensitive file system has found another class
      return null;
    }
  }
}
