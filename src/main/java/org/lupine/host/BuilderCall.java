package org.lupine.host;

import org.lupine.bridge.LuaState;
import org.lupine.value.LuaException;

/** Objects that a builder makes, of arguments by name. */
final class BuilderCall {
  private static final Object[] NOTHING = {};

  private BuilderCall() {}

  /**
   * What {@code type.builder()} builds once each name was called with its value; {@link
   * Overloads#NO} if the class has no such method.
   */
  static Object build(JavaHost host, LuaState state, Class<?> type, NamedArguments given)
      throws Throwable {
    var start = JavaType.of(type).statics().get("builder");
    if (start == null || start.methods == null || !given.positional.isEmpty()) {
      return Overloads.NO;
    }
    var builder = start.methods.call(host, state, null, NOTHING, 0);
    if (builder == null || builder == Overloads.NO) {
      return Overloads.NO;
    }
    for (var each : given.named.entrySet()) {
      var next = call(host, state, builder, host.filtered(builder, each.getKey()),
          new Object[] {each.getValue()});
      // Builders mostly give themselves, some the next of a chain.
      builder = builder.getClass().isInstance(next) ? next : builder;
    }
    return call(host, state, builder, "build", NOTHING);
  }

  private static Object call(
      JavaHost host, LuaState state, Object builder, String name, Object[] arguments)
      throws Throwable {
    var table = JavaType.of(builder.getClass()).objects();
    var member = table.get(name);
    if (member == null || member.methods == null) {
      throw new LuaException("no argument '" + name + "' of " + table.owner.getTypeName()
          + NearNames.hint(name, table.names()));
    }
    var result = member.methods.call(host, state, builder, arguments, 0);
    if (result == Overloads.NO) {
      throw member.methods.mismatch(host, builder, arguments, 0);
    }
    return result;
  }
}
