package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** A modular program with the library on its module path, in a JVM of its own. */
class ModulePathTest {
  private static final Path CLASSES = ChildProcess.location(Flavour.class);

  @TempDir Path temp;

  // BEHAVIOURS H18
  @EachFlavour
  void providesEveryEngineToOtherModules(Flavour flavour) throws IOException {
    compile(
        "requires java.scripting; uses javax.script.ScriptEngineFactory;",
        """
        for (var factory : ServiceLoader.load(ScriptEngineFactory.class)) {
          System.out.println(factory.getNames().get(0) + " " + factory.getClass().getModule());
        }
        var engine = new ScriptEngineManager().getEngineByName(args[0]);
        engine.put("list", new ArrayList<>(List.of("a", "b")));
        System.out.println(engine.eval("return list:size() + 0.5"));
        """);

    var child = run(flavour.id());

    assertEquals("", child.err());
    assertEquals(
        String.join(
            "\n",
            List.of(
                "lua module org.lupine",
                "lua51 module org.lupine",
                "lua52 module org.lupine",
                "lua53 module org.lupine",
                "lua54 module org.lupine",
                "lua55 module org.lupine",
                "luajit module org.lupine",
                "lua-sandbox module org.lupine",
                "2.5",
                "")),
        child.out());
    assertEquals(0, child.status());
  }

  @Test
  void letsOtherModulesUseItsOwnPackages() throws IOException {
    compile(
        "requires org.lupine;",
        """
        System.out.println(org.lupine.access.HostAccess.class.getModule().getName());
        try (var engine = new org.lupine.jsr223.LuaEngineFactory().getScriptEngine()) {
          System.out.println(engine.runtime().flavour() == org.lupine.Flavour.newest());
        } catch (org.lupine.value.LuaException e) {
          System.out.println(e);
        }
        """);

    var child = run();

    assertEquals("org.lupine\ntrue\n", child.out(), child.err());
  }

  // BEHAVIOURS H18: a layer of the host's own, as plug-ins have it
  @Test
  void saysHowToPermitNativeCodeInALayer() throws IOException {
    compile(
        "requires java.scripting;",
        """
        var boot = ModuleLayer.boot();
        var none = java.lang.module.ModuleFinder.of();
        var classes = java.lang.module.ModuleFinder.of(java.nio.file.Path.of(args[0]));
        var controller =
            ModuleLayer.defineModulesWithOneLoader(
                boot.configuration().resolve(classes, none, Set.of("org.lupine")),
                List.of(boot),
                null);
        var layer = controller.layer();
        if (args[1].equals("enabled")) {
          ModuleLayer.Controller.class
              .getMethod("enableNativeAccess", Module.class)
              .invoke(controller, layer.findModule("org.lupine").get());
        }
        var factory =
            (ScriptEngineFactory)
                layer
                    .findLoader("org.lupine")
                    .loadClass("org.lupine.jsr223.LuaEngineFactory")
                    .getConstructor()
                    .newInstance();
        try {
          System.out.println(factory.getScriptEngine().eval("return 1 + 1"));
        } catch (ScriptException | RuntimeException | LinkageError e) {
          for (Throwable each = e; each != null; each = each.getCause()) {
            System.out.println(each.getMessage());
          }
        }
        """);
    boolean restricted = Runtime.version().feature() >= 24;
    var options = restricted ? List.of("--illegal-native-access=deny") : List.<String>of();
    var paths = temp.resolve("out").toString();

    var child = run(options, paths, CLASSES.toString(), "as it is");
    if (!restricted) {
      assertEquals("2\n", child.out(), child.err());
      return;
    }
    assertTrue(child.out().contains("ModuleLayer.Controller.enableNativeAccess"), child::toString);
    // only who may use native code itself may permit it
    child =
        run(
            List.of("--illegal-native-access=deny", "--enable-native-access=app"),
            paths,
            CLASSES.toString(),
            "enabled");
    assertEquals("2\n", child.out(), child.err());
  }

  /** Makes a modular program of what its module says and its main method does. */
  private void compile(String module, String body) throws IOException {
    var declaration =
        Files.writeString(temp.resolve("module-info.java"), "module app { " + module + " }");
    var main =
        Files.writeString(
            temp.resolve("Main.java"),
            """
        package app;
        import java.util.*;
        import javax.script.*;
        class Main {
          public static void main(String[] args) throws Exception {
        """
                + body
                + "}}");
    var said = new StringWriter();
    var status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                new PrintWriter(said),
                new PrintWriter(said),
                "-Xlint:all",
                "-Werror",
                "-p",
                CLASSES.toString(),
                "-d",
                temp.resolve("out").toString(),
                declaration.toString(),
                main.toString());
    assertEquals(0, status, said::toString);
  }

  private ChildProcess run(String... args) {
    return run(
        Runtime.version().feature() >= 22
            ? List.of("--enable-native-access=org.lupine")
            : List.of(),
        CLASSES + File.pathSeparator + temp.resolve("out"),
        args);
  }

  private ChildProcess run(List<String> options, String path, String... args) {
    var command = new ArrayList<String>();
    command.add(ChildProcess.java());
    command.addAll(options);
    command.addAll(List.of("-p", path, "-m", "app/app.Main"));
    command.addAll(List.of(args));
    return ChildProcess.run(temp, Duration.ofMinutes(1), "", command);
  }
}
