package org.lupine.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Assumptions;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.LuaRuntime;
import org.lupine.jsr223.LuaScriptEngine;
import org.lupine.jsr223.LuaScriptEngineFactory;

/**
 * The packages of Lua modules of Debian and its derivatives, unpacked. A test that needs them fails
 * if they cannot be fetched; under {@code -Doffline} it is aborted, and on other systems.
 */
public final class Packages {
  private static final LuaOptions OPTIONS =
      LuaOptions.builder().modules().nativeModules(true).build();
  private static final Path FOLDER = Path.of("target", "lua-modules").toAbsolutePath();

  private Packages() {}

  /** What stands for the root folder of a machine where they are installed. */
  public static synchronized Path root() {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/usr/bin/apt-get")), "no apt-get here, by which they are fetched");
    var fetch = fetch();
    Assumptions.assumeFalse(
        fetch.status() != 0 && offline(), "-Doffline, and no Lua modules were fetched before");
    assertEquals(
        0,
        fetch.status(),
        () ->
            "cannot fetch the packages of Lua modules; "
                + "-Doffline leaves out the tests that need them: "
                + fetch);
    return FOLDER.resolve("root");
  }

  /** Fetches them unless that was done, one process after another. */
  private static ChildProcess fetch() {
    try (var channel =
            FileChannel.open(
                FOLDER.resolveSibling("lua-modules.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var taken = channel.lock()) {
      return ChildProcess.run(
          Path.of("").toAbsolutePath(),
          Duration.ofMinutes(5),
          "",
          List.of("sh", "ci/fetch-lua-modules", FOLDER.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean offline() {
    var property = System.getProperty("offline");
    return property != null && !property.equals("false");
  }

  /** The version whose modules a flavour uses: LuaJIT those of 5.1, and 5.5 the text of 5.4. */
  private static String version(Flavour flavour) {
    return flavour == Flavour.LUAJIT ? "5.1" : flavour == Flavour.LUA55 ? "5.4" : flavour.branch();
  }

  /** The folder of modules in Lua. */
  public static Path texts(Flavour flavour) {
    return root().resolve("usr/share/lua").resolve(version(flavour));
  }

  /** The folder of C modules; a folder that is not there if the flavour has none. */
  public static Path natives(Flavour flavour) {
    try (var folders = Files.newDirectoryStream(root().resolve("usr/lib"))) {
      for (var each : folders) {
        var natives = each.resolve("lua").resolve(version(flavour));
        if (flavour != Flavour.LUA55 && Files.isDirectory(natives)) {
          return natives;
        }
      }
      return root().resolve("nowhere");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A runtime that looks for modules in these packages and nowhere else. */
  public static LuaRuntime runtime(Flavour flavour) {
    return usePackages(LuaRuntime.create(flavour, OPTIONS));
  }

  /** The same under an engine. */
  public static LuaScriptEngine engine(Flavour flavour) {
    var factory =
        (LuaScriptEngineFactory)
            new ScriptEngineManager().getEngineByName(flavour.id()).getFactory();
    var engine = factory.getScriptEngine(OPTIONS);
    usePackages(engine.runtime());
    return engine;
  }

  private static LuaRuntime usePackages(LuaRuntime lua) {
    var flavour = lua.flavour();
    lua.execute(
        "local texts, natives = ...\n"
            + "package.path = texts .. '/?.lua;' .. texts .. '/?/init.lua'\n"
            + "package.cpath = natives .. '/?.so'",
        texts(flavour).toString(),
        natives(flavour).toString());
    return lua;
  }
}
