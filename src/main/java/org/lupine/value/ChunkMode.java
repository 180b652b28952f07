package org.lupine.value;

/**
 * What a chunk may be; anything else, judged by its first byte, is a syntax error.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   byte[] code = "return 6 * 7".getBytes();   // may be bytecode as well
 *   LuaChunk chunk = LuaChunk.of(code).mode(ChunkMode.ANY);
 *   System.out.println(lua.execute(chunk).first());   // 42
 * }
 * }</pre>
 */
public enum ChunkMode {
  /** Source text. */
  TEXT,
  /** The result of {@code string.dump}. Lua does not verify bytecode: load only your own. */
  BINARY,
  /** Source text or bytecode. */
  ANY
}
