package org.lupine.hosts;

import javax.script.ScriptEngineManager;

/** A program for child JVMs: evaluates one text by javax.script and prints the result. */
public final class OneEval {
  private OneEval() {}

  /** Takes the engine's name and the text. */
  public static void main(String... args) {
    var manager = new ScriptEngineManager();
    for (var factory : manager.getEngineFactories()) { // as hosts do that only look
      factory.getParameter("THREADING");
      factory.getScriptEngine();
    }
    try {
      System.out.println(manager.getEngineByName(args[0]).eval(args[1]));
    } catch (Exception e) {
      System.out.println(e.getClass().getName() + ": " + e.getMessage());
    }
  }
}
