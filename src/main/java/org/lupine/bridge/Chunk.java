package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.lupine.value.ChunkMode;
import org.lupine.value.LuaSyntaxException;

/**
 * A piece of Lua to compile: source or bytecode, with its name. Belongs to no state; each state
 * caches what it compiled, by the identity of this object. Immutable, except for the profile of its
 * runs.
 */
public final class Chunk {
  /** The first byte of bytecode, in every version. */
  private static final byte ESCAPE = 0x1B;

  private static final byte[] RETURN = "return ".getBytes(StandardCharsets.US_ASCII);

  /** The chunk name of our own Lua code; positions of errors and {@code debug} skip such code. */
  public static final String OWN = "=[lupine]";

  final byte[] code;
  final String name;
  final ChunkMode mode;
  final boolean expression;
  final RunProfile profile = new RunProfile();

  private Chunk(byte[] code, String name, ChunkMode mode, boolean expression) {
    this.code = code;
    this.name = Objects.requireNonNull(name, "name");
    this.mode = Objects.requireNonNull(mode, "mode");
    this.expression = expression;
  }

  /**
   * Creates a chunk of source text. A byte order mark and a first line that begins with {@code #}
   * are skipped; line numbers are unaffected.
   *
   * @param name the chunk name in Lua's format: {@code @file}, {@code =shown} or source text
   * @param expression whether text that is not a chunk is tried as an expression; a first line is
   *     skipped only if it begins with {@code #!} then
   * @throws LuaSyntaxException if the charset lacks a character of the text
   */
  public static Chunk text(String source, String name, Charset charset, boolean expression) {
    return new Chunk(
        skipped(encoded(source, charset), expression ? "#!" : "#"),
        name,
        ChunkMode.TEXT,
        expression);
  }

  /** Creates a chunk of source or bytecode, as the mode allows; skips what {@link #text} skips. */
  public static Chunk bytes(byte[] code, String name, ChunkMode mode) {
    return new Chunk(skipped(code.clone(), "#"), name, mode, false);
  }

  /** Encodes source text as the bytes to compile, without a byte order mark. */
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

  /**
   * Creates a chunk that returns the values of an expression, or of several separated by commas.
   */
  public static Chunk expression(byte[] text, String name, ChunkMode mode) {
    var rest = skipped(text, "#!");
    var code = Arrays.copyOf(RETURN, RETURN.length + rest.length);
    System.arraycopy(rest, 0, code, RETURN.length, rest.length);
    return new Chunk(code, name, mode, false);
  }

  /** Returns this chunk as the arguments of a crossing, followed by others. */
  Object[] with(TextCodec codec, Object... arguments) {
    var all = new Object[4 + arguments.length];
    all[0] = code;
    all[1] = codec.encodeLoosely(name);
    all[2] = mode.ordinal(); // the number of it in chunk.c
    all[3] = expression;
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return all;
  }

  private static byte[] skipped(byte[] code, String comment) {
    int start =
        code.length >= 3
                && code[0] == (byte) 0xEF
                && code[1] == (byte) 0xBB
                && code[2] == (byte) 0xBF
            ? 3
            : 0;
    if (begins(code, start, comment)) {
      while (start < code.length && code[start] != '\n' && code[start] != '\r') {
        start++;
      }
      if (start + 1 < code.length && code[start + 1] == ESCAPE) {
        start++; // bytecode after a line for the shell
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
