package consumers.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;

/** Evaluates in each flavour, which it finds by name, as programs with javax.script do. */
public final class Check {
  private static final String SCRIPT =
      "list:add('x') return _VERSION .. (jit and ' ' .. jit.version:match('^%a+') or '')";

  /** What the script returns in the engine of each name. */
  private static final Map<String, String> VERSIONS =
      new TreeMap<>(
          Map.of(
              "lua51", "Lua 5.1",
              "lua52", "Lua 5.2",
              "lua53", "Lua 5.3",
              "lua54", "Lua 5.4",
              "lua55", "Lua 5.5",
              "luajit", "Lua 5.1 LuaJIT"));

  private Check() {}

  /** Finds an engine by its name. */
  public interface Finder {
    /** Returns a new engine, or null if there is none of that name. */
    ScriptEngine find(String name);
  }

  /** Checks the engines that the context class loader sees, and prints what each said. */
  public static void main(String... arguments) throws Exception {
    flavours(new ScriptEngineManager()::getEngineByName).forEach(System.out::println);
  }

  /**
   * Evaluates in each flavour and closes its engine.
   *
   * @return a line for each flavour
   * @throws AssertionError if there is no such engine, or it is another Lua, or cannot use Java
   */
  public static List<String> flavours(Finder finder) throws Exception {
    var lines = new ArrayList<String>();
    for (var name : VERSIONS.keySet()) {
      var engine = finder.find(name);
      if (engine == null) {
        throw new AssertionError("no engine " + name);
      }
      lines.add(name + ": " + evaluate(name, engine));
      ((AutoCloseable) engine).close();
    }
    return lines;
  }

  /** Evaluates in an engine, and leaves it open. */
  public static String evaluate(String name, ScriptEngine engine) throws ScriptException {
    var list = new ArrayList<String>();
    engine.put("list", list);
    var version = engine.eval(SCRIPT);
    if (!VERSIONS.get(name).equals(version) || !list.equals(List.of("x"))) {
      throw new AssertionError(name + " returned " + version + " and left " + list);
    }
    return (String) version;
  }
}
