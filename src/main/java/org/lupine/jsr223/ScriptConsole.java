package org.lupine.jsr223;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Console;
import org.lupine.bridge.LuaState;
import org.lupine.bridge.Scope;
import org.lupine.io.ByteWriter;

/**
 * Connects a state with the context whose script runs in it: its streams, and the scopes after its
 * engine scope. Between runs that is the engine's context. Used under the state's lock only.
 */
final class ScriptConsole implements Console, Scope {
  private final LuaScriptEngine engine;
  private final ScriptState state;
  private final boolean globalScope;

  /** The mirrors in this state, by the values that they wrap. */
  final Map<Object, WeakReference<Object>> mirrors = new WeakHashMap<>();

  /** The context under which something was written that is not flushed yet, or null. */
  private @Nullable ScriptContext unflushed;

  ScriptConsole(LuaScriptEngine engine, ScriptState state) {
    this.engine = engine;
    this.state = state;
    this.globalScope = state.runtime().options().globalScope();
  }

  /** Returns the engine's state for one of the bridge, or null if it is not of that engine. */
  static @Nullable ScriptState home(LuaScriptEngine engine, @Nullable LuaState state) {
    if (state == null || !(state.console() instanceof ScriptConsole)) {
      return null;
    }
    var console = (ScriptConsole) state.console();
    return console.engine == engine ? console.state : null;
  }

  LuaScriptEngine engine() {
    return engine;
  }

  /** Returns the context of the current run. */
  ScriptContext context() {
    var context = (ScriptContext) state.lua().attachment();
    return context == null ? engine.getContext() : context;
  }

  /**
   * Begins a run; returns the argument for {@link #leave}. Output that was written under another
   * context is completed and flushed there.
   */
  @Nullable ScriptContext enter(@Nullable ScriptContext context) {
    if ((unflushed != null || state.lua().isOutputIncomplete()) && context != context()) {
      endOutput(null);
    }
    return (ScriptContext) state.lua().attach(context);
  }

  /**
   * Ends a run; completes and flushes what it wrote.
   *
   * @param thrown what the run ended with; null for nothing
   */
  void leave(@Nullable ScriptContext before, @Nullable Throwable thrown) {
    try {
      if (unflushed != null || state.lua().isOutputIncomplete()) {
        endOutput(thrown);
      }
    } finally {
      state.lua().attach(before);
    }
  }

  /**
   * Completes and flushes what was written under the current context.
   *
   * @param thrown what gets the exception of a writer as a suppressed one; null to throw it
   */
  private void endOutput(@Nullable Throwable thrown) {
    try {
      state.lua().completeOutput();
      flushWritten();
    } catch (IOException | RuntimeException e) {
      if (thrown == null) {
        throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
      }
      if (e != thrown) {
        thrown.addSuppressed(e);
      }
    }
  }

  /** Runs an action in one state on behalf of a run in another, in that run's context. */
  static <T> T callIn(LuaState from, LuaState to, Supplier<T> action) {
    if (!(from.console() instanceof ScriptConsole) || !(to.console() instanceof ScriptConsole)) {
      return action.get();
    }
    var console = (ScriptConsole) to.console();
    to.share();
    try {
      var before = console.enter(((ScriptConsole) from.console()).context());
      Throwable thrown = null;
      try {
        return to.callFor(from, action);
      } catch (Throwable e) {
        thrown = e;
        throw e;
      } finally {
        console.leave(before, thrown);
      }
    } finally {
      to.exit();
    }
  }

  @Override
  public boolean isBinary(boolean error) {
    return writer(context(), error) instanceof ByteWriter;
  }

  @Override
  public void write(boolean error, String text, boolean flush) throws IOException {
    var context = context();
    var writer = writer(context, error);
    if (writer != null) {
      writer.write(text);
      flushAfter(context, error, writer, flush);
    }
  }

  @Override
  public void write(boolean error, byte[] bytes, boolean flush) throws IOException {
    var context = context();
    var writer = (ByteWriter) Objects.requireNonNull(writer(context, error));
    writer.write(bytes);
    flushAfter(context, error, writer, flush);
  }

  private void flushAfter(ScriptContext context, boolean error, Writer writer, boolean flush)
      throws IOException {
    if (flush || error) {
      writer.flush();
    }
    if (!error && unflushed != context) {
      flushWritten(); // another thread has written it
    }
    if (!error) {
      unflushed = flush ? null : context;
    }
  }

  @Override
  public void flush(boolean error) throws IOException {
    var context = context();
    if (!error && unflushed == context) {
      unflushed = null;
    }
    var writer = writer(context, error);
    if (writer != null) {
      writer.flush();
    }
  }

  /** Flushes what was written, under whatever context. */
  private void flushWritten() throws IOException {
    var context = unflushed;
    unflushed = null;
    var writer = context == null ? null : context.getWriter();
    if (writer != null) {
      writer.flush();
    }
  }

