package org.lupine.host;

import org.lupine.value.LuaException;

/** Creates objects through their builders, from named arguments. */
final class BuilderCall {
  private static final Object[] NOTHING = {};

  private BuilderCall() {}

  /**
   * Calls {@code type.builder()}, then a method for each name with its value, then {@code build()};
   * returns the result, or {@link Overloads#NO} if the class has no such method.
   */
  static Object build(Attributes objects, CallContext context, Class<?> type, NamedArguments given)
      throws Throwable {
    var start = JavaType.of(type).statics().get("builder");
    if (start == null || start.methods == null || !given.positional.isEmpty()) {
      return Overloads.NO;
    }
    var builder = start.methods.call(context, null, NOTHING, 0);
    if (builder == null || builder == Overloads.NO) {
      return Overloads.NO;
    }
    for (var each : given.named.entrySet()) {
      var next =
          call(
              context,
              builder,
              objects.filtered(builder, each.getKey()),
              new Object[] {each.getValue()});
      // builders mostly return themselves, some the next one of a chain
      builder = builder.getClass().isInstance(next) ? next : builder;
    }
    return call(context, builder, "build", NOTHING);
  }

  private static Object call(CallContext context, Object builder, String name, Object[] arguments)
      throws Throwable {
    var table = JavaType.of(builder.getClass()).objects();
    var member = table.get(name);
    if (member == null || member.methods == null) {
      throw new LuaException(
          "no argument '"
              + name
              + "' of "
              + table.owner.getTypeName()
              + NearNames.hint(name, table.names()));
    }
    var result = member.methods.call(context, builder, arguments, 0);
    if (result == Overloads.NO) {
      throw member.methods.mismatch(context, builder, arguments, 0);
    }
    return result;
  }
}
