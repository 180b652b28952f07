/**
 * Access to Java objects from Lua: members, overloads, conversion, proxies.
 *
 * <p>{@link org.lupine.host.JavaHost} is the entry point. Data about classes is attached to the
 * classes themselves ({@link java.lang.ClassValue}) in a way that lets them be unloaded, and this
 * library, too.
 */
package org.lupine.host;
