package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lupine.support.Engines.engine;

import java.io.File;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import javax.script.ScriptEngineManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lupine.Flavour;
import org.lupine.hosts.OneEval;
import org.lupine.support.ChildProcess;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS H6, H10, H17, H18: many engines, class loaders, modules, missing natives. */
@Timeout(120)
class DeploymentTest {
  private static final Duration LIMIT = Duration.ofSeconds(100);

  // BEHAVIOURS H6: JMeter, Ant
  @EachFlavour
  void opensManyEnginesAndClosesNone(Flavour flavour) throws Exception {
    for (var i = 0; i < 500; i++) {
      var engine = engine(flavour);
      engine.put("i", i);
      assertEquals((long) i, engine.eval("local t = {} for n = 1, 100 do t[n] = n end return i"));
    }
  }

  // BEHAVIOURS H6: freed by collection
  @EachFlavour
  void freesAForgottenEngine(Flavour flavour) throws Exception {
    var queue = new ReferenceQueue<Object>();
    var reference = new WeakReference<Object>(used(flavour), queue);

    assertTrue(collected(queue), "still there: " + reference.get());
  }

  // BEHAVIOURS H6
  @EachFlavour
  void freesAnObjectThatOnlyLuaHeld(Flavour flavour) throws Exception {
    var queue = new ReferenceQueue<Object>();
    var object = new Object();
    var reference = new WeakReference<Object>(object, queue);
    var engine = engine(flavour);
    engine.put("o", object);
    assertNotNull(engine.eval("return o"));

    engine.eval("o = nil collectgarbage() collectgarbage()");
    object = null;

    for (var i = 0; i < 3; i++) {
      engine.eval("return 1"); // garbage travels with the next message
    }
    assertTrue(collected(queue), "still there: " + reference.get());
    engine.close();
  }

  // BEHAVIOURS H10: hosts list and try every factory
  @Test
  void saysEveryPlaceLookedInWhenThereAreNoNatives(@TempDir Path empty) {
    var child = child(List.of("-Dlupine.native=" + empty), "lua54", "return 1");

    assertEquals(0, child.status(), child::toString);
    assertTrue(child.out().startsWith("javax.script.ScriptException: "), child::toString);
    assertTrue(child.out().contains(empty.toString()), child::toString);
    assertTrue(child.out().contains("lupine.native"), child::toString);
  }

  // BEHAVIOURS J67
  @Test
  void takesAnotherLuaForTheDefaultByAProperty() {
    var child = child(List.of("-Dlupine.default=lua52"), "lua", "return _VERSION");

    assertEquals("Lua 5.2\n", child.out(), child::toString);
  }

  // BEHAVIOURS J63
  @ParameterizedTest
  @ValueSource(strings = {"lua51", "lua52", "lua53", "lua54", "lua55", "luajit"})
  void doesNotEndTheJvmOnExit(String name) {
    var child = child(List.of(), name, "os.exit(7, true)");

    assertEquals(0, child.status(), child::toString);
    assertTrue(child.out().startsWith("javax.script.ScriptException: "), child::toString);
  }

  // BEHAVIOURS H17: Ant's class path attributes, web applications, bundles
  @EachFlavour
  void loadsItsNativesForEachClassLoader(Flavour flavour) throws Exception {
    try (var first = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
        var second = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      for (var loader : List.of(first, second)) {
        var engine = new ScriptEngineManager(loader).getEngineByName(flavour.id());

        assertEquals(loader, engine.getClass().getClassLoader());
        assertEquals("a!", engine.eval("local s = 'a' return s .. '!'"));
        ((AutoCloseable) engine).close();
      }
    }
  }

