package org.lupine;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess;
import org.lupine.bridge.StateOptions;
import org.lupine.host.HostOptions;
import org.lupine.value.BigNumbers;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;
import org.lupine.value.StringMode;

/**
 * How a runtime is set up. Immutable; may serve any number of runtimes.
 *
 * <pre>{@code
 * LuaOptions options = LuaOptions.builder()
 *     .sandbox(Sandbox.SANDBOX).maxMemory(16 << 20).build();
 * try (LuaRuntime lua = LuaRuntime.create(options)) {
 *   lua.globals().put("prices", Map.of("tea", 2.5));
 *   System.out.println(lua.eval("prices.tea * 2, load"));   // [5.0, null]
 * }
 * }</pre>
 */
public final class LuaOptions {
  private static final LuaOptions DEFAULTS = builder().build();

  private final @Nullable Flavour flavour;
  private final StateOptions state;
  private final HostOptions host;
  private final Charset sourceCharset;
  private final Duration timeLimit;
  private final ModuleSearch modules;
  private final boolean nativeModules;
  private final long maxMemory;
  private final long maxOutput;
  private final long maxTransfer;
  private final Sandbox sandbox;
  private final @Nullable Set<String> libraries;
  private final boolean globalScope;

  private LuaOptions(Settings<?> settings) {
    this.sandbox = settings.sandbox;
    sandbox.check(settings.binaryChunks, settings.nativeModules);
    this.libraries = sandbox.libraries(settings.libraries);
    this.flavour = settings.flavour;
    this.state = new StateOptions(settings.charset(), settings.overflow,
        settings.bigNumbers, settings.binaryChunks, settings.malformed, settings.numbers, settings.hashSeed);
    this.sourceCharset = settings.sourceCharset != null ? settings.sourceCharset
        : state.charset() != null ? state.charset() : StandardCharsets.UTF_8;
    if (flavour != null) {
      check(flavour);
    }
    this.host = settings.host.withAccess(sandbox.access(settings.access))
        .withFilter(settings.filter).withHandlers(settings.handlers);
    this.modules = new ModuleSearch(settings.modules(host.access()), state.charset(),
        host.access() != HostAccess.NONE);
    this.timeLimit = sandbox.timeLimit(settings.timeLimit);
    this.nativeModules = settings.nativeModules;
    this.maxMemory = sandbox.maxMemory(settings.maxMemory);
    this.maxOutput = sandbox.maxOutput(settings.maxOutput);
    this.maxTransfer = sandbox.maxTransfer(settings.maxTransfer);
    this.globalScope = sandbox.globalScope(settings.globalScope);
  }

