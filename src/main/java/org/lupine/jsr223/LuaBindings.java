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
import java.util.function.Supplier;
import javax.script.Bindings;
import org.jspecify.annotations.Nullable;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaUserdata;
import org.lupine.value.MissingNativeException;
import org.lupine.value.Values;

/**
 * An engine's own scope: a live view of its Lua globals.
 *
 * <p>Lists what scripts and Java set. The library's entries can be read but are not listed unless
 * they are replaced. Removing a replacement restores the original; removing an original removes it
 * for scripts, too. A null value is nil, that is, no value.
 *
 * <p>Until the engine has a state, values are kept here, so that a host may fill an engine that it
 * then never runs. Thread-safe.
 */
final class LuaBindings extends AbstractMap<String, Object> implements Bindings {
  private static final String RESERVED = "javax.script.";
  private static final long EXACT = 1L << 53;

  private final LuaScriptEngine engine;

  /**
   * The values that were put before there was a state; null once there is one. Guarded by the
   * engine.
   */
  private @Nullable Map<String, Object> waiting = new LinkedHashMap<>();

  /** The reserved keys that were put; each run reads them without asking Lua. */
  private volatile Map<String, Object> reserved = Map.of();

  LuaBindings(LuaScriptEngine engine) {
    this.engine = engine;
  }

  /**
   * Puts the kept values into a state that is being opened; the engine is locked. If something is
   * thrown, they are kept for another state.
   */
  void flowInto(ScriptState state) {
    Objects.requireNonNull(waiting).forEach(state::putGlobal);
    waiting = null;
  }

  /** Returns whether no reserved key was put. */
  boolean reservesNothing() {
    return reserved.isEmpty();
  }

  /** Returns the value of a reserved key as it was put; null if there is none. */
  @Nullable Object reserved(String key) {
    var all = reserved;
    return all.isEmpty() ? null : all.get(key);
  }

  /**
   * Applies one function to the kept values as long as there is no state, or another to the state.
   */
  private <T> T either(
      @Nullable ScriptState known,
      Function<Map<String, Object>, T> waits,
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

  /** Sets a variable as {@link #put} does, without reading the old value. */
  void set(String name, @Nullable Object value) {
    checked(name);
    var state = taker(name, value);
    if (state == null) {
      state =
          either(
              null,
              all -> {
                all.put(name, value);
                note(name, value);
                return null;
              },
              opened -> opened);
      if (state == null) {
        return;
      }
    }
    if (!isReserved(name)) {
      state.putGlobal(name, value);
      return;
    }
    var taken = state;
    alone(
        state,
        () -> {
          taken.putGlobal(name, value);
          note(name, value);
          return null;
        });
  }

  @Override
  public @Nullable Object put(String name, @Nullable Object value) {
    checked(name);
    var state = taker(name, value);
    return state != null
        ? replace(state, name, value)
        : either(
            null,
            all -> {
              var old = all.put(name, value);
              note(name, value);
              return old;
            },
            opened -> replace(opened, name, value));
  }

  private @Nullable Object replace(ScriptState state, String name, @Nullable Object value) {
    if (!isReserved(name)) {
      return state.replaceGlobal(name, value);
    }
    return alone(
        state,
        () -> {
          var old = state.getGlobal(name); // first: it may be text that cannot be decoded
          state.putGlobal(name, value);
          note(name, value);
          return old;
        });
  }

  /** Performs an action while no other thread can use the state. */
  private static <T extends @Nullable Object> T alone(ScriptState state, Supplier<T> action) {
    state.lua().enter();
    try {
      return action.get();
    } finally {
      state.lua().exit();
    }
  }

  @Override
  public void putAll(Map<? extends String, ?> all) {
    all.forEach(this::set);
  }

  @Override
  public @Nullable Object get(Object key) {
    var name = checked(key);
    var state = opened(name);
    return state != null
        ? state.getGlobal(name)
        : either(null, all -> all.get(name), opened -> opened.getGlobal(name));
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
      state = opened(name); // it may be the library's
      if (state == null) {
        return null;
      }
    }
    if (!isReserved(name)) {
      return state.removeGlobal(name);
    }
    var taken = state;
    return alone(
        state,
        () -> {
          taken.getGlobal(name); // first: it may be text that cannot be decoded
          var old = taken.removeGlobal(name);
          note(name, null);
          return old;
        });
  }

  @Override
  public void clear() {
    either(
        engine.mainStateOrNull(),
        all -> {
          all.clear();
          reserved = Map.of();
          return all;
        },
        state ->
            alone(
                state,
                () -> {
                  state.clearGlobals();
                  synchronized (engine) {
                    reserved = Map.of();
                  }
                  return state;
                }));
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
   * Returns the state, and opens it unless the name is a reserved one, whose value is kept here;
   * null if there is none. Without natives the values that are kept here are the only variables.
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
   * Returns the state if it has to take a variable at once; null if the variable can be kept, or if
   * there are no natives. The state is opened for a value that it might refuse, so that the caller
   * gets the error.
   */
  private @Nullable ScriptState taker(String name, @Nullable Object value) {
    var state = engine.mainStateOrNull();
    if (state != null || isReserved(name) || isText(name) && isTaken(value)) {
      return state;
    }
    try {
      return engine.mainState();
    } catch (MissingNativeException e) {
      return null;
    }
  }

  /**
   * Returns whether every state of the engine accepts a value, as far as that is known without one.
   */
  private boolean isTaken(@Nullable Object value) {
    if (value == null
        || value instanceof Double
        || value instanceof Integer
        || value instanceof Boolean) {
      return true; // before the tests of interfaces, which take longer
    }
    if (value instanceof String) {
      return isText((String) value);
    }
    if (value instanceof CharSequence || value instanceof Character) {
      return value instanceof Appendable;
    }
    if (value instanceof Long) {
      return Math.abs((Long) value) <= EXACT && (Long) value != Long.MIN_VALUE;
    }
    return !(value instanceof BigInteger
        || value instanceof BigDecimal
        || value instanceof Values
        || value instanceof LuaTable
        || value instanceof LuaFunction
        || value instanceof LuaCoroutine
        || value instanceof LuaUserdata);
  }

  /** Returns whether every state of the engine can encode a text. */
  private boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) { // a stream would cost more than the put
      char c = text.charAt(i);
      if (c >= 0x80 && (Character.isSurrogate(c) || !isUtf8())) {
        return false;
      }
    }
    return true;
  }

  private boolean isUtf8() {
    var options = engine.knownOptions();
    var charset = options == null ? null : options.charset();
    return charset == null || charset == StandardCharsets.UTF_8;
  }

  private List<String> names() {
    return either(
        engine.mainStateOrNull(),
        all ->
            all.entrySet().stream()
                .filter(each -> each.getValue() != null)
                .map(Entry::getKey)
                .toList(),
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
