package org.lupine.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a member or a class as usable by scripts under {@link HostAccess#EXPORTED}.
 *
 * <pre>{@code
 * public class Account {
 *   @LuaExport
 *   public long balance() {
 *     return 42;
 *   }
 *
 *   public void close() {}
 *
 *   public static void main(String[] arguments) {
 *     try (LuaRuntime lua = LuaRuntime.builder().hostAccess(HostAccess.EXPORTED).build()) {
 *       lua.globals().put("account", new Account());
 *       System.out.println(lua.eval("account:balance()").first());   // 42
 *       System.out.println(lua.eval("pcall(function() account:close() end)").first());   // false
 *     }
 *   }
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.FIELD, ElementType.CONSTRUCTOR})
public @interface LuaExport {}
