package org.lupine.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.lupine.bridge.Protocol.CoroutineCall;
import org.lupine.bridge.Protocol.Element;
import org.lupine.bridge.Protocol.FastOp;
import org.lupine.bridge.Protocol.Flag;
import org.lupine.bridge.Protocol.Layout;
import org.lupine.bridge.Protocol.Op;
import org.lupine.bridge.Protocol.Operator;
import org.lupine.bridge.Protocol.Status;
import org.lupine.bridge.Protocol.Stop;
import org.lupine.bridge.Protocol.Tag;
import org.lupine.bridge.Protocol.Trait;
import org.lupine.bridge.Protocol.Upcall;

/** Compares {@link Protocol} with {@code jni/bridge.h}: a wrong number fails here, not in a JVM. */
class ProtocolTest {
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern ENUM = Pattern.compile("\\benum \\w+ \\{(.*?)\\}", Pattern.DOTALL);
  private static final Pattern MACRO =
      Pattern.compile("(?m)^#define +(\\w+) +\\(?(-?\\d\\w*)\\)?\\s*$");
  private static final Pattern FRAME =
      Pattern.compile("struct Frame \\{(.*?)\\} Frame;", Pattern.DOTALL);
  private static final Pattern FIELD = Pattern.compile("(\\w+) (\\w+)(?:\\[(\\w+)\\])?;");

  private static String header;
  private static Map<String, Integer> enumerators;
  private static Map<String, Integer> macros;

  @BeforeAll
  static void read() throws IOException {
    header = COMMENT.matcher(Files.readString(Path.of("jni/bridge.h"))).replaceAll("");
    enumerators = enumerators(header);
    macros = new TreeMap<>();
    var macro = MACRO.matcher(header);
    while (macro.find()) {
      macros.put(macro.group(1), Integer.decode(macro.group(2)));
    }
  }

  private static Map<String, Integer> enumerators(String header) {
    var all = new TreeMap<String, Integer>();
    var each = ENUM.matcher(header);
    while (each.find()) {
      int next = 0;
      for (var enumerator : each.group(1).split(",")) {
        var parts = enumerator.strip().split("\\s*=\\s*");
        next = parts.length > 1 ? Integer.decode(parts[1]) : next;
        all.put(parts[0], next++);
      }
    }
    return all;
  }

