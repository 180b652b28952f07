package org.lupine.bridge;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Layout;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaTable;

/**
 * Runs chunks in one state, and caches those that it has compiled. Methods acquire the state's
 * lock.
 */
final class ChunkRunner {
  /** The maximum number of compiled chunks that are cached in a state. */
  private static final int MOST = 128;

  /** The maximum length of a text that is prefetched, so that all of them fit into a message. */
  private static final int SHORT = Layout.PREFETCHED / RunProfile.MOST - 32;

  /**
   * How many further reads each value that is prefetched answers, on average. So a loop that waits
   * for another thread to change a variable ends.
   */
  private static final int AGAIN = 15;

  private static final Object[] NOTHING = {};

  private final LuaState state;
  private final Crossing crossing;
  private final Frame frame;
  private final Messages messages;
  private final FastCalls fastCalls;
  private final Refs refs;
  private final LateWrites writes;
  private final Map<Chunk, Integer> known = new LinkedHashMap<>(16, 0.75f, true);
  private @Nullable Chunk last;
  private int lastRef;
  private final Scopes scopes = new Scopes();
  private String @Nullable [] numbered;
  private int[] numbers = {}; // of the names in 'numbered'
  private @Nullable Observation observation; // of the current run

  ChunkRunner(
      LuaState state,
      Crossing crossing,
      Frame frame,
      Messages messages,
      FastCalls fastCalls,
      Refs refs) {
    this.state = state;
    this.crossing = crossing;
    this.frame = frame;
    this.messages = messages;
    this.fastCalls = fastCalls;
    this.refs = refs;
    this.writes = new LateWrites(state, frame, messages, fastCalls);
  }

