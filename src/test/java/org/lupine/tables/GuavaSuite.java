package org.lupine.tables;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import junit.framework.Test;
import junit.framework.TestCase;
import junit.framework.TestSuite;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.lupine.Flavour;

/** Suites of Guava's testlib, which are of JUnit 3, as dynamic tests. */
final class GuavaSuite {
  private GuavaSuite() {}

  /** Returns a suite for each flavour that was built. */
  static Stream<DynamicNode> forEachFlavour(java.util.function.Function<Flavour, TestSuite> suite) {
    return Stream.of(Flavour.values())
        .filter(each -> each.present() || "all".equals(System.getProperty("lupine.test.flavours")))
        .map(each -> node(suite.apply(each), each.toString()));
  }

  private static DynamicNode node(Test test, String name) {
    if (!(test instanceof TestSuite)) {
      return DynamicTest.dynamicTest(name, ((TestCase) test)::runBare);
    }
    var inner = new ArrayList<DynamicNode>();
    for (var each : Collections.list(((TestSuite) test).tests())) {
      inner.add(
          node(
              each,
              each instanceof TestSuite
                  ? ((TestSuite) each).getName()
                  : ((TestCase) each).getName()));
    }
    return DynamicContainer.dynamicContainer(name, inner);
  }

  /** Returns tests of a class by their names, for {@code suppressing}. */
  static List<Method> tests(Class<?> tester, String... names) {
    var found = new ArrayList<Method>();
    for (var name : names) {
      try {
        found.add(tester.getMethod(name));
      } catch (NoSuchMethodException e) {
        throw new AssertionError(e);
      }
    }
    return found;
  }
}
