package org.lupine.bench.contender;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The same work in C alone, with the core that we ship; see bench/native/pure.c. */
final class PureC extends Contender {
  private static final int NO_REF = -2;

  /** How often a native repeats an operation, so that the call of it costs nothing. */
  private static final int MANY = 100;

  private final String flavour;
  private long state;

  PureC(String flavour) {
    this.flavour = flavour;
    host("create", 1, "start", null, "return 1");
    host("evalNew", MANY, "runNew", null, "");
    host("evalSeen", MANY, "runText", null, "return 1");
    host("compile", 1, "compileNew", null, Texts.FORTY_LINES);
    host("compiled", MANY, "callNothing", "return function() return 1 end", "");
    host("compiledPut", MANY, "putAndCall", "return function() return x + 1 end", "");
    host("bindings", MANY, "putEightAndCall", "return function() return a + b + c end", "");
    host("rule", MANY, "putThreeAndCall", "return function() d = a * b + c return d end", "");
    host("ruleLibrary", MANY, "putThreeAndCall", "return function() " + Texts.LIBRARY + " end", "");
    host("ruleLoop", MANY, "putThreeAndCall", "return function() " + Texts.LOOP + " end", "");
    host("put", MANY, "put", null, "");
    host("get", MANY, "get", null, "");
    host("putGet", MANY, "putGet", null, "");
    host("invokeNumber", MANY, "callNumber", "return function(x) return x + 1 end", "");
    host("interfaceNumber", MANY, "callNumber", "return function(x) return x + 1 end", "");
    host("apiNumber", MANY, "callNumber", "return function(x) return x + 1 end", "");
    host("invokeText", MANY, "callText", "return function(x) return x end", Texts.TEN);
    host("apiText", MANY, "callText", "return function(x) return x end", Texts.TWENTY);
    host("invokeNewText", MANY, "callNewText", "return function(x) return x end", "");
    host("invokeKilobyte", MANY, "callText", "return function(x) return x end", Texts.KILOBYTE);
    host("invokeMixed", MANY, "callMixed", "return function(s, d, b) return d end", "abc");
    host("scriptError", MANY, "callFailing", "return function() error('no') end", "");
    host("tableGet", MANY, "getField", "return {x = 1.5}", "");
    host("tableSet", MANY, "setField", "return {x = 1.5}", "");
    host(
        "tableRead",
        1,
        "readTable",
        "local t = {} for i = 1, 10000 do t[i] = i + 0.5 end return t",
        "");
    row(
        "jniDowncall",
        MANY,
        () -> {
          start();
          return () -> {
            long sum = 0;
            for (int i = 0; i < MANY; i++) {
              sum += nothing(i, 1, 2, 3);
            }
            return sum;
          };
        });
    row(
        "jniUpcall",
        MANY,
        () -> {
          start();
          return () -> upcalls(MANY);
        });
    var loops =
        Loops.lua()
            .with(
                "listLoop",
                Data.SIZE,
                "function bench() local s = 0 for i = 1, #list do s = s + list[i] end "
                    + "return s end")
            .with(
                "arraySum",
                Data.SIZE,
                "function bench() local s, array = 0, list for i = 1, #array do "
                    + "s = s + array[i] end return s end")
            .with(
                "bufferSum",
                Data.SIZE,
                "function bench() local s, array = 0, list for i = 1, #array do "
                    + "s = s + array[i] end return s end")
            .with(
                "mapPairs",
                Data.MAP_SIZE,
                "map = {} for i = 0, 999 do map['key' .. i] = i + 0.5 end function bench() "
                    + "local s = 0 for k, v in pairs(map) do s = s + v end return s end")
            .lua("beanGet", "local point = point", "s = s + point.y")
            .lua("beanSet", "local point = point", "point.y = 1.5");
    loops(loops, this::loop);
  }

  private void start() {
    System.load(
        Path.of(
                System.getProperty("lupine.bench.natives"),
                System.mapLibraryName("lupine-bench-" + flavour))
            .toAbsolutePath()
            .toString());
    state = open();
  }

  /** Adds a row that is one operation of the C file, with the result of a chunk and a text. */
  private void host(String row, int count, String operation, String chunk, String text) {
    row(
        row,
        row.equals("tableRead") ? Data.SIZE : count,
        () -> {
          start();
          int number = operation(operation);
          if (number < 0) {
            throw new IllegalStateException("pure.c has no '" + operation + "'");
          }
          int ref = chunk == null ? NO_REF : ref(state, chunk);
          var bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
          return () -> run(state, number, ref, bytes, count);
        });
  }

  private Work loop(String code) {
    start();
    ref(state, "function id(x) return x end");
    ref(state, code);
    int ref = ref(state, "return bench");
    int call = operation("callNothing");
    var none = new byte[1];
    return () -> run(state, call, ref, none, 1);
  }

  private static native long open();

  /** Returns a ref to what a chunk returns. */
  private static native int ref(long state, String code);

  private static native int operation(String name);

  private static native long nothing(long state, int operation, int target, int name);

  /** Calls {@link #empty} the given number of times. */
  private static native long upcalls(int count);

  /** Has as many parameters as Lupine's own method that C calls. */
  private static long empty(int state, int operation, int target, int member, int length) {
    return length;
  }

  private static native double run(long state, int operation, int ref, byte[] text, int count);
}
