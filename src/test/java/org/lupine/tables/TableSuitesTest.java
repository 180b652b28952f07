package org.lupine.tables;

import com.google.common.collect.testing.ListTestSuiteBuilder;
import com.google.common.collect.testing.MapTestSuiteBuilder;
import com.google.common.collect.testing.SampleElements;
import com.google.common.collect.testing.TestListGenerator;
import com.google.common.collect.testing.TestMapGenerator;
import com.google.common.collect.testing.features.CollectionFeature;
import com.google.common.collect.testing.features.CollectionSize;
import com.google.common.collect.testing.features.ListFeature;
import com.google.common.collect.testing.features.MapFeature;
import com.google.common.collect.testing.testers.CollectionCreationTester;
import com.google.common.collect.testing.testers.MapCreationTester;
import com.google.common.collect.testing.testers.MapEntrySetTester;
import com.google.common.collect.testing.testers.MapEqualsTester;
import com.google.common.collect.testing.testers.MapHashCodeTester;
import com.google.common.collect.testing.testers.MapPutAllTester;
import com.google.common.collect.testing.testers.MapPutIfAbsentTester;
import com.google.common.collect.testing.testers.MapPutTester;
import com.google.common.collect.testing.testers.MapReplaceEntryTester;
import com.google.common.collect.testing.testers.MapReplaceTester;
import com.google.common.collect.testing.testers.MapToStringTester;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import junit.framework.TestSuite;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;

/** Tables against Guava's suites for maps and lists, as far as Lua allows. */
class TableSuitesTest {
  private static final List<LuaRuntime> OPEN = new ArrayList<>();

  private static LuaRuntime open(Flavour flavour) {
    var lua = LuaRuntime.builder().flavour(flavour).build();
    OPEN.add(lua);
    return lua;
  }

  @AfterAll
  static void close() {
    OPEN.forEach(LuaRuntime::close);
  }

  @TestFactory
  Stream<DynamicNode> tablesAreMaps() {
    return GuavaSuite.forEachFlavour(TableSuitesTest::maps);
  }

  @TestFactory
  Stream<DynamicNode> tablesAreLists() {
    return GuavaSuite.forEachFlavour(TableSuitesTest::lists);
  }

  private static TestSuite maps(Flavour flavour) {
    return MapTestSuiteBuilder.using(new Maps(open(flavour)))
        .named("LuaTable")
        .withFeatures(
            CollectionSize.ANY,
            MapFeature.GENERAL_PURPOSE,
            MapFeature.ALLOWS_NULL_KEY_QUERIES,
            MapFeature.ALLOWS_NULL_VALUE_QUERIES,
            CollectionFeature.SUPPORTS_ITERATOR_REMOVE)
        .suppressing(excluded())
        .createTestSuite();
  }

  private static List<Method> excluded() {
    var excluded = new ArrayList<Method>();
    // Tables are equal by identity, as in Lua, and never equal a Java map with the same entries.
    excluded.addAll(GuavaSuite.tests(MapEqualsTester.class, "testEquals_otherMapWithSameEntries"));
    excluded.addAll(GuavaSuite.tests(MapHashCodeTester.class, "testHashCode"));
    // Their text is that of Lua's tostring.
    excluded.addAll(
        GuavaSuite.tests(
            MapToStringTester.class,
            "testToString_size0",
            "testToString_size1",
            "testToString_formatting"));
    // Setting nil removes: a null value is not refused, and there is no entry afterwards.
    excluded.addAll(
        GuavaSuite.tests(MapCreationTester.class, "testCreateWithNullValueUnsupported"));
    excluded.addAll(
        GuavaSuite.tests(CollectionCreationTester.class, "testCreateWithNull_unsupported"));
    excluded.addAll(GuavaSuite.tests(MapEntrySetTester.class, "testSetValueWithNullValuesAbsent"));
    excluded.addAll(
        GuavaSuite.tests(
            MapPutTester.class,
            "testPut_nullValueUnsupported",
            "testPut_replaceWithNullValueUnsupported"));
    excluded.addAll(GuavaSuite.tests(MapPutAllTester.class, "testPutAll_nullValueUnsupported"));
    excluded.addAll(
        GuavaSuite.tests(
            MapPutIfAbsentTester.class, "testPutIfAbsent_nullValueUnsupportedAndKeyAbsent"));
    excluded.addAll(
        GuavaSuite.tests(MapReplaceTester.class, "testReplace_presentNullValueUnsupported"));
    excluded.addAll(
        GuavaSuite.tests(
            MapReplaceEntryTester.class, "testReplaceEntry_presentNullValueUnsupported"));
    return excluded;
  }

  private static TestSuite lists(Flavour flavour) {
    return ListTestSuiteBuilder.using(new Lists(open(flavour)))
        .named("LuaTable.asList")
        .withFeatures(
            CollectionSize.ANY, ListFeature.GENERAL_PURPOSE, CollectionFeature.ALLOWS_NULL_QUERIES)
        .createTestSuite();
  }

  private record Maps(LuaRuntime lua) implements TestMapGenerator<Object, Object> {
    @Override
    public SampleElements<Map.Entry<Object, Object>> samples() {
      return new SampleElements<>(
          Map.entry("one", "January"),
          Map.entry(2L, 22L),
          Map.entry(true, 3.5),
          Map.entry("four", "April"),
          Map.entry("five", false));
    }

    @Override
    public Map<Object, Object> create(Object... entries) {
      var table = lua.table();
      for (var each : entries) {
        table.put(((Map.Entry<?, ?>) each).getKey(), ((Map.Entry<?, ?>) each).getValue());
      }
      return table;
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Map.Entry<Object, Object>[] createArray(int length) {
      return new Map.Entry[length];
    }

    @Override
    public Object[] createKeyArray(int length) {
      return new Object[length];
    }

    @Override
    public Object[] createValueArray(int length) {
      return new Object[length];
    }

    @Override
    public Iterable<Map.Entry<Object, Object>> order(List<Map.Entry<Object, Object>> entries) {
      return entries;
    }
  }

  private record Lists(LuaRuntime lua) implements TestListGenerator<Object> {
    @Override
    public SampleElements<Object> samples() {
      return new SampleElements<>("a", 2L, true, "d", 5.5);
    }

    @Override
    public List<Object> create(Object... elements) {
      var list = lua.table().asList();
      list.addAll(Arrays.asList(elements));
      return list;
    }

    @Override
    public Object[] createArray(int length) {
      return new Object[length];
    }

    @Override
    public Iterable<Object> order(List<Object> elements) {
      return elements;
    }
  }
}
