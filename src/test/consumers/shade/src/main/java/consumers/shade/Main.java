package consumers.shade;

import consumers.check.Check;
import javax.script.ScriptEngineManager;

/** Finds the engines of both libraries, whose service files have one name. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Check.main();
    var rhino = new ScriptEngineManager().getEngineByName("rhino");
    System.out.println("rhino: " + ((Number) rhino.eval("6 * 7")).intValue());
  }
}
