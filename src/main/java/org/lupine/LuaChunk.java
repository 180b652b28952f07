package org.lupine;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.bridge.Chunk;
import org.lupine.value.LuaTable;

/**
 * Lua to run or compile: source or bytecode, its name, what it may be, and where its global
 * variables are. Immutable; may serve any number of runtimes, but for one with an {@link
 * #environment}.
 *
 * <p>A byte order mark and a first line that begins with {@code #} are skipped; lines count on.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   LuaTable variables = lua.table().with("x", 40);
 *   LuaChunk chunk = LuaChunk.of("return x + ...").named("@rules.lua").environment(variables);
 *   System.out.println(lua.execute(chunk, 2).first());   // 42
 * }
 * }</pre>
 */
public final class LuaChunk {
  /** What a chunk may be; anything else is a syntax error, by its first byte. */
  public enum Mode {
    /** Source text. */
    TEXT,
    /** What {@code string.dump} gives. Lua does not check bytecode: take it from nobody else. */
    BINARY,
    /** Either. */
    ANY
  }

  private final @Nullable String text;
  private final byte @Nullable [] code;
  private final String name;
  private final Mode mode;
  private final @Nullable LuaTable environment;

  private LuaChunk(@Nullable String text, byte @Nullable [] code, String name, Mode mode,
      @Nullable LuaTable environment) {
    this.text = text;
    this.code = code;
    this.name = name;
    this.mode = mode;
    this.environment = environment;
  }

  /** Source text, which is its own name. */
  public static LuaChunk of(String text) {
    return new LuaChunk(Objects.requireNonNull(text, "text"), null, text, Mode.TEXT, null);
  }

  /** What is left in a reader, which stays open. */
  public static LuaChunk of(Reader reader) throws IOException {
    var text = new StringWriter();
    Objects.requireNonNull(reader, "reader").transferTo(text);
    return of(text.toString());
  }

  /** Bytes of source, in the charset of the runtime's strings; or bytecode, if the mode allows. */
  public static LuaChunk of(byte[] code) {
    return new LuaChunk(null, code.clone(), "=(bytes)", Mode.TEXT, null);
  }

  /** Returns a file's bytes, as {@link #of(byte[])}; its name is that of the file. */
  public static LuaChunk of(Path file) throws IOException {
    return of(Files.readAllBytes(file)).named("@" + file);
  }

  /**
   * Returns the same under another name, as Lua has it: {@code @file}, {@code =shown}, or else
   * source text (Lua manual, 4.6, {@code lua_Debug.source}).
   */
  public LuaChunk named(String name) {
    return new LuaChunk(text, code, Objects.requireNonNull(name, "name"), mode, environment);
  }

  /** Returns the same, restricted to a mode; by default only text is taken. */
  public LuaChunk mode(Mode mode) {
    return new LuaChunk(text, code, name, Objects.requireNonNull(mode, "mode"), environment);
  }

  /**
   * Returns the same with its global variables in a table of the runtime that it will run in: all
   * that it, and functions in it, read and write are the table's; null for the runtime's own
   * globals. What the table lacks is nil, the library too, unless its metatable knows better.
   */
  public LuaChunk environment(@Nullable LuaTable environment) {
    return new LuaChunk(text, code, name, mode, environment);
  }

  @Nullable LuaTable environment() {
    return environment;
  }

  /** As a runtime compiles it. */
  Chunk chunk(Charset charset) {
    return Chunk.bytes(bytes(charset), name, Chunk.Mode.valueOf(mode.name()));
  }

  /** As a runtime compiles the text of an expression. */
  Chunk expression(Charset charset) {
    return Chunk.expression(bytes(charset), name, Chunk.Mode.valueOf(mode.name()));
  }

  @SuppressWarnings("NullAway")
  private byte[] bytes(Charset charset) {
    return code != null ? code : Chunk.encoded(text, charset);
  }
}
