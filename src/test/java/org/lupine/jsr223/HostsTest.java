package org.lupine.jsr223;

import static javax.script.ScriptContext.ENGINE_SCOPE;
import static javax.script.ScriptContext.GLOBAL_SCOPE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lupine.support.Engines.engine;
import static org.lupine.support.Engines.foreign;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.script.Invocable;
import javax.script.ScriptContext;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.script.ScriptException;
import javax.script.SimpleBindings;
import javax.script.SimpleScriptContext;
import org.lupine.Flavour;
import org.lupine.support.EachFlavour;
import org.lupine.value.LuaTable;

/** What real hosts do with an engine: values, Bindings, errors, output. */
class HostsTest {
  // BEHAVIOURS H1: Camunda, Flowable, Hibernate Validator, TestNG, Log4j, Solr cast the result
  @EachFlavour
  void returnsPlainJavaValues(Flavour flavour) throws Exception {
    var order = new Object();
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("order", order));

      assertEquals(Boolean.TRUE, engine.eval("return 1 < 2", bindings));
      assertEquals(Boolean.FALSE, engine.eval("return order == nil", bindings));
      assertInstanceOf(Number.class, engine.eval("return 1.5", bindings));
      assertEquals("text", engine.eval("return 'te' .. 'xt'", bindings));
      assertNull(engine.eval("return nil", bindings));
      assertSame(order, engine.eval("return order", bindings));
    }
  }

  // BEHAVIOURS H2: Flowable's `execution` is answered by get alone
  @EachFlavour
  void asksTheBindingsForWhatTheyDoNotList(Flavour flavour) throws Exception {
    var execution = new Properties();
    execution.setProperty("id", "p1");
    var bindings = new FlowableLikeBindings().resolving("execution", execution);
    try (var engine = engine(flavour)) {
      assertEquals("p1", engine.eval("return execution:getProperty('id')", bindings));
      assertEquals(true, engine.eval("return nobody == nil", bindings));
    }
  }

  // BEHAVIOURS H2, H3: Flowable stores what is put, refuses putAll, clear, isEmpty, containsValue
  @EachFlavour
  void writesToBindingsThatRefuseHalfOfMap(Flavour flavour) throws Exception {
    var bindings = new FlowableLikeBindings().resolving("price", 20);
    try (var engine = engine(flavour)) {
      engine.eval(
          """
          local function double(x) return 2 * x end
          function helper(x) return double(x) end
          total = helper(price)
          total = total + 1""",
          bindings);

      assertEquals(Map.of("total", 41L), bindings.variables());
    }
  }

  // BEHAVIOURS H3: Camunda's auto-store
  @EachFlavour
  void putsOnlyWhatAHostCanStore(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = new CamundaLikeBindings(engine.createBindings());
      bindings.put("amount", 3);

      engine.eval(
          """
          function helper(x) return x + 1 end
          local co = coroutine.create(helper)
          approved = helper(amount) > 3
          note = 'fine'
          lines = {{sku = 'a', n = 1}, {sku = 'b', n = 2}}""",
          bindings);

      assertEquals(Set.of("amount", "approved", "note", "lines"), bindings.stored().keySet());
      assertEquals(true, bindings.stored().get("approved"));
      assertEquals(
          List.of(Map.of("sku", "a", "n", 1L), Map.of("sku", "b", "n", 2L)),
          copied(bindings.stored().get("lines")));
    }
  }

  // BEHAVIOURS H3
  @EachFlavour
  void writesATableAsPlainCollections(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign();
      engine.eval("t = {name = 'x', list = {1, 'two', {deep = true}}}", bindings);
      assertInstanceOf(LuaTable.class, bindings.get("t"));

      var copy = copied(bindings.get("t"));

      assertFalse(copy instanceof LuaTable);
      assertEquals(Map.of("name", "x", "list", List.of(1L, "two", Map.of("deep", true))), copy);
    }
  }

  // BEHAVIOURS H3, H12: NiFi
  @EachFlavour
  void returnsATableFromItsOwnBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var own = engine.getBindings(ENGINE_SCOPE);
      own.put("session", "s1");
      engine.setBindings(own, ENGINE_SCOPE);
      engine.eval(
          """
          processor = {}
          function processor:setLogger(logger) self.logger = logger end
          function processor:call() return self.logger .. session end""");

      var processor = engine.get("processor");
      engine.invokeMethod(processor, "setLogger", "log ");

      assertEquals("log s1", engine.getInterface(processor, Callable.class).call());
    }
  }

  // BEHAVIOURS H3: Camel's attributes and result
  @EachFlavour
  void leavesAResultInTheContext(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var context = engine.getContext();
      context.setAttribute("body", "hello", ENGINE_SCOPE);

      assertNull(engine.eval("result = body:upper()", context));

      assertEquals("HELLO", engine.get("result"));
    }
  }

  // BEHAVIOURS H4: Camunda, Flowable, Spring, Hibernate Validator
  @EachFlavour
  void showsNothingOfACallToTheNextWithOtherBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.eval("leak = 1 string.format = nil", foreign());

      assertEquals("1", engine.eval("return string.format('%d', leak or 1)", foreign()));
      assertNull(engine.eval("return leak", foreign()));
      assertNull(engine.eval("return leak"));
    }
  }

  // BEHAVIOURS H4: jrunscript, NiFi, Jena, Solr, TestNG
  @EachFlavour
  void showsACallToTheNextInItsOwnBindings(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getContext().setAttribute("method", "m1", ENGINE_SCOPE);
      engine.eval("seen = method function again() return seen end");
      engine.getContext().removeAttribute("method", ENGINE_SCOPE);

      assertEquals("m1", engine.eval("return again()"));
      assertNull(engine.eval("return method"));
    }
  }

  /** Stands for BpmnError, which Camunda looks for in getCause() only. */
  private static final class HostError extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  // BEHAVIOURS H8
  @EachFlavour
  void hasTheExceptionOfAJavaCallAsItsDirectCause(Flavour flavour) {
    var error = new HostError();
    var bindings =
        foreign(
            Map.of(
                "fail",
                (Runnable)
                    () -> {
                      throw error;
                    }));
    try (var engine = engine(flavour)) {
      for (var script :
          List.of(
              "fail()",
              "fail:run()",
              "local x = 1 + fail:run()",
              "local ok, e = pcall(fail) error(e)",
              "coroutine.wrap(function() fail() end)()")) {
        var thrown = assertThrows(ScriptException.class, () -> engine.eval(script, bindings));

        assertSame(error, thrown.getCause(), script);
      }
    }
  }

  // BEHAVIOURS H8
  @EachFlavour
  void catchesTheExceptionOfAJavaCallByPcall(Flavour flavour) throws Exception {
    var error = new HostError();
    var bindings =
        foreign(
            Map.of(
                "fail",
                (Runnable)
                    () -> {
                      throw error;
                    }));
    try (var engine = engine(flavour)) {
      assertSame(error, engine.eval("local ok, e = pcall(fail) return not ok and e", bindings));
    }
  }

  // BEHAVIOURS H8: hosts handle no other exception
  @EachFlavour
  void failsWithAScriptExceptionWhateverGoesWrongInLua(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      for (var script :
          List.of(
              "syntax error here",
              "error('x')",
              "error({})",
              "error()",
              "error(setmetatable({}, {__tostring = error}))",
              "local x = nil + 1",
              "nothing.here()",
              "local t = setmetatable({}, {__index = error}) return t.x",
              "string.rep()",
              "local function f() return 1 + f() end f()",
              "coroutine.wrap(error)('x')",
              "('x'):rep(-1):bad()",
              "setmetatable(_G, 5)",
              "require 'nowhere'")) {
        assertThrows(ScriptException.class, () -> engine.eval(script), script);
        assertThrows(ScriptException.class, () -> engine.eval(script, foreign()), script);
        assertEquals(1L, engine.eval("return 1"), script);
      }
    }
  }

  // BEHAVIOURS 27, H9
  @EachFlavour
  void turnsAJavaNullIntoOneNil(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.put("x", new Properties());

      assertNull(engine.eval("return tonumber(x:getProperty('n'))"));
      assertEquals(1L, engine.eval("return select('#', x:getProperty('n'))"));
      assertEquals(0L, engine.eval("return select('#', x:clear())"));
    }
  }

  // BEHAVIOURS H13: Spring's global bindings, Solr
  @EachFlavour
  void searchesTheGlobalScopeAfterTheEngineScope(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      engine.getBindings(GLOBAL_SCOPE).put("shared", "g");
      engine.eval("function read() return shared end");

      assertEquals("g", engine.eval("return shared"));
      assertEquals("g", engine.eval("return shared", foreign()));
      assertEquals("g", engine.invokeFunction("read"));
      assertEquals("mine", engine.eval("return shared", foreign(Map.of("shared", "mine"))));
    }
  }

  // BEHAVIOURS H14: jrunscript, Ant's log, a servlet's page
  @EachFlavour
  void writesInOrderWithTheHost(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var page = new StringWriter();
      var context = new SimpleScriptContext();
      context.setWriter(page);
      context.setAttribute("host", (Runnable) () -> page.write("[host]"), ENGINE_SCOPE);

      engine.eval("io.write('a') host() print('b') host() io.stdout:write('c') host()", context);

      assertEquals("a[host]b\n[host]c[host]", page.toString());
    }
  }

  // BEHAVIOURS H15
  @EachFlavour
  void hasItsTextAsUtf8(Flavour flavour) throws Exception {
    try (var engine = engine(flavour)) {
      var bindings = foreign(Map.of("s", "añ€😀"));

      assertEquals(10L, engine.eval("return #s", bindings));
      assertEquals("añ€😀", engine.eval("return s", bindings));
      assertEquals("😀", engine.eval("return s:sub(-4)", bindings));
      assertEquals("\u20ac", engine.eval("return '€'", bindings));
    }
  }

  // BEHAVIOURS H16: Ant puts every property, with its dots
  @EachFlavour
  void takesKeysThatAreNoNames(Flavour flavour) throws Exception {
    var properties =
        new HashMap<String, Object>(
            Map.of(
                "ant.version",
                "1.10",
                "end",
                "e",
                "string",
                "s",
                "javax.script.filename",
                "build.xml"));
    try (var engine = engine(flavour)) {
      properties.forEach(engine::put);

      assertEquals(
          "1.10ebuild.xml",
          engine.eval("return _G['ant.version'] .. _G['end'] .. _G['javax.script.filename']"));
      assertEquals(
          "1.10s",
          engine.eval("return _G['ant.version'] .. _G['string']", new SimpleBindings(properties)));
    }
  }

  // BEHAVIOURS H12: Spring's beans, Jena, Solr
  @EachFlavour
  void invokesFunctionsThatReadTheGlobalScope(Flavour flavour) throws Exception {
    var context = new SimpleScriptContext();
    context.setBindings(foreign(Map.of("log", "L")), GLOBAL_SCOPE);
    try (var engine = engine(flavour)) {
      engine.eval("function process(command) return log .. command end");

      engine.setBindings(context.getBindings(ScriptContext.GLOBAL_SCOPE), GLOBAL_SCOPE);

      assertEquals("Lx", engine.invokeFunction("process", "x"));
    }
  }

  // BEHAVIOURS J66: FXML, where lib.lua is for the language of the page if that has its extension
  @EachFlavour
  void evaluatesFilesOfAPageInTheEngineOfThePage(Flavour flavour) throws Exception {
    var manager = new ScriptEngineManager();
    var page = manager.getEngineByName(flavour.id());
    page.setBindings(manager.getBindings(), ENGINE_SCOPE);
    try (var engine = (LuaScriptEngine) page) {
      var extension = "lib.lua".substring("lib.lua".lastIndexOf('.') + 1);
      var chosen =
          page.getFactory().getExtensions().contains(extension)
              ? page
              : manager.getEngineByExtension(extension);
      chosen.setBindings(manager.getBindings(), ENGINE_SCOPE);
      chosen.getBindings(ENGINE_SCOPE).put(ScriptEngine.FILENAME, "lib.lua");
      chosen.eval(
          new StringReader(
              "local n = 0 function greet(name) n = n + 1 return 'hi ' .. name end"
                  + " function greeted() return n end"));

      assertSame(engine, chosen);
      assertEquals("hi page", page.eval("return greet('page')"));
      assertEquals("hi handler", ((Invocable) page).invokeFunction("greet", "handler"));
      assertEquals(2L, page.eval("return greeted()"));
    }
  }

  private static Object copied(Object value) throws IOException, ClassNotFoundException {
    assertInstanceOf(Serializable.class, value);
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
