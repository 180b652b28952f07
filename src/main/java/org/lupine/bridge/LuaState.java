package org.lupine.bridge;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Status;
import org.lupine.value.LuaException;
import org.lupine.value.LuaFunction;
import org.lupine.value.LuaInterruptedException;
import org.lupine.value.LuaTable;
import org.lupine.value.LuaTimeoutException;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;

/**
 * One Lua interpreter. For use by any thread: calls wait while another thread is inside, and may
 * nest. A state that nobody holds any more is closed by itself.
 *
 * <p>Every method throws {@link IllegalStateException} after {@link #close}, and {@link
 * LuaException} for a value of another state. A Java exception that a callback threw comes out as
 * the cause of a LuaException, the identical object; a Java {@link Error} comes out itself, but
 * for {@link StackOverflowError}.
 */
public final class LuaState implements AutoCloseable {
  private static final Object[] NOTHING = {};
  private static final Chunk CALLABLE = Chunk.text(
      "local meta = getmetatable(...) return type(meta) == 'table' and meta.__call ~= nil",
      "=callable", StandardCharsets.UTF_8, false);

  private final String flavour;
  private final Host host;
  private final StateOptions options;
  private final ThreadContexts contexts = new ThreadContexts();
  private final StateLock lock = new StateLock(contexts);
  private final Refs refs = new Refs();
  private final Handles handles;
  private final Frame frame;
  private final Messages messages;
  private final Interrupter interrupter;
  private final Crossing crossing;
  private final FastCalls fastCalls;
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
  private volatile @Nullable Overflow hostOverflow;
  private boolean briefOverflow;
  private @Nullable TransferLimits transfer;
  /** Whose run set a handler of overflows that ends with it; null while there is none. */
  private @Nullable ThreadState overflowing;

  private LuaState(String flavour, Host host, StateOptions options, long address, int index,
      byte[][] box) {
    this.flavour = flavour;
    this.host = host;
    this.options = options;
    this.address = address;
    hostOverflow = options.overflow();
    handles = new Handles(host);
    frame = new Frame(Native.frame(address), box);
    frame.setBytecode(options.binaryChunks());
    frame.setDoubles(options.numbers() == NumberMode.ALWAYS_DOUBLE && !integers());
    messages = new Messages(this, frame, handles, refs);
    interrupter = new Interrupter(lock, address);
    contexts.initialize(address, interrupter);
    var upcalls = new Upcalls(this, frame, handles, refs, messages);
    States.set(index, upcalls);
    crossing = new Crossing(this, address, frame, messages, refs, handles, upcalls);
    fastCalls = new FastCalls(this, crossing, messages);
    chunks = new ChunkRunner(this, crossing, messages, refs);
    closing = States.onCollection(this, address, index, interrupter);
  }

