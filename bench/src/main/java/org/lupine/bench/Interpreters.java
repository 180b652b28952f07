package org.lupine.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lupine.bench.contender.Programs;

/** Runs the programs that are installed: the stock Lua, and Python with Lupa. */
final class Interpreters implements Instrument {
  private static final String STOCK = "stock";
  private static final String LUPA = "lupa";
  private static final Path LUPA_ROWS = Path.of("bench/python/lupa_rows.py");

  private final Plan plan;
  private final String flavour;
  private final String lua;
  private final Set<String> lupaRows;

  Interpreters(Plan plan, String flavour) {
    this.plan = plan;
    this.flavour = flavour;
    lua = flavour.equals("luajit") ? flavour : "lua5." + flavour.substring(4);
    lupaRows = lupaRows();
  }

  /** Returns what the file names as a row; none if there is no Python with Lupa. */
  private static Set<String> lupaRows() {
    try {
      Processes.lines(List.of("python3", "-c", "import lupa; print(lupa)"));
      return Pattern.compile("^        \"(\\w+)\": ", Pattern.MULTILINE)
          .matcher(Files.readString(LUPA_ROWS))
          .results()
          .map(found -> found.group(1))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  @Override
  public boolean has(Row row, String contender) {
    return contender.equals(STOCK)
            && Programs.LUA.containsKey(row.name())
            && Processes.isInstalled(lua)
        || contender.equals(LUPA) && lupaRows.contains(row.name());
  }

  @Override
  public void measure(Row row, String contender, String classPath, Samples samples) {
    try {
      var lines = Processes.lines(contender.equals(STOCK) ? stock(row) : lupa(row));
      samples.addFork(lines.stream().map(Double::valueOf).toList(), Double.NaN);
    } catch (IOException | NumberFormatException e) {
      samples.fail(String.valueOf(e.getMessage()));
    }
  }

  private List<String> lupa(Row row) {
    return List.of(
        "python3",
        LUPA_ROWS.toString(),
        flavour,
        row.name(),
        String.valueOf(plan.warmup()),
        String.valueOf(plan.iterations()),
        String.valueOf(plan.millis()));
  }

  /** Returns the command for a program of Lua, which prints times by its own clock of CPU time. */
  private List<String> stock(Row row) {
    var code =
        String.join(
            "\n",
            Programs.LUA.get(row.name()),
            "local warmup, iterations, seconds = "
                + plan.warmup() / 1e3
                + ", "
                + plan.iterations()
                + ", "
                + plan.millis() / 1e3,
            "local clock, n = os.clock, 1",
            "local function time()",
            "  local begin = clock()",
            "  for i = 1, n do bench() end",
            "  return clock() - begin",
            "end",
            "while time() < seconds do n = n * 2 end",
            "local warm = clock() + warmup",
            "while clock() < warm do time() end",
            "for i = 1, iterations do print(string.format('%.3f', time() / n * 1e9)) end");
    return List.of(lua, "-e", code);
  }
}
