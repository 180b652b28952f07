package org.lupine.bench.contender;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * One way to run scripts, with the rows in which it takes part. Its constructor only names the
 * rows: an interpreter is not opened before {@link #open}.
 */
public abstract class Contender {
  /** The names that {@link #of} knows. */
  public static final Set<String> NAMES =
      Set.of("lupine", "luajava", "luaj", "luajc", "pure", "nashorn", "graaljs", "groovy", "java");

  private final Map<String, Entry> rows = new HashMap<>();

  private record Entry(int operations, Opening opening) {}

  /** Opens an interpreter and prepares the work of a row. */
  @FunctionalInterface
  protected interface Opening {
    /** Returns the work. */
    Work open() throws Exception;
  }

  /** Opens an interpreter, runs a code that defines {@code bench}, and calls that as the work. */
  @FunctionalInterface
  protected interface LoopOpening {
    /** Returns the work. */
    Work open(String code) throws Exception;
  }

  /** Returns the contender of a name; a flavour is a Lua version, for those that have several. */
  public static Contender of(String name, String flavour) {
    switch (name) {
      case "lupine":
        return new Lupine(flavour);
      case "luajava":
        return new Luajava(flavour);
      case "luaj":
        return new LuaJ(false);
      case "luajc":
        return new LuaJ(true);
      case "pure":
        return new PureC(flavour);
      case "nashorn":
        return new Nashorn();
      case "graaljs":
        return new GraalJs();
      case "groovy":
        return new Groovy();
      case "java":
        return new PlainJava();
      default:
        throw new IllegalArgumentException("no contender '" + name + "'");
    }
  }

  /** Adds a row whose work does one operation. */
  protected final void row(String name, Opening opening) {
    row(name, 1, opening);
  }

  /** Adds a row whose work does the given number of operations. */
  protected final void row(String name, int operations, Opening opening) {
    rows.put(name, new Entry(operations, opening));
  }

  /** Adds the rows of loops; the function opens an interpreter that has run a code. */
  protected final void loops(Loops loops, LoopOpening opening) {
    loops
        .all()
        .forEach((name, loop) -> row(name, loop.operations(), () -> opening.open(loop.code())));
  }

  /** Returns whether this takes part in a row. */
  public final boolean has(String row) {
    return rows.containsKey(row);
  }

  /** Returns how many operations the work of a row does. */
  public final int operations(String row) {
    return rows.get(row).operations();
  }

  /** Returns the work of a row. */
  public final Work open(String row) throws Exception {
    return rows.get(row).opening().open();
  }
}
