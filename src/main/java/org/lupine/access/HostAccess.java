package org.lupine.access;

import java.lang.reflect.Member;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.value.JavaFunction;

/**
 * What scripts may reach in Java. Asked before anything is done, for each use of each member; may
 * be asked by several threads at once. An exception out of {@link #allows} is a refusal too, and
 * reaches the script as itself. Calls of a {@link JavaFunction} are not asked about, since that is
 * made for scripts.
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
    /** Writing one. */
    WRITE,
    /** A method of an object. */
    CALL,
    /** Reading a field or property of a class. */
    STATIC_READ,
    /** Writing one. */
    STATIC_WRITE,
    /** A static method. */
    STATIC_CALL,
    /** Entries of maps, elements of lists and arrays, read or written. */
    INDEX,
    /** Loops over an object. */
    ITERATE,
    /** A Lua function or table as an object of an interface. */
    IMPLEMENT,
    /** {@code tostring} and {@code ..}. */
    TOSTRING,
    /** {@code ==}. */
    EQUALS,
    /** {@code <}, {@code <=}, and arithmetic. */
    COMPARE,
    /** {@code #}. */
    LENGTH,
    /** The end of a variable declared {@code <close>}. */
    CLOSE
  }

  /**
   * One use.
   *
   * @param type the class of the object, or the class itself for a class
   * @param member the very method, field or constructor; null where there is none
   * @param name what the script wrote, or the operation's own name
   * @param writing whether it assigns: a field, a property, or an entry or element by its key
   */
  record Access(Operation operation, Class<?> type, @Nullable Member member, String name,
      boolean writing) {
    public Access {
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(name, "name");
    }

    /** One that assigns only if its operation says so. */
    public Access(Operation operation, Class<?> type, @Nullable Member member, String name) {
      this(operation, type, member, name,
          operation == Operation.WRITE || operation == Operation.STATIC_WRITE);
    }

    /**
     * Returns whether {@link LuaExport} marks the class, or the member, the class that declares it,
     * or the method of a superclass or interface that it overrides.
     */
    public boolean exported() {
      return LuaExports.isExported(type, member);
    }

    /** Returns whether this leads to reflection, as {@link HostAccess#reflection} defines it. */
    public boolean reflective() {
      return Reflective.touches(this);
    }
  }

  /** Returns whether the script may. */
  boolean allows(Access access);

  /**
   * Returns whether an access is let through: {@link #allows} is asked, and what leads to
   * reflection is denied before that unless {@link #reflection} says otherwise. What the library
   * calls; there is no reason to override it.
   */
  default boolean permits(Access access) {
    return (reflection() || !access.reflective()) && allows(access);
  }

  /**
   * Returns whether {@link #allows} is asked for reflection too: classes as objects, class loaders,
   * threads, processes, and {@code getClass}, {@code wait}, {@code notify} of any object. If not,
   * as by default, these are denied whatever it would say. Where it is, a {@link Operation#LOOKUP}
   * of its class decides whether an object of reflection may be an argument.
   */
  default boolean reflection() {
    return false;
  }

  /**
   * Returns whether scripts can look classes up by their names at all. If not, {@code java.import}
   * is not there; {@link #allows} is asked for other uses of names nevertheless.
   */
  default boolean classLookup() {
    return true;
  }

  /** What this or the other lets through. */
  default HostAccess or(HostAccess other) {
    return new EitherAccess(this, Objects.requireNonNull(other, "other"));
  }

  /**
   * What is named. {@code java.util.List} stands for all that lists offer, whatever their class:
   * their public methods, elements, length, loops, and so on; for a class also for its constructors
   * and statics. {@code java.util.List#size} stands for the methods or the field of that name, and
   * for the property that a method reads or writes; {@code java.util.Date#new} for constructors.
   * Nested classes have a {@code $} in their names, arrays end in {@code []}. Reflection is let
   * through by the names of its classes, {@code getClass} and its like only as {@code
   * java.lang.Object#getClass}; presets refuse a list with such names, and no other.
   *
   * @throws IllegalArgumentException if one is no such name, or given twice
   */
  static HostAccess allow(String... names) {
    return new AllowList(names);
  }

  /** Everything public; the default. */
  HostAccess ALL = new HostAccess() {
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
   * The objects that the program hands over, and what they give: no classes by name, no statics,
   * no construction.
   */
  HostAccess BINDINGS_ONLY = new HostAccess() {
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

  /** Only what is marked {@link LuaExport}, on the member or its class. */
  HostAccess EXPORTED = Access::exported;

  /**
   * Reading data: entries of maps, elements of lists and arrays, loops over them and over other
   * collections, their length, what only looks into them of the methods of {@link java.util.Map},
   * {@link java.util.Collection}, {@link java.util.List} and {@link java.util.Map.Entry}, and the
   * components of records; comparison and the text of enums, big numbers, UUIDs and {@code
   * java.time}. No other method, and no assignment.
   */
  HostAccess DATA = new DataAccess();

  /**
   * Nothing: objects can be held, passed and compared by identity. The library {@code java} is not
   * there.
   */
  HostAccess NONE = new HostAccess() {
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