  /** Returns the newest Lua, UTF-8, everything public in Java within reach. */
  public static LuaOptions defaults() {
    return DEFAULTS;
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the Lua version: the newest that is there, if none was asked for. */
  public Flavour flavour() {
    return flavour == null ? Flavour.newest() : flavour;
  }

  /** Returns the charset of Lua's strings; null: each is a {@link org.lupine.value.LuaString}. */
  public @Nullable Charset charset() {
    return state.charset();
  }

  /** Returns how long each call from Java may take; {@link Duration#ZERO}: any time. */
  public Duration timeLimit() {
    return timeLimit;
  }

  /**
   * Returns the bytes that scripts and values may use beyond what the interpreter takes; 0: any
   * number.
   */
  public long maxMemory() {
    return maxMemory;
  }

  /** Returns the bytes that scripts may write in each call from Java; 0: any number. */
  public long maxOutput() {
    return maxOutput;
  }

  /**
   * Returns the bytes that scripts may pass to Java code in each call from Java; 0: any number.
   */
  public long maxTransfer() {
    return maxTransfer;
  }

  /** How far scripts are trusted. */
  public Sandbox sandbox() {
    return sandbox;
  }

  /**
   * Returns the libraries that scripts have besides the base functions; null: all that there are.
   */
  public @Nullable Set<String> libraries() {
    return libraries;
  }

  /** Returns whether scripts of an engine see the bindings of the global scope. */
  public boolean globalScope() {
    return globalScope;
  }

  /**
   * Returns the charset that source text is compiled in: that of strings, if no other was asked
   * for.
   */
  public Charset sourceCharset() {
    return sourceCharset;
  }

  /** What Java gets for strings. */
  public StringMode strings() {
    return state.charset() == null ? StringMode.ALWAYS_BYTES : StringMode.TEXT;
  }

  /** What becomes of strings that one side cannot hold. */
  public Malformed malformed() {
    return state.malformed();
  }

  /** What Java gets for numbers of a Lua that has doubles only. */
  public NumberMode numbers() {
    return state.numbers();
  }

  /**
   * Checks what not every flavour has.
   *
   * @throws IllegalArgumentException if this one lacks an option that was asked for
   */
  void check(Flavour flavour) {
    if (state.hashSeed() >= 0 && flavour != Flavour.LUA55) {
      throw new IllegalArgumentException(
          "a hash seed can be chosen for Lua 5.5 only, not for " + flavour.title());
    }
  }

  StateOptions state() {
    return state;
  }

  HostOptions host() {
    return host;
  }

  ModuleSearch modules() {
    return modules;
  }

  boolean nativeModules() {
    return nativeModules;
  }

  /** What can be set, for builders of options and of runtimes alike. */
  public abstract static class Settings<B extends Settings<B>> {
    private @Nullable Flavour flavour;
    private @Nullable Charset charset = StandardCharsets.UTF_8;
    private @Nullable String charsetName;
    private @Nullable Charset sourceCharset;
    private StringMode strings = StringMode.TEXT;
    private Malformed malformed = Malformed.KEEP;
    private NumberMode numbers = NumberMode.NARROW;
    private long hashSeed = -1;
    private Overflow overflow = Overflow.WRAP_OBJECT;
    private BigNumbers bigNumbers = BigNumbers.OBJECT;
    private boolean binaryChunks;
    private HostOptions host = HostOptions.DEFAULT;
    private @Nullable AttributeFilter filter;
    private @Nullable AttributeHandlers handlers;
    private @Nullable List<ModuleSource> modules;
    private boolean nativeModules;
    private @Nullable HostAccess access;
    private Sandbox sandbox = Sandbox.TRUSTED;
    private @Nullable Set<String> libraries;
    private @Nullable Duration timeLimit;
    private @Nullable Long maxMemory;
    private @Nullable Long maxOutput;
    private @Nullable Long maxTransfer;
    private @Nullable Boolean globalScope;

    Settings() {}

    abstract B self();

    LuaOptions options() {
      return new LuaOptions(this);
    }

    /** Returns the Lua version; the default is the newest that is there. */
    public B flavour(Flavour flavour) {
      this.flavour = Objects.requireNonNull(flavour, "flavour");
      return self();
    }

    /**
     * Returns the charset of Lua's strings, UTF-8 by default; null leaves them as bytes.
     *
     * @throws IllegalArgumentException if it does not hold ASCII as single bytes, as Lua needs
     */
    public B charset(@Nullable Charset charset) {
      this.charset = charset == null ? null : checked(charset);
      this.charsetName = null;
      return self();
    }

    /**
     * Returns the same by its name, which is looked up when the options are built: a name that is
     * not known is an {@link IllegalArgumentException} then.
     */
    public B charsetName(String name) {
      this.charsetName = Objects.requireNonNull(name, "name");
      return self();
    }

    private @Nullable Charset charset() {
      var asked = charsetName == null ? charset : named(charsetName);
      if (strings == StringMode.TEXT || asked == null) {
        return asked;
      }
      if (asked != StandardCharsets.UTF_8) {
        throw new IllegalArgumentException(
            "strings that are always bytes take the charset UTF-8, not " + asked);
      }
      return null;
    }

    private static Charset named(String charsetName) {
      try {
        return checked(Charset.forName(charsetName));
      } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
        throw new IllegalArgumentException("unknown charset '" + charsetName + "'", e);
      }
    }

    private static Charset checked(Charset charset) {
      if (!charset.canEncode() || "aZ0=".getBytes(charset).length != 4) {
        throw new IllegalArgumentException("charset " + charset + " does not hold ASCII as bytes");
      }
      return charset;
    }

    /**
     * Returns the charset that source text is compiled in, and so that of string literals; by
     * default the {@link #charset}, or UTF-8 if that leaves bytes.
     *
     * @throws IllegalArgumentException if it does not hold ASCII as single bytes
     */
    public B sourceCharset(Charset charset) {
      this.sourceCharset = checked(charset);
      return self();
    }

    /**
     * What Java gets for strings; by default what suits each: see {@link StringMode}. If it is
     * always bytes, that is as a {@link #charset} of null, so that any but UTF-8 is an {@link
     * IllegalArgumentException} when the options are built.
     */
    public B strings(StringMode mode) {
      this.strings = Objects.requireNonNull(mode, "mode");
      return self();
    }

    /** What becomes of strings that one side cannot hold; by default they are kept as bytes. */
    public B malformed(Malformed policy) {
      this.malformed = Objects.requireNonNull(policy, "policy");
      return self();
    }

    /** What Java gets for numbers where Lua has doubles only; by default a Long where it can. */
    public B numbers(NumberMode mode) {
      this.numbers = Objects.requireNonNull(mode, "mode");
      return self();
    }

    /**
     * Returns the seed of the hashes of strings, all 32 bits of which count: with one, tables of
     * equal contents are iterated alike. Lua 5.5 only; else building is an {@link
     * IllegalArgumentException}. By default each runtime has another.
     */
    public B hashSeed(int seed) {
      this.hashSeed = Integer.toUnsignedLong(seed);
      return self();
    }

    /**
     * Returns whether scripts may load what {@code string.dump} gave; not by default, since
     * bytecode that was tampered with can end the JVM. What Java compiles is up to Java.
     */
    public B binaryChunks(boolean allowed) {
      this.binaryChunks = allowed;
      return self();
    }

    /** What Lua gets for a {@code BigInteger} or {@code BigDecimal}: by default an object. */
    public B bigNumbers(BigNumbers policy) {
      this.bigNumbers = Objects.requireNonNull(policy, "policy");
      return self();
    }

    /**
     * What Lua gets for a number that it cannot hold exactly: by default an object, with which it
     * calculates. Big numbers are among these only under {@link BigNumbers#EXACT_AS_NUMBER}.
     */
    public B overflow(Overflow overflow) {
      this.overflow = Objects.requireNonNull(overflow, "overflow");
      return self();
    }

    /** What scripts may reach in Java: everything public by default. */
    public B hostAccess(HostAccess access) {
      this.access = Objects.requireNonNull(access, "access");
      return self();
    }

    /** Sees each access to members and items of Java objects; null, the default: nobody does. */
    public B attributeFilter(@Nullable AttributeFilter filter) {
      this.filter = filter;
      return self();
    }

    /**
     * Replace access to members and items of Java objects; null, the default: nobody does. Not
     * together with a filter: building is an {@link IllegalArgumentException} then.
     */
    public B attributeHandlers(@Nullable AttributeHandlers handlers) {
      this.handlers = handlers;
      return self();
    }

    private List<ModuleSource> modules(HostAccess access) {
      return modules != null ? modules
          : access == HostAccess.NONE ? List.<ModuleSource>of()
          : List.of(new ClassPathModules(host.loader()));
    }

    /**
     * Where {@code require} looks besides Lua's own places, in this order. The default is the class
     * path as {@link #classLoader} has it, or nothing under {@link HostAccess#NONE}; no sources at
     * all: only Lua's own places.
     */
    public B modules(ModuleSource... sources) {
      this.modules = List.of(sources);
      return self();
    }

    /**
     * Returns whether {@code require} and {@code package.loadlib} may load C modules for Lua; not
     * by default. Such a module can do anything, and its faults are the JVM's.
     */
    public B nativeModules(boolean allowed) {
      this.nativeModules = allowed;
      return self();
    }

    /**
     * Finds the classes that scripts import, and modules on the class path; null: the thread's
     * context loader, then our own.
     */
    public B classLoader(@Nullable ClassLoader loader) {
      host = host.withLoader(loader);
      return self();
    }

    /**
     * Returns the index of the first element of Java lists and arrays in Lua: 1, the default, or 0.
     *
     * @throws IllegalArgumentException for any other
     */
    public B indexBase(int base) {
      host = host.withIndexBase(base);
      return self();
    }

    /** How far scripts are trusted: completely, by default. To weaken a preset is refused. */
    public B sandbox(Sandbox preset) {
      sandbox = Objects.requireNonNull(preset, "preset");
      return self();
    }

    /**
     * Returns the libraries that scripts have besides the base functions: Lua's and LuaJIT's own,
     * {@code bit} for {@code bit32} too, {@code package} with {@code require}, and {@code java}.
     * One that a flavour lacks is none there. By default all.
     *
     * @throws IllegalArgumentException for another name
     */
    public B libraries(String... names) {
      for (var name : names) {
        if (!Sandbox.LIBRARIES.contains(name)) {
          throw new IllegalArgumentException(
              "no library '" + name + "', there are: " + String.join(", ", Sandbox.LIBRARIES));
        }
      }
      libraries = Set.copyOf(List.of(names));
      return self();
    }

    /**
     * Returns how many bytes scripts and values may use beyond what the interpreter itself takes;
     * more is a {@link org.lupine.value.LuaMemoryException}. The default, 0, is any number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public B maxMemory(long bytes) {
      maxMemory = Limits.bytes(bytes);
      return self();
    }

    /**
     * Returns how many bytes scripts may write in each call from Java, by {@code print}, {@code
     * io.write} and the like, since a host may keep what they write; what is more is refused with a
     * {@link org.lupine.value.LuaException} in the script. The default, 0, is any number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public B maxOutput(long bytes) {
      maxOutput = Limits.bytes(bytes);
      return self();
    }

    /**
     * Returns how many bytes scripts may pass to Java in each call from Java, as arguments,
     * elements and entries, since Java code may keep them; what is more is refused with a {@link
     * org.lupine.value.LuaException} in the script. A number counts as 16 bytes or a little more, a
     * text as its own bytes besides. The default, 0, is any number.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public B maxTransfer(long bytes) {
      maxTransfer = Limits.bytes(bytes);
      return self();
    }

    /**
     * Returns how long each call from Java may take, by the clock on the wall; then it ends with a
     * {@link org.lupine.value.LuaTimeoutException}. The default, {@link Duration#ZERO}, is any
     * time.
     *
     * @throws IllegalArgumentException if it is negative or more than 292 years
     */
    public B timeLimit(Duration limit) {
      Limits.nanoseconds(Objects.requireNonNull(limit, "limit"));
      timeLimit = limit;
      return self();
    }

    /**
     * Returns whether scripts of an engine see the bindings of the global scope, which all engines
     * of a {@link javax.script.ScriptEngineManager} share. By default they do, but not under {@link
     * Sandbox#SANDBOX}.
     */
    public B globalScope(boolean visible) {
      globalScope = visible;
      return self();
    }

    /**
     * Returns whether an {@code Object[]} that a method returns is its elements; not by default.
     */
    public B unpackReturnedArrays(boolean unpack) {
      host = host.withUnpackArrays(unpack);
      return self();
    }
  }

  /** Builds options. */
  public static final class Builder extends Settings<Builder> {
    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * Returns the options so far.
     *
     * @throws IllegalArgumentException if some of them exclude one another
     */
    public LuaOptions build() {
      return options();
    }
  }
}
