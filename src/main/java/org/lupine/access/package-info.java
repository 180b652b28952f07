/**
 * What scripts may reach in Java, and how programs say so.
 *
 * <p>{@link org.lupine.access.HostAccess} decides; {@link org.lupine.access.LuaExport} and {@link
 * org.lupine.access.LuaNamed} mark members for scripts; {@link org.lupine.access.AttributeFilter}
 * and {@link org.lupine.access.AttributeHandlers} see or replace each access to a member.
 */
package org.lupine.access;
