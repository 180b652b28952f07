package org.lupine;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.StateOptions;
import org.lupine.host.HostAccess;
import org.lupine.host.HostOptions;

/** How a runtime is set up. Immutable; may serve any number of runtimes. */
public final class LuaOptions {
  private static final LuaOptions DEFAULTS = builder().build();

  private final @Nullable Flavour flavour;
  private final StateOptions state;
  private final HostOptions host;
  private final Duration timeLimit;

  private LuaOptions(Settings<?> settings) {
    this.flavour = settings.flavour;
    this.state = new StateOptions(settings.charset, settings.overflow, settings.binaryChunks);
    this.host = settings.host;
    this.timeLimit = settings.timeLimit;
  }

  /** The newest Lua, UTF-8, everything public in Java within reach. */
  public static LuaOptions defaults() {
    return DEFAULTS;
  }

  /** Begins with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** The Lua version: the newest that is there, if none was asked for. */
  public Flavour flavour() {
    return flavour == null ? Flavour.newest() : flavour;
  }

  /** The charset of Lua's strings; null: each is a {@link org.lupine.value.LuaString}. */
  public @Nullable Charset charset() {
    return state.charset();
  }

  /** How long each call from Java may take; {@link Duration#ZERO}: any time. */
  public Duration timeLimit() {
    return timeLimit;
  }

  static long nanoseconds(Duration limit) {
    if (limit.isNegative()) {
      throw new IllegalArgumentException("negative time limit " + limit);
    }
    try {
      return limit.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("time limit " + limit + " is too long", e);
    }
  }

  StateOptions state() {
    return state;
  }

  HostOptions host() {
    return host;
  }

  /** What can be set, for builders of options and of runtimes alike. */
  public abstract static class Settings<B extends Settings<B>> {
    private @Nullable Flavour flavour;
    private @Nullable Charset charset = StandardCharsets.UTF_8;
    private StateOptions.Overflow overflow = StateOptions::refuse;
    private boolean binaryChunks;
    private HostOptions host = HostOptions.DEFAULT;
    private Duration timeLimit = Duration.ZERO;

    Settings() {}

    abstract B self();

    LuaOptions options() {
      return new LuaOptions(this);
    }

    /** The Lua version; the default is the newest that is there. */
    public B flavour(Flavour flavour) {
      this.flavour = Objects.requireNonNull(flavour, "flavour");
      return self();
    }

    /**
     * The charset of Lua's strings, UTF-8 by default; null leaves them as bytes.
     *
     * @throws IllegalArgumentException if it does not hold ASCII as single bytes, as Lua needs
     */
    public B charset(@Nullable Charset charset) {
      if (charset != null && (!charset.canEncode() || "aZ0=".getBytes(charset).length != 4)) {
        throw new IllegalArgumentException("charset " + charset + " does not hold ASCII as bytes");
      }
      this.charset = charset;
      return self();
    }

    /**
     * Whether scripts may load what {@code string.dump} gave; not by default, since bytecode that
     * was tampered with can end the JVM. What Java compiles is up to Java.
     */
    public B binaryChunks(boolean allowed) {
      this.binaryChunks = allowed;
      return self();
    }

    /** What scripts may reach in Java: everything public by default. */
    public B hostAccess(HostAccess access) {
      host = host.withAccess(Objects.requireNonNull(access, "access"));
      return self();
    }

    /** Finds the classes that scripts import; null: the thread's context loader, then our own. */
    public B classLoader(@Nullable ClassLoader loader) {
      host = host.withLoader(loader);
      return self();
    }

    /**
     * The index of the first element of Java lists and arrays in Lua: 1, the default, or 0.
     *
     * @throws IllegalArgumentException for any other
     */
    public B indexBase(int base) {
      host = host.withIndexBase(base);
      return self();
    }

    /**
     * How long each call from Java may take, by the clock on the wall; then it ends with a {@link
     * org.lupine.value.LuaTimeoutException}. The default, {@link Duration#ZERO}, is any time.
     *
     * @throws IllegalArgumentException if it is negative or more than 292 years
     */
    public B timeLimit(Duration limit) {
      nanoseconds(Objects.requireNonNull(limit, "limit"));
      timeLimit = limit;
      return self();
    }

    /** Whether an {@code Object[]} that a method returns is its elements; not by default. */
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

    /** The options so far. */
    public LuaOptions build() {
      return options();
    }
  }
}
