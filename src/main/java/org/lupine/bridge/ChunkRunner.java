package org.lupine.bridge;

import java.lang.ref.Reference;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * Runs chunks in one state, and caches those that it has compiled. Methods acquire the state's
 * lock.
 */
final class ChunkRunner {
  /** The maximum number of compiled chunks that are cached in a state. */
  private static final int MOST = 128;

  private static final Object[] NOTHING = {};

  private final LuaState state;
  private final Crossing crossing;
  private final Messages messages;
  private final Refs refs;
  private final Map<Chunk, Integer> known = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Chunk last;
  private int lastRef;
  private @Nullable Scope lastScope;

  ChunkRunner(LuaState state, Crossing crossing, Messages messages, Refs refs) {
    this.state = state;
    this.crossing = crossing;
    this.messages = messages;
    this.refs = refs;
  }

  /** Returns what the values that come out of the state now must keep reachable, or null. */
  @Nullable Object variables() {
    var scope = lastScope;
    return scope == null ? null : scope.variables();
  }

  /**
   * Compiles a chunk.
   *
   * @param environment its globals; null for the state's own
   * @throws org.lupine.value.LuaSyntaxException if it does not compile
   */
  LuaFunction load(Chunk chunk, @Nullable LuaTable environment) {
    return (LuaFunction) crossing.result(Op.LOAD, environment, chunk.with(messages.codec()));
  }

  /** Runs a chunk whose globals, and those of functions in it, are a table and nothing else. */
  Object[] runIn(LuaTable environment, Chunk chunk, Object[] arguments) {
    return crossing.all(Op.RUN_IN, environment, chunk.with(messages.codec(), arguments));
  }

  /** Runs a chunk in the state's own globals. Under the lock. */
  Object[] runInside(Chunk chunk) {
    int ref = chunk == last ? lastRef : known.getOrDefault(chunk, 0);
    if (ref != 0) {
      last = chunk; // before the run, which may run others
      lastRef = ref;
      long answer = crossing.fast(FastOp.RUN, ref, 0, FastOp.NO_VALUE, 0);
      if (!FastCalls.isRefused(answer)) {
        return messages.readFast(answer);
      }
    }
    return run(chunk, null, NOTHING);
  }

  /**
   * Runs a chunk whose globals are those of a scope, with the library behind them.
   *
   * @param scope null for the state's own globals
   */
  Object[] run(Chunk chunk, @Nullable Scope scope, Object[] arguments) {
    state.enter();
    try {
      var plain = messages.plain(arguments);
      var environment = scope == null ? null : scope.environment();
      lastScope = scope == null ? lastScope : scope; // otherwise a helper of ours, within a run
      int ref = chunk == last ? lastRef : known.getOrDefault(chunk, 0);
      crossing.begin();
      boolean whole = false;
      try {
        messages.putInteger(ref);
        if (ref == 0) {
          messages.putAll(chunk.with(messages.codec()));
        }
        if (environment != null) {
          messages.put(environment);
        } else if (scope != null) {
          messages.putObject(scope);
        } else {
          messages.put(null);
        }
        messages.putAll(plain);
        whole = true;
      } finally {
        if (!whole) {
          messages.abandon();
        }
      }
      var results = messages.read(Status.length(crossing.cross(Op.RUN)));
      keep(chunk, ref, ((Long) results[0]).intValue());
      if (results[1] != null && scope != null) {
        ((LuaValue) results[1]).ref().releaseVariables();
        scope.keep((LuaTable) results[1]);
      }
      if (results.length == 2) {
        return NOTHING;
      }
      var values = new Object[results.length - 2];
      System.arraycopy(results, 2, values, 0, values.length);
      return values;
    } finally {
      crossing.leave();
      Reference.reachabilityFence(scope);
      Reference.reachabilityFence(arguments);
    }
  }

  /**
   * Caches a chunk that was run.
   *
   * @param sent the ref that was cached before the run; it may be evicted by now, if the run ran
   *     many others
   * @param ref the ref that Lua returned
   */
  private void keep(Chunk chunk, int sent, int ref) {
    if (chunk == last || sent != 0 && known.get(chunk) == null) {
      return;
    }
    var old = known.put(chunk, ref);
    if (old != null && old != ref) {
      refs.drop(old); // it was compiled twice, by a run nested in its run
    }
    last = chunk;
    lastRef = ref;
    if (known.size() > MOST) {
      var eldest = known.entrySet().iterator().next();
      refs.drop(eldest.getValue());
      known.remove(eldest.getKey());
    }
  }
}