  // BEHAVIOURS H17: from any context loader or none
  @EachFlavour
  void worksWithoutAContextClassLoader(Flavour flavour) throws Exception {
    var thread = Thread.currentThread();
    var before = thread.getContextClassLoader();
    try (var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
      var engine = new ScriptEngineManager(loader).getEngineByName(flavour.id());
      thread.setContextClassLoader(null);

      assertEquals(1L, engine.eval("return java.import('java.util.ArrayList')({'a'}):size()"));
      ((AutoCloseable) engine).close();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  // BEHAVIOURS H17: nothing holds the class loader afterwards
  @EachFlavour
  void doesNotHoldItsClassLoader(Flavour flavour) throws Exception {
    var queue = new ReferenceQueue<Object>();
    var reference = new WeakReference<Object>(usedLoader(flavour), queue);

    assertTrue(collected(queue), "still there: " + reference.get());
  }

  // BEHAVIOURS H18
  @Test
  void isAModuleThatNeedsOnlyTheJdk() {
    var module = descriptor();

    assertEquals("org.lupine", module.name());
    assertFalse(module.isAutomatic());
    assertEquals(
        Set.of("java.base", "java.scripting"),
        module.requires().stream()
            .filter(each -> !each.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
            .map(ModuleDescriptor.Requires::name)
            .collect(Collectors.toSet()));
    assertTrue(
        module.provides().stream()
            .anyMatch(each -> each.service().equals(ScriptEngineFactory.class.getName())));
  }

  // BEHAVIOURS H18: the services file and the module name the same factories
  @Test
  void offersTheSameFactoriesOnEitherPath() {
    var onTheClassPath =
        ServiceLoader.load(ScriptEngineFactory.class).stream()
            .map(provider -> provider.type().getName())
            .filter(name -> name.startsWith("org.lupine."))
            .collect(Collectors.toSet());

    var inTheModule =
        descriptor().provides().stream()
            .filter(each -> each.service().equals(ScriptEngineFactory.class.getName()))
            .flatMap(each -> each.providers().stream())
            .collect(Collectors.toSet());

    assertEquals(onTheClassPath, inTheModule);
  }

  // BEHAVIOURS H17, H18: a module layer
  @EachFlavour
  void worksInAModuleLayer(Flavour flavour) throws Exception {
    var boot = ModuleLayer.boot();
    var configuration =
        boot.configuration()
            .resolveAndBind(ModuleFinder.of(location()), ModuleFinder.of(), Set.of("org.lupine"));
    var layer =
        boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());

    var factories = new ArrayList<ScriptEngineFactory>();
    ServiceLoader.load(layer, ScriptEngineFactory.class)
        .forEach(
            factory -> {
              if (factory.getNames().contains(flavour.id())) {
                factories.add(factory);
              }
            });

    assertEquals(1, factories.size());
    assertTrue(factories.get(0).getClass().getModule().isNamed());
    var engine = factories.get(0).getScriptEngine();
    assertEquals(2L, engine.eval("return 1 + 1"));
    assertEquals(1L, engine.eval("return java.import('java.util.ArrayList')({'a'}):size()"));
    ((AutoCloseable) engine).close();
  }

  // BEHAVIOURS H18: no warning on Java 24 and later if only the engine's module has native access
  @Test
  void startsWithoutAWarningOnTheModulePath() {
    var options =
        new ArrayList<>(List.of("-p", location().toString(), "--add-modules", "org.lupine"));
    if (Runtime.version().feature() >= 22) {
      options.add("--enable-native-access=org.lupine");
    }

    var child = child(options, "lua54", "return 1 + 1");

    assertEquals("2\n", child.out(), child::toString);
    assertEquals("", child.err(), child::toString);
  }

  /** Runs {@link OneEval} in a JVM of its own, engine on the module path if the options say so. */
  static ChildProcess child(List<String> options, String engine, String text) {
    var onTheModulePath = options.contains("-p");
    var classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !onTheModulePath || !Path.of(entry).equals(location()))
            .collect(Collectors.joining(File.pathSeparator));
    var command = ChildProcess.java(options, classPath, OneEval.class.getName(), engine, text);
    return ChildProcess.run(Path.of("").toAbsolutePath(), LIMIT, "", command);
  }

  private static ScriptEngine used(Flavour flavour) throws Exception {
    var engine = engine(flavour);
    engine.put("self", engine);
    engine.eval("t = {} function f() return self end f()");
    assertNotNull(engine.get("t"));
    return engine;
  }

  private static ClassLoader usedLoader(Flavour flavour) throws Exception {
    var loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
    var engine = new ScriptEngineManager(loader).getEngineByName(flavour.id());
    engine.put("list", new ArrayList<>(List.of(1)));
    engine.eval("t = {} print = nil for i = 1, #list do t[i] = list[i] end list:size()");
    ((AutoCloseable) engine).close();
    loader.close();
    return loader;
  }

  /** Returns whether something is collected and enqueued within half a minute. */
  private static boolean collected(ReferenceQueue<Object> queue) throws InterruptedException {
    for (var i = 0; i < 300; i++) {
      System.gc();
      if (queue.remove(100) != null) {
        return true;
      }
    }
    return false;
  }

  private static ModuleDescriptor descriptor() {
    return ModuleFinder.of(location()).find("org.lupine").orElseThrow().descriptor();
  }

  /** Where the engine's classes are: a folder or a jar. */
  private static Path location() {
    try {
      return Path.of(
          LuaScriptEngine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL[] classPath() throws MalformedURLException {
    return new URL[] {location().toUri().toURL()};
  }
}
