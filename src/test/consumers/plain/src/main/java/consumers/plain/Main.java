package consumers.plain;

import consumers.check.Check;
import org.lupine.LuaRuntime;

/** Uses the engines by name, and the runtime API. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Check.main();
    try (var lua = LuaRuntime.create()) {
      var where = LuaRuntime.class.getModule().isNamed() ? "module" : "class path";
      System.out.println(where + ": " + lua.eval("(...) + 2", 40).first());
    }
  }
}
