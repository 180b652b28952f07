package org.lupine.jsr223;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import javax.script.Bindings;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaUserdata;
import org.lupine.value.MissingNativeException;
import org.lupine.value.Values;

/**
 * An engine's own scope: its Lua globals, live both ways.
 *
 * <p>Lists what scripts and Java set. The library's entries can be got but are not listed, unless
 * replaced; removing the replacement brings them back, and removing them takes them from the
 * scripts. A null value is nil, which is none.
 *
 * <p>Until the engine has a state, what is put waits here, so that a host may fill an engine that
 * it then never runs. Safe for any thread.
 */
final class LuaBindings extends AbstractMap<String, Object> implements Bindings {
  private static final String RESERVED = "javax.script.";
  private static final long EXACT = 1L << 53;

  private final LuaScriptEngine engine;

  /** What was put before there was a state; null once there is one. Guarded by the engine. */
  private @Nullable Map<String, Object> waiting = new LinkedHashMap<>();

  /** The reserved keys that were put, for each run to look at without asking Lua. */
  private volatile Map<String, Object> reserved = Map.of();

  LuaBindings(LuaScriptEngine engine) {
    this.engine = engine;
  }

  /**
   * Puts what waited into a state that is being opened; the engine is locked. If something is
   * thrown, all waits on for another state.
   */
  @SuppressWarnings("NullAway")
  void flowInto(ScriptState state) {
    waiting.forEach(state::putGlobal);
    waiting = null;
  }

  /** A value with a reserved key, as it was put; null if none. */
  @Nullable Object reserved(String key) {
    var all = reserved;
    return all.isEmpty() ? null : all.get(key);
  }

  /** Does one thing with what waits, as long as there is no state, or else another with that. */
  private <T> T either(@Nullable ScriptState known, Function<Map<String, Object>, T> waits,
      Function<ScriptState, T> opened) {
    var state = known;
    if (state == null) {
      synchronized (engine) {
        if (waiting != null) {
          return waits.apply(waiting);
        }
      }
      state = engine.mainState();
    }
    return opened.apply(state);
  }

  /** {@link #put} for those who do not ask for the old value. */
  void set(String name, @Nullable Object value) {
    checked(name);
    either(taker(name, value), all -> {
      all.put(name, value);
      note(name, value);
      return all;
    }, state -> {
      state.putGlobal(name, value);
      note(name, value);
      return state;
    });
  }

  @Override
  public @Nullable Object put(String name, @Nullable Object value) {
    checked(name);
    return either(taker(name, value), all -> {
      var old = all.put(name, value);
      note(name, value);
      return old;
    }, state -> {
      var old = state.replaceGlobal(name, value);
      note(name, value);
      return old;
    });
  }

  @Override
  public void putAll(Map<? extends String, ?> all) {
    all.forEach(this::set);
  }

  @Override
  public @Nullable Object get(Object key) {
    var name = checked(key);
    return either(opened(name), all -> all.get(name), state -> state.getGlobal(name));
  }

  @Override
  public boolean containsKey(Object key) {
    var name = checked(key);
    return either(opened(name), all -> all.get(name) != null, state -> state.hasGlobal(name));
  }

  @Override
  public @Nullable Object remove(Object key) {
    var name = checked(key);
    var state = engine.mainStateOrNull();
    if (state == null) {
      synchronized (engine) {
        if (waiting != null && waiting.containsKey(name)) {
          note(name, null);
          return waiting.remove(name);
        }
      }
      state = opened(name);           // it may be the library's
      if (state == null) {
        return null;
      }
    }
    var old = state.removeGlobal(name);
    note(name, null);
    return old;
  }

  @Override
  public void clear() {
    either(engine.mainStateOrNull(), all -> {
      all.clear();
      reserved = Map.of();
      return all;
    }, state -> {
      state.clearGlobals();
      synchronized (engine) {
        reserved = Map.of();
      }
      return state;
    });
  }

  @Override
  public boolean isEmpty() {
    return size() == 0;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Object>> iterator() {
        return new Entries(names().iterator());
      }

      @Override
      public int size() {
        return names().size();
      }

      @Override
      public void clear() {
        LuaBindings.this.clear();
      }
    };
  }

  /**
   * Returns the state, opened unless only what waits is asked for. Where there are no natives there
   * are no variables but those that wait.
   */
  private @Nullable ScriptState opened(String name) {
    var state = engine.mainStateOrNull();
    if (state != null || isReserved(name)) {
      return state;
    }
    try {
      return engine.mainState();
    } catch (MissingNativeException e) {
      return null;
    }
  }

  /**
   * Returns the state that is to take a variable at once: opened if it might refuse it, so that
   * whoever puts it is told. Null if the variable may wait, or there are no natives.
   */
  private @Nullable ScriptState taker(String name, @Nullable Object value) {
    var state = engine.mainStateOrNull();
    if (state != null || isReserved(name) || isTaken(name) && isTaken(value)) {
      return state;
    }
    try {
      return engine.mainState();
    } catch (MissingNativeException e) {
      return null;
    }
  }

  /**
   * Returns whether every state of the engine takes a value, as far as can be told without one.
   */
  private boolean isTaken(@Nullable Object value) {
    if (value instanceof CharSequence || value instanceof Character) {
      return value instanceof Appendable || value instanceof String && isText((String) value);
    }
    if (value instanceof Long) {
      return Math.abs((Long) value) <= EXACT && (Long) value != Long.MIN_VALUE;
    }
    return !(value instanceof BigInteger || value instanceof BigDecimal || value instanceof Values
        || value instanceof LuaTable || value instanceof LuaFunction
        || value instanceof LuaCoroutine || value instanceof LuaUserdata);
  }

  private boolean isText(String text) {
    var options = engine.knownOptions();
    var charset = options == null ? null : options.charset();
    boolean utf8 = charset == null || charset == StandardCharsets.UTF_8;
    return text.chars().allMatch(c -> c < 0x80 || utf8 && !Character.isSurrogate((char) c));
  }

  private List<String> names() {
    return either(engine.mainStateOrNull(),
        all -> all.entrySet().stream().filter(each -> each.getValue() != null)
            .map(Entry::getKey).toList(),
        ScriptState::userGlobals);
  }

  private void note(String name, @Nullable Object value) {
    if (!isReserved(name)) {
      return;
    }
    synchronized (engine) {
      var all = new LinkedHashMap<>(reserved);
      if (value == null) {
        all.remove(name);
      } else {
        all.put(name, value);
      }
      reserved = all;
    }
  }

  private static boolean isReserved(String name) {
    return name.startsWith(RESERVED) || NamedOptions.isOption(name);
  }

  private static String checked(Object key) {
    var name = (String) Objects.requireNonNull(key, "key");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a name cannot be empty");
    }
    return name;
  }

  private final class Entries implements Iterator<Entry<String, Object>> {
    private final Iterator<String> names;
    private @Nullable String last;

    Entries(Iterator<String> names) {
      this.names = names;
    }

    @Override
    public boolean hasNext() {
      return names.hasNext();
    }

    @Override
    public Entry<String, Object> next() {
      last = names.next();
      return new SimpleEntry<>(last, get(last)) {
        private static final long serialVersionUID = 1L;

        @Override
        public Object setValue(Object value) {
          put(getKey(), value);
          return super.setValue(value);
        }
      };
    }

    @Override
    public void remove() {
      if (last == null) {
        throw new IllegalStateException("no entry was given yet");
      }
      LuaBindings.this.remove(last);
      last = null;
    }
  }
}
