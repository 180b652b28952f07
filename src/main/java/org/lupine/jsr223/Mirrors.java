package org.lupine.jsr223;

import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.bridge.Host;
import org.lupine.bridge.Interrupts;
import org.lupine.bridge.LuaState;
import org.lupine.value.JavaFunction;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaMemoryException;
import org.lupine.value.LuaTable;
import org.lupine.value.Values;

/** Wraps Lua values of one state of an engine for use in another, and unwraps them for Java. */
final class Mirrors {
  /**
   * Takes a function that resumes a coroutine of another state; returns a coroutine that does what
   * that one does.
   */
  private static final Chunk COROUTINE =
      Chunk.text(
          """
      local resume, create, yield = ..., coroutine.create, coroutine.yield
      return create(function(...)
        local function continue(dead, ...)
          if dead then return ... end
          return continue(resume(yield(...)))
        end
        return continue(resume(...))
      end)""",
          Chunk.OWN,
          StandardCharsets.UTF_8,
          false);

  private Mirrors() {}

  /**
   * Returns what stands for a value in a state: the value itself, or a mirror for a Lua value of
   * another state, in a form that can be passed to Lua.
   */
  static @Nullable Object wrap(LuaState state, @Nullable Object value) {
    var mirror = mirror(state, value);
    return mirror instanceof MirrorFunction ? new Host.AsFunction(mirror) : mirror;
  }

  /** Wraps each value; returns the array itself if nothing changes. */
  static Object[] wrap(LuaState state, @Nullable Object[] values) {
    Object[] changed = null;
    for (int i = 0; i < values.length; i++) {
      var each = wrap(state, values[i]);
      if (each != values[i]) {
        changed = changed == null ? values.clone() : changed;
        changed[i] = each;
      }
    }
    return changed == null ? values : changed;
  }

  /**
   * Replaces a value of another state of this engine by a mirror. Returns a value of another engine
   * unchanged, so that the state refuses it.
   */
  static @Nullable Object wrapOwn(LuaState state, LuaScriptEngine engine, Object value) {
    return ScriptConsole.home(engine, LuaState.of(value)) == null ? value : wrap(state, value);
  }

  /**
   * Replaces values of other states of this engine by mirrors. If any value is of another engine,
   * returns all of them unchanged, so that the state refuses it.
   */
  static Object[] wrapOwn(LuaState state, LuaScriptEngine engine, @Nullable Object[] values) {
    boolean plain = true;
    for (var each : values) {
      if (!isPlain(each)) {
        plain = false;
        var home = LuaState.of(unwrap(each));
        if (home != null && home != state && ScriptConsole.home(engine, home) == null) {
          return values;
        }
      }
    }
    return plain ? values : wrap(state, values);
  }

  /**
   * Returns the Java object that stands for a value in a state: the value, or a {@link Mirror} of
   * it.
   */
  static @Nullable Object mirror(LuaState state, @Nullable Object value) {
    if (value == null || isPlain(value)) {
      return value;
    }
    if (value instanceof Mirror) {
      return mirror(state, ((Mirror) value).original());
    }
    var home = LuaState.of(value);
    if (home == null || home == state) {
      return value;
    }
    var known =
        state.console() instanceof ScriptConsole ? ((ScriptConsole) state.console()).mirrors : null;
    if (known == null) {
      return newMirror(state, home, value);
    }
    synchronized (known) {
      var found = known.get(value);
      var mirror = found == null ? null : found.get();
      if (mirror != null) {
        return mirror;
      }
    }
    return keep(known, value, newMirror(state, home, value));
  }

  /** Caches a mirror weakly, so that one value has one mirror. */
  private static Object keep(
      Map<Object, WeakReference<Object>> known, Object value, Object mirror) {
    synchronized (known) {
      known.remove(value); // the cached key is not the object that the mirror holds
      known.put(value, new WeakReference<>(mirror));
    }
    return mirror;
  }

  private static Object newMirror(LuaState state, LuaState home, Object value) {
    if (value instanceof LuaTable) {
      return new MirrorTable((LuaTable) value, home, state);
    }
    if (value instanceof LuaFunction) {
      return new MirrorFunction((LuaFunction) value, home, state);
    }
    return value instanceof LuaCoroutine
        ? mirrorCoroutine(state, home, (LuaCoroutine) value)
        : new MirrorValue(value);
  }

  private static Object mirrorCoroutine(LuaState state, LuaState home, LuaCoroutine coroutine) {
    JavaFunction resume =
        arguments -> {
          var results =
              callIn(
                  state,
                  home,
                  () -> wrap(state, coroutine.resume(wrap(home, arguments)).toArray()));
          var all = new Object[results.length + 1];
          all[0] = coroutine.status() == LuaCoroutine.Status.DEAD;
          System.arraycopy(results, 0, all, 1, results.length);
          return Values.wrap(all);
        };
    try {
      return state.call(state.helper(COROUTINE), new Host.AsFunction(resume))[0];
    } catch (LuaMemoryException e) {
      throw e;
    } catch (LuaException e) {
      Interrupts.rethrow(e);
      return new MirrorValue(coroutine); // there is no library "coroutine"
    }
  }

  /**
   * Runs an action in one state on behalf of a run in another, whose script gets errors as its own.
   */
  static <T> T callIn(LuaState from, LuaState to, Supplier<T> action) {
    try {
      return ScriptConsole.callIn(from, to, action);
    } catch (LuaException e) {
      if (e.getClass() != LuaException.class || LuaState.of(unwrap(e.value())) == null) {
        throw e;
      }
      throw new LuaException(
          e.getMessage(), mirror(from, e.value()), e.chunk(), e.line(), e.frames(), e);
    }
  }

  /**
   * Returns whether a value is of one of the most frequent classes and not a Lua value. For objects
   * of these classes a check for an interface would take as long as everything else here.
   */
  private static boolean isPlain(@Nullable Object value) {
    return value == null
        || value instanceof Double
        || value instanceof String
        || value instanceof Long
        || value instanceof Integer
        || value instanceof Boolean;
  }

  /** Returns whether a value is one of Lua's, which {@link #wrap} may have to change, or a mirror. */
  static boolean isWrapped(@Nullable Object value) {
    return !isPlain(value) && (value instanceof Mirror || LuaState.of(value) != null);
  }

  /** Returns the value itself for a mirror, any other value unchanged. */
  static @Nullable Object unwrap(@Nullable Object value) {
    return !isPlain(value) && value instanceof Mirror ? ((Mirror) value).original() : value;
  }

  /** Returns the original error for one whose value is of another state. */
  static LuaException unwrap(LuaException error) {
    var found = error;
    while (found.getCause() instanceof LuaException
        && LuaState.of(unwrap(found.value())) != null
        && Objects.equals(unwrap(found.value()), ((LuaException) found.getCause()).value())) {
      found = (LuaException) found.getCause();
    }
    return found;
  }
}
