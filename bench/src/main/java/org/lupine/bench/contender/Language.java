package org.lupine.bench.contender;

/**
 * What the texts of a script language look like.
 *
 * @param result stands before the result of a script
 * @param variable stands before the name of a local variable
 * @param function a format for a name, parameters and a result
 * @param failing a function {@code f} that raises an error
 * @param lines 41 lines of functions
 */
record Language(String result, String variable, String function, String failing, String lines) {
  static final Language LUA =
      new Language(
          "return ",
          "local ",
          "function %s(%s) return %s end",
          "function f() error('no') end",
          Texts.FORTY_LINES);

  static final Language JAVASCRIPT =
      new Language(
          "",
          "var ",
          "function %s(%s) { return %s }",
          "function f() { throw new Error('no') }",
          Texts.lines("function f%d(a, b) {\n  if (a > b) return a\n  return b + 'x'\n}\n"));

  static final Language GROOVY =
      new Language(
          "return ",
          "def ",
          "def %s(%s) { return %s }",
          "def f() { throw new Exception('no') }",
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
