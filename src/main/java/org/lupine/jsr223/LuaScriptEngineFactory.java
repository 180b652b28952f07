package org.lupine.jsr223;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineFactory;
import org.jspecify.annotations.Nullable;
import org.lupine.Flavour;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;

/**
 * Creates engines of one Lua version. There is a public subclass for each name, since hosts look
 * engines up by language name. Loads no native code, and neither does an engine before its first
 * use.
 *
 * <p>Hosts that only know a name can use options, too. A host that can name a class in a services
 * file can have a factory of its own:
 * <pre>{@code
 * public final class RulesFactory extends LuaScriptEngineFactory {
 *   public RulesFactory() {
 *     super(LuaOptions.builder().sandbox(Sandbox.CONSTRAINED).build(), "rules");
 *   }
 * }
 * }</pre>
 *
 * <p>Engines that {@link #getScriptEngine()} of the factories in this package returns read options
 * by name. The option {@code X} of {@link LuaOptions} is the attribute {@code lupine.X} of the
 * engine's {@linkplain LuaScriptEngine#getContext context}, or else the system property of that
 * name. Its value is a text, or an object of the option's type. {@code lupine.libraries} and {@code
 * lupine.hostAccess} take several words separated by commas; the latter {@code all}, {@code
 * bindings_only}, {@code exported}, {@code data}, {@code none}, and names in the format of {@link
 * org.lupine.access.HostAccess#allow}. Options are read once, when the engine is first used. A
 * value that an option cannot have is an {@link IllegalArgumentException} then, or, when a script
 * is run, the cause of a {@link javax.script.ScriptException}. Attributes take precedence, but
 * cannot weaken a preset that a property or the engine's name sets.
 */
public abstract class LuaScriptEngineFactory implements ScriptEngineFactory {
  private static final String ENGINE_NAME = "Lupine";

  private final @Nullable Flavour flavour;
  private final @Nullable LuaOptions options;
  private final List<String> names;

  /**
   * Creates a factory with these names, of which the first is the language's.
   *
   * @param flavour the Lua version, or null for the default one
   */
  LuaScriptEngineFactory(@Nullable Flavour flavour, String... names) {
    this.flavour = flavour;
    this.options = null;
    this.names = List.of(names);
  }

  /**
   * Creates a custom factory, whose engines have these options, including the flavour.
   *
   * @param name the language's name, which no other factory may have
   * @param more other names that engines are found by
   */
  protected LuaScriptEngineFactory(LuaOptions options, String name, String... more) {
    this.flavour = null;
    this.options = Objects.requireNonNull(options, "options");
    var all = new ArrayList<>(List.of(name));
    all.addAll(List.of(more));
    this.names = List.copyOf(all);
  }

  /**
   * Returns the Lua version of the engines. For a factory that is not bound to one it is that of
   * {@code -Dlupine.default}, or else the newest that is available.
   *
   * @throws IllegalArgumentException if the property does not name a version
   */
  public final Flavour flavour() {
    return flavour != null ? flavour : options != null ? options.flavour() : preferred();
  }

  private static Flavour preferred() {
    var wanted = System.getProperty("lupine.default");
    if (wanted == null) {
      return Flavour.newest();
    }
    var names = new ArrayList<String>();
    for (var each : Flavour.values()) {
      if (each.id().equalsIgnoreCase(wanted) || ("lua" + each.branch()).equals(wanted)) {
        return each;
      }
      names.add(each.id());
    }
    throw new IllegalArgumentException(
        "option 'lupine.default' is '" + wanted + "', not one of " + String.join(", ", names));
  }

  /** Returns the preset of engines without options of their own. */
  Sandbox preset() {
    return Sandbox.TRUSTED;
  }

  /**
   * Returns a name that differs for each factory, since the JDK's manager keeps only one factory of
   * a name.
   */
  @Override
  public String getEngineName() {
    return options != null
        ? ENGINE_NAME + ' ' + names.get(0)
        : flavour == null ? ENGINE_NAME : ENGINE_NAME + ' ' + flavour.title();
  }

  @Override
  public String getEngineVersion() {
    return EngineVersion.TEXT;
  }

  /**
   * Returns the same extensions for all factories except the sandbox, since hosts ask an engine
   * whether a file is of its language. Of several factories with an extension the JDK's manager
   * takes the first by {@link #getEngineName}.
   */
  @Override
  public List<String> getExtensions() {
    return List.of("lua");
  }

  @Override
  public List<String> getMimeTypes() {
    return List.of("text/x-lua", "application/x-lua");
  }

  @Override
  public final List<String> getNames() {
    return names;
  }

  @Override
  public final String getLanguageName() {
    return names.get(0);
  }

  /**
   * Returns the exact Lua version, such as {@code 5.4.9}; without natives, the version in the
   * flavour's name.
   */
  @Override
  public String getLanguageVersion() {
    try {
      return flavour().version();
    } catch (IllegalArgumentException e) {
      // hosts only list factories: the first script reports the error
      return Flavour.newest().version();
    }
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
    return object
        + ':'
        + method
        + '('
        + (arguments == null ? "" : String.join(", ", arguments))
        + ')';
  }

  /** Returns a statement that prints the text. The statement is plain ASCII, whatever the text. */
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

  /** Returns the statements, each on its own line, so that a comment ends with its statement. */
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
    return new LuaScriptEngine(this, options);
  }

  /**
   * Creates an engine of this factory's flavour with the given options; their flavour is ignored,
   * and so are attributes and properties.
   */
  public LuaScriptEngine getScriptEngine(LuaOptions options) {
    return new LuaScriptEngine(this, Objects.requireNonNull(options, "options"));
  }
}
