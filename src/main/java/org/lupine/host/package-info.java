/**
 * Java as Lua sees it: members, overloads, conversion, proxies, and who may reach what.
 *
 * <p>{@link org.lupine.host.JavaHost} is the door; class data hangs on the classes themselves
 * ({@link java.lang.ClassValue}) in a way that lets them unload, and lets this library unload too.
 */
package org.lupine.host;