  /**
   * Opens a state.
   *
   * @param flavour as in {@code lua54}
   * @throws org.lupine.value.MissingNativeException if its native library cannot be had
   */
  public static LuaState open(String flavour, Host host, StateOptions options) {
    long side = Flavours.side(flavour);
    var box = new byte[1][];
    var names = host.libraryNames();
    var joined = joined(names);
    int index = States.add();
    long address = 0;
    LuaState state = null;
    try {
      address = Native.open(side, index, box, joined, names.length, options.hashSeed());
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

  /** Returns the state that a Lua value belongs to; null if it is no Lua value. */
  public static @Nullable LuaState of(@Nullable Object value) {
    return value instanceof LuaValue ? ((LuaValue) value).ref().state : null;
  }

  /**
   * Returns a key of a table besides those of its elements and a field n, as {@code table.pack}
   * sets it; null if there is none, or if its {@code __len} says which elements it has.
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

  /** Returns the flavour, as in {@code lua54}. */
  public String flavour() {
    return flavour;
  }

  /** Returns whether the flavour has integers beside floats. */
  public boolean integers() {
    return Flavours.integers(flavour);
  }

  /** How this state converts. */
  public StateOptions options() {
    return options;
  }

  /** Java as this state sees it. */
  public Host host() {
    return host;
  }

  /** Who reads and writes for the scripts that run from now on. */
  public void console(Console console) {
    this.console = Objects.requireNonNull(console, "console");
  }

  /** Who reads and writes for scripts. */
  public Console console() {
    return console;
  }

  /**
   * Who gives what stands here for a Lua value of another state, or the value itself where nothing
   * does, and then it is refused; null for nobody.
   */
  public void mirrors(UnaryOperator<Object> mirrors) {
    this.mirrors = mirrors;
  }

  Object mirror(Object value) {
    return mirrors == null ? value : mirrors.apply(value);
  }

  /** Who replaces numbers that Lua cannot hold, from now on; null: whom the options named. */
  public void overflow(@Nullable Overflow overflow) {
    hostOverflow = overflow;
    messages.overflows().handler(overflow);
  }

  /** The same by a script, which is inside: for good, or if {@link #briefOverflow} until it ends. */
  public void scriptOverflow(@Nullable Overflow overflow) {
    messages.overflows().handler(overflow);
    if (briefOverflow) {
      overflowing = lock.current();
      overflowing.hasDuties = true;
    }
  }

  /** Lets what a script says of overflows end with its run. Once, before any runs. */
  public void briefOverflow() {
    briefOverflow = true;
  }

  /** Who is asked for global names that the state's own globals lack; null for nobody. */
  public void globalScope(Scope scope) {
    enter();
    try {
      globalScope = scope;
      frame.globalScope(scope != null);
    } finally {
      exit();
    }
  }

  @Nullable Scope globalScope() {
    return globalScope;
  }

  /** What the values that come out of this state now must keep alive, or null. */
  @Nullable Object variables() {
    return chunks.variables();
  }

  /**
   * Takes the lock, for several operations that belong together; waits while another thread is
   * inside.
   *
   * @throws org.lupine.value.LuaInterruptedException if the thread is interrupted while it waits,
   *     and it stays interrupted; or if what it waits for runs in a script that is to end
   */
  public void enter() {
    lock.lock();
    entered();
  }

  /**
   * Takes the lock for an operation on a value of this state, as callbacks do: another thread that
   * is inside need not have left, if it waits in a call of Java.
   */
  public void share() {
    lock.share();
    entered();
  }

  /** {@link #enter} if no other thread is inside; whether it did. */
  public boolean tryEnter() {
    return lock.tryLock() && entered();
  }

  /**
   * {@link #enter} that waits no longer than so many nanoseconds; whether it did.
   *
   * @throws InterruptedException if the thread is interrupted before or meanwhile
   */
  public boolean tryEnter(long nanos) throws InterruptedException {
    return lock.tryLock(nanos) && entered();
  }

  private boolean entered() {
    boolean done = false;
    try {
      if (closed || transfer != null || lock.current().interrupter != null
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

  /** Does what has to be done after the lock was taken, which mostly is nothing. */
  private void begin() {
    if (closed) {
      throw new IllegalStateException("state is closed");
    }
    interrupter().entered();
    if (transfer != null && lock.depth() == 1 && lock.current().interrupter == null) {
      transfer.begin();
    }
  }

  /** Gives back what {@link #enter} or {@link #share} took. */
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
    }
    if (closed) {
      closeIfIdle();
    }
  }

  /** Does what has to be done before the lock is given back, where there is something. */
  private void end(ThreadState thread) {
    interrupter().leaving();
    if (thread.depth == 1) {
      thread.passed = null;           // it holds values of this state, which is to be forgotten
    }
    if (thread == overflowing && thread.depth <= thread.holds + 1) {
      overflowing = null;
      messages.overflows().handler(hostOverflow);
    }
    thread.hasDuties = thread.depth > 1 || thread.interrupter != null;
  }

  /** Says that what {@link #enter} took is kept beyond the method that called it, or no longer. */
  @SuppressWarnings("NullAway")
  public void hold(boolean keep) {
    lock.mine().holds += keep ? 1 : -1;
  }

  StateLock lock() {
    return lock;
  }

  /** Who ends what the present thread runs. */
  Interrupter interrupter() {
    var own = lock.current().interrupter;
    return own == null ? interrupter : own;
  }

  /** What the host attached to the run of the present thread; null if there is none. */
  public @Nullable Object attachment() {
    var mine = lock.mine();
    return mine == null ? null : mine.attachment;
  }

  /** Attaches something to the run of the present thread, which is inside, for what was; or null. */
  public @Nullable Object attach(@Nullable Object attachment) {
    var thread = lock.current();
    var before = thread.attachment;
    thread.attachment = attachment;
    return before;
  }

  /** Ends what runs, with a LuaInterruptedException; nothing if nothing does. Any thread. */
  public void interrupt() {
    contexts.interrupt(lock.inside);
    var more = onInterrupt;
    if (more != null) {
      more.run();
    }
  }

  /** What {@link #interrupt} does besides, once: where this state is one of several. */
  public void onInterrupt(Runnable more) {
    onInterrupt = Objects.requireNonNull(more, "more");
  }

  /** From the next use on, each from outside may take so many nanoseconds; 0: any time. */
  public void timeLimit(long nanoseconds) {
    interrupter.limit(nanoseconds);
  }

  /** What {@link #timeLimit(long)} set. */
  public long timeLimit() {
    return interrupter.limit();
  }

  /**
   * How many bytes each use from outside may write, and how many it may pass to Java, where code of
   * the host may keep them; 0: any number. Once, before any runs.
   */
  public void transferLimits(long output, long passed) {
    transfer = new TransferLimits(output, passed);
  }

  /** What {@link #transferLimits} set; null for nothing. */
  @Nullable TransferLimits transfer() {
    return transfer;
  }

  /** Does something within so many nanoseconds, as far as Lua runs then, in whatever states. */
  public <T> T callWithin(long nanoseconds, Callable<T> action) throws Exception {
    share();
    try {
      return interrupter().callWithin(nanoseconds, action);
    } finally {
      exit();
    }
  }

  /** Returns whether another thread is inside. */
  public boolean isHeldByOther() {
    return lock.isHeldByOther();
  }

  /** One operation on values; its results. */
  Object[] operateAll(int operation, @Nullable Object first, Object... rest) {
    return crossing.all(operation, first, rest);
  }

  /** One operation on values; its first result. */
  @Nullable Object operate(int operation, @Nullable Object first, @Nullable Object... rest) {
    return crossing.first(operation, first, rest);
  }

  /** One operation on values that always has a result. */
  Object result(int operation, @Nullable Object first, @Nullable Object... rest) {
    return crossing.result(operation, first, rest);
  }

  /**
   * Returns the same with objects as the host gave them to Lua, so that they are the same there
   * again.
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

  /** Runs a chunk whose globals are a table, as those of functions in it are, and nothing else. */
  public Object[] runIn(LuaTable environment, Chunk chunk, Object... arguments) {
    return chunks.runIn(environment, chunk, arguments);
  }

  /** Runs a chunk in the state's own globals and gives its results, none to many. */
  public Object[] run(Chunk chunk, Object... arguments) {
    return chunks.run(chunk, null, arguments);
  }

  /**
   * Runs a chunk whose globals are those of a scope, and behind it the library.
   *
   * @param scope null for the state's own globals
   */
  public Object[] run(Chunk chunk, Scope scope, Object... arguments) {
    return chunks.run(chunk, scope, arguments);
  }

  /** Calls whatever can be called and gives the results, none to many. */
  public Object[] call(Object function, Object... arguments) {
    return fastCalls.call(function, arguments);
  }

  /**
   * Returns the same with objects as the host gave them to Lua, so that they are the same there
   * again.
   */
  public Object[] callRaw(Object function, Object... arguments) {
    return operateRaw(Op.CALL, function, arguments);
  }

  /**
   * Returns a chunk as a function that is compiled once, for those who use it in this state for
   * long.
   */
  public LuaFunction helper(Chunk chunk) {
    share();
    try {
      var known = helpers.get(chunk);
      if (known == null) {
        known = load(chunk, null);
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
   * @throws LuaException if the function raises, or gives no number
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

  /** Returns whether a table has {@code __call}. */
  public boolean isCallable(LuaTable table) {
    return Boolean.TRUE.equals(run(CALLABLE, table)[0]);
  }

  /** Calls a global function; null if nothing of that name can be called. */
  public Object[] callGlobal(String name, Object[] arguments) {
    enter();
    try {
      return fastCalls.callGlobal(name, arguments);
    } finally {
      exit();
    }
  }

  /** {@link #callGlobal} by a thread that is inside already. */
  public Object[] callGlobalInside(String name, Object[] arguments) {
    return fastCalls.callGlobal(name, arguments);
  }

  /** Calls a function of a table, with the table as first argument; null if there is none. */
  public Object[] callMethod(Object table, String name, Object[] arguments) {
    var rest = new Object[1 + arguments.length];
    rest[0] = name;
    System.arraycopy(arguments, 0, rest, 1, arguments.length);
    return crossing.all(Op.CALL_METHOD, table, rest);
  }

  /** Returns the value of a global, metamethods bypassed; null if there is none. */
  public @Nullable Object getGlobal(String name) {
    return fastCalls.getGlobal(name);
  }

  /** Sets a global, metamethods bypassed, and gives its old value. */
  public @Nullable Object putGlobal(String name, @Nullable Object value) {
    return fastCalls.putGlobal(name, value);
  }

  /** A table's value of a string key. */
  @Nullable Object getField(Table table, String key) {
    return fastCalls.getField(table, key);
  }

  /** Sets a table's value of a string key and gives the old one. */
  @Nullable Object putField(Table table, String key, @Nullable Object value) {
    return fastCalls.putField(table, key, value);
  }

  /** Removes a global, or what hides an entry of the library; gives the old value. */
  public @Nullable Object removeGlobal(String name) {
    return operate(Op.PUT_GLOBAL, name, null, true);
  }

  /** Returns whether a global is there, be it the library's. */
  public boolean hasGlobal(String name) {
    return getGlobal(name) != null;
  }

  /** Returns the names of the globals but for those of the library that are as it made them. */
  public List<String> userGlobals() {
    var names = new ArrayList<String>();
    for (var name : operateAll(Op.USER_GLOBALS, null)) {
      names.add(name.toString());
    }
    return names;
  }

  /** The globals are as they were when the state was opened. */
  public void clearGlobals() {
    operate(Op.CLEAR_GLOBALS, null);
  }

  /** Returns the table of the state's own globals. */
  public LuaTable globals() {
    return (LuaTable) result(Op.GLOBALS, null);
  }

  /** Returns a new table with these elements from 1 on. */
  public LuaTable table(Object... elements) {
    return TableSources.of(this, false, new Object[] {elements});
  }

  /** Returns a new table with what is in these sources; {@code deep}: tables all the way down. */
  public LuaTable tableFrom(boolean deep, Object... sources) {
    return TableSources.of(this, deep, sources);
  }

  /** Returns a function of Lua's that calls a Java object. */
  public LuaFunction function(Object callable) {
    return (LuaFunction) result(Op.FUNCTION, new Host.AsObject(callable));
  }

  /** Lets Lua's collector rest, or work again. */
  public void pauseCollector(boolean pause) {
    operate(Op.PAUSE, pause);
  }

  /** What Lua this is in full, as in {@code Lua 5.4.9}; no script has a say. */
  public String implementation() {
    return Flavours.implementation(flavour);
  }

  /** What the globals hold now is the library, and what they will hold besides is the script's. */
  public void rememberLibrary() {
    operate(Op.REMEMBER, null);
  }

  /** Lets scripts make no finalizers, and have nothing collected. */
  public void confine() {
    operate(Op.CONFINE, null);
  }

  /** What {@code require} of a name will call. */
  public void preload(String name, Object loader) {
    operate(Op.PRELOAD, name, loader);
  }

  /**
   * Sets what {@code require} may do besides what Lua's own does; once, before any script runs.
   *
   * @param finder asked after {@code package.preload}; null for nobody
   * @param natives whether C modules may be loaded
   * @throws org.lupine.value.MissingNativeException if they cannot be had on this platform
   */
  public void modules(ModuleFinder finder, boolean natives) {
    if (natives) {
      Flavours.allowModules(flavour);
    }
    modules = finder == null ? null : new Modules(finder, options.charset());
    operate(Op.MODULES, finder != null, natives);
  }

  @Nullable Modules modules() {
    return modules;
  }

  /**
   * Undoes what runs under scopes did to the library, and to {@link #overflow}.
   *
   * @return false if that cannot be told, so that the state had better be closed
   */
  public boolean restore() {
    enter();
    try {
      messages.overflows().reset();
      return !frame.isDirty() || (Boolean) result(Op.RESTORE, null);
    } finally {
      exit();
    }
  }

  /** Collects Lua's garbage and gives the bytes that are in use then. */
  public long collect() {
    return (Long) result(Op.COLLECT, null);
  }

  /** Returns the bytes in use. */
  public long memory() {
    return (Long) result(Op.MEMORY, null);
  }

  /** Returns how many Lua values Java holds, or did when the collector last looked. */
  public int heldRefs() {
    enter();
    try {
      refs.release(frame);
      return refs.count();
    } finally {
      exit();
    }
  }

  /** Returns how many Java objects Lua holds, as far as its collector has looked. */
  public int heldObjects() {
    enter();
    try {
      crossing.freeHandles();
      return handles.size();
    } finally {
      exit();
    }
  }

  /** Returns how many crossings there were, both ways, since the state was opened; wraps. */
  public int crossings() {
    enter();
    try {
      return frame.crossings();
    } finally {
      exit();
    }
  }

  /** Returns a value's text for toString, which does not throw. */
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
   * Closes the state; finalizers run. Waits for another thread that is inside; if this thread is
   * inside, is interrupted or out of time, it takes effect when the last thread leaves.
   */
  @Override
  public void close() {
    try {
      lock.lock();
    } catch (LuaInterruptedException | LuaTimeoutException e) {
      closed = true;
      closeIfIdle();
      return;
    }
    closed = true;
    lock.inside.recoverOwn();
    lock.unlock();
    closeIfIdle();
  }

  /** Closes the native state once, unless somebody is inside; who is does so when it leaves. */
  private void closeIfIdle() {
    if (address == 0 || !lock.tryLock()) {
      return;
    }
    try {
      if (address != 0 && lock.depth() == 1) {
        address = 0;
        contexts.endAbandoned();
        closing.clean();
      }
    } finally {
      lock.unlock();
    }
  }
}
