package org.lupine.jsr223;

import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.host.ForeignTable;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** A mirror of a table. */
final class MirrorTable extends AbstractMap<Object, Object> implements Mirror, ForeignTable {
  private static final long serialVersionUID = 1L;

  private static final String NAME = "[mirror]";

  /** Matches the names of the variables of the chunks below in Lua's messages. */
  private static final Pattern VARIABLE = Pattern.compile(" \\((local|global) '\\w+'\\)");

  private static final Chunk GET = chunk("local a, b = ... return a[b]");
  private static final Chunk SET = chunk("local a, b, c = ... a[b] = c");

  /** Indexed by the operator's number. */
  private static final Chunk[] OPERATORS = new Chunk[Operator.BNOT + 1];

  static {
    operators(
        Operator.EQ,
        "a == b",
        "a < b",
        "a <= b",
        "a + b",
        "a - b",
        "a * b",
        "a / b",
        "a % b",
        "a ^ b",
        "a // b",
        "-a",
        "a .. b",
        "#a",
        "a",
        "pairs(a)",
        "ipairs(a)");
    OPERATORS[Operator.CLOSE] =
        chunk(
            "local table, e = ... if e == nil then local closed <close> = table return end "
                + "local ok, last = pcall(function() local closed <close> = table error(e, 0) end) "
                + "if last ~= e then error(last, 0) end");
    operators(Operator.BAND, "a & b", "a | b", "a ~ b", "a << b", "a >> b", "~a");
  }

  /** As {@link #OPERATORS}: they call the right operand's metamethod only. */
  private static final Chunk[] RIGHT = new Chunk[OPERATORS.length];

  static {
    right(Operator.LT, "<", "lt", "<=", "le");
    right(Operator.ADD, "+", "add", "-", "sub", "*", "mul", "/", "div", "%", "mod", "^", "pow");
    right(Operator.IDIV, "//", "idiv");
    right(Operator.CONCAT, "..", "concat");
    right(Operator.BAND, "&", "band", "|", "bor", "~", "bxor", "<<", "shl", ">>", "shr");
  }

  private final transient LuaTable table;
  private final transient LuaState home;
  private final transient LuaState visited;

  MirrorTable(LuaTable table, LuaState home, LuaState visited) {
    this.table = table;
    this.home = home;
    this.visited = visited;
  }

  private static Chunk chunk(String text) {
    return Chunk.text(text, "=" + NAME, StandardCharsets.UTF_8, false);
  }

  private static void operators(int first, String... expressions) {
    for (int i = 0; i < expressions.length; i++) {
      OPERATORS[first + i] = chunk("local a, b = ... return " + expressions[i]);
    }
  }

  /**
   * Makes chunks that each apply an operator by a table whose only metamethod is the right
   * operand's: so results and errors are Lua's. Where Lua has {@code __lt} stand in for {@code
   * __le}, it does.
   *
   * @param symbols of each operator the symbol and the name
   */
  private static void right(int first, String... symbols) {
    var text =
        "local a, b = ... local mt = getmetatable(b) local own = {} "
            + "if type(mt) == 'table' then local f, lt = rawget(mt, '__%2$s'), rawget(mt, '__lt') "
            + "own.__%2$s = f and function() return f(a, b) end "
            + "if '%2$s' == 'le' then own.__lt = lt and function() return lt(b, a) end end "
            + "end return {} %1$s setmetatable({}, own)";
    for (int i = 0; i < symbols.length; i += 2) {
      RIGHT[first + i / 2] = chunk(text.formatted(symbols[i], symbols[i + 1]));
    }
  }

  @Override
  public LuaTable original() {
    return table;
  }

  @Override
  public String type() {
    return "table";
  }

  /**
   * Runs a chunk in the table's own state, with the arguments wrapped for it; returns the results
   * wrapped for this one.
   */
  private Object[] run(Chunk chunk, @Nullable Object... arguments) {
    try {
      return Mirrors.callIn(
          visited,
          home,
          () ->
              Mirrors.wrap(
                  visited, home.callRaw(home.helper(chunk), Mirrors.wrap(home, arguments))));
    } catch (LuaException e) {
      if (NAME.equals(e.chunk()) && e.getClass() == LuaException.class) {
        // an error of the operation itself: it says what the script did, where it did it
        throw new LuaException(VARIABLE.matcher(String.valueOf(e.text())).replaceAll(""));
      }
      throw e;
    }
  }

