/**
 * What scripts may reach in Java, and how they see it.
 *
 * <p>{@link org.lupine.access.HostAccess} is asked before each use of a class, a member, an element
 * or an operator. {@link org.lupine.access.LuaExport} marks what {@code HostAccess.EXPORTED}
 * allows. {@link org.lupine.access.AttributeFilter} and {@link org.lupine.access.AttributeHandlers}
 * rename, refuse or replace single accesses; {@link org.lupine.access.LuaNamed} gives a method
 * named arguments.
 *
 * <pre>{@code
 * HostAccess access = HostAccess.EXPORTED.or(HostAccess.DATA);
 * try (LuaRuntime lua = LuaRuntime.builder().hostAccess(access).build()) {
 *   lua.globals().put("names", List.of("Io", "Europa"));
 *   System.out.println(lua.eval("names[1], #names"));   // [Io, 2]
 * }
 * }</pre>
 *
 * <p>They are options of a runtime or engine: see {@link org.lupine.LuaOptions.Settings}. The
 * presets {@link org.lupine.Sandbox#CONSTRAINED} and {@link org.lupine.Sandbox#SANDBOX} set a
 * {@code HostAccess} of their own. It can be replaced, but not by one that permits reflection or
 * classes by name.
 */
package org.lupine.access;