  /** The constants of a class, whose names in C begin with a prefix. */
  private static Map<String, Integer> constants(Class<?> type, String prefix) {
    var all = new TreeMap<String, Integer>();
    for (var field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
        try {
          field.setAccessible(true);
          all.put(prefix + field.getName(), field.getInt(null));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return all;
  }

  private static Map<String, Integer> ofPrefix(Map<String, Integer> all, String prefix) {
    var found = new TreeMap<>(all);
    found.keySet().removeIf(name -> !name.startsWith(prefix));
    return found;
  }

  @Test
  void hasTheEnumeratorsOfTheHeader() {
    var expected = new TreeMap<String, Integer>();
    expected.putAll(constants(Op.class, "OP_"));
    expected.putAll(constants(FastOp.class, "FAST_"));
    expected.putAll(constants(Upcall.class, "UP_"));
    expected.putAll(constants(Tag.class, "TAG_"));
    expected.putAll(constants(Status.class, "STATUS_"));
    expected.putAll(constants(Stop.class, "STOP_"));
    expected.putAll(constants(CoroutineCall.class, "COROUTINE_"));
    expected.putAll(constants(Operator.class, "OPERATOR_"));
    expected.putAll(constants(Trait.class, "TRAIT_"));
    expected.putAll(constants(Element.class, "ELEMENT_"));
    expected
        .keySet()
        .removeIf(
            name ->
                name.matches(
                    "UP_(SELF|METHOD|ATTACHED|SCOPE_KEPT|(ASKED|AHEAD|WRITE|READ)_.+)")); // macros

    assertTrue(enumerators.size() > 100, "" + enumerators);
    assertEquals(lines(enumerators), lines(expected));
  }

  @Test
  void hasTheMacrosOfTheHeader() {
    var upcalls = constants(Upcall.class, "");
    var expected = new TreeMap<String, Integer>(constants(Flag.class, "FRAME_"));
    expected.put("FRAME_IDS", Layout.IDS);
    expected.put("FRAME_MESSAGE", Layout.MESSAGE_SIZE);
    expected.put("FRAME_WRITES", Layout.WRITES_SIZE);
    expected.put("PREFETCHED", Layout.PREFETCHED);
    expected.put("PREFETCHED_VALUES", Layout.PREFETCHED_VALUES);
    expected.put("TAKEN_UNKNOWN", Layout.TAKEN_UNKNOWN);
    expected.put("UP_SELF", Upcall.SELF);
    expected.put("UP_ASKED_SHIFT", Upcall.ASKED_SHIFT);
    expected.put("UP_ATTACHED", Upcall.ATTACHED);
    expected.put("SCOPE_KEPT", Upcall.SCOPE_KEPT);
    expected.putAll(ofPrefix(upcalls, "AHEAD_"));
    expected.putAll(ofPrefix(upcalls, "WRITE_"));
    expected.putAll(ofPrefix(upcalls, "READ_"));

    var found = new TreeMap<String, Integer>();
    for (var prefix :
        new String[] {
          "FRAME_", "FAST_", "PREFETCHED", "TAKEN_", "UP_", "SCOPE_", "AHEAD_", "WRITE_", "READ_"
        }) {
      found.putAll(ofPrefix(macros, prefix));
    }
    found.remove("UP_NARROW"); // jvm.c removes it before it calls Java
    assertEquals(lines(found), lines(expected));
  }

  @Test
  void laysOutTheFrameAsTheHeaderDoes() {
    var offsets = new LinkedHashMap<String, Integer>();
    var frame = FRAME.matcher(header);
    assertTrue(frame.find());
    var field = FIELD.matcher(frame.group(1));
    int at = 0;
    while (field.find()) {
      int size = field.group(1).equals("char") ? 1 : field.group(1).equals("int64_t") ? 8 : 4;
      at = (at + size - 1) / size * size;
      offsets.put(field.group(2), at);
      at += size * (field.group(3) == null ? 1 : macros.get(field.group(3)));
    }

    var expected = new LinkedHashMap<String, Integer>();
    expected.put("flags", Layout.FLAGS);
    expected.put("released_count", Layout.RELEASED_COUNT);
    expected.put("released", Layout.RELEASED);
    expected.put("crossings", Layout.CROSSINGS);
    expected.put("freed_count", Layout.FREED_COUNT);
    expected.put("freed", Layout.FREED);
    expected.put("answer", Layout.ANSWER);
    expected.put("message", Layout.MESSAGE);
    expected.put("unread", Layout.UNREAD);
    expected.put("taken", Layout.TAKEN);
    expected.put("writable", Layout.WRITABLE);
    expected.put("written", Layout.WRITTEN);
    expected.put("unused", Layout.WRITTEN + 4);
    expected.put("writes", Layout.WRITES);
    assertEquals(lines(offsets), lines(expected));
    assertEquals(Layout.END, Layout.MESSAGE + Layout.MESSAGE_SIZE);
  }

  @Test
  void ordersWhatIsReadAsTheHeaderDoes() {
    assertEquals(Upcall.READ_LINE, Console.Extent.LINE.ordinal());
    assertEquals(Upcall.READ_COUNT, Console.Extent.COUNT.ordinal());
    assertEquals(Upcall.READ_NUMBER, Console.Extent.NUMBER.ordinal());
  }

  @Test
  void namesTheNumberThatIsNoResult() {
    var other = Pattern.compile("OTHER_NUMBER +INT64_C\\((0x\\w+)\\)").matcher(header);

    assertTrue(other.find());
    assertEquals((long) Long.decode(other.group(1)), Native.OTHER);
  }

  /** One a line, so that a failure shows which differ. */
  private static String lines(Map<String, Integer> all) {
    var text = new StringBuilder();
    all.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    return text.toString();
  }
}