  /** Flushes first, so that a prompt is seen, and reads. */
  @Override
  public byte @Nullable [] read(Extent extent, int most) throws IOException {
    flushWritten();
    var reader = context().getReader();
    return reader == null ? null : engine.input(reader).read(reader, extent, most);
  }

  @Override
  public void unread(byte[] bytes) throws IOException {
    engine.input(context().getReader()).unread(bytes);
  }

  private static @Nullable Writer writer(ScriptContext context, boolean error) {
    return error ? context.getErrorWriter() : context.getWriter();
  }

  /** Returns a variable of the scopes after the engine scope. */
  @Override
  public @Nullable Object get(String name) {
    if (name.isEmpty()) {
      return ABSENT;
    }
    return outerAttribute(context(), name, globalScope);
  }

  /**
   * Returns an attribute of the scopes before the engine scope, which only contexts of a host's own
   * class have, or {@link #ABSENT}.
   */
  static @Nullable Object innerAttribute(ScriptContext context, String name) {
    var scopes = context instanceof EngineContext ? null : context.getScopes();
    if (scopes != null) {
      for (int scope : scopes) {
        var found =
            scope < ScriptContext.ENGINE_SCOPE ? get(context.getBindings(scope), name) : ABSENT;
        if (found != ABSENT) {
          return found;
        }
      }
    }
    return ABSENT;
  }

  /** Runs no foreign code except that of a map in a SimpleBindings. */
  @Override
  public @Nullable Object prefetch(String name) {
    if (!globalScope) {
      return ABSENT;
    }
    if (!(context() instanceof EngineContext context)) {
      return UNKNOWN;
    }
    var bindings = context.getBindings(ScriptContext.GLOBAL_SCOPE);
    return bindings == null || bindings.getClass() == SimpleBindings.class
        ? get(bindings, name)
        : UNKNOWN;
  }

  @Override
  public boolean answersAgain() {
    if (!globalScope) {
      return true;
    }
    if (!(context() instanceof EngineContext context)) {
      return false;
    }
    var bindings = context.getBindings(ScriptContext.GLOBAL_SCOPE);
    return bindings == null || ScriptScope.isOfHashMap(bindings);
  }

  /** Returns whether it is certain at once that the scopes after the engine scope are empty. */
  static boolean isAlone(ScriptContext context) {
    if (!(context instanceof EngineContext)) {
      return false;
    }
    var global = context.getBindings(ScriptContext.GLOBAL_SCOPE);
    return global == null || isEmpty(global);
  }

  /** Returns an attribute of the scopes after the engine scope, or {@link #ABSENT}. */
  static @Nullable Object outerAttribute(ScriptContext context, String name) {
    return outerAttribute(context, name, true);
  }

  private static @Nullable Object outerAttribute(
      ScriptContext context, String name, boolean globalScope) {
    var scopes = context instanceof EngineContext ? null : context.getScopes();
    if (scopes == null || scopes.isEmpty()) {
      return globalScope ? get(context.getBindings(ScriptContext.GLOBAL_SCOPE), name) : ABSENT;
    }
    for (int scope : scopes) {
      if (scope != ScriptContext.ENGINE_SCOPE
          && (globalScope || scope != ScriptContext.GLOBAL_SCOPE)) {
        var found = get(context.getBindings(scope), name);
        if (found != ABSENT) {
          return found;
        }
      }
    }
    return ABSENT;
  }

  /** Returns the names of the scopes after the engine scope. */
  @Override
  public Collection<String> names() {
    var names = new LinkedHashSet<String>();
    var context = context();
    var scopes = context instanceof EngineContext ? null : context.getScopes();
    for (int scope :
        scopes == null || scopes.isEmpty() ? List.of(ScriptContext.GLOBAL_SCOPE) : scopes) {
      var bindings =
          scope == ScriptContext.ENGINE_SCOPE || scope == ScriptContext.GLOBAL_SCOPE && !globalScope
              ? null
              : context.getBindings(scope);
      if (bindings != null) {
        names.addAll(bindings.keySet());
      }
    }
    names.remove("");
    return names;
  }

  /** Returns the value that bindings have for a name, or {@link #ABSENT}. */
  static @Nullable Object get(@Nullable Bindings bindings, String name) {
    if (bindings == null || isEmpty(bindings)) {
      return ABSENT; // the usual case; a look-up takes longer
    }
    return bindings.containsKey(name) ? bindings.get(name) : ABSENT;
  }

  /** Returns whether it is certain at once that bindings are empty. */
  private static boolean isEmpty(Bindings bindings) {
    return bindings.getClass() == SimpleBindings.class && bindings.isEmpty();
  }

  /** Not called: assignments go to the engine scope. */
  @Override
  public void put(String name, @Nullable Object value) {
    throw new UnsupportedOperationException("assignment to the global scope");
  }
}
