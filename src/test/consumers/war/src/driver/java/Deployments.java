import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;

/** Deploys one web application twice in one Tomcat, which must not warn, of leaks in particular. */
final class Deployments {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Keeps what is a warning or worse. */
  private static final class Complaints extends Handler {
    private final List<String> messages = new ArrayList<>();

    @Override
    public synchronized void publish(LogRecord record) {
      if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
        var text = new StringWriter();
        text.append(record.getLoggerName()).append(": ").append(record.getMessage());
        if (record.getThrown() != null) {
          record.getThrown().printStackTrace(new PrintWriter(text, true));
        }
        messages.add(text.toString());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final Path war;
  private final Tomcat tomcat = new Tomcat();
  private final StandardHost host;
  private final HttpClient client = HttpClient.newHttpClient();

  private Deployments(Path war, Path base) throws IOException {
    this.war = war;
    Files.createDirectories(base.resolve("webapps"));
    tomcat.setBaseDir(base.toString());
    tomcat.setPort(0);
    tomcat.getConnector();
    host = (StandardHost) tomcat.getHost();
  }

  /** The war, and a folder for the server. */
  public static void main(String[] arguments) {
    var complaints = new Complaints();
    var root = Logger.getLogger("");
    for (var handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(complaints);
    boolean ended = false;
    try {
      new Deployments(Path.of(arguments[0]).toAbsolutePath(), Path.of(arguments[1])).run();
      ended = true;
    } catch (Throwable e) {
      e.printStackTrace();
    }
    complaints.messages.forEach(System.err::println);
    System.exit(ended && complaints.messages.isEmpty() ? 0 : 1); // the server has threads
  }

  private void run() throws Exception {
    tomcat.start();
    try {
      var first = deploy("/first");
      var second = deploy("/second");
      System.out.println(get("first") + "two at a time");
      require(get("second").equals(get("first")), "the second one answers like the first");
      undeploy(first);
      require(get("second").lines().count() == 6, "the other one still answers");
      first = deploy("/first");
      require(get("first").equals(get("second")), "the new one answers");
      second.reload();
      require(get("first").equals(get("second")), "one that was reloaded answers");
      undeploy(first);
      undeploy(second);
      requireNoLeak();
      System.out.println("no leak");
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
  }

  private Context deploy(String path) {
    var context = new StandardContext();
    context.setName(path);
    context.setPath(path);
    context.setDocBase(war.toString());
    var config = new ContextConfig();
    config.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
    context.addLifecycleListener(config);
    host.addChild(context);
    require(context.getState().isAvailable(), path + " starts");
    return context;
  }

  private void undeploy(Context context) throws LifecycleException {
    host.removeChild(context);
    context.destroy();
  }

  private String get(String application) throws IOException, InterruptedException {
    var port = tomcat.getConnector().getLocalPort();
    var address = URI.create("http://localhost:" + port + "/" + application + "/lua");
    var request = HttpRequest.newBuilder(address).timeout(LIMIT).build();
    var response = client.send(request, BodyHandlers.ofString());
    require(response.statusCode() == 200, response.statusCode() + ": " + response.body());
    return response.body();
  }

  /** Fails unless the class loaders of all stopped applications are collected. */
  private void requireNoLeak() {
    long end = System.nanoTime() + LIMIT.toNanos();
    var leaks = host.findReloadedContextMemoryLeaks(); // collects garbage
    while (leaks.length != 0 && System.nanoTime() < end) {
      leaks = host.findReloadedContextMemoryLeaks();
    }
    require(leaks.length == 0, "class loaders are collected: " + String.join(" ", leaks));
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("not so: " + what);
    }
  }
}
