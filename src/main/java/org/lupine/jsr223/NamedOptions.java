package org.lupine.jsr223;

import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lupine.LuaOptions;
import org.lupine.Sandbox;
import org.lupine.access.HostAccess;
import org.lupine.host.NearNames;
import org.lupine.value.BigNumbers;
import org.lupine.value.Malformed;
import org.lupine.value.NumberMode;
import org.lupine.value.Overflow;
import org.lupine.value.StringMode;

/**
 * Options by name, for hosts that only know the name of an engine: {@code lupine.X}, an attribute
 * or a system property, sets what {@link LuaOptions.Settings} sets as {@code X}.
 */
final class NamedOptions {
  private static final String PREFIX = "lupine.";
  private static final String SANDBOX = PREFIX + "sandbox";

  private static final Map<String, Overflow> OVERFLOWS =
      choices(
          "error",
          Overflow.ERROR,
          "wrap_object",
          Overflow.WRAP_OBJECT,
          "to_double",
          Overflow.TO_DOUBLE,
          "to_string",
          Overflow.TO_STRING);
  private static final Map<String, HostAccess> GATES =
      choices(
          "all",
          HostAccess.ALL,
          "bindings_only",
          HostAccess.BINDINGS_ONLY,
          "exported",
          HostAccess.EXPORTED,
          "data",
          HostAccess.DATA,
          "none",
          HostAccess.NONE);
  private static final Map<String, Boolean> BOOLEANS = choices("true", true, "false", false);

  /** The options except the preset. Each has a setter in {@link #setUnchecked}. */
  private static final List<String> NAMES =
      List.of(
          "timeLimit",
          "maxMemory",
          "maxOutput",
          "maxTransfer",
          "libraries",
          "hostAccess",
          "globalScope",
          "overflow",
          "numbers",
          "bigNumbers",
          "strings",
          "malformed",
          "charset",
          "sourceCharset",
          "hashSeed",
          "indexBase",
          "binaryChunks",
          "nativeModules",
          "unpackReturnedArrays");

  /** System properties of the whole library rather than options of an engine. */
  private static final List<String> OTHERS =
      List.of(PREFIX + "default", PREFIX + "native", PREFIX + "native.cache", PREFIX + "upcalls");

  /** Whether {@link #report} was called. */
  private static final AtomicBoolean REPORTED = new AtomicBoolean();

  private NamedOptions() {}

  /** Logs the warnings, once in this process. */
  private static void report() {
    if (!REPORTED.get() && REPORTED.compareAndSet(false, true)) {
      for (var warning : warnings(System.getProperties().stringPropertyNames())) {
        System.getLogger("org.lupine.jsr223").log(System.Logger.Level.WARNING, warning);
      }
    }
  }

  /**
   * Returns warnings about system properties that may be misspelt options, which would be ignored
   * in silence. A name with a further dot may be a program's own, unless it is near a known one.
   */
  static List<String> warnings(Collection<String> properties) {
    var known = new ArrayList<>(OTHERS);
    known.add(SANDBOX);
    for (var name : NAMES) {
      known.add(PREFIX + name);
    }
    var warnings = new ArrayList<String>();
    for (var name : new TreeSet<>(properties)) {
      if (name.startsWith(PREFIX) && !known.contains(name)) {
        var near = NearNames.hint(name, known);
        if (!near.isEmpty() || name.indexOf('.', PREFIX.length()) < 0) {
          warnings.add("no option has the name of the system property '" + name + "'" + near);
        }
      }
    }
    return warnings;
  }

  /**
   * Returns whether a variable has the name of an option; scripts must not assign such a variable.
   */
  static boolean isOption(String name) {
    return name.startsWith(PREFIX);
  }

  /**
   * Reads the options from attributes, or else from system properties.
   *
   * @param floor the preset that neither may weaken; a property can make it stricter
   * @throws IllegalArgumentException if an option has a value that it cannot have
   */
  static LuaOptions read(Sandbox floor, Function<String, @Nullable Object> attributes) {
    report();
    var options = LuaOptions.builder().sandbox(preset(floor, attributes));
    for (var name : NAMES) {
      var key = PREFIX + name;
      // as an attribute, a time limit applies to one run
      var given = key.equals(LuaScriptEngine.TIME_LIMIT) ? null : attributes.apply(key);
      if (given == null) {
        given = System.getProperty(key);
      }
      if (given != null) {
        set(options, name, new Value(key, given));
      }
    }
    return options.build();
  }

  private static void set(LuaOptions.Builder options, String name, Value value) {
    try {
      setUnchecked(options, name, value);
    } catch (IllegalArgumentException e) {
      throw String.valueOf(e.getMessage()).contains(value.key)
          ? e
          : new IllegalArgumentException(value + ": " + e.getMessage(), e);
    }
  }

  /** Sets an option. A table of lambdas would be made in every process, and mostly for nothing. */
  private static void setUnchecked(LuaOptions.Builder to, String name, Value value) {
    switch (name) {
      case "timeLimit" -> to.timeLimit(TimeLimit.duration(value.given));
      case "maxMemory" -> to.maxMemory(value.bytes());
      case "maxOutput" -> to.maxOutput(value.bytes());
      case "maxTransfer" -> to.maxTransfer(value.bytes());
      case "libraries" -> to.libraries(value.words());
      case "hostAccess" -> to.hostAccess(value.access());
      case "globalScope" -> to.globalScope(value.of(Boolean.class, BOOLEANS));
      case "overflow" -> to.overflow(value.of(Overflow.class, OVERFLOWS));
      case "numbers" -> to.numbers(value.of(NumberMode.class, names(NumberMode.values())));
      case "bigNumbers" -> to.bigNumbers(value.of(BigNumbers.class, names(BigNumbers.values())));
      case "strings" -> to.strings(value.of(StringMode.class, names(StringMode.values())));
      case "malformed" -> to.malformed(value.of(Malformed.class, names(Malformed.values())));
      case "charset" -> to.charset(value.charset());
      case "sourceCharset" -> to.sourceCharset(value.charset());
      case "hashSeed" -> to.hashSeed((int) value.whole(Integer.MIN_VALUE, (1L << 32) - 1));
      case "indexBase" -> to.indexBase((int) value.whole(0, 1));
      case "binaryChunks" -> to.binaryChunks(value.of(Boolean.class, BOOLEANS));
      case "nativeModules" -> to.nativeModules(value.of(Boolean.class, BOOLEANS));
      case "unpackReturnedArrays" -> to.unpackReturnedArrays(value.of(Boolean.class, BOOLEANS));
      default -> throw new AssertionError(name);
    }
  }

