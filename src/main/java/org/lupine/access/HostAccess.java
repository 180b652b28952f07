package org.lupine.access;

import java.lang.reflect.Member;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.value.JavaFunction;

/**
 * Decides what scripts may reach in Java. Asked before each use of each member. Must be
 * thread-safe. An exception thrown by {@link #allows} denies the access, too, and reaches the
 * script as itself. Calls of a {@link JavaFunction} are not checked, since such a function is made
 * for scripts.
 *
 * <pre>{@code
 * HostAccess access = HostAccess.allow("java.util.List#size", "java.time.LocalDate");
 * try (LuaRuntime lua = LuaRuntime.builder().hostAccess(access).build()) {
 *   lua.globals().put("names", List.of("Io"));
 *   System.out.println(lua.eval("names:size()").first());                  // 1
 *   System.out.println(lua.eval("pcall(function() names:get(0) end)").first());   // false
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HostAccess {
  /** Kinds of use. */
  enum Operation {
    /** A class by its name; nothing of it is initialized yet. */
    LOOKUP,
    /** A constructor. */
    NEW,
    /** Reading a field or property of an object. */
    READ,
    /** Writing a field or property of an object. */
    WRITE,
    /** A method of an object. */
    CALL,
    /** Reading a field or property of a class. */
    STATIC_READ,
    /** Writing a field or property of a class. */
    STATIC_WRITE,
    /** A static method. */
    STATIC_CALL,
    /** Entries of maps, elements of lists and arrays, read or written. */
    INDEX,
    /** Iterating over an object. */
    ITERATE,
    /** Implementing an interface by a Lua function or table. */
    IMPLEMENT,
    /** {@code tostring} and {@code ..}. */
    TOSTRING,
    /** {@code ==}. */
    EQUALS,
    /** {@code <}, {@code <=}, and arithmetic. */
    COMPARE,
    /** {@code #}. */
    LENGTH,
    /** Closing a variable declared {@code <close>}. */
    CLOSE
  }

  /**
   * One access.
   *
   * @param type the class of the object; for a static member, the class itself
   * @param member the exact method, field or constructor; null if there is none
   * @param name what the script wrote, or the name of the operation
   * @param writing whether the access assigns a field, a property, or an entry or element by its
   *     key
   */
  record Access(
      Operation operation, Class<?> type, @Nullable Member member, String name, boolean writing) {
    public Access {
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(name, "name");
    }

    /** Creates an access that assigns only if its operation says so. */
    public Access(Operation operation, Class<?> type, @Nullable Member member, String name) {
      this(
          operation,
          type,
          member,
          name,
          operation == Operation.WRITE || operation == Operation.STATIC_WRITE);
    }

    /**
     * Returns whether {@link LuaExport} marks the class, or the member, the class that declares it,
     * or the method of a superclass or interface that it overrides.
     */
    public boolean exported() {
      return LuaExports.isExported(type, member);
    }

    /**
     * Returns whether this is a use of reflection, as {@link HostAccess#reflection} defines it.
     */
    public boolean reflective() {
      return Reflective.touches(this);
    }
  }

  /** Returns whether the script may perform this access. */
  boolean allows(Access access);

  /**
   * Returns whether the access is permitted: by {@link #allows}, and, for a use of reflection, by
   * {@link #reflection}. Called by the library; there is no reason to override it.
   */
  default boolean permits(Access access) {
    return (reflection() || !access.reflective()) && allows(access);
  }

  /**
   * Returns whether {@link #allows} decides about reflection, too: classes as objects, class
   * loaders, threads, processes, and {@code getClass}, {@code wait}, {@code notify} of any object.
   * By default reflection is always denied. If this returns true, {@code allows} decides, and a
   * reflective object may be passed as an argument only if {@link Operation#LOOKUP} of its class is
   * allowed.
   */
  default boolean reflection() {
    return false;
  }

  /**
   * Returns whether scripts can look up classes by name at all. If not, there is no {@code
   * java.import}; other uses of class names are still decided by {@link #allows}.
   */
  default boolean classLookup() {
    return true;
  }

  /** Returns an access that permits what this or the other permits. */
  default HostAccess or(HostAccess other) {
    return new EitherAccess(this, Objects.requireNonNull(other, "other"));
  }

  /**
   * Returns an access that permits the named types and members. {@code java.util.List} stands for
   * everything that lists offer, whatever their class: public methods, elements, length, iteration
   * and so on; the name of a class also for its constructors and static members. {@code
   * java.util.List#size} stands for the methods or the field of that name, and for the property
   * that a method reads or writes; {@code java.util.Date#new} stands for constructors. Nested
   * classes have a {@code $} in their names, arrays end in {@code []}. Reflection is permitted by
   * the names of its classes, but {@code getClass} and its like only as {@code
   * java.lang.Object#getClass}. Presets refuse a list with names of reflection, and no other list.
   *
   * @throws IllegalArgumentException if a name is malformed or given twice
   */
  static HostAccess allow(String... names) {
    return new AllowList(names);
  }

  /** Permits everything public; the default. */
  HostAccess ALL =
      new HostAccess() {
        @Override
        public boolean allows(Access access) {
          return true;
        }

        @Override
        public boolean reflection() {
          return true;
        }
      };

  /**
   * Permits the objects that the program passes, and what they return: no classes by name, no
   * static members, no construction.
   */
  HostAccess BINDINGS_ONLY =
      new HostAccess() {
        @Override
        public boolean allows(Access access) {
          return switch (access.operation()) {
            case LOOKUP, NEW, STATIC_READ, STATIC_WRITE, STATIC_CALL -> false;
            default -> true;
          };
        }

        @Override
        public boolean classLookup() {
          return false;
        }
      };

  /** Permits only what is marked {@link LuaExport}, on the member or its class. */
  HostAccess EXPORTED = Access::exported;

  /**
   * Permits reading data: entries of maps, elements of lists and arrays, iteration over them and
   * over other collections, their length, the methods of {@link java.util.Map}, {@link
   * java.util.Collection}, {@link java.util.List} and {@link java.util.Map.Entry} that only read,
   * and the components of records; comparison and the text of enums, big numbers, UUIDs and {@code
   * java.time}. No other method, and no assignment.
   */
  HostAccess DATA = new DataAccess();

  /**
   * Permits nothing: objects can be stored, passed and compared by identity. There is no library
   * {@code java}.
   */
  HostAccess NONE =
      new HostAccess() {
        @Override
        public boolean allows(Access access) {
          return false;
        }

        @Override
        public boolean classLookup() {
          return false;
        }
      };
}
