package org.lupine;

/**
 * The memory of a runtime, in bytes. LuaJIT's machine code and what C modules allocate for
 * themselves are not in it.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().maxMemory(1 << 20).build()) {
 *   System.out.println(lua.memory().limit());          // 1048576
 *   System.out.println(lua.memory().used() < 65536);   // true
 * }
 * }</pre>
 *
 * @param used what scripts and values use beyond {@code base}
 * @param base what the interpreter took when it was opened
 * @param limit what {@code used} may come to; 0: anything
 */
public record LuaMemory(long used, long base, long limit) {
  /** Of all that is used, the base and the limit. */
  static LuaMemory of(long[] figures) {
    return new LuaMemory(Math.max(0, figures[0] - figures[1]), figures[1], figures[2]);
  }
}