  /** Returns the object that wrappers of Lua values must now keep reachable, or null. */
  @Nullable Object variables() {
    var scope = scopes.last();
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

  /** Compiles a chunk of this library, which does not belong to the current run. */
  LuaFunction loadHelper(Chunk chunk) {
    var loaded = (LuaFunction) crossing.result(Op.LOAD, true, chunk.with(messages.codec()));
    ((LuaValue) loaded).ref().releaseVariables();
    return loaded;
  }

  /** Runs a chunk whose globals, and those of functions in it, are a table and nothing else. */
  Object[] runIn(LuaTable environment, Chunk chunk, Object[] arguments) {
    return crossing.all(Op.RUN_IN, environment, chunk.with(messages.codec(), arguments));
  }

  Scopes scopes() {
    return scopes;
  }

  /** Runs a chunk in the state's own globals. Under the lock. */
  Object[] runInside(Chunk chunk) {
    int ref = ref(chunk);
    if (ref != 0) {
      begin(chunk, ref);
      long answer = crossing.fast(FastOp.RUN, ref, 0, Tag.NONE, 0);
      if (!FastCalls.isRefused(answer)) {
        return messages.readFast(answer);
      }
    }
    return run(chunk, null, NOTHING);
  }

  /** Runs a chunk whose globals are those of a scope, as {@link #run} does. Under the lock. */
  Object[] runInside(Chunk chunk, Scope scope) {
    int ref = ref(chunk);
    var profile = chunk.profile;
    if (ref == 0
        || !scopes.isAgain(scope)
        || profile.leavesFunctions
        || profile.isObserving() && scope.permitsPrefetching()) {
      return run(chunk, scope, NOTHING);
    }
    int number = scopes.begin(scope);
    begin(chunk, ref);
    var late = profile.writes();
    boolean mayWriteLate = writes.prepare(late, scope);
    int prefetched = prefetch(profile, scope);
    writes.begin(mayWriteLate ? late : RunProfile.NONE, scope);
    Object @Nullable [] results;
    try {
      results = runAgain(chunk, scope, ref, number, prefetched);
    } catch (Throwable e) {
      writes.end(e);
      throw e;
    }
    writes.end(null);
    if (results == null && scopes.number() == number) {
      scopes.useAgain();
    }
    return results == null ? run(chunk, scope, NOTHING) : results;
  }

  /**
   * Runs a cached chunk in the environment of the last run; returns null if that is not possible,
   * and nothing was done.
   */
  private Object @Nullable [] runAgain(
      Chunk chunk, Scope scope, int ref, int number, int prefetched) {
    long answer =
        crossing.fast(FastOp.RUN_IN, ref, number, Tag.NONE, prefetched == 0 ? 0 : messages.end());
    if (FastCalls.isRefused(answer)) {
      return null;
    }
    int taken = frame.taken();
    boolean escaped = frame.isEscaped();
    var results = messages.readFast(answer);
    if (taken != Layout.TAKEN_UNKNOWN && taken < prefetched) {
      chunk.profile.limit(taken);
    }
    if (escaped) {
      keep(scope, chunk.profile, (LuaTable) crossing.first(Op.ENVIRONMENT, null));
    }
    return results;
  }

  /** Returns the ref of a chunk that is cached, else 0. */
  private int ref(Chunk chunk) {
    return chunk == last ? lastRef : known.getOrDefault(chunk, 0);
  }

  /** Notes that a cached chunk is about to run, which may run others. */
  private void begin(Chunk chunk, int ref) {
    last = chunk;
    lastRef = ref;
  }

  /**
   * Writes a message with variables that a run is expected to read first; returns their number.
   * Ends the message before the first variable that is neither absent, nor a small value, a short
   * text or an object that Lua has.
   */
  private int prefetch(RunProfile profile, Scope scope) {
    var names = profile.firstReads();
    if (names.length == 0 || !scope.permitsPrefetching()) {
      return 0;
    }
    var numbers = numbers(names);
    var values = new Object[numbers.length];
    int known = 0;
    while (known < numbers.length
        && (values[known] = toPrefetch(scope, names[known])) != Scope.UNKNOWN) {
      known++;
    }
    boolean again = profile.readsAgain && scope.answersAgain();
    crossing.freeHandles(); // from here on no foreign code runs, and no handle is freed
    messages.dropUnread();
    messages.begin();
    messages.putInteger(again ? (long) AGAIN * known : 0);
    int count = 0;
    while (count < known && putPrefetched(numbers[count], values[count])) {
      count++;
    }
    return count;
  }

  /**
   * Writes a variable: the number of its name, and the value; or the negative number if it is
   * absent. Writes nothing and returns false if the value is an object that Lua does not have.
   */
  private boolean putPrefetched(int number, @Nullable Object value) {
    if (value == Scope.ABSENT) {
      messages.putInteger(-number);
      return true;
    }
    if (value != null
        && !(value instanceof byte[])
        && fastCalls.tag(value) < 0
        && !messages.isHeld(value)) {
      return false;
    }
    messages.putInteger(number);
    messages.put(value);
    return true;
  }

  /** Returns the numbers of names, up to the first one that has none yet. */
  private int[] numbers(String[] names) {
    if (names == numbered) {
      return numbers;
    }
    var found = new int[names.length];
    int count = 0;
    while (count < found.length && (found[count] = fastCalls.numberAtOnce(names[count])) > 0) {
      count++;
    }
    if (count < found.length) {
      return Arrays.copyOf(found, count);
    }
    numbered = names;
    numbers = found;
    return found;
  }

  /**
   * Returns a variable that may be prefetched: absent, a short text as its bytes, or another value;
   * or {@link Scope#UNKNOWN}.
   */
  private @Nullable Object toPrefetch(Scope scope, String name) {
    try {
      var value = scope.prefetch(name);
      if (value instanceof String) {
        var bytes = messages.codec().encode((String) value);
        return bytes.length <= SHORT ? bytes : Scope.UNKNOWN;
      }
      return value instanceof byte[] ? Scope.UNKNOWN : value;
    } catch (RuntimeException e) {
      return Scope.UNKNOWN; // the script gets it when it reads the variable
    }
  }

  /**
   * Records the variables that a run reads before it calls anything else in Java, and those that it
   * sets.
   */
  private final class Observation {
    final List<String> names = new ArrayList<>();
    final List<String> written = new ArrayList<>();
    final boolean mayReadAgain; // without an end of the names
    boolean readsAgain;
    int crossings;

    Observation(boolean mayReadAgain) {
      this.mayReadAgain = mayReadAgain;
    }

    /** Begins; called before the request to run crosses. */
    void begin() {
      crossings = frame.crossings() + 2;
    }

    void read(String name) {
      boolean known = written.contains(name);
      boolean first = false;
      if (!known && frame.crossings() == crossings) {
        boolean again = names.contains(name);
        first = !again && names.size() < RunProfile.MOST;
        known = again && mayReadAgain;
        readsAgain |= known;
      }
      if (first) {
        names.add(name);
      }
      proceed(first || known);
    }

    void write(String name, Object value) {
      boolean late = LateWrites.canStay(value);
      if (late && written.size() < RunProfile.MOST && !written.contains(name)) {
        written.add(name);
      }
      proceed(late && written.contains(name));
    }

    /** Expects the next crossing, unless the present one was not expected. */
    private void proceed(boolean expected) {
      crossings = frame.crossings() + (expected && frame.crossings() == crossings ? 1 : 0);
    }
  }

  /** Notes that a script reads a variable of a scope. */
  void observeRead(String name) {
    var observed = observation;
    if (observed != null) {
      observed.read(name);
    }
  }

  /** Notes that a script has set a variable of a scope. */
  void observeWrite(String name, Object value) {
    var observed = observation;
    if (observed != null) {
      observed.write(name, value);
    }
  }

  /** Reports to the scope of the current run the variables that were set without calling Java. */
  void tellWrites() {
    writes.tell();
  }

  /**
   * Runs a chunk whose globals are those of a scope, with the library behind them.
   *
   * @param scope null for the state's own globals
   */
  Object[] run(Chunk chunk, @Nullable Scope scope, Object[] arguments) {
    state.enter();
    var outer = observation;
    try {
      var plain = messages.plain(arguments);
      var observed = observation(chunk, scope);
      int ref = ref(chunk); // from here on no foreign code runs
      compose(chunk, ref, scope, plain);
      var answer = cross(chunk, observed);
      keep(chunk, ref, ((Long) answer[0]).intValue());
      if (scope != null) {
        keep(scope, chunk.profile, (LuaTable) answer[1]);
      }
      return answer.length == 2 ? NOTHING : Arrays.copyOfRange(answer, 2, answer.length);
    } finally {
      observation = outer;
      crossing.leave();
      Reference.reachabilityFence(scope);
      Reference.reachabilityFence(arguments);
    }
  }

  /**
   * Writes the message of a run.
   *
   * @param ref the ref of the chunk if it is cached, else 0
   */
  private void compose(Chunk chunk, int ref, @Nullable Scope scope, Object[] arguments) {
    crossing.begin();
    boolean whole = false;
    try {
      messages.putInteger(ref);
      if (ref == 0) {
        messages.putAll(chunk.with(messages.codec()));
      }
      putScope(scope);
      messages.putAll(arguments);
      whole = true;
    } finally {
      if (!whole) {
        messages.abandon();
      }
    }
  }

  /** Returns an observation of a run if the profile of the chunk is observing, else null. */
  private @Nullable Observation observation(Chunk chunk, @Nullable Scope scope) {
    return scope != null && chunk.profile.isObserving() && scope.permitsPrefetching()
        ? new Observation(scope.answersAgain())
        : null;
  }

  /**
   * Sends the message of a run and returns the answer. Notes which variables of the scope the run
   * reads first, and which it sets, if it is observed.
   */
  private Object[] cross(Chunk chunk, @Nullable Observation observed) {
    if (observed != null) {
      observed.begin();
    }
    observation = observed;
    var answer = messages.read(Status.length(crossing.cross(Op.RUN)));
    if (observed != null) {
      chunk.profile.readsAgain |= observed.readsAgain;
      chunk.profile.observe(observed.names, observed.written);
    }
    return answer;
  }

  /** Writes the environment of a scope, or the number for a new one. */
  private void putScope(@Nullable Scope scope) {
    if (scope == null) { // a chunk of this library in a run, or a run in the state's own globals
      messages.put(null);
      return;
    }
    int number = scopes.begin(scope);
    var environment = scope.environment();
    if (environment == null) {
      messages.putInteger(number);
    } else {
      messages.put(environment);
    }
  }

  /** Keeps an environment with functions for later runs under its scope. */
  private static void keep(Scope scope, RunProfile profile, @Nullable LuaTable environment) {
    if (environment != null) {
      profile.leavesFunctions = true;
      ((LuaValue) environment).ref().releaseVariables();
      scope.keep(environment);
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
      if (chunk == last && ref != lastRef) {
        refs.drop(ref); // it was compiled twice, by a run nested in its run
      }
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
