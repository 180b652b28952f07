package org.lupine.bridge;

import java.io.IOException;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;

/**
 * One Lua interpreter. Thread-safe: a call waits while another thread is inside, and calls may
 * nest. A state that becomes unreachable is closed by a cleaner.
 *
 * <p>Every method throws {@link IllegalStateException} after {@link #close}, and {@link
 * LuaException} for a value of another state. A Java exception thrown by a callback is the cause of
 * the LuaException that comes out, the identical object; a Java {@link Error} comes out itself,
 * except for {@link StackOverflowError}.
 */
public final class LuaState implements AutoCloseable {
  private static final Object[] NOTHING = {};

  /** The bytes of the stack that must be left for a run: Lua wants 64 KiB at each entry. */
  private static final int STACK = 80 * 1024;

  private static final Chunk CALLABLE =
      Chunk.text(
          "local meta = getmetatable(...) return type(meta) == 'table' and meta.__call ~= nil",
          "=callable",
          StandardCharsets.UTF_8,
          false);

  private final String flavour;
  private final Host host;
  private final StateOptions options;

  /** Grows whenever Lua begins or continues to run: at each entry, and after each upcall. */
  private final AtomicLong entries = new AtomicLong();

  private final ThreadContexts contexts = new ThreadContexts();
  private final StateLock lock = new StateLock(contexts);
  private final Refs refs = new Refs();
  private final Handles handles;
  private final Frame frame;
  private final Messages messages;
  private final Interrupter interrupter;
  private final Upcalls upcalls;
  private final Crossing crossing;
  private final KnownStrings strings;
  private final FastCalls fastCalls;
  private final Globals globals;
  private final ChunkRunner chunks;
  private final Cleaner.Cleanable closing;
  private long address;
  private volatile boolean closed;
  private volatile @Nullable Runnable onInterrupt;
  private final Map<Chunk, LuaFunction> helpers = new HashMap<>();
  private Console console = SystemConsole.INSTANCE;
  private @Nullable Modules modules;
  private @Nullable UnaryOperator<Object> mirrors;
  private @Nullable Scope globalScope;
  private @Nullable TransferLimits transfer;

  /** The number of calls from Lua to Java that have not returned; counted if there are limits. */
  int limitedCalls;

  private LuaState(
      String flavour, Host host, StateOptions options, long address, int index, byte[][] box) {
    this.flavour = flavour;
    this.host = host;
    this.options = options;
    this.address = address;
    handles = new Handles(host);
    frame = new Frame(Native.frame(address), box);
    frame.setBytecode(options.binaryChunks());
    frame.setDoubles(options.numbers() == NumberMode.ALWAYS_DOUBLE && !integers());
    messages = new Messages(this, frame, handles, refs);
    interrupter = new Interrupter(lock, address);
    contexts.initialize(address, interrupter);
    upcalls = new Upcalls(this, frame, handles, refs, messages);
    States.set(index, upcalls);
    crossing = new Crossing(this, address, frame, messages, refs, handles, upcalls);
    strings = new KnownStrings(crossing, messages, FastCalls.NAMES + 1);
    fastCalls = new FastCalls(this, crossing, messages, strings);
    globals = new Globals(this, fastCalls);
    chunks = new ChunkRunner(this, crossing, frame, messages, fastCalls, refs);
    closing = States.onCollection(this, address, index, interrupter);
  }

  /**
   * Opens a state.
   *
   * @param flavour as in {@code lua54}
   * @throws org.lupine.value.MissingNativeException if its native library is not available
   */
  public static LuaState open(String flavour, Host host, StateOptions options) {
    long backend = Flavours.backend(flavour);
    var box = new byte[1][];
    var names = host.libraryNames();
    var joined = joined(names);
    int index = States.add();
    long address = 0;
    LuaState state = null;
    try {
      address = Native.open(backend, index, box, joined, names.length, options.hashSeed());
      if (address == 0) {
        throw Failures.toException(Status.STACK, NOTHING, null);
      }
      state = new LuaState(flavour, host, options, address, index, box);
    } finally {
      if (state == null) {
        States.abandon(index, address);
      }
    }
    if (host.nullObject() != null) {
      state.operate(Op.SET_NULL, host.nullObject());
    }
    return state;
  }

