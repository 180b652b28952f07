package org.lupine.host;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What scripts may reach in Java. Asked before anything is done, for each use of each member; may
 * be asked by several threads at once. An exception out of {@link #allows} is a refusal too, and
 * reaches the script as itself.
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
   */
  record Access(Operation operation, Class<?> type, @Nullable Member member, String name) {
    public Access {
      Objects.requireNonNull(operation, "operation");
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(name, "name");
    }

    /** Whether the member, or else the class, or the class that declares the member, is marked. */
    public boolean exported() {
      return member instanceof AnnotatedElement
          && ((AnnotatedElement) member).isAnnotationPresent(LuaExport.class)
          || type.isAnnotationPresent(LuaExport.class)
          || member != null && member.getDeclaringClass().isAnnotationPresent(LuaExport.class);
    }
  }

  /** Whether the script may. */
  boolean allows(Access access);

  /**
   * Whether {@link #allows} is asked for reflection too: classes as objects, class loaders,
   * threads, processes, and {@code getClass}, {@code wait}, {@code notify} of any object. If not, as by
   * default, these are denied whatever it would say.
   */
  default boolean reflection() {
    return false;
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
  HostAccess BINDINGS_ONLY = access -> switch (access.operation()) {
    case LOOKUP, NEW, STATIC_READ, STATIC_WRITE, STATIC_CALL -> false;
    default -> true;
  };

  /** Only what is marked {@link LuaExport}, on the member or its class. */
  HostAccess EXPORTED = Access::exported;

  /** Nothing: objects can be held, passed and compared by identity. */
  HostAccess NONE = access -> false;
}
