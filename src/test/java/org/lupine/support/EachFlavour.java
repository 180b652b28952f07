package org.lupine.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lupine.Flavour;

/**
 * A test that runs once for each flavour, which is a parameter of it. One that was not built shows
 * as aborted; under {@code -Dlupine.test.flavours=all}, as ci/test has it, it fails.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@EnumSource(Flavour.class)
@ExtendWith(EachFlavour.Built.class)
public @interface EachFlavour {
  /** Lets a test of a flavour run only if there is one. */
  final class Built implements InvocationInterceptor {
    @Override
    public void interceptTestTemplateMethod(
        Invocation<Void> invocation,
        ReflectiveInvocationContext<Method> context,
        ExtensionContext extension)
        throws Throwable {
      for (var argument : context.getArguments()) {
        Assumptions.assumeTrue(
            !(argument instanceof Flavour flavour)
                || flavour.present()
                || "all".equals(System.getProperty("lupine.test.flavours")),
            () -> argument + " was not built");
      }
      invocation.proceed();
    }
  }
}
