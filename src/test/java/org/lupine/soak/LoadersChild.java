package org.lupine.soak;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;

/**
 * The program of {@link LoadersTest}: class loaders one after another, each with this library and
 * all flavours of it, a given number of them at a time. Writes what the process holds after a third of
 * them, when the JVM has compiled what it will, and in the end.
 */
public final class LoadersChild {
  /** What each class loader runs: there this class and the library are its own. */
  public static final class Use implements IntConsumer {
    /** As web applications hold their engines: until the class is unloaded. */
    private static final List<LuaRuntime> HELD = new ArrayList<>();

    /** Of what is still there then: one asks for Java, one does not end. */
    private static final String FINALIZERS =
        """
        local list = ...
        local function finally(f)
          if newproxy then
            local kept = newproxy(true)
            getmetatable(kept).__gc = f
            return kept
          end
          return setmetatable({}, {__gc = f})
        end
        first = finally(function() list:add(1) end)
        second = finally(function() while true do pcall(list.add, list, 1) end end)
        file = io.tmpfile()
        """;

    /** Opens each flavour; then closes it, forgets it, or holds it, in turn. */
    @Override
    public void accept(int number) {
      for (var flavour : Flavour.values()) {
        if (flavour.present()) {
          var lua = LuaRuntime.builder().flavour(flavour).build();
          var list = new ArrayList<Object>(List.of(number));
          if (!lua.eval("(...):get(0) + 1", list).first().equals(number + 1L)) {
            throw new AssertionError("wrong number");
          }
          lua.execute("t = setmetatable({}, {__index = ...}) f = function() return t end", list);
          if (number % 3 == 0) {
            lua.close();
          } else if (number % 3 == 1) {
            HELD.add(lua);
            lua.execute(FINALIZERS, list);
          }
        }
      }
    }
  }

  private LoadersChild() {}

  /**
   * The number of class loaders, and how many of them are held at a time. Or two folders of
   * libraries: what is in the second replaces the first between two class loaders.
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].startsWith("/")) {
      replace(Path.of(arguments[0]), Path.of(arguments[1]));
      return;
    }
    int count = Integer.parseInt(arguments[0]);
    int atOnce = Integer.parseInt(arguments[1]);
    int warm = Math.max(50, count / 3);
    var held = new ArrayDeque<URLClassLoader>();
    for (int i = 0; i < count; i++) {
      var loader = loader();
      use(loader, i);
      held.add(loader);
      if (held.size() > atOnce) {
        held.remove().close();
      }
      if (i + 1 == warm) {
        report("warm");
      }
    }
    while (!held.isEmpty()) {
      held.remove().close();
    }
    report("end");
  }

  private static void replace(Path folder, Path other) throws Exception {
    System.setProperty("lupine.native", folder.toString());
    try (var before = loader();
        var after = loader();
        var later = loader()) {
      use(before, 0);
      System.out.println("before " + libraries());
      try (var files = Files.list(other)) {
        for (var file : files.toList()) {
          Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      use(after, 1);
      System.out.println("after " + libraries());
      use(later, 2);
      System.out.println("later " + libraries());
    }
  }

  private static void use(ClassLoader loader, int number) throws Exception {
    ((IntConsumer) loader.loadClass(Use.class.getName()).getConstructor().newInstance())
        .accept(number);
  }

  private static URLClassLoader loader() {
    var places =
        new URL[] {
          LuaRuntime.class.getProtectionDomain().getCodeSource().getLocation(),
          LoadersChild.class.getProtectionDomain().getCodeSource().getLocation()
        };
    return new URLClassLoader(places, ClassLoader.getPlatformClassLoader());
  }

  /** Writes the state of the process once all garbage is gone, or else after a minute. */
  private static void report(String when) throws Exception {
    long libraries = Long.MAX_VALUE;
    for (int i = 0; i < 600 && libraries > 7; i++) {
      System.gc();
      Thread.sleep(100);
      libraries = libraries();
    }
    long kilobytes = Long.MAX_VALUE; // what other threads still hold goes, too
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(100);
      kilobytes = Math.min(kilobytes, status("VmRSS"));
    }
    System.out.println(when + " libraries " + libraries);
    System.out.println(when + " threads " + status("Threads"));
    System.out.println(when + " kilobytes " + kilobytes);
  }

  /** The copies of our libraries that are mapped. */
  private static long libraries() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(
              line -> line.contains("lupine") && line.contains(".so") && line.contains(" r-xp "))
          .count();
    }
  }

  private static long status(String name) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .findFirst()
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .orElseThrow();
    }
  }
}
