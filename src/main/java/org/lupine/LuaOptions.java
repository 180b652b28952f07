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
 * The options of a runtime. Immutable; can be used for any number of runtimes.
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
    this.state =
        new StateOptions(
            settings.charset(),
            settings.overflow,
            settings.bigNumbers,
            settings.binaryChunks,
            settings.malformed,
            settings.numbers,
            settings.hashSeed);
    this.sourceCharset =
        settings.sourceCharset != null
            ? settings.sourceCharset
            : state.charset() != null ? state.charset() : StandardCharsets.UTF_8;
    if (flavour != null) {
      check(flavour);
    }
    this.host =
        settings
            .host
            .withAccess(sandbox.access(settings.access))
            .withFilter(settings.filter)
            .withHandlers(settings.handlers);
    this.modules =
        new ModuleSearch(
            settings.modules(host.access()), state.charset(), host.access() != HostAccess.NONE);
    this.timeLimit = sandbox.timeLimit(settings.timeLimit);
    this.nativeModules = settings.nativeModules;
    this.maxMemory = sandbox.maxMemory(settings.maxMemory);
    this.maxOutput = sandbox.maxOutput(settings.maxOutput);
    this.maxTransfer = sandbox.maxTransfer(settings.maxTransfer);
    this.globalScope = sandbox.globalScope(settings.globalScope);
  }

  /** Returns the default options: the newest Lua, UTF-8, everything public in Java accessible. */
  public static LuaOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the Lua version; if none was set, the newest that is available. */
  public Flavour flavour() {
    return flavour == null ? Flavour.newest() : flavour;
  }

  /**
   * Returns the charset of Lua's strings; null if each is a {@link org.lupine.value.LuaString}.
   */
  public @Nullable Charset charset() {
    return state.charset();
  }

  /** Returns the time limit of each call from Java; {@link Duration#ZERO} for none. */
  public Duration timeLimit() {
    return timeLimit;
  }

  /**
   * Returns the bytes that scripts and values may use in addition to what the interpreter takes; 0
   * for no limit.
   */
  public long maxMemory() {
    return maxMemory;
  }

  /** Returns the bytes that scripts may write in each call from Java; 0 for no limit. */
  public long maxOutput() {
    return maxOutput;
  }

  /**
   * Returns the bytes that scripts may pass to Java code in each call from Java; 0 for no limit.
   */
  public long maxTransfer() {
    return maxTransfer;
  }

  /** Returns how far scripts are trusted. */
  public Sandbox sandbox() {
    return sandbox;
  }

  /** Returns the libraries that scripts have in addition to the base functions; null for all. */
  public @Nullable Set<String> libraries() {
    return libraries;
  }

  /** Returns whether scripts of an engine see the bindings of the global scope. */
  public boolean globalScope() {
    return globalScope;
  }

  /** Returns the charset of source text; by default that of strings. */
  public Charset sourceCharset() {
    return sourceCharset;
  }

  /** Returns which type Java receives for strings. */
  public StringMode strings() {
    return state.charset() == null ? StringMode.ALWAYS_BYTES : StringMode.TEXT;
  }

  /** Returns the policy for strings that one side cannot represent. */
  public Malformed malformed() {
    return state.malformed();
  }

  /** Returns which type Java receives for numbers of a Lua that has doubles only. */
  public NumberMode numbers() {
    return state.numbers();
  }

  /**
   * Checks options that not every flavour supports.
   *
   * @throws IllegalArgumentException if the flavour lacks an option that was set
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

  /** The setters that the builders of options and of runtimes share. */
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

    /** Sets the Lua version; the default is the newest that is available. */
    public B flavour(Flavour flavour) {
      this.flavour = Objects.requireNonNull(flavour, "flavour");
      return self();
    }

    /**
     * Sets the charset of Lua's strings, by default UTF-8; null leaves them as bytes.
     *
     * @throws IllegalArgumentException if it does not encode ASCII as single bytes, as Lua requires
     */
    public B charset(@Nullable Charset charset) {
      this.charset = charset == null ? null : checked(charset);
      this.charsetName = null;
      return self();
    }

    /**
     * Sets the charset by its name, which is looked up when the options are built; an unknown name
     * is an {@link IllegalArgumentException} then.
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
     * Sets the charset in which source text is compiled, which is also that of string literals; by
     * default the {@link #charset}, or UTF-8 if that is null.
     *
     * @throws IllegalArgumentException if it does not encode ASCII as single bytes
     */
    public B sourceCharset(Charset charset) {
      this.sourceCharset = checked(charset);
      return self();
    }

    /**
     * Sets which type Java receives for strings; by default the one that suits each, see {@link
     * StringMode}. {@link StringMode#ALWAYS_BYTES} has the effect of a {@link #charset} of null;
     * building the options fails with an {@link IllegalArgumentException} if another charset than
     * UTF-8 is set, too.
     */
    public B strings(StringMode mode) {
      this.strings = Objects.requireNonNull(mode, "mode");
      return self();
    }

    /**
     * Sets the policy for strings that one side cannot represent; by default they are kept as
     * bytes.
     */
    public B malformed(Malformed policy) {
      this.malformed = Objects.requireNonNull(policy, "policy");
      return self();
    }

    /**
     * Sets which type Java receives for numbers of a Lua that has doubles only; by default a Long
     * where it is exact.
     */
    public B numbers(NumberMode mode) {
      this.numbers = Objects.requireNonNull(mode, "mode");
      return self();
    }

    /**
     * Sets the seed of string hashes, all 32 bits of which count: with a fixed seed, tables with
     * equal contents are iterated in the same order. Lua 5.5 only; for others building is an {@link
     * IllegalArgumentException}. By default each runtime has another seed.
     */
    public B hashSeed(int seed) {
      this.hashSeed = Integer.toUnsignedLong(seed);
      return self();
    }

    /**
     * Sets whether scripts may load what {@code string.dump} returned. By default they may not,
     * since manipulated bytecode can crash the JVM. Chunks that Java compiles are not affected.
     */
    public B binaryChunks(boolean allowed) {
      this.binaryChunks = allowed;
      return self();
    }

    /**
     * Sets what Lua receives for a {@code BigInteger} or {@code BigDecimal}; by default an object.
     */
    public B bigNumbers(BigNumbers policy) {
      this.bigNumbers = Objects.requireNonNull(policy, "policy");
      return self();
    }

    /**
     * Sets what Lua receives for a number that it cannot represent exactly; by default an object
     * that supports arithmetic. Applies to {@code BigInteger} and {@code BigDecimal} only under
     * {@link BigNumbers#EXACT_AS_NUMBER}.
     */
    public B overflow(Overflow overflow) {
      this.overflow = Objects.requireNonNull(overflow, "overflow");
      return self();
    }

    /** Sets what scripts may reach in Java; by default everything public. */
    public B hostAccess(HostAccess access) {
      this.access = Objects.requireNonNull(access, "access");
      return self();
    }

    /**
     * Sets a filter that sees each access to members and items of Java objects; null (the default)
     * for none.
     */
    public B attributeFilter(@Nullable AttributeFilter filter) {
      this.filter = filter;
      return self();
    }

    /**
     * Sets handlers that replace reads and writes of members and items of Java objects; null (the
     * default) for none. Building fails with an {@link IllegalArgumentException} if a filter is
     * set, too.
     */
    public B attributeHandlers(@Nullable AttributeHandlers handlers) {
      this.handlers = handlers;
      return self();
    }

    private List<ModuleSource> modules(HostAccess access) {
      return modules != null
          ? modules
          : access == HostAccess.NONE
              ? List.<ModuleSource>of()
              : List.of(new ClassPathModules(host.loader()));
    }

    /**
     * Sets where {@code require} looks in addition to Lua's own places, in this order. The default
     * is the class path of the {@link #classLoader}, or nothing under {@link HostAccess#NONE}.
     * Without sources only Lua's own places are searched.
     */
    public B modules(ModuleSource... sources) {
      this.modules = List.of(sources);
      return self();
    }

    /**
     * Sets whether {@code require} and {@code package.loadlib} may load C modules; by default they
     * may not. Such a module can do anything, and a fault in it can crash the JVM.
     */
    public B nativeModules(boolean allowed) {
      this.nativeModules = allowed;
      return self();
    }

    /**
     * Sets the class loader for classes that scripts import and for modules on the class path; null
     * for the thread's context loader, then our own.
     */
    public B classLoader(@Nullable ClassLoader loader) {
      host = host.withLoader(loader);
      return self();
    }

    /**
     * Sets the index of the first element of Java lists and arrays in Lua: 1 (the default) or 0.
     *
     * @throws IllegalArgumentException for any other
     */
    public B indexBase(int base) {
      host = host.withIndexBase(base);
      return self();
    }

    /**
     * Sets how far scripts are trusted; by default completely. Building fails if an option would
     * weaken the preset.
     */
    public B sandbox(Sandbox preset) {
      sandbox = Objects.requireNonNull(preset, "preset");
      return self();
    }

    /**
     * Sets the libraries that scripts have in addition to the base functions: those of Lua and
     * LuaJIT ({@code bit} also stands for {@code bit32}), {@code package} with {@code require}, and
     * {@code java}. Names that a flavour does not have are ignored. Default: all.
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
     * Limits the bytes that scripts and values may use in addition to what the interpreter itself
     * takes; exceeding it is a {@link org.lupine.value.LuaMemoryException}.
     *
     * @param bytes 0 (the default) for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public B maxMemory(long bytes) {
      maxMemory = Limits.bytes(bytes);
      return self();
    }

    /**
     * Limits the bytes that scripts may write in each call from Java, by {@code print}, {@code
     * io.write} and the like, since a host may retain what they write. Exceeding it is a {@link
     * org.lupine.value.LuaException} in the script.
     *
     * @param bytes 0 (the default) for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public B maxOutput(long bytes) {
      maxOutput = Limits.bytes(bytes);
      return self();
    }

    /**
     * Limits the bytes that scripts may pass to Java in each call from Java, as arguments, elements
     * and entries, results of functions that Java calls meanwhile, and contents of tables that
     * become collections, since Java code may retain them. Exceeding it is a {@link
     * org.lupine.value.LuaException} in the script. A number counts as about 16 bytes, a string as
     * that plus its length in bytes.
     *
     * @param bytes 0 (the default) for no limit
     * @throws IllegalArgumentException if it is negative
     */
    public B maxTransfer(long bytes) {
      maxTransfer = Limits.bytes(bytes);
      return self();
    }

    /**
     * Limits the elapsed time of each call from Java; it ends with a {@link
     * org.lupine.value.LuaTimeoutException} then.
     *
     * @param limit {@link Duration#ZERO} (the default) for no limit
     * @throws IllegalArgumentException if it is negative or more than 292 years
     */
    public B timeLimit(Duration limit) {
      Limits.nanoseconds(Objects.requireNonNull(limit, "limit"));
      timeLimit = limit;
      return self();
    }

    /**
     * Sets whether scripts of an engine see the bindings of the global scope, which all engines of
     * a {@link javax.script.ScriptEngineManager} share. By default they do, except under {@link
     * Sandbox#SANDBOX}.
     */
    public B globalScope(boolean visible) {
      globalScope = visible;
      return self();
    }

    /**
     * Sets whether an {@code Object[]} that a method returns is unpacked into its elements; by
     * default it is not.
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
     * Builds the options.
     *
     * @throws IllegalArgumentException if some of them exclude one another
     */
    public LuaOptions build() {
      return options();
    }
  }
}