  private static Sandbox preset(Sandbox floor, Function<String, @Nullable Object> attributes) {
    var property = System.getProperty(SANDBOX);
    var least = property == null ? floor : stricter(floor, preset(property));
    var attribute = attributes.apply(SANDBOX);
    if (attribute == null) {
      return least;
    }
    var asked = preset(attribute);
    if (asked.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          new Value(SANDBOX, attribute)
              + ", which is weaker than "
              + word(least)
              + ", the preset of this engine");
    }
    return asked;
  }

  private static Sandbox preset(Object given) {
    return new Value(SANDBOX, given).of(Sandbox.class, names(Sandbox.values()));
  }

  private static Sandbox stricter(Sandbox one, Sandbox other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static <E extends Enum<E>> Map<String, E> names(E[] constants) {
    var names = new LinkedHashMap<String, E>();
    for (var each : constants) {
      names.put(word(each), each);
    }
    return names;
  }

  @SuppressWarnings("unchecked")
  private static <T> Map<String, T> choices(Object... namesAndValues) {
    var choices = new LinkedHashMap<String, T>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      choices.put((String) namesAndValues[i], (T) namesAndValues[i + 1]);
    }
    return choices;
  }

  /** The value of an option: an object of its type, or text. */
  private record Value(String key, Object given) {
    private String text() {
      return given.toString().strip();
    }

    <T> T of(Class<T> type, Map<String, T> choices) {
      if (type.isInstance(given)) {
        return type.cast(given);
      }
      var chosen = choices.get(text().toLowerCase(Locale.ROOT));
      if (chosen == null) {
        throw bad("one of " + String.join(", ", choices.keySet()), null);
      }
      return chosen;
    }

    String[] words() {
      var words =
          given instanceof String[] all
              ? Arrays.asList(all)
              : given instanceof Iterable<?> all ? strings(all) : List.of(text().split(",", -1));
      return words.stream()
          .map(String::strip)
          .filter(each -> !each.isEmpty())
          .toArray(String[]::new);
    }

    private static List<String> strings(Iterable<?> all) {
      var strings = new ArrayList<String>();
      all.forEach(each -> strings.add(String.valueOf(each)));
      return strings;
    }

    /** Parses presets of access, and names of classes and members, all of which are permitted. */
    HostAccess access() {
      if (given instanceof HostAccess access) {
        return access;
      }
      var named = new ArrayList<String>();
      HostAccess all = null;
      for (var each : words()) {
        var gate = GATES.get(each.toLowerCase(Locale.ROOT));
        if (gate != null) {
          all = all == null ? gate : all.or(gate);
        } else if (each.indexOf('.') > 0) {
          named.add(each);
        } else {
          throw bad(
              "of "
                  + String.join(", ", GATES.keySet())
                  + " and names of classes with their packages",
              null);
        }
      }
      if (!named.isEmpty()) {
        var list = HostAccess.allow(named.toArray(new String[0]));
        all = all == null ? list : all.or(list);
      }
      return all == null ? HostAccess.NONE : all;
    }

    /** Returns a whole number of any type, or text of one. */
    long whole(long least, long most) {
      var range = " from " + least + " to " + most;
      try {
        long number = given instanceof Number ? exact() : Long.decode(text());
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException | ArithmeticException e) {
        throw bad("a whole number" + range, e);
      }
      throw bad("a whole number" + range, null);
    }

    /**
     * Returns the number as a long.
     *
     * @throws ArithmeticException if a long cannot hold it
     * @throws NumberFormatException if it is infinite or not a number
     */
    private long exact() {
      return new BigDecimal(given.toString()).longValueExact();
    }

    /** Parses a number of bytes, possibly with a unit K, M or G. */
    long bytes() {
      var expected = "a number of bytes from 0 to " + Long.MAX_VALUE + ", or of K, M or G";
      try {
        long bytes = given instanceof Number ? exact() : bytes(text().toUpperCase(Locale.ROOT));
        if (bytes >= 0) {
          return bytes;
        }
      } catch (NumberFormatException | ArithmeticException e) {
        throw bad(expected, e);
      }
      throw bad(expected, null);
    }

    private static long bytes(String text) {
      int unit = text.isEmpty() ? 0 : "KMG".indexOf(text.charAt(text.length() - 1)) + 1;
      return Math.multiplyExact(
          Long.parseLong(unit == 0 ? text : text.substring(0, text.length() - 1)), 1L << 10 * unit);
    }

    Charset charset() {
      try {
        return given instanceof Charset charset ? charset : Charset.forName(text());
      } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
        throw bad("the name of a charset", e);
      }
    }

    private IllegalArgumentException bad(String expected, @Nullable Exception cause) {
      return new IllegalArgumentException(this + ", not " + expected, cause);
    }

    @Override
    public String toString() {
      return "option '" + key + "' is '" + given + "'";
    }
  }
}
