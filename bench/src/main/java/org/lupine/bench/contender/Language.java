package org.lupine.bench.contender;

/**
 * What the texts of a script language look like.
 *
 * @param result stands before the result of a script
 * @param variable stands before the name of a local variable
 * @param function a format for a name, parameters and a result
 * @param failing a function {@code f} that raises an error
 * @param library a script that sets {@code d} by a function of the library
 * @param loop a script that reads {@code a} ten times
 * @param lines 41 lines of functions
 */
record Language(
    String result,
    String variable,
    String function,
    String failing,
    String library,
    String loop,
    String lines) {
  static final Language LUA =
      new Language(
          "return ",
          "local ",
          "function %s(%s) return %s end",
          "function f() error('no') end",
          Texts.LIBRARY,
          Texts.LOOP,
          Texts.FORTY_LINES);

  static final Language JAVASCRIPT =
      new Language(
          "",
          "var ",
          "function %s(%s) { return %s }",
          "function f() { throw new Error('no') }",
          "d = Math.max(a, b); d",
          "var s = 0; for (var i = 0; i < 10; i++) s += a; s",
          Texts.lines("function f%d(a, b) {\n  if (a > b) return a\n  return b + 'x'\n}\n"));

  static final Language GROOVY =
      new Language(
          "return ",
          "def ",
          "def %s(%s) { return %s }",
          "def f() { throw new Exception('no') }",
          "d = Math.max(a, b); return d",
          "def s = 0; for (int i = 0; i < 10; i++) s += a; return s",
          Texts.lines("def f%d(a, b) {\n  if (a > b) return a\n  return b + 'x'\n}\n"));

  /** Returns a function that has one result. */
  String function(String name, String parameters, String expression) {
    return String.format(function, name, parameters, expression);
  }

  /** Returns a script that differs from all with other numbers. */
  String fresh(int serial) {
    return variable + "a = " + serial + "; " + result + "a + 1";
  }
}
