package org.lupine.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method or constructor whose arguments scripts may pass by name: {@code f{x=1, y=2}},
 * {@code f{5, y=6}}, {@code f(5, java.args{y=6})}; passing them by position works as well.
 *
 * <pre>{@code
 * public class Calendar {
 *   @LuaNamed({"title", "hour", "minute"})
 *   public String meet(String title, int hour, @LuaNamed.Default("0") int minute) {
 *     return title + " at " + LocalTime.of(hour, minute);
 *   }
 *
 *   public static void main(String[] arguments) {
 *     try (LuaRuntime lua = LuaRuntime.create()) {
 *       lua.globals().put("calendar", new Calendar());
 *       Object said = lua.eval("calendar:meet{hour = 12, title = 'Lunch'}").first();
 *       System.out.println(said);   // Lunch at 12:00
 *     }
 *   }
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.CONSTRUCTOR})
public @interface LuaNamed {
  /**
   * Returns the names of all parameters; by default those that {@code javac -parameters} recorded.
   */
  String[] value() default {};

  /** The default value of a parameter, used if a script does not pass it. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.PARAMETER)
  @interface Default {
    /**
     * Returns the value as text, or in the format of a Java number or boolean; by default null.
     */
    String[] value() default {};
  }
}
