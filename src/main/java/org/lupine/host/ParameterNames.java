package org.lupine.host;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lupine.access.LuaNamed;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/** The names and defaults of the parameters of a method or constructor. Immutable. */
final class ParameterNames {
  /** Whether they come from {@link LuaNamed}: then a single table is a list of arguments. */
  final boolean declared;

  private final List<String> names;
  private final LuaNamed.Default[] defaults;

  private ParameterNames(boolean declared, List<String> names, LuaNamed.Default[] defaults) {
    this.declared = declared;
    this.names = names;
    this.defaults = defaults;
  }

  /** Returns the names of an executable's parameters; null if scripts cannot use names. */
  static @Nullable ParameterNames of(Executable executable) {
    var mark = executable.getAnnotation(LuaNamed.class);
    var parameters = executable.getParameters();
    if (mark == null) {
      return ofRecord(executable);
    }
    var names =
        mark.value().length > 0
            ? Arrays.asList(mark.value())
            : Arrays.stream(parameters).map(Parameter::getName).toList();
    if (names.size() != parameters.length) {
      throw new LuaException(
          "@LuaNamed of "
              + executable
              + " names "
              + names.size()
              + " of "
              + parameters.length
              + " parameters");
    }
    var defaults = new LuaNamed.Default[parameters.length];
    for (int i = 0; i < defaults.length; i++) {
      defaults[i] = parameters[i].getAnnotation(LuaNamed.Default.class);
    }
    return new ParameterNames(true, names, defaults);
  }

  /** Returns the component names for the canonical constructor of a record, else null. */
  private static @Nullable ParameterNames ofRecord(Executable executable) {
    var type = executable.getDeclaringClass();
    if (!(executable instanceof Constructor) || !type.isRecord()) {
      return null;
    }
    var components = type.getRecordComponents();
    var types = executable.getParameterTypes();
    var names = new ArrayList<String>();
    for (int i = 0; i < components.length; i++) {
      if (types.length != components.length || types[i] != components[i].getType()) {
        return null;
      }
      names.add(components[i].getName());
    }
    return new ParameterNames(false, names, new LuaNamed.Default[names.size()]);
  }

  /** Returns whether a call passes arguments by name, possibly in a single table. */
  static boolean isNamedCall(Overload[] all, Object[] arguments, int from) {
    boolean declared = false;
    for (var each : all) {
      declared |= each.parameterNames != null && each.parameterNames.declared;
    }
    if (declared && arguments.length - from == 1 && arguments[from] instanceof LuaTable) {
      return true;
    }
    return hasNamedArguments(arguments, from);
  }

  /** Returns whether there is a {@code java.args} among the arguments. */
  static boolean hasNamedArguments(Object[] arguments, int from) {
    for (int i = from; i < arguments.length; i++) {
      if (arguments[i] instanceof NamedArguments) {
        return true;
      }
    }
    return false;
  }

  /** Returns all arguments in the order of the parameters. */
  Object[] toPositional(String function, Overload overload, NamedArguments given) {
    if (given.positional.size() > names.size()) {
      throw new NamedCallException(
          "too many arguments to '"
              + function
              + "' (at most "
              + names.size()
              + " expected, got "
              + given.positional.size()
              + ")");
    }
    for (var each : given.named.keySet()) {
      int index = names.indexOf(each);
      if (index < 0) {
        throw new NamedCallException(
            "no argument '" + each + "' of '" + function + "'" + NearNames.hint(each, names));
      }
      if (index < given.positional.size()) {
        throw new NamedCallException(
            "argument '" + each + "' of '" + function + "' is given twice");
      }
    }
    var ordered = new Object[names.size()];
    for (int i = 0; i < ordered.length; i++) {
      ordered[i] =
          i < given.positional.size()
              ? given.positional.get(i)
              : given.named.containsKey(names.get(i))
                  ? given.named.get(names.get(i))
                  : defaultValue(function, overload, i);
    }
    return ordered;
  }

  private @Nullable Object defaultValue(String function, Overload overload, int index) {
    if (defaults[index] == null) {
      throw new NamedCallException(
          "no value for argument '" + names.get(index) + "' of '" + function + "'");
    }
    var text = defaults[index].value();
    var type = overload.parameters[index].type;
    if (text.length == 0) {
      return null;
    }
    if (type == boolean.class || type == Boolean.class) {
      return Boolean.valueOf(text[0]);
    }
    if (type.isPrimitive() && type != char.class || Number.class.isAssignableFrom(type)) {
      return Numbers.isWholeType(type)
          ? (Object) Long.valueOf(text[0])
          : (Object) Double.valueOf(text[0]);
    }
    return text[0];
  }
}
