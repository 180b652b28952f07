package org.lupine.jsr223;

import java.lang.ref.WeakReference;
import javax.script.Bindings;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Scope;
import org.lupine.value.LuaTable;

/**
 * Bindings of a host as the environment of a script: asked for each variable when the script reads
 * it, and told of each that it sets. Keeps them alive only while a script runs: afterwards that is
 * for those who hold the bindings, or a value of the run.
 */
final class ScriptScope implements Scope {
  private final WeakReference<Bindings> bindings;
  private final ScriptConsole console;
  private final LuaState state;
  private @Nullable Bindings held;
  private @Nullable LuaTable arguments;
  private @Nullable LuaTable environment;

  ScriptScope(Bindings bindings, ScriptConsole console, LuaState state) {
    this.bindings = new WeakReference<>(bindings);
    this.console = console;
    this.state = state;
  }

  boolean isOf(Bindings other) {
    return bindings.refersTo(other);
  }

  /** Whether nobody has the bindings any more. */
  boolean isOver() {
    return bindings.refersTo(null);
  }

  /** Keeps the bindings alive, or lets go of them. */
  void hold(boolean hold) {
    held = hold ? bindings.get() : null;
  }

  @Override
  public @Nullable Object variables() {
    return bindings.get();
  }

  /** Sets what is {@code arg} while a run with arguments is under way. */
  void arguments(@Nullable LuaTable table) {
    arguments = table;
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

  /** A variable as a script reads it, with the functions that earlier runs defined; null for nil. */
  @Nullable Object read(String name) {
    if (environment != null) {
      return environment.get(name);
    }
    var found = get(name);
    return found == ABSENT ? null : found;
  }

  @Override
  public @Nullable Object get(String name) {
    var asked = bindings.get();
    if (asked != null && !name.isEmpty() && asked.containsKey(name)) {
      return Guest.into(state, asked.get(name));
    }
    if (arguments != null && name.equals("arg")) {
      return arguments;
    }
    var found = console.get(name);
    return found == ABSENT ? ABSENT : Guest.into(state, found);
  }

  @Override
  public void put(String name, @Nullable Object value) {
    var told = bindings.get();
    if (told != null) {
      told.put(name, Guest.out(value));
    }
  }
}
