import org.lupine.LuaRuntime;
import org.lupine.value.LuaFunction;

/** Lua coroutines as Java iterators and streams, and as partners in a conversation. */
public class Generators {
  public static void main(String[] arguments) {
    try (var lua = LuaRuntime.create()) {
      var fibonacci = (LuaFunction) lua.execute("""
          return function(a, b)
            while true do
              coroutine.yield(a)
              a, b = b, a + b
            end
          end
          """).first();

      // A coroutine is an Iterator: each step runs to the next yield.
      var numbers = fibonacci.coroutine(0, 1);
      for (int i = 0; i < 5; i++) {
        System.out.println("fibonacci " + numbers.next());
      }
      numbers.close();

      // It is also a lazy Stream, which closes it.
      try (var stream = fibonacci.coroutine(1, 3).stream()) {
        System.out.println("lucas " + stream.limit(6).toList());
      }

      // A value that is sent is the result of yield.
      var average = lua.compile("""
          local sum, count = 0, 0
          local value = coroutine.yield()
          while value do
            sum, count = sum + value, count + 1
            value = coroutine.yield(sum / count)
          end
          """).coroutine();
      average.resume();
      average.send(10);
      System.out.println("average of 10 and 20: " + average.send(20));
      average.resume();
      System.out.println("then it is " + average.status());
    }
  }
}
