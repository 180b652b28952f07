/**
 * Runs Lua 5.1 to 5.5 and LuaJIT inside the JVM.
 *
 * <p>{@link org.lupine.LuaRuntime} is one interpreter; {@link org.lupine.LuaOptions} configures it;
 * {@link org.lupine.LuaRuntimePool} shares several among threads. {@link org.lupine.Flavour} lists
 * the Lua versions, {@link org.lupine.Sandbox} the presets for scripts that are not your own.
 * {@link org.lupine.access.HostAccess} decides what scripts may reach. The types of Lua's values
 * are in {@link org.lupine.value}, script engines for {@code javax.script} in {@link
 * org.lupine.jsr223}.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.builder().timeLimit(Duration.ofSeconds(1)).build()) {
 *   lua.globals().put("moons", List.of("Io", "Europa", "Ganymede"));
 *   Values results = lua.execute("return #moons, moons[1]:upper()");
 *   System.out.println(results);   // [3, IO]
 * }
 * }</pre>
 *
 * <p><b>Values.</b> Nil is null. Booleans, numbers and strings are Java's own. Tables, functions
 * and coroutines are {@link org.lupine.value.LuaTable}, {@link org.lupine.value.LuaFunction} and
 * {@link org.lupine.value.LuaCoroutine}: references into their runtime, in which Java may call and
 * change them. Any other Java object goes to Lua as a reference, and comes back as the same object.
 *
 * <p><b>Threads.</b> Any thread may use a runtime, one at a time; others wait. An interrupt of the
 * waiting thread ends such a wait, and so does the limit of its run. While a script waits in a Java
 * method, other threads may call its functions.
 *
 * <p><b>Errors.</b> Whatever Lua raises is a {@link org.lupine.value.LuaException}. If a Java
 * exception caused the error, it is the cause of the LuaException, as the same object. An argument
 * that cannot be used is an {@link java.lang.IllegalArgumentException}; use after {@code close()}
 * throws an {@link java.lang.IllegalStateException}.
 *
 * <p><b>Lifetime.</b> {@code close()} frees a runtime and all of its values. A runtime that is
 * unreachable is freed by a cleaner.
 *
 * <p><b>Null.</b> Parameters and results are not null unless they are marked {@code Nullable}.
 *
 * <p><b>Aims</b>, the most important first:
 *
 * <ol>
 *   <li>No script ends the JVM by mistake.
 *   <li>An operation crosses the boundary between Java and C once.
 *   <li>Values are exact.
 *   <li>The engine follows the habits of hosts of {@code javax.script}.
 *   <li>Scripts find Lua as its manual describes it.
 * </ol>
 */
package org.lupine;
