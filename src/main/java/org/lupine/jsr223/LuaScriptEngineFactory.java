package org.lupine.jsr223;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import org.jspecify.annotations.Nullable;
import org.lupine.Flavour;
import org.lupine.LuaOptions;

/**
 * Makes engines of one Lua version; one public subclass for each name, since hosts key by language
 * name. Touches no native code, and neither does an engine before its first use.
 */
public abstract class LuaScriptEngineFactory implements ScriptEngineFactory {
  private static final String ENGINE_NAME = "Lupine";
  private static final String ENGINE_VERSION = "0.1.0";

  private final @Nullable Flavour flavour;
  private final List<String> names;

  /**
   * A factory of these names, the first being the language's.
   *
   * @param flavour the Lua version, or null for the default one
   */
  LuaScriptEngineFactory(@Nullable Flavour flavour, String... names) {
    this.flavour = flavour;
    this.names = List.of(names);
  }

  /**
   * The Lua version of the engines. A factory that is not bound to one has that of {@code
   * -Dlupine.default}, or else the newest that is there.
   */
  public final Flavour flavour() {
    return flavour == null ? preferred() : flavour;
  }

  private static Flavour preferred() {
    var wanted = System.getProperty("lupine.default");
    if (wanted != null) {
      for (var each : Flavour.values()) {
        if (each.id().equalsIgnoreCase(wanted) || ("lua" + each.branch()).equals(wanted)) {
          return each;
        }
      }
    }
    return Flavour.newest();
  }

  /** Another for each factory: the JDK's manager keeps only one factory of a name. */
  @Override
  public String getEngineName() {
    return flavour == null ? ENGINE_NAME : ENGINE_NAME + ' ' + flavour.title();
  }

  @Override
  public String getEngineVersion() {
    return ENGINE_VERSION;
  }

  @Override
  public List<String> getExtensions() {
    return List.of();
  }

  @Override
  public List<String> getMimeTypes() {
    return List.of();
  }

  @Override
  public final List<String> getNames() {
    return names;
  }

  @Override
  public final String getLanguageName() {
    return names.get(0);
  }

  /** The exact Lua version, such as {@code 5.4.9}; without natives what the flavour's name says. */
  @Override
  public String getLanguageVersion() {
    return flavour().version();
  }

  @Override
  public @Nullable Object getParameter(String key) {
    switch (Objects.requireNonNull(key, "key")) {
      case ScriptEngine.ENGINE:
        return getEngineName();
      case ScriptEngine.ENGINE_VERSION:
        return getEngineVersion();
      case ScriptEngine.NAME:
        return names.get(0);
      case ScriptEngine.LANGUAGE:
        return getLanguageName();
      case ScriptEngine.LANGUAGE_VERSION:
        return getLanguageVersion();
      case "THREADING":
        return "MULTITHREADED";
      default:
        return null;
    }
  }

  @Override
  public String getMethodCallSyntax(String object, String method, String @Nullable ... arguments) {
    return object + ':' + method + '('
        + (arguments == null ? "" : String.join(", ", arguments)) + ')';
  }

  /** A statement that prints the text; its own text is plain ASCII, whatever is to be shown. */
  @Override
  public String getOutputStatement(String toDisplay) {
    var statement = new StringBuilder("print(\"");
    for (byte each : toDisplay.getBytes(StandardCharsets.UTF_8)) {
      if (each >= ' ' && each < 0x7F && each != '"' && each != '\\') {
        statement.append((char) each);
      } else {
        statement.append('\\').append(String.format("%03d", each & 0xFF));
      }
    }
    return statement.append("\")").toString();
  }

  /** The statements, each on its own line, so that a comment ends where it should. */
  @Override
  public String getProgram(String... statements) {
    var program = new StringBuilder();
    for (var statement : statements) {
      program.append(statement).append('\n');
    }
    return program.toString();
  }

  @Override
  public LuaScriptEngine getScriptEngine() {
    return getScriptEngine(LuaOptions.defaults());
  }

  /** An engine of this factory's flavour with options of one's own; their flavour is not used. */
  public LuaScriptEngine getScriptEngine(LuaOptions options) {
    return new LuaScriptEngine(this, options);
  }
}
