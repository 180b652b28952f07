package org.lupine.host;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.support.EachFlavour;
import org.lupine.value.JavaFunction;

/** BEHAVIOURS 263: what becomes of LuaJIT's compiled loops where they use Java. */
class CompiledLoopsTest {
  /** An object of the host. */
  public static final class Host {
    public double x = 1;

    public double twice(double number) {
      return 2 * number;
    }
  }

  /** How the traces of a loop end, as {@code jit.util.traceinfo} calls it. */
  private static final Map<String, List<String>> LOOPS =
      Map.of(
          "loop",
          List.of(
              "if type(o) == 'userdata' then s = s + 1 end",
              "b[i % 100 + 1] = i s = s + b[1]",
              "t[i % 10] = o",
              "if t[1] == o then s = s + 1 end",
              "s = s + g"),
          "loop stitch",
          List.of(
              "for k, v in ipairs(list) do s = s + v end",
              "for k, v in pairs(map) do s = s + v end",
              "for v in java.iter(list) do s = s + v end"),
          "loop return",
          List.of("for k = 1, 100 do s = s + list[k] end", "s = s + array[(i - 1) % 100 + 1]"),
          "stitch",
          List.of("s = m(o, 1.5)", "s = f(1.5)", "local text = tostring(o)"),
          "return",
          List.of(
              "s = o:twice(1.5)",
              "s = s + o.x",
              "o.x = i",
              "s = s + list[1]",
              "s = s + #list",
              "local y = big + 1",
              "if o == other then s = s + 1 end"));

  /** Takes the text of a loop's body; returns the kinds of links, and the number of aborts. */
  private static final String PROGRAM =
      """
      local aborts = 0
      local function count(what) if what == 'abort' then aborts = aborts + 1 end end
      local run = loadstring('local o, other, list, array, map, big, f, m, b, t, g = '
        .. 'o, other, list, array, map, big, f, o.twice, java.buffer("double", 100), {}, g '
        .. 'local s = 0 '
        .. 'return function(n) for i = 1, n do ' .. ... .. ' end end')()
      jit.flush()
      jit.attach(count, 'trace')
      run(3000) run(3000)
      jit.attach(count)
      local kinds, util = {}, require 'jit.util'
      for i = 1, 30 do
        local info = util.traceinfo(i)
        if info and info.linktype ~= 'root' then kinds[info.linktype] = true end
      end
      local names = {}
      for name in pairs(kinds) do names[#names + 1] = name end
      table.sort(names)
      return table.concat(names, ' '), aborts
      """;

  @EachFlavour
  void useJavaWithoutAnAbort(Flavour flavour) {
    for (var each : LOOPS.entrySet()) {
      for (var body : each.getValue()) {
        try (var lua = LuaRuntime.builder().flavour(flavour).build()) {
          if (flavour != Flavour.LUAJIT) {
            assertEquals(true, lua.eval("jit == nil").first());
            return;
          }
          var globals = lua.globals();
          globals.put("o", new Host());
          globals.put("other", new Host());
          globals.put("g", 1.5);
          globals.put("big", new BigDecimal("1.5"));
          globals.put("f", (JavaFunction) arguments -> arguments[0]);
          globals.put("array", DoubleStream.iterate(0, i -> i + 1).limit(100).toArray());
          globals.put("map", IntStream.range(0, 100).boxed().collect(toMap(i -> "k" + i, i -> i)));
          globals.put(
              "list",
              new ArrayList<>(DoubleStream.iterate(0, i -> i + 1).limit(100).boxed().toList()));
          assertEquals(List.of(each.getKey(), 0L), lua.execute(PROGRAM, body), body);
        }
      }
    }
  }
}
