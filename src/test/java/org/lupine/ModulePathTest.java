package org.lupine;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    var command = new ArrayList<String>();
    command.add(ChildProcess.java());
    if (Runtime.version().feature() >= 22) {
      command.add("--enable-native-access=org.lupine");
    }
    command.addAll(
        List.of("-p", CLASSES + File.pathSeparator + temp.resolve("out"), "-m", "app/app.Main"));
    command.addAll(List.of(args));
    return ChildProcess.run(temp, Duration.ofMinutes(1), "", command);
  }
}
