import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Installs the library and its clients in a framework, updates and removes it. */
final class Bundles {
  private static final long LIMIT = 60;

  private final Framework framework;

  /** A framework with an empty store; the properties replace what it knows of its machine. */
  private Bundles(Path store, Map<String, String> properties) throws BundleException {
    var configuration = new TreeMap<>(properties);
    configuration.put(Constants.FRAMEWORK_STORAGE, store.toString());
    configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, "onFirstInit");
    framework =
        ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(configuration);
    framework.start();
  }

  /** The folder with the bundles, that with the clients, and one for frameworks. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING);
    try {
      run(arguments);
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1); // a framework has threads
    }
  }

  private static void run(String[] arguments) throws Exception {
    var bundles = Path.of(arguments[0]).toAbsolutePath();
    var clients = Path.of(arguments[1]).toAbsolutePath();
    var stores = Path.of(arguments[2]).toAbsolutePath();
    var library = bundles.resolve("lupine.jar");
    new Bundles(stores.resolve("alone"), Map.of())
        .alone(library, clients.resolve("felix-1-direct.jar"));
    new Bundles(stores.resolve("mediator"), Map.of())
        .mediator(library, clients.resolve("felix-1-services.jar"), bundles);
    new Bundles(
            stores.resolve("foreign"),
            Map.of(Constants.FRAMEWORK_OS_NAME, "AIX", Constants.FRAMEWORK_PROCESSOR, "ppc64"))
        .foreign(library);
  }

  private void alone(Path library, Path client) throws Exception {
    var lupine = install(library);
    lupine.start();
    print("natives chosen", nativeWires(lupine));
    var direct = install(client);
    direct.start();

    direct.stop();
    lupine.update();
    refresh();
    System.out.println("updated");
    direct.start();

    direct.stop();
    lupine.stop();
    var loader = new WeakReference<>(lupine.adapt(BundleWiring.class).getClassLoader());
    direct.uninstall();
    lupine.uninstall();
    refresh();
    print("collected", isCollected(loader));
    lupine = install(library);
    direct = install(client);
    System.out.println("installed anew");
    direct.start();
    end();
  }

  private void mediator(Path library, Path client, Path bundles) throws Exception {
    var lupine = install(library);
    var installed = new ArrayList<Bundle>();
    for (var each : mediators(bundles)) {
      installed.add(install(each));
    }
    for (var each : installed) {
      each.start();
    }
    lupine.start();
    install(client).start();
    lupine.stop();
    var left = framework.getBundleContext().getServiceReference("javax.script.ScriptEngineFactory");
    print("services gone", left == null);
    end();
  }

  private void foreign(Path library) throws Exception {
    var lupine = install(library);
    lupine.start();
    print("natives chosen elsewhere", nativeWires(lupine));
    System.out.println("started elsewhere");
    end();
  }

  private static void print(String what, Object value) {
    System.out.println(what + ": " + value);
  }

  /** The bundles that are neither the framework nor the library. */
  private static List<Path> mediators(Path bundles) throws IOException {
    try (var files = Files.list(bundles)) {
      return files
          .filter(each -> !each.endsWith("lupine.jar"))
          .filter(each -> !each.endsWith("org.apache.felix.framework.jar"))
          .sorted()
          .toList();
    }
  }

  private Bundle install(Path jar) throws BundleException {
    return framework.getBundleContext().installBundle(jar.toUri().toString());
  }

  private static int nativeWires(Bundle bundle) {
    return bundle.adapt(BundleWiring.class).getRequiredWires("osgi.native").size();
  }

  /** Wires all bundles anew that use one which was updated or uninstalled. */
  private void refresh() throws InterruptedException {
    var done = new CountDownLatch(1);
    framework.adapt(FrameworkWiring.class).refreshBundles(null, event -> done.countDown());
    if (!done.await(LIMIT, TimeUnit.SECONDS)) {
      throw new AssertionError("not refreshed");
    }
  }

  private static boolean isCollected(WeakReference<?> reference) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT);
    while (reference.get() != null && System.nanoTime() < end) {
      System.gc();
    }
    return reference.get() == null;
  }

  private void end() throws BundleException, InterruptedException {
    framework.stop();
    framework.waitForStop(TimeUnit.SECONDS.toMillis(LIMIT));
  }
}
