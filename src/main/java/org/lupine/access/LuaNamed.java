package org.lupine.access;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method or constructor whose arguments scripts may pass by name: {@code f{x=1, y=2}},
 * {@code f{5, y=6}}, {@code f(5, java.args{y=6})}; passing them by position works as well.
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
