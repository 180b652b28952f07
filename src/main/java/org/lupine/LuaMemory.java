package org.lupine;

/**
 * The memory of a runtime, in bytes. Does not include LuaJIT's machine code, nor what C modules
 * allocate themselves.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().maxMemory(1 << 20).build()) {
 *   System.out.println(lua.memory().limit());          // 1048576
 *   System.out.println(lua.memory().used() < 65536);   // true
 * }
 * }</pre>
 *
 * @param used the bytes used by scripts and values, in addition to {@code base}
 * @param base the bytes that the interpreter used when it was opened
 * @param limit the limit of {@code used}; 0 for none
 */
public record LuaMemory(long used, long base, long limit) {
  /** Converts the three numbers of the bridge: all that is used, the base and the limit. */
  static LuaMemory of(long[] figures) {
    return new LuaMemory(Math.max(0, figures[0] - figures[1]), figures[1], figures[2]);
  }
}
