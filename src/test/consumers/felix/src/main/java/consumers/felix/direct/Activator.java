package consumers.felix.direct;

import consumers.check.Check;
import java.util.Map;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.lupine.jsr223.Lua51EngineFactory;
import org.lupine.jsr223.Lua52EngineFactory;
import org.lupine.jsr223.Lua53EngineFactory;
import org.lupine.jsr223.Lua54EngineFactory;
import org.lupine.jsr223.Lua55EngineFactory;
import org.lupine.jsr223.LuaEngineFactory;
import org.lupine.jsr223.LuaJitEngineFactory;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Makes factories itself, or lets a manager look in the library's bundle. */
public final class Activator implements BundleActivator {
  private static final Map<String, ScriptEngineFactory> FACTORIES =
      Map.of(
          "lua51", new Lua51EngineFactory(),
          "lua52", new Lua52EngineFactory(),
          "lua53", new Lua53EngineFactory(),
          "lua54", new Lua54EngineFactory(),
          "lua55", new Lua55EngineFactory(),
          "luajit", new LuaJitEngineFactory());

  @Override
  public void start(BundleContext context) throws Exception {
    var made = Check.flavours(name -> FACTORIES.get(name).getScriptEngine());
    var manager = new ScriptEngineManager(LuaEngineFactory.class.getClassLoader());
    var found = Check.flavours(manager::getEngineByName);
    if (!made.equals(found)) {
      throw new AssertionError(made + " but " + found);
    }
    made.forEach(System.out::println);
  }

  @Override
  public void stop(BundleContext context) {}
}
