package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

/**
 * A piece of Lua to compile: source or bytecode, with its name. Belongs to no state; each state
 * keeps what it compiled of it, by identity. Immutable.
 */
public final class Chunk {
  /** What a chunk may be: source text, what {@code string.dump} gives, or either. */
  public enum Mode { TEXT, BINARY, ANY }

  final byte[] code;
  final byte[] name;
  final Mode mode;
  final boolean expression;

  private Chunk(byte[] code, String name, Mode mode, boolean expression) {
    this.code = code;
    this.name = name.getBytes(StandardCharsets.UTF_8);
    this.mode = Objects.requireNonNull(mode, "mode");
    this.expression = expression;
  }

  /**
   * Source text. A byte order mark and a first line that begins with {@code #} are skipped, line
   * numbers kept.
   *
   * @param name the chunk name as Lua has it: {@code @file}, {@code =shown} or source text
   * @param expression whether text that is no chunk is tried as an expression
   */
  public static Chunk text(String source, String name, Charset charset, boolean expression) {
    return new Chunk(skipped(source.getBytes(charset)), name, Mode.TEXT, expression);
  }

  /** Source or bytecode, as the mode allows. */
  public static Chunk bytes(byte[] code, String name, Mode mode) {
    return new Chunk(skipped(code.clone()), name, mode, false);
  }

  private static byte[] skipped(byte[] code) {
    int start = code.length >= 3 && code[0] == (byte) 0xEF && code[1] == (byte) 0xBB
        && code[2] == (byte) 0xBF ? 3 : 0;
    if (start < code.length && code[start] == '#') {
      while (start < code.length && code[start] != '\n' && code[start] != '\r') {
        start++;
      }
    }
    return start == 0 ? code : Arrays.copyOfRange(code, start, code.length);
  }
}