  private @Nullable Object first(Chunk chunk, @Nullable Object... arguments) {
    var results = run(chunk, arguments);
    return results.length == 0 ? null : results[0];
  }

  @Override
  public @Nullable Object index(Object key) {
    return first(GET, this, key);
  }

  @Override
  public void newIndex(Object key, @Nullable Object value) {
    run(SET, this, key, value);
  }

  @Override
  public @Nullable Object operate(int operator, @Nullable Object left, @Nullable Object right) {
    if (operator == Operator.TOSTRING) {
      return Mirrors.callIn(visited, home, table::toLuaString);
    }
    var results = run(OPERATORS[operator], left, right);
    return operator == Operator.PAIRS || operator == Operator.IPAIRS
        ? Values.wrap(results)
        : results.length == 0 ? null : results[0];
  }

  @Override
  public @Nullable Object operateRight(
      int operator, @Nullable Object left, @Nullable Object right) {
    return RIGHT[operator] == null
        ? operate(operator, left, right)
        : first(RIGHT[operator], left, right);
  }

  @Override
  public Values call(Object... arguments) {
    return Mirrors.callIn(
        visited,
        home,
        () ->
            Values.wrap(
                Mirrors.wrap(visited, table.call(Mirrors.wrap(home, arguments)).toArray())));
  }

  @Override
  public @Nullable Object get(Object key) {
    return wrap(table.get(Mirrors.wrap(home, key)));
  }

  @Override
  public boolean containsKey(Object key) {
    return table.containsKey(Mirrors.wrap(home, key));
  }

  @Override
  public @Nullable Object put(Object key, @Nullable Object value) {
    return wrap(table.put(Mirrors.wrap(home, key), Mirrors.wrap(home, value)));
  }

  @Override
  public @Nullable Object remove(Object key) {
    return wrap(table.remove(Mirrors.wrap(home, key)));
  }

  @Override
  public void clear() {
    table.clear();
  }

  @Override
  public int size() {
    return table.size();
  }

  @Override
  public Set<Entry<Object, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<Object, Object>> iterator() {
        return entries(table.entrySet().iterator());
      }

      @Override
      public int size() {
        return table.size();
      }
    };
  }

  @Override
  public long length() {
    return table.length();
  }

  @Override
  public @Nullable Object rawGet(@Nullable Object key) {
    return wrap(table.rawGet(Mirrors.wrap(home, key)));
  }

  @Override
  public @Nullable Object rawPut(@Nullable Object key, @Nullable Object value) {
    return wrap(table.rawPut(Mirrors.wrap(home, key), Mirrors.wrap(home, value)));
  }

  @Override
  public long rawLength() {
    return table.rawLength();
  }

  @Override
  public Iterable<Entry<Object, Object>> pairs() {
    return () -> entries(table.pairs().iterator());
  }

  @Override
  public List<Object> asList() {
    var list = table.asList();
    return new AbstractList<>() {
      @Override
      public @Nullable Object get(int index) {
        return wrap(list.get(index));
      }

      @Override
      public @Nullable Object set(int index, Object element) {
        return wrap(list.set(index, Mirrors.wrap(home, element)));
      }

      @Override
      public void add(int index, Object element) {
        list.add(index, Mirrors.wrap(home, element));
      }

      @Override
      public @Nullable Object remove(int index) {
        return wrap(list.remove(index));
      }

      @Override
      public int size() {
        return list.size();
      }
    };
  }

  @Override
  public Object toJava(int levels) {
    return table.toJava(levels);
  }

  @Override
  public <T> T as(Class<T> type) {
    return table.as(type);
  }

  @Override
  public String toLuaString() {
    return table.toLuaString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof MirrorTable && table.equals(((MirrorTable) other).table);
  }

  @Override
  public int hashCode() {
    return table.hashCode();
  }

  @Override
  public String toString() {
    return table.toString();
  }

  private @Nullable Object wrap(@Nullable Object value) {
    return Mirrors.mirror(visited, value);
  }

  private Iterator<Entry<Object, Object>> entries(Iterator<Entry<Object, Object>> entries) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return entries.hasNext();
      }

      @Override
      public Map.Entry<Object, Object> next() {
        var next = entries.next();
        return new SimpleImmutableEntry<>(wrap(next.getKey()), wrap(next.getValue()));
      }

      @Override
      public void remove() {
        entries.remove();
      }
    };
  }

  /** Serializes as a table of the own state does: as plain collections. */
  private Object writeReplace() {
    return table.toJava();
  }
}
