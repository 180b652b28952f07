package org.lupine.jsr223;

import java.util.HashMap;
import java.util.Map;
import javax.script.Bindings;
import javax.script.ScriptEngineManager;
import javax.script.SimpleBindings;
import org.lupine.Flavour;

/** Engines and Bindings as a host makes them: by name, from javax.script alone. */
final class Engines {
  private Engines() {}

  static LuaScriptEngine engine(Flavour flavour) {
    return (LuaScriptEngine) new ScriptEngineManager().getEngineByName(flavour.id());
  }

  /** Fresh Bindings that no engine made. */
  static Bindings foreign() {
    return new SimpleBindings(new HashMap<>());
  }

  /** Fresh Bindings that no engine made, with these entries. */
  static Bindings foreign(Map<String, Object> entries) {
    return new SimpleBindings(new HashMap<>(entries));
  }
}
