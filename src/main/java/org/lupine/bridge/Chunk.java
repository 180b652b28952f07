package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.lupine.value.LuaSyntaxException;

/**
 * A piece of Lua to compile: source or bytecode, with its name. Belongs to no state; each state
 * keeps what it compiled of it, by identity. Immutable.
 */
public final class Chunk {
  /** What a chunk may be: source text, what {@code string.dump} gives, or either. */
  public enum Mode { TEXT, BINARY, ANY }

  /** What bytecode begins with, in every version. */
  private static final byte ESCAPE = 0x1B;
  private static final byte[] RETURN = "return ".getBytes(StandardCharsets.US_ASCII);

  /** The name of Lua code of ours, by which the place of an error and {@code debug} pass. */
  public static final String OWN = "=[lupine]";

  final byte[] code;
  final String name;
  final Mode mode;
  final boolean expression;

  private Chunk(byte[] code, String name, Mode mode, boolean expression) {
    this.code = code;
    this.name = Objects.requireNonNull(name, "name");
    this.mode = Objects.requireNonNull(mode, "mode");
    this.expression = expression;
  }

  /**
   * Source text. A byte order mark and a first line that begins with {@code #} are skipped, line
   * numbers kept.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @param expression whether text that is no chunk is tried as an expression; a first line must
   *     begin with {@code #!} then to be skipped
   * @throws LuaSyntaxException if the charset lacks a character of the text
   */
  public static Chunk text(String source, String name, Charset charset, boolean expression) {
    return new Chunk(skipped(encoded(source, charset), expression ? "#!" : "#"),
        name, Mode.TEXT, expression);
  }

  /** Source or bytecode, as the mode allows; what is skipped as in {@link #text}. */
  public static Chunk bytes(byte[] code, String name, Mode mode) {
    return new Chunk(skipped(code.clone(), "#"), name, mode, false);
  }

  /** Source text as the bytes to compile: without its byte order mark. */
  public static byte[] encoded(String source, Charset charset) {
    var text = source.startsWith("\uFEFF") ? source.substring(1) : source;
    if (!TextCodec.suits(charset, text)) {
      int line = 1;
      for (var each : text.split("\n", -1)) {
        if (!TextCodec.suits(charset, each)) {
          break;
        }
        line++;
      }
      throw new LuaSyntaxException(
          "source cannot be encoded in " + charset + " (line " + line + ")", null, line);
    }
    return text.getBytes(charset);
  }

  /** Text of an expression, or of several with commas, as a chunk that returns their values. */
  public static Chunk expression(byte[] text, String name, Mode mode) {
    var rest = skipped(text, "#!");
    var code = Arrays.copyOf(RETURN, RETURN.length + rest.length);
    System.arraycopy(rest, 0, code, RETURN.length, rest.length);
    return new Chunk(code, name, mode, false);
  }

  /** As the arguments of a crossing, with others behind. */
  Object[] with(TextCodec codec, Object... arguments) {
    var all = new Object[4 + arguments.length];
    all[0] = code;
    all[1] = codec.encodeLoosely(name);
    all[2] = mode.ordinal();
    all[3] = expression;
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return all;
  }

  private static byte[] skipped(byte[] code, String comment) {
    int start = code.length >= 3 && code[0] == (byte) 0xEF && code[1] == (byte) 0xBB
        && code[2] == (byte) 0xBF ? 3 : 0;
    if (begins(code, start, comment)) {
      while (start < code.length && code[start] != '\n' && code[start] != '\r') {
        start++;
      }
      if (start + 1 < code.length && code[start + 1] == ESCAPE) {
        start++;  // bytecode behind a line for the shell
      }
    }
    return start == 0 ? code : Arrays.copyOfRange(code, start, code.length);
  }

  private static boolean begins(byte[] code, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (at + i >= code.length || code[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
