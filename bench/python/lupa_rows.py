"""Measures a row for Lupa. Prints the nanoseconds of CPU time an operation, a line an iteration.

usage: lupa_rows.py FLAVOUR ROW WARMUP_MILLIS ITERATIONS MILLIS
Prints nothing for a row that it does not have. A Lupa without the flavour uses the Lua that it has.
"""
import importlib
import sys
import time

THOUSAND = 1000
SIZE = 10000


class Subject:
    def __init__(self):
        self.total = 0.0
        self.x = 1.0

    def md(self, amount):
        self.total += amount

    def rd(self):
        return self.total

    def add(self, amount):
        self.total += amount
        return self.total

    def mo(self, value):
        pass

    def echo(self, text):
        return text

    def fail(self):
        raise ValueError("no")


def loops(lua):
    """Returns Lua's loops by the names of the rows: how many turns, and what one does."""
    lua.globals().obj = Subject()
    lua.globals().plus = lambda x: x + 1
    lua.globals().same = lambda x: x
    lua.globals().list = [i + 0.5 for i in range(SIZE)]
    lua.globals().map = {"key%d" % i: i + 0.5 for i in range(THOUSAND)}
    identity = lua.eval("function(x) return x end")
    lua.globals().call = lambda x: identity(x)
    return {
        "callDouble": (THOUSAND, "obj.md(1.5)"),
        "returnDouble": (THOUSAND, "s = s + obj.rd()"),
        "callReturn": (THOUSAND, "s = obj.add(0.5)"),
        "callConstant": (THOUSAND, "obj.mo('constant')"),
        "callObject": (THOUSAND, "obj.mo(obj)"),
        "callNewText": (THOUSAND, "s = s + #obj.echo('new' .. i)"),
        "lambdaDouble": (THOUSAND, "s = s + plus(1.5)"),
        "lambdaObject": (THOUSAND, "s = s + same(1.5)"),
        "fieldGet": (THOUSAND, "s = s + obj.x"),
        "fieldSet": (THOUSAND, "obj.x = 1.5"),
        "javaError": (THOUSAND, "pcall(obj.fail)"),
        "nested": (THOUSAND, "s = s + call(1.5)"),
        "listIndex": (SIZE, "s = s + list[i - 1]"),
    }


def calls(lua):
    """Returns Python's operations by the names of the rows."""
    increment = lua.eval("function(x) return x + 1 end")
    same = lua.eval("function(x) return x end")
    second = lua.eval("function(s, d, b) return d end")
    failing = lua.eval("function() error('no') end")
    table = lua.eval("{x = 1.5}")
    variables = lua.globals()
    one = lua.compile("return 1")
    plus_one = lua.compile("return x + 1")
    serial = iter(range(1 << 30))
    kilobyte = "aä€😀" * 102 + "abcd"

    def error():
        try:
            failing()
        except Exception as e:
            return e

    def put():
        variables["x"] = 2.5

    def put_get():
        variables["x"] = 2.5
        return variables["x"]

    def compiled_put():
        variables["x"] = 2.5
        return plus_one()

    def table_set():
        table["x"] = 2.5

    return {
        "evalNew": lambda: lua.execute("local a = %d return a + 1" % next(serial)),
        "evalSeen": lambda: lua.execute("return 1"),
        "compiled": one,
        "compiledPut": compiled_put,
        "put": put,
        "putGet": put_get,
        "invokeNumber": lambda: increment(2.5),
        "invokeText": lambda: same("0123456789"),
        "invokeKilobyte": lambda: same(kilobyte),
        "invokeMixed": lambda: second("abc", 2.5, True),
        "scriptError": error,
        "tableGet": lambda: table["x"],
        "tableSet": table_set,
    }


def work(lua, row):
    """Returns how many operations a function does, and the function; None for other rows."""
    loop = loops(lua).get(row)
    if loop:
        turns, body = loop
        return turns, lua.eval("function() local s, obj, plus, same, call, list = 0, obj, plus, "
                               "same, call, list for i = 1, %d do %s end return s end"
                               % (turns, body))
    call = calls(lua).get(row)
    return (1, call) if call else None


def spend(run, millis):
    """Runs for some CPU time; returns the nanoseconds of a run."""
    begin = time.thread_time_ns()
    end = begin + millis * 1000000
    count = 0
    while True:
        for _ in range(20):
            run()
        count += 20
        now = time.thread_time_ns()
        if now >= end:
            return (now - begin) / count


def runtime(flavour):
    """Returns a new Lua of a flavour, or else of Lupa's own."""
    try:
        name = "luajit21" if flavour == "luajit" else flavour
        return importlib.import_module("lupa." + name).LuaRuntime()
    except ImportError:
        return importlib.import_module("lupa").LuaRuntime()


def main(flavour, row, warmup, iterations, millis):
    found = work(runtime(flavour), row)
    if found:
        operations, run = found
        spend(run, int(warmup))
        for _ in range(int(iterations)):
            print("%.3f" % (spend(run, int(millis)) / operations))


main(*sys.argv[1:])
