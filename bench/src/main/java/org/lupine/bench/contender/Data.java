package org.lupine.bench.contender;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The collections that scripts read. */
final class Data {
  static final int SIZE = 10_000;
  static final int MAP_SIZE = 1_000;

  private Data() {}

  static double[] array() {
    var array = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      array[i] = i + 0.5;
    }
    return array;
  }

  static List<Double> list() {
    var list = new ArrayList<Double>();
    for (double each : array()) {
      list.add(each);
    }
    return list;
  }

  static Map<String, Object> map() {
    var map = new HashMap<String, Object>();
    for (int i = 0; i < MAP_SIZE; i++) {
      map.put("key" + i, i + 0.5);
    }
    return map;
  }
}
