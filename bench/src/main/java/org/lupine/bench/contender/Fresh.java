package org.lupine.bench.contender;

import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.script.ScriptEngineManager;
import org.luaj.vm2.Globals;
import org.luaj.vm2.lib.jse.JsePlatform;
import party.iroiro.luajava.Lua;

/**
 * The program of the rows that have processes of their own. It uses no more than a user's first
 * lines do: what it loads is part of what is measured.
 */
public final class Fresh {
  /** The contender that does nothing. */
  public static final String NOBODY = "nobody";

  /** Those who take part. */
  public static final List<String> CONTENDERS = List.of("lupine", "luajava", "luaj");

  private static final int ENGINES = 200;

  private Fresh() {}

  /** Takes "start" or "memory", a contender and a flavour; prints a line when it is done. */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("start")) {
      Object engine = open(arguments[1], arguments[2]);
      System.out.println("done");
      Reference.reachabilityFence(engine);
    } else {
      System.out.println(memory(arguments[1], arguments[2]));
    }
  }

  /** Opens an interpreter that has run a short script. */
  private static Object open(String contender, String flavour) throws Exception {
    switch (contender) {
      case "lupine":
        return OfLupine.open(flavour);
      case "luajava":
        return OfLuajava.open(flavour);
      case "luaj":
        return OfLuaJ.open();
      default:
        return null;
    }
  }

  /** Returns what each of many interpreters adds to the process, in bytes. */
  private static double memory(String contender, String flavour) throws Exception {
    var engines = new ArrayList<Object>();
    for (int i = 0; i < ENGINES / 10; i++) {
      engines.add(open(contender, flavour));
    }
    long before = memory();
    for (int i = 0; i < ENGINES; i++) {
      engines.add(open(contender, flavour));
    }
    long after = memory();
    Reference.reachabilityFence(engines);
    return (double) (after - before) / ENGINES;
  }

  /** Returns what the process has in memory and uses of its heap, all of which is in memory. */
  private static long memory() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(50);
    }
    var runtime = Runtime.getRuntime();
    long pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    return pages * 4096 + runtime.totalMemory() - runtime.freeMemory();
  }

  private static final class OfLupine {
    private static final ScriptEngineManager MANAGER = new ScriptEngineManager();

    static Object open(String flavour) throws Exception {
      var engine = MANAGER.getEngineByName(flavour);
      engine.eval("return 1");
      return engine;
    }
  }

  private static final class OfLuajava {
    static Object open(String flavour) throws Exception {
      Lua lua = Luajava.type(flavour).getConstructor().newInstance();
      lua.openLibraries();
      lua.load("return 1");
      lua.pCall(0, 1);
      lua.pop(1);
      return lua;
    }
  }

  private static final class OfLuaJ {
    static Object open() {
      Globals globals = JsePlatform.standardGlobals();
      globals.load("return 1").call();
      return globals;
    }
  }
}
