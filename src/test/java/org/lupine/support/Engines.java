package org.lupine.support;

import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import javax.script.Bindings;
import javax.script.ScriptEngineManager;
import javax.script.SimpleBindings;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.jsr223.LuaScriptEngine;

/** Engines and Bindings as a host makes them: by name, from javax.script alone. */
public final class Engines {
  private Engines() {}

  public static LuaScriptEngine engine(Flavour flavour) {
    return (LuaScriptEngine) new ScriptEngineManager().getEngineByName(flavour.id());
  }

  /** Makes an engine with options. */
  public static LuaScriptEngine engine(Flavour flavour, LuaOptions options) {
    return engine(flavour).getFactory().getScriptEngine(options);
  }

  /** Makes an engine that reads the given text. */
  public static LuaScriptEngine reading(Flavour flavour, String input) {
    var engine = engine(flavour);
    engine.getContext().setReader(new StringReader(input));
    return engine;
  }

  /** Returns fresh Bindings that no engine made. */
  public static Bindings foreign() {
    return new SimpleBindings(new HashMap<>());
  }

  /** Returns fresh Bindings that no engine made, with these entries. */
  public static Bindings foreign(Map<String, Object> entries) {
    return new SimpleBindings(new HashMap<>(entries));
  }
}
