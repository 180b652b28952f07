package org.lupine.jsr223;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import javax.script.Bindings;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Scope;
import org.lupine.value.LuaException;
import org.lupine.value.LuaTable;

/**
 * A host's Bindings as the environment of a script, which reads and writes its variables here.
 * Keeps the Bindings reachable only while a script runs; afterwards their owner does, or a value of
 * the run.
 */
final class ScriptScope implements Scope {
  private static final Class<?> ENTRIES_OF_HASH_MAP = new HashMap<>().entrySet().getClass();
  private static final VarHandle RUNNING, KEPT;

  static {
    try {
      var lookup = MethodHandles.lookup();
      RUNNING = lookup.findVarHandle(ScriptScope.class, "running", Bindings.class);
      KEPT = lookup.findVarHandle(ScriptScope.class, "kept", WeakReference.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final ScriptConsole console;
  private final LuaState state;

  /**
   * The bindings while a script runs. Afterwards 'kept' refers to them weakly, if anything is left
   * that may use them. Written in release mode: the writer reads nothing afterwards that depends on
   * other threads having seen it, so no full fence is needed.
   */
  private volatile @Nullable Bindings running;

  private volatile @Nullable WeakReference<Bindings> kept;

  private @Nullable LuaTable arguments;
  private @Nullable LuaTable environment;

  /**
   * Whether a lookup must find only functions that are kept in the state, and nothing in the
   * bindings. Used under the state's lock.
   */
  private boolean beside;

  ScriptScope(ScriptConsole console, LuaState state) {
    this.console = console;
    this.state = state;
  }

  /** Begins a run. */
  void begin(@Nullable Bindings bindings) {
    RUNNING.setRelease(this, bindings);
  }

  /**
   * Ends a run.
   *
   * @param keep whether anything is left of it that may ask for its variables
   */
  void end(boolean keep) {
    var weak = kept;
    if (keep && weak == null) {
      KEPT.setRelease(this, new WeakReference<>(running));
    } else if (!keep && weak != null) {
      KEPT.setRelease(this, (WeakReference<Bindings>) null);
    }
    RUNNING.setRelease(this, (Bindings) null);
  }

  boolean isOf(@Nullable Bindings bindings) {
    var weak = kept;
    return bindings != null && (running == bindings || weak != null && weak.refersTo(bindings));
  }

  @Override
  public boolean permitsPrefetching() {
    var asked = running;
    return asked != null && asked.getClass() == SimpleBindings.class;
  }

  @Override
  public @Nullable Object prefetch(String name) {
    var asked = running;
    if (asked == null || name.isEmpty() || arguments != null) {
      return UNKNOWN;
    }
    var value = asked.get(name);
    if (value == null && !asked.containsKey(name)) {
      value = console.prefetch(name);
    }
    return Mirrors.isWrapped(value) ? UNKNOWN : value;
  }

  @Override
  public boolean answersAgain() {
    var asked = running;
    try {
      return asked != null && isOfHashMap(asked) && console.answersAgain();
    } catch (RuntimeException e) {
      return false; // a map of the host that cannot be listed
    }
  }

  /**
   * Returns whether the bindings are a SimpleBindings around a HashMap. Other maps may refuse a
   * value, which must then fail at once; and other threads may read them.
   */
  @Override
  public boolean takesLateWrites() {
    var told = running;
    try {
      return told != null && isOfHashMap(told);
    } catch (RuntimeException e) {
      return false; // a map of the host that cannot be listed
    }
  }

  /** Returns whether bindings are a SimpleBindings around a HashMap, which is not thread-safe. */
  static boolean isOfHashMap(Bindings bindings) {
    return bindings.getClass() == SimpleBindings.class
        && bindings.entrySet().getClass() == ENTRIES_OF_HASH_MAP;
  }

  /** Returns whether the bindings are unreachable, or nothing is left that may ask for them. */
  @Override
  public boolean isOver() {
    var weak = kept;
    return running == null && (weak == null || weak.refersTo(null));
  }

  /**
   * Returns the bindings; null if they are unreachable, so that nothing can read their variables.
   */
  @Override
  public @Nullable Bindings variables() {
    var bindings = running;
    var weak = kept;
    return bindings != null || weak == null ? bindings : weak.get();
  }

  /**
   * Sets the value of {@code arg}, at the beginning of a run with arguments; returns the old value,
   * which is set again at its end.
   */
  @Nullable LuaTable arguments(@Nullable LuaTable table) {
    var old = arguments;
    arguments = table;
    return old;
  }

  /** Forgets what earlier runs defined. */
  void forget() {
    environment = null;
  }

  @Override
  public @Nullable LuaTable environment() {
    return environment;
  }

  @Override
  public void keep(LuaTable environment) {
    this.environment = environment;
  }

  /**
   * Returns a variable as a script reads it, including functions of earlier runs; null for nil.
   */
  @Nullable Object read(String name) {
    if (environment != null) {
      return environment.get(name);
    }
    var found = get(name);
    return found == ABSENT ? null : found;
  }

  /**
   * Returns a function that an earlier run defined and that the bindings do not hold; null if there
   * is none.
   */
  @Nullable Object function(String name) {
    if (environment == null) {
      return null;
    }
    state.enter();
    try {
      beside = true;
      return environment.get(name);
    } finally {
      beside = false;
      state.exit();
    }
  }

  @Override
  public @Nullable Object getInsteadOfKept(String name) {
    var asked = beside ? null : variables();
    return asked != null && !name.isEmpty() && asked.containsKey(name)
        ? Mirrors.wrap(state, asked.get(name))
        : ABSENT;
  }

  @Override
  public @Nullable Object get(String name) {
    if (beside) {
      return null;
    }
    var own = getInsteadOfKept(name);
    if (own != ABSENT) {
      return own;
    }
    if (arguments != null && name.equals("arg")) {
      return arguments;
    }
    var found = console.get(name);
    return found == ABSENT ? ABSENT : Mirrors.wrap(state, found);
  }

  @Override
  public Collection<String> names() {
    var names = new LinkedHashSet<>(console.names());
    var asked = variables();
    if (asked != null) {
      names.addAll(asked.keySet());
    }
    if (arguments != null) {
      names.add("arg");
    }
    names.remove("");
    return names;
  }

  @Override
  public void put(String name, @Nullable Object value) {
    var told = variables();
    checkAssignable(name);
    if (told != null) {
      put(told, name, Mirrors.unwrap(value));
    }
  }

  private static void put(Bindings bindings, String name, @Nullable Object value) {
    try {
      bindings.put(name, value);
    } catch (NullPointerException e) {
      if (value != null) {
        throw e;
      }
      bindings.remove(name); // its map does not take null, as a ConcurrentHashMap
    }
  }

  @Override
  public void remove(String name) {
    var told = variables();
    checkAssignable(name);
    if (told == null || name.isEmpty() || !told.containsKey(name)) {
      return;
    }
    told.remove(name);
    if (told.containsKey(name)) {
      throw new LuaException(
          "'" + name + "' cannot be a function: these bindings do not remove their value of it");
    }
  }

  private static void checkAssignable(String name) {
    if (NamedOptions.isOption(name)) {
      throw new LuaException("'" + name + "' is not the script's to assign");
    }
  }
}
