package consumers.modulepath;

import org.lupine.LuaRuntime;

/** Uses the runtime API, whose packages the module exports. */
final class Sum {
  private Sum() {}

  static Object of(int first, int second) {
    try (var lua = LuaRuntime.create()) {
      return lua.eval("(...) + select(2, ...)", first, second).first();
    }
  }
}
