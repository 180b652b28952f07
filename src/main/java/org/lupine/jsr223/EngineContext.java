package org.lupine.jsr223;

import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.util.List;
import java.util.Objects;
import javax.script.Bindings;
import javax.script.ScriptContext;
import javax.script.SimpleBindings;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Scope;
import org.lupine.io.InterruptibleInput;

/**
 * A context like {@link javax.script.SimpleScriptContext}, but cheap to create: its streams are
 * those of its parent context, or of the process, looked up on use. Thread-safe.
 */
final class EngineContext implements ScriptContext {
  /** Stands for no bindings, where these were replaced. */
  private static final Bindings NONE = new SimpleBindings();

  private final @Nullable ScriptContext parent;

  // Final, so that no volatile write is needed for them to be seen by all threads.
  private final Bindings firstEngineScope;
  private final @Nullable Bindings firstGlobalScope;

  // What replaced them; null for none.
  private volatile @Nullable Bindings engineScope;
  private volatile @Nullable Bindings globalScope;
  private @Nullable Reader reader;
  private @Nullable Writer writer;
  private @Nullable Writer errorWriter;

  /** Creates a context without a parent. */
  EngineContext(Bindings engineScope) {
    this.parent = null;
    this.firstEngineScope = engineScope;
    this.firstGlobalScope = null;
  }

  /** Creates a context like its parent with another engine scope. */
  EngineContext(Bindings engineScope, ScriptContext parent) {
    this.parent = parent;
    this.firstEngineScope = engineScope;
    this.firstGlobalScope = parent.getBindings(GLOBAL_SCOPE);
  }

  private Bindings engineScope() {
    var replaced = engineScope;
    return replaced == null ? firstEngineScope : replaced;
  }

  private @Nullable Bindings globalScope() {
    var replaced = globalScope;
    return replaced == null ? firstGlobalScope : replaced == NONE ? null : replaced;
  }

  @Override
  public void setBindings(@Nullable Bindings bindings, int scope) {
    switch (scope) {
      case ENGINE_SCOPE:
        engineScope = Objects.requireNonNull(bindings, "bindings of the engine scope");
        break;
      case GLOBAL_SCOPE:
        globalScope = bindings == null ? NONE : bindings;
        break;
      default:
        throw noScope(scope);
    }
  }

  @Override
  public @Nullable Bindings getBindings(int scope) {
    switch (scope) {
      case ENGINE_SCOPE:
        return engineScope();
      case GLOBAL_SCOPE:
        return globalScope();
      default:
        throw noScope(scope);
    }
  }

  @Override
  public void setAttribute(String name, Object value, int scope) {
    checked(name);
    var bindings = getBindings(scope);
    if (bindings != null) {
      bindings.put(name, value);
    }
  }

  @Override
  public @Nullable Object getAttribute(String name, int scope) {
    checked(name);
    var bindings = getBindings(scope);
    return bindings == null ? null : bindings.get(name);
  }

  @Override
  public @Nullable Object removeAttribute(String name, int scope) {
    checked(name);
    var bindings = getBindings(scope);
    return bindings == null ? null : bindings.remove(name);
  }

  @Override
  public @Nullable Object getAttribute(String name) {
    checked(name);
    var own = engineScope();
    if (own.containsKey(name)) {
      return own.get(name);
    }
    var found = ScriptConsole.get(globalScope(), name);
    return found == Scope.ABSENT ? null : found;
  }

  @Override
  public int getAttributesScope(String name) {
    checked(name);
    if (engineScope().containsKey(name)) {
      return ENGINE_SCOPE;
    }
    var global = globalScope();
    return global != null && global.containsKey(name) ? GLOBAL_SCOPE : -1;
  }

  @Override
  public synchronized @Nullable Writer getWriter() {
    if (writer == null) {
      if (parent != null) {
        return parent.getWriter();
      }
      writer = new PrintWriter(System.out, true);
    }
    return writer;
  }

  @Override
  public synchronized @Nullable Writer getErrorWriter() {
    if (errorWriter == null) {
      if (parent != null) {
        return parent.getErrorWriter();
      }
      errorWriter = new PrintWriter(System.err, true);
    }
    return errorWriter;
  }

  @Override
  public synchronized @Nullable Reader getReader() {
    if (reader == null) {
      if (parent != null) {
        return parent.getReader();
      }
      reader = new InputStreamReader(new InterruptibleInput(System.in));
    }
    return reader;
  }

  @Override
  public synchronized void setWriter(@Nullable Writer writer) {
    this.writer = writer;
  }

  @Override
  public synchronized void setErrorWriter(@Nullable Writer writer) {
    this.errorWriter = writer;
  }

  @Override
  public synchronized void setReader(@Nullable Reader reader) {
    this.reader = reader;
  }

  @Override
  public List<Integer> getScopes() {
    return List.of(ENGINE_SCOPE, GLOBAL_SCOPE);
  }

  private static void checked(String name) {
    if (Objects.requireNonNull(name, "name").isEmpty()) {
      throw new IllegalArgumentException("a name cannot be empty");
    }
  }

  private static IllegalArgumentException noScope(int scope) {
    return new IllegalArgumentException("no scope " + scope);
  }
}