  /** Returns the state that a Lua value belongs to; null if it is not a Lua value. */
  public static @Nullable LuaState of(@Nullable Object value) {
    return value instanceof LuaValue ? ((LuaValue) value).ref().state : null;
  }

  /**
   * Returns a key of a table other than those of its elements and the field n that {@code
   * table.pack} sets; null if there is none, or if a {@code __len} determines its elements.
   */
  public static @Nullable Object otherKey(LuaTable table) {
    return table instanceof Table ? ((Table) table).otherKey() : null;
  }

  private static byte[] joined(String[] names) {
    var text = new StringBuilder();
    for (var name : names) {
      text.append(name).append('\0');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the flavour, such as {@code lua54}. */
  public String flavour() {
    return flavour;
  }

  /** Returns whether the flavour has integers in addition to floats. */
  public boolean integers() {
    return Flavours.integers(flavour);
  }

  /** Returns how this state converts values. */
  public StateOptions options() {
    return options;
  }

  /** Returns the host, which implements Java access for this state. */
  public Host host() {
    return host;
  }

  /** Sets the console that scripts read from and write to from now on. */
  public void console(Console console) {
    this.console = Objects.requireNonNull(console, "console");
  }

  /** Returns the console that scripts read from and write to. */
  public Console console() {
    return console;
  }

  /** Returns whether what scripts wrote as text ends in the middle of a character. */
  public boolean isOutputIncomplete() {
    return upcalls.isOutputIncomplete();
  }

  /** Writes a replacement for incomplete characters at the end of what scripts wrote as text. */
  public void completeOutput() throws IOException {
    upcalls.completeOutput();
  }

  /**
   * Sets the function that makes mirrors of Lua values of other states. A value for which it
   * returns the value itself is refused.
   *
   * @param mirrors null to refuse all such values
   */
  public void mirrors(@Nullable UnaryOperator<Object> mirrors) {
    this.mirrors = mirrors;
  }

  Object mirror(Object value) {
    return mirrors == null ? value : mirrors.apply(value);
  }

  /**
   * Sets the handler that replaces numbers that Lua cannot represent; null for the handler of the
   * options.
   */
  public void overflow(@Nullable Overflow overflow) {
    messages.overflows().set(overflow);
  }

  /**
   * Sets the overflow handler on behalf of a script that is running: permanently, or with {@link
   * #briefOverflow} until its run ends.
   */
  public void scriptOverflow(@Nullable Overflow overflow) {
    messages.overflows().setByScript(overflow, lock.current());
  }

  /**
   * Makes overflow handlers that scripts set end with their runs. Called once, before any script
   * runs.
   */
  public void briefOverflow() {
    messages.overflows().setBrief();
  }

  /**
   * Sets the scope in which global names are looked up that the state's own globals lack; null for
   * none.
   */
  public void globalScope(@Nullable Scope scope) {
    enter();
    try {
      globalScope = scope;
      frame.globalScope(scope != null);
    } finally {
      exit();
    }
  }

  /** Returns the scope that Lua knows by a number; a negative one is the global scope, or null. */
  @Nullable Scope scope(int number) {
    return number < 0 ? globalScope : chunks.scopes().get(number, globalScope);
  }

  /** Records that a script reads a variable of a scope. */
  void observeRead(String name) {
    chunks.observeRead(name);
  }

  /** Records that a script has set a variable of a scope. */
  void observeWrite(String name, Object value) {
    chunks.observeWrite(name, value);
  }

  /** Reports to the scope of the current run the variables that were set without calling Java. */
  void tellWrites() {
    chunks.tellWrites();
  }

  /**
   * Returns what must stay reachable so that functions of the last run have their variables; each
   * value that Java gets from the run keeps it reachable. Null if nothing must.
   */
  @Nullable Object variables() {
    return chunks.variables();
  }

  /**
   * Acquires the lock, for several operations that belong together; waits while another thread is
   * inside.
   *
   * @throws org.lupine.value.LuaInterruptedException if the thread is interrupted while it waits
   *     (it stays interrupted), or if it waits as part of a run that is to end
   * @throws LuaTimeoutException if the wait exceeds a time limit, of this state or of the thread
   */
  public void enter() {
    lock.lock();
    entered();
  }

  /**
   * Acquires the lock for an operation on a value of this state, such as a call of its function.
   * Unlike {@link #enter} it does not wait for threads that are inside but in a call from Lua to
   * Java.
   */
  public void share() {
    lock.share();
    entered();
  }

  /**
   * Acquires the lock as {@link #enter} does if no other thread is inside; returns whether it did.
   */
  public boolean tryEnter() {
    return lock.tryLock() && entered();
  }

  /**
   * Acquires the lock as {@link #enter} does, waiting for at most the given time; returns whether
   * it did.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  public boolean tryEnter(long nanos) throws InterruptedException {
    return lock.tryLock(nanos) && entered();
  }

  private boolean entered() {
    boolean done = false;
    try {
      if (closed
          || transfer != null
          || lock.current().interrupter != null
          || !interrupter.isIdle()) {
        begin();
      }
      done = true;
      return true;
    } finally {
      if (!done) {
        interrupter.unclean = true;
        lock.unlock();
        if (closed) {
          closeIfIdle();
        }
      }
    }
  }

  /** Does what has to be done after the lock was acquired; mostly nothing. */
  private void begin() {
    if (closed) {
      throw new IllegalStateException("state is closed");
    }
    interrupter().entered();
    if (transfer != null && lock.depth() == 1 && lock.current().interrupter == null) {
      transfer.begin();
    }
  }

  /** Releases what {@link #enter} or {@link #share} acquired. */
  public void exit() {
    boolean done = false;
    try {
      var thread = lock.current();
      if (thread.hasDuties) {
        end(thread);
      }
      done = true;
    } finally {
      if (!done) {
        interrupter.unclean = true;
      }
      lock.unlock();
      if (closed) {
        closeIfIdle();
      }
    }
  }

  /** Does what has to be done before the lock is released. */
  private void end(ThreadState thread) {
    interrupter().leaving();
    if (thread.depth == 1) {
      thread.passed = null; // it holds values of this state, which may be forgotten
      thread.javaCall = null;
      thread.run = null;
    }
    messages.overflows().leaving(thread);
    thread.hasDuties = thread.depth > 1 || thread.interrupter != null;
  }

  /**
   * Records that an acquisition by {@link #enter} outlives the method that called it, or, if false,
   * that it was released. Stack traces do not show such an acquisition, and the recovery from a
   * stack overflow relies on them.
   */
  public void hold(boolean keep) {
    Objects.requireNonNull(lock.mine()).holds += keep ? 1 : -1;
  }

  StateLock lock() {
    return lock;
  }

  /**
   * Records that Lua was left by an error that no script can catch. Under the lock.
   *
   * @param why one of Stop, or 0 for an exception of Java
   */
  void noteEnd(int why) {
    var thread = lock.current();
    if (thread.run != null && thread.depthOfCall == 0) { // else the run may go on
      thread.run.stopped = why == 0 ? Stop.INTERRUPT : why;
    }
  }

  /** Returns the interrupter of what the current thread runs. */
  Interrupter interrupter() {
    var own = lock.current().interrupter;
    return own == null ? interrupter : own;
  }

  /** Returns what the host attached to the run of the current thread; null if nothing. */
  public @Nullable Object attachment() {
    var mine = lock.mine();
    return mine == null ? null : mine.attachment;
  }

  /**
   * Attaches an object to the run of the current thread, which must be inside; null for none.
   * Returns what was attached before.
   */
  public @Nullable Object attach(@Nullable Object attachment) {
    var thread = lock.current();
    var before = thread.attachment;
    thread.attachment = attachment;
    return before;
  }

  /**
   * Returns the call from Lua to Java that the current thread is in, for an object that Java code
   * may pass to another thread; null if it is in none.
   */
  public @Nullable JavaCall javaCall() {
    var thread = lock.mine();
    if (thread == null || !thread.isInJava()) {
      return null;
    }
    if (thread.javaCall == null) {
      if (thread.run == null) {
        thread.run = new JavaCall.Run();
        thread.hasDuties = true;
      }
      thread.javaCall = new JavaCall(thread.run);
    }
    return thread.javaCall;
  }

  /**
   * Ends the current runs by a LuaInterruptedException; does nothing if there are none.
   * Thread-safe.
   */
  public void interrupt() {
    contexts.interrupt(lock.inside);
    var more = onInterrupt;
    if (more != null) {
      more.run();
    }
  }

  /**
   * Sets what {@link #interrupt} does in addition, where this state is one of several. Called once.
   */
  public void onInterrupt(Runnable more) {
    onInterrupt = Objects.requireNonNull(more, "more");
  }

  /** Limits the time of each use from outside, from the next use on; 0 for no limit. */
  public void timeLimit(long nanoseconds) {
    interrupter.limit(nanoseconds);
  }

  /** Returns what {@link #timeLimit(long)} set. */
  public long timeLimit() {
    return interrupter.limit();
  }

  /**
   * Limits how many bytes each use from outside may write, and how many it may pass to Java, where
   * the host's code may retain them; 0 for no limit. Called once, before any script runs.
   */
  public void transferLimits(long output, long passed) {
    transfer = new TransferLimits(output, passed);
  }

  /**
   * Counts bytes that Java allocates for a value which a script keeps, as if the script passed
   * them.
   *
   * @throws LuaException if the run that the current thread is called from has passed too much
   */
  public static void countTransfer(long bytes) {
    var current = bytes == 0 ? null : TransferLimits.current();
    if (current != null) {
      current.countAnswer(0, bytes);
      current.check();
    }
  }

  /** Returns the strings that travel as numbers. */
  KnownStrings strings() {
    return strings;
  }

  /** Returns what {@link #transferLimits} set; null if nothing. */
  @Nullable TransferLimits transfer() {
    return transfer;
  }

  /** Returns the transfer limits of the current thread's run; null if there are none. */
  @Nullable TransferLimits limits() {
    if (transfer == null) {
      return null;
    }
    var others = lock.current().limits;
    return others == null ? transfer : others;
  }

  /**
   * Runs an action in this state, which the current thread has entered, on behalf of a run in
   * another: what the action writes and passes to Java counts against the limits of that run, and
   * it ends no later than that run.
   */
  public <T> T callFor(LuaState other, Supplier<T> action) {
    var there = other.lock.mine();
    if (there == null) {
      return callWith(other.transfer, action);
    }
    var limits = there.limits == null ? other.transfer : there.limits;
    var outer = there.interrupter == null ? other.interrupter : there.interrupter;
    var inner = interrupter();
    var before = inner.follow(outer);
    try {
      return callWith(limits, action);
    } finally {
      inner.followed = before;
    }
  }

  /** Runs an action that counts against the given limits; null for no others than before. */
  private <T> T callWith(@Nullable TransferLimits limits, Supplier<T> action) {
    if (limits == null) {
      return action.get();
    }
    var here = lock.current();
    var before = here.limits;
    here.limits = limits;
    try {
      return action.get();
    } finally {
      here.limits = before;
    }
  }

  /**
   * Runs an action within a limit of time, which applies to the wait for this state and to Lua code
   * in any state.
   */
  public <T> T callWithin(long nanoseconds, Callable<T> action) throws Exception {
    return Deadline.callWithin(
        nanoseconds,
        () -> {
          share();
          try {
            return action.call();
          } finally {
            exit();
          }
        });
  }

  /**
   * Throws a StackOverflowError unless enough of the current thread's stack is left to begin a run
   * and to end it.
   */
  public static void checkStack() {
    LockQueue.checkStack(STACK);
  }

  /** Returns whether another thread is inside. */
  public boolean isHeldByOther() {
    return lock.isHeldByOther();
  }

  /**
   * Returns a number that changes whenever Lua may have run, in any thread, and when this state is
   * closed.
   */
  long entries() {
    return entries.getAcquire();
  }

  /** Records that Lua is about to run. On the thread that is inside. */
  void countEntry() {
    entries.setRelease(entries.getPlain() + 1);
  }

  /** Performs one operation on values; returns its results. */
  Object[] operateAll(int operation, @Nullable Object first, Object... rest) {
    return crossing.all(operation, first, rest);
  }

  /** Performs one operation on values; returns its first result. */
  @Nullable Object operate(int operation, @Nullable Object first, @Nullable Object... rest) {
    return crossing.first(operation, first, rest);
  }

  /** Performs one operation on values that always has a result; returns the first. */
  Object result(int operation, @Nullable Object first, @Nullable Object... rest) {
    return crossing.result(operation, first, rest);
  }

  /**
   * Performs an operation and returns its results, with objects as the host gave them to Lua, so
   * that they are the same objects when they go back.
   */
  Object[] operateRaw(int operation, Object first, Object... rest) {
    return crossing.raw(operation, first, rest);
  }

  /**
   * Compiles a chunk.
   *
   * @param environment its globals; null for the state's own
   * @throws org.lupine.value.LuaSyntaxException if it does not compile
   */
  public LuaFunction load(Chunk chunk, @Nullable LuaTable environment) {
    return chunks.load(chunk, environment);
  }

  /**
   * Runs a chunk with a table as its environment, in place of the state's globals; returns its
   * results.
   */
  public Object[] runIn(LuaTable environment, Chunk chunk, Object... arguments) {
    return chunks.runIn(environment, chunk, arguments);
  }

  /** Runs a chunk in the state's own globals and returns its results. */
  public Object[] run(Chunk chunk, Object... arguments) {
    return run(chunk, (Scope) null, arguments);
  }

  /** Runs a chunk as {@link #run} does, without arguments, on a thread that is already inside. */
  public Object[] runInside(Chunk chunk) {
    return chunks.runInside(chunk);
  }

  /**
   * Runs a chunk as {@link #run(Chunk, Scope, Object...)} does, without arguments, on a thread that
   * is already inside.
   */
  public Object[] runInside(Chunk chunk, Scope scope) {
    return chunks.runInside(chunk, scope);
  }

  /**
   * Lets the next run reuse the environment of the last one if it is under the same scope. To be
   * called only if Java holds no value of an earlier run. Returns false if code that is left in
   * Lua, such as a finalizer, can still reach that environment; then the next run must be under
   * another scope.
   */
  public boolean reuseEnvironment() {
    if (frame.isEscaped()) {
      return false;
    }
    chunks.scopes().useAgain();
    return true;
  }

  /**
   * Runs a chunk whose globals are those of a scope, with the library behind them.
   *
   * @param scope null for the state's own globals
   */
  public Object[] run(Chunk chunk, @Nullable Scope scope, Object... arguments) {
    try {
      return chunks.run(chunk, scope, arguments);
    } catch (LuaException e) {
      throw e.traced();
    }
  }

  /**
   * Runs a chunk as {@link #run(Chunk, Scope, Object...)} does; an error may be {@linkplain
   * LuaException#untraced untraced}.
   */
  public Object[] runInside(Chunk chunk, @Nullable Scope scope, Object... arguments) {
    return chunks.run(chunk, scope, arguments);
  }

  /** Calls a function, or anything else that can be called, and returns its results. */
  public Object[] call(Object function, Object... arguments) {
    return fastCalls.call(function, arguments);
  }

  /**
   * Calls a function and returns its results with objects as the host gave them to Lua, so that
   * they are the same objects when they go back.
   */
  public Object[] callRaw(Object function, Object... arguments) {
    return operateRaw(Op.CALL, function, arguments);
  }

  /**
   * Calls a function in a coroutine of its own. The first result is the coroutine if the function
   * has yielded, and null if it has returned; the others are what it has yielded or returned.
   */
  public Object[] callInCoroutine(LuaFunction function, Object... arguments) {
    return operateAll(Op.CALL_THREAD, function, arguments);
  }

  /** Returns a chunk as a function of this state that is compiled once, for repeated use. */
  public LuaFunction helper(Chunk chunk) {
    share();
    try {
      var known = helpers.get(chunk);
      if (known == null) {
        known = chunks.loadHelper(chunk);
        helpers.put(chunk, known);
      }
      return known;
    } finally {
      exit();
    }
  }

  /**
   * Calls a function with one number.
   *
   * @return its one result
   * @throws LuaException if the function raises an error, or returns something other than a number
   */
  public double callNumber(LuaFunction function, double argument) {
    share();
    try {
      var ref = ((LuaValue) function).ref();
      if (ref.state != this) {
        throw new LuaException("function belongs to another engine");
      }
      return crossing.number(ref.index, argument);
    } finally {
      exit();
      Reference.reachabilityFence(function);
    }
  }

  /** Returns the address of the memory of a direct buffer. */
  public static long address(Buffer buffer) {
    return Native.address(buffer);
  }

  /** Returns whether a table has {@code __call}. */
  public boolean isCallable(LuaTable table) {
    return Boolean.TRUE.equals(run(CALLABLE, table)[0]);
  }

  /**
   * Calls a function of a table, with the table as first argument; returns null if there is none.
   */
  public Object @Nullable [] callMethod(Object table, String name, Object[] arguments) {
    try {
      return callMethodInside(table, name, arguments);
    } catch (LuaException e) {
      throw e.traced();
    }
  }

  /** Calls a function of a table as {@link #callMethod} does; an error may be untraced. */
  public Object @Nullable [] callMethodInside(Object table, String name, Object[] arguments) {
    var rest = new Object[1 + arguments.length];
    rest[0] = name;
    System.arraycopy(arguments, 0, rest, 1, arguments.length);
    return crossing.allOrNull(Op.CALL_METHOD, table, rest);
  }

  /** Returns a table's value of a string key. */
  @Nullable Object getField(Table table, String key) {
    return fastCalls.getField(table, key);
  }

  /** Returns elements of a table if they are small values of one type; null otherwise. */
  @Nullable ElementBlock getElements(Table table, long first, int most) {
    return fastCalls.getElements(table, first, most);
  }

  /**
   * Sets a table's value of a string key, with metamethods, and returns the old value of the table
   * itself.
   */
  @Nullable Object putField(Table table, String key, @Nullable Object value) {
    return fastCalls.putField(table, key, value);
  }

  /** Returns the state's own globals. */
  public Globals globals() {
    return globals;
  }

  /** Returns a new table with the given elements, from index 1. */
  public LuaTable table(Object... elements) {
    return TableSources.of(this, false, new Object[] {elements});
  }

  /**
   * Returns a new table with the contents of the given sources.
   *
   * @param deep whether maps and collections inside them become tables, too
   */
  public LuaTable tableFrom(boolean deep, Object... sources) {
    return TableSources.of(this, deep, sources);
  }

  /** Returns a Lua function that calls a Java object. */
  public LuaFunction function(Object callable) {
    return (LuaFunction) result(Op.FUNCTION, new Host.AsObject(callable));
  }

  /** Stops or restarts Lua's garbage collector. */
  public void pauseCollector(boolean pause) {
    operate(Op.PAUSE, pause);
  }

  /** Returns the exact version, such as {@code Lua 5.4.9}; scripts cannot change it. */
  public String implementation() {
    return Flavours.implementation(flavour);
  }

  /** Keeps scripts from making finalizers and from running the garbage collector. */
  public void confine() {
    operate(Op.CONFINE, null);
  }

  /**
   * Prepares for runs under scopes that must not see anything of each other. Called once, before
   * any script runs: code that runs outside of those runs has globals of its own from now on.
   */
  public void isolate() {
    operate(Op.ISOLATE, null);
  }

  /** Sets what {@code require} of a name will call. */
  public void preload(String name, Object loader) {
    operate(Op.PRELOAD, name, loader);
  }

  /**
   * Sets what {@code require} may do in addition to Lua's own searchers. Called once, before any
   * script runs.
   *
   * @param finder asked after {@code package.preload}; null for none
   * @param cModules whether C modules may be loaded
   * @throws org.lupine.value.MissingNativeException if C modules are not available on this platform
   */
  public void modules(@Nullable ModuleFinder finder, boolean cModules) {
    if (cModules) {
      Flavours.allowModules(flavour);
    }
    modules = finder == null ? null : new Modules(finder, options.charset());
    operate(Op.MODULES, finder != null, cModules);
  }

  @Nullable Modules modules() {
    return modules;
  }

  /**
   * Restores the tables of the library, and the handler of {@link #overflow}, after runs under
   * scopes.
   *
   * @param all true to restore everything, false for only what runs have marked as dirty; must be
   *     true if functions of earlier runs may have run since, as these mark nothing
   * @return false if they may have changed something that cannot be restored; the state must not be
   *     used for other scopes then
   */
  public boolean restore(boolean all) {
    enter();
    try {
      messages.overflows().reset();
      return !all && !frame.isDirty() || (Boolean) result(Op.RESTORE, all);
    } finally {
      exit();
    }
  }

  /**
   * Ends a run under a scope as {@link #restore} and {@link #reuseEnvironment} do, if that takes no
   * crossing, Java holds no Lua value, and no other thread is inside. Returns whether it did. Under
   * the lock.
   */
  public boolean endAtOnce() {
    if (refs.count() > 0 || frame.isDirty() || frame.isEscaped() || lock.inside.shared) {
      return false;
    }
    messages.overflows().reset();
    return reuseEnvironment();
  }

  /** Collects Lua's garbage and returns the bytes that are in use afterwards. */
  public long collect() {
    return (Long) result(Op.COLLECT, null);
  }

  /** Returns the bytes in use. */
  public long memory() {
    return (Long) result(Op.MEMORY, null);
  }

  /**
   * Returns how many Lua values Java holds, except {@linkplain #helper helpers}; collected wrappers
   * count until the JVM has reported them.
   */
  public int heldRefs() {
    enter();
    try {
      refs.release(frame);
      return refs.count() - helpers.size();
    } finally {
      exit();
    }
  }

  /**
   * Returns how many Java objects Lua holds; unreachable ones count until Lua's collector has found
   * them.
   */
  public int heldObjects() {
    enter();
    try {
      crossing.freeHandles();
      return handles.size();
    } finally {
      exit();
    }
  }

  /**
   * Returns how many crossings there were since the state was opened, in both directions; wraps
   * around.
   */
  public int crossings() {
    enter();
    try {
      return frame.crossings();
    } finally {
      exit();
    }
  }

  /** Returns a value's text for toString; throws nothing. */
  String describe(LuaValue value, String type) {
    try {
      return String.valueOf(operate(Op.TO_STRING, value));
    } catch (RuntimeException e) {
      return value.ref().toString(type);
    }
  }

  /** Returns whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Closes the state; finalizers run. Waits for another thread that is inside. If this thread is
   * inside, interrupted or out of time, the state closes when the last thread leaves.
   */
  @Override
  public void close() {
    try {
      lock.lockWithoutLimit();
    } catch (LuaInterruptedException | LuaTimeoutException e) {
      closed = true;
      countEntry();
      closeIfIdle();
      return;
    }
    try {
      closed = true;
      countEntry();
      lock.inside.recoverOwn();
    } finally {
      lock.unlock();
    }
    closeIfIdle();
  }

  /**
   * Closes the native state once, unless a thread is inside; that thread does so when it leaves. It
   * overtakes threads that wait, which may leave without the lock. Closes nothing if too little of
   * the stack is left; the next call does, or the cleaner.
   */
  private void closeIfIdle() {
    if (address == 0 || !lock.tryOvertake()) {
      return;
    }
    try {
      if (address != 0 && lock.depth() == 1) {
        checkStack();
        contexts.endAbandoned();
        address = 0;
        closing.clean();
      }
    } finally {
      lock.unlock();
    }
  }
}
