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
import org.lupine.value.ChunkMode;
import org.lupine.value.LuaTable;

/**
 * Lua code to run or compile: source or bytecode, with its name, its mode, and the table of its
 * global variables. Immutable; can be used in any number of runtimes, unless it has an {@link
 * #environment}.
 *
 * <p>A byte order mark and a first line that begins with {@code #} are skipped; line numbers are
 * unaffected.
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
  private final @Nullable String text;
  private final byte @Nullable [] code;
  private final String name;
  private final ChunkMode mode;
  private final @Nullable LuaTable environment;

  private LuaChunk(
      @Nullable String text,
      byte @Nullable [] code,
      String name,
      ChunkMode mode,
      @Nullable LuaTable environment) {
    this.text = text;
    this.code = code;
    this.name = name;
    this.mode = mode;
    this.environment = environment;
  }

  /** Creates a chunk of source text, which is its own name. */
  public static LuaChunk of(String text) {
    return new LuaChunk(Objects.requireNonNull(text, "text"), null, text, ChunkMode.TEXT, null);
  }

  /** Creates a chunk of the rest of a reader, which is not closed. */
  public static LuaChunk of(Reader reader) throws IOException {
    var text = new StringWriter();
    Objects.requireNonNull(reader, "reader").transferTo(text);
    return of(text.toString());
  }

  /**
   * Creates a chunk of bytes: source in the charset of the runtime's strings, or bytecode if the
   * mode permits it.
   */
  public static LuaChunk of(byte[] code) {
    return new LuaChunk(null, code.clone(), "=(bytes)", ChunkMode.TEXT, null);
  }

  /** Creates a chunk of a file's bytes, as {@link #of(byte[])} does, with the name of the file. */
  public static LuaChunk of(Path file) throws IOException {
    return of(Files.readAllBytes(file)).named("@" + file);
  }

  /**
   * Returns this chunk under another name, in Lua's format: {@code @file}, {@code =shown}, or else
   * source text (Lua manual, 4.6, {@code lua_Debug.source}).
   */
  public LuaChunk named(String name) {
    return new LuaChunk(text, code, Objects.requireNonNull(name, "name"), mode, environment);
  }

  /** Returns this chunk restricted to a mode; by default only source text is permitted. */
  public LuaChunk mode(ChunkMode mode) {
    return new LuaChunk(text, code, name, Objects.requireNonNull(mode, "mode"), environment);
  }

  /**
   * Returns this chunk with its global variables in a table of the runtime that will run it: the
   * chunk and functions in it read and write that table alone; null for the runtime's own globals.
   * What the table lacks is nil, including the library, unless the table's metatable provides it.
   */
  public LuaChunk environment(@Nullable LuaTable environment) {
    return new LuaChunk(text, code, name, mode, environment);
  }

  @Nullable LuaTable environment() {
    return environment;
  }

  /** Returns this chunk in the form that the bridge compiles. */
  Chunk chunk(Charset charset) {
    return Chunk.bytes(bytes(charset), name, mode);
  }

  /** Returns this text of an expression in the form that the bridge compiles. */
  Chunk expression(Charset charset) {
    return Chunk.expression(bytes(charset), name, mode);
  }

  private byte[] bytes(Charset charset) {
    return code != null ? code : Chunk.encoded(Objects.requireNonNull(text), charset);
  }
}
