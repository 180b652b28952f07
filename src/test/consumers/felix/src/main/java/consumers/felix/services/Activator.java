package consumers.felix.services;

import consumers.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** Knows nothing of the library: finds its factories by a ServiceLoader, and as services. */
public final class Activator implements BundleActivator {
  @Override
  public void start(BundleContext context) throws Exception {
    var loaded = new ArrayList<ScriptEngineFactory>();
    ServiceLoader.load(ScriptEngineFactory.class).forEach(loaded::add);
    var registered = new ArrayList<ScriptEngineFactory>();
    for (var each : context.getServiceReferences(ScriptEngineFactory.class, null)) {
      registered.add(context.getService(each));
    }
    System.out.println("factories: " + loaded.size() + ", services: " + registered.size());
    var lines = Check.flavours(name -> engine(loaded, name));
    if (!lines.equals(Check.flavours(name -> engine(registered, name)))) {
      throw new AssertionError("the services differ");
    }
    lines.forEach(System.out::println);
  }

  private static ScriptEngine engine(List<ScriptEngineFactory> factories, String name) {
    for (var each : factories) {
      if (each.getNames().contains(name)) {
        return each.getScriptEngine();
      }
    }
    return null;
  }

  @Override
  public void stop(BundleContext context) {}
}
