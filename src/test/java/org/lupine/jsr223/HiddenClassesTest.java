package org.lupine.jsr223;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.script.ScriptException;
import javax.xml.parsers.DocumentBuilderFactory;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;

/** BEHAVIOURS H7: public members of classes that other packages cannot see. */
class HiddenClassesTest {
  /** The public interface of the hidden classes below. */
  public interface Named {
    String name();

    default String greeting() {
      return "hello " + name();
    }
  }

  /** A public superclass. */
  public abstract static class Base {
    public String kind = "base";

    public String base() {
      return "base of " + getClass().getSimpleName();
    }

    public abstract String getTitle();
  }

  private static final class Hidden extends Base implements Named {
    @Override
    public String name() {
      return "hidden";
    }

    @Override
    public String getTitle() {
      return "title";
    }

    @SuppressWarnings("unused")
    public String unseen() {
      return "nobody sees this";
    }
  }

  @EachFlavour
  void areReachedThroughTheirPublicInterfacesAndSuperclasses(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("o", new Hidden());

      assertEquals("hidden", engine.eval("return o:name()"));
      assertEquals("hello hidden", engine.eval("return o:greeting()"));
      assertEquals("base of Hidden", engine.eval("return o:base()"));
      assertEquals("title", engine.eval("return o.title"));
      assertEquals("base", engine.eval("return o.kind"));
      assertThrows(ScriptException.class, () -> engine.eval("return o:unseen()"));
    }
  }

  @EachFlavour
  void areReachedInCollectionFactories(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("list", List.of("a", "b"));
      engine.put("map", Map.of("k", "v"));

      assertEquals(2L, engine.eval("return list:size()"));
      assertEquals("b", engine.eval("return list:get(1)"));
      assertEquals(true, engine.eval("return list:contains('a')"));
      assertEquals("v", engine.eval("return map:get('k')"));
      assertEquals(1L, engine.eval("return map:entrySet():size()"));
      assertEquals("k", engine.eval("return map:entrySet():iterator():next():getKey()"));
    }
  }

  @EachFlavour
  void areReachedInStreams(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("stream", Stream.of("b", "a", "ccc"));

      assertEquals(
          List.of("a!", "b!"),
          engine.eval(
              """
          return stream:filter(function(s) return #s == 1 end)
            :map(function(s) return s .. '!' end):sorted():toList()"""));
    }
  }

  @EachFlavour
  void areReachedInPaths(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("path", Path.of("a", "b.lua"));

      assertEquals("b.lua", engine.eval("return path:getFileName():toString()"));
      assertEquals(2L, engine.eval("return path.nameCount"));
    }
  }

  @EachFlavour
  void areReachedInSynchronizedAndUnmodifiableViews(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("list", Collections.synchronizedList(new ArrayList<>(List.of(1))));
      engine.put("map", Collections.unmodifiableMap(new LinkedHashMap<>(Map.of("a", 1))));

      assertEquals(2L, engine.eval("list:add(5) return list:size()"));
      assertEquals(1L, engine.eval("return map:size()"));
      assertEquals(1L, engine.eval("return map.a"));
    }
  }

  @EachFlavour
  void areReachedInLambdasAndMethodReferences(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("shout", (Function<String, String>) s -> s + "!");
      engine.put("upper", (Function<String, String>) String::toUpperCase);
      engine.put("order", Comparator.<String>naturalOrder());

      assertEquals("a!", engine.eval("return shout:apply('a')"));
      assertEquals("A", engine.eval("return upper('a')"));
      assertEquals("A!", engine.eval("return upper:andThen(shout):apply('a')"));
      assertEquals(true, engine.eval("return order:compare('a', 'b') < 0"));
      assertEquals(true, engine.eval("return order:reversed():compare('a', 'b') > 0"));
    }
  }

  @EachFlavour
  void areReachedInAnonymousAndLocalClasses(Flavour flavour) throws Exception {
    record Local(String text) implements Named {
      @Override
      public String name() {
        return text;
      }
    }

    try (var engine = engine(flavour)) {
      engine.put("local_", new Local("here"));
      engine.put(
          "anonymous",
          new Callable<String>() {
            @Override
            public String call() {
              return "called";
            }
          });

      assertEquals("hello here", engine.eval("return local_:greeting()"));
      assertEquals("called", engine.eval("return anonymous:call()"));
      assertEquals("called", engine.eval("return anonymous()"));
    }
  }

  @EachFlavour
  void areReachedInOptionalsThreadsAndProcesses(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("optional", Optional.of("x"));
      engine.put("thread", Thread.currentThread());
      engine.put("process", ProcessHandle.current());

      assertEquals("x", engine.eval("return optional:get()"));
      assertEquals(Thread.currentThread().getName(), engine.eval("return thread.name"));
      assertEquals(ProcessHandle.current().pid(), engine.eval("return process:pid()"));
    }
  }

  // The module exports only the interface
  @EachFlavour
  void areReachedInModulesThatExportOnlyTheirInterface(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("http", URI.create("http://localhost/").toURL());
      engine.put("factory", DocumentBuilderFactory.newInstance());

      assertEquals("localhost", engine.eval("return http.host"));
      assertEquals(
          "root",
          engine.eval(
              """
          local document = factory:newDocumentBuilder():newDocument()
          document:appendChild(document:createElement('root'))
          return document.documentElement.tagName"""));
    }
  }
}
