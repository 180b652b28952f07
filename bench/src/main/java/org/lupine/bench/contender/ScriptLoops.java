package org.lupine.bench.contender;

/** The {@link Loops} of languages whose syntax is like that of Java. */
final class ScriptLoops {
  private final Loops loops = new Loops();
  private final String function;
  private final String variable;
  private final boolean isJavaScript;

  private ScriptLoops(String function, String variable, boolean isJavaScript) {
    this.function = function;
    this.variable = variable;
    this.isJavaScript = isJavaScript;
  }

  static ScriptLoops javaScript() {
    return new ScriptLoops("function", "var", true);
  }

  static ScriptLoops groovy() {
    return new ScriptLoops("def", "def", false);
  }

  /** Returns those that all of these languages have. */
  Loops common() {
    thousand("callInt", "obj.mi(i)");
    thousand("callDouble", "obj.md(1.5d)");
    thousand("returnDouble", "s = s + obj.rd()");
    thousand("callReturn", "s = obj.add(0.5d)");
    thousand("callConstant", "obj.ms('constant')");
    thousand("callObject", "obj.mo(obj)");
    thousand("callOverloaded", "obj.ov(1.5d)");
    thousand("callNewText", "s = s + obj.echo('new' + i).length()");
    thousand("fieldGet", "s = s + point.x");
    thousand("fieldSet", "point.x = 1.5d");
    thousand("beanGet", "s = s + point.y");
    thousand("beanSet", "point.y = 1.5d");
    thousand("javaError", "try { obj.fail() } catch (e) { s = s + 1 }");
    if (isJavaScript) {
      lambdas("", "");
    } else {
      lambdas(".apply", ".applyAsDouble");
    }
    loop("listGet", Data.SIZE, "s = s + list.get(i)");
    loop("listIndex", Data.SIZE, "s = s + list[i]");
    loop("arraySum", Data.SIZE, "s = s + array[i]");
    return programs();
  }

  /** Adds the calls of functions, with what a call has between the variable and the arguments. */
  private void lambdas(String apply, String applyAsDouble) {
    thousand("lambdaDouble", "s = s + plus" + applyAsDouble + "(1.5d)");
    thousand("lambdaObject", "s = s + same" + apply + "(1.5d)");
    thousand("lambdaText", "s = s + echo" + apply + "('" + Texts.TWENTY + "').length()");
    thousand("nested", "s = s + call" + apply + "(1.5d)");
  }

  private void thousand(String row, String body) {
    loop(row, 1_000, body);
  }

  private void loop(String row, int turns, String body) {
    body(row, turns, "for (" + variable + " i = 0; i < " + turns + "; i++) { " + body + " }");
  }

  /** Adds a row whose text adds to the variable {@code s}. */
  ScriptLoops body(String row, int operations, String body) {
    loops.with(row, operations, text(body));
    return this;
  }

  private String text(String body) {
    var literals =
        isJavaScript ? body.replaceAll("(\\d\\.\\d)d", "$1").replace(".length()", ".length") : body;
    return function + " bench() { " + variable + " s = 0; " + literals + "; return s }";
  }

  /** Adds three of the twelve programs. */
  private Loops programs() {
    loops.with(
        "fib",
        1,
        function + " fib(n) { if (n < 2) { return n }; return fib(n - 1) + fib(n - 2) }",
        text("s = fib(24)"));
    loops.with(
        "mandel",
        1,
        text(
            String.join(
                "\n",
                "for (" + variable + " py = 0; py < 40; py++) {",
                "  for (" + variable + " px = 0; px < 40; px++) {",
                "    " + variable + " cx = px / 20.0d - 1.5d; " + variable + " cy = py / 20.0d - 1",
                "    " + variable + " x = 0.0d; " + variable + " y = 0.0d; " + variable + " n = 0",
                "    while (n < 50 && x * x + y * y < 4) {",
                "      " + variable + " z = x * x - y * y + cx; y = 2 * x * y + cy; x = z; n++",
                "    }",
                "    if (n == 50) { s++ }",
                "  }",
                "}")));
    loops.with(
        "sieve",
        1,
        text(
            String.join(
                "\n",
                variable + " composite = " + (isJavaScript ? "[]" : "new boolean[20001]"),
                "for (" + variable + " i = 2; i <= 20000; i++) {",
                "  if (!composite[i]) {",
                "    s++",
                "    for ("
                    + variable
                    + " k = i * i; k > 0 && k <= 20000; k += i) { composite[k] = true }",
                "  }",
                "}")));
    return loops;
  }
}
