package org.lupine.runtime;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;

/**
 * The child JVM of {@link MessageMemoryTest}: runs loops that send much through messages, without
 * ever leaving Lua. Argument: a flavour. Writes by how many MiB the memory of the process grew at
 * most.
 */
final class MessageMemoryChild {
  private MessageMemoryChild() {}

  public static void main(String[] arguments) throws Exception {
    var flavour = Flavour.valueOf(arguments[0]);
    var out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream()));
    try (var lua = LuaRuntime.builder().flavour(flavour).maxMemory(64 << 20).build()) {
      lua.globals().put("large", (Callable<?>) () -> "x".repeat(100_000));
      lua.globals().put("small", (Callable<?>) () -> "x".repeat(2_000));
      lua.globals()
          .put(
              "raise",
              (Consumer<Object>)
                  text -> {
                    throw new IllegalStateException();
                  });
      lua.execute(
          "local s = ('x'):rep(2^20) for i = 1, 30 do print(s) pcall(raise, s) large() end");
      long before = resident("VmRSS");
      lua.execute("local s = ('x'):rep(2^20) for i = 1, 1500 do print(s) end");
      lua.execute("for i = 1, 6000 do large() end for i = 1, 300000 do small() end");
      lua.execute("local s = ('x'):rep(2^20) for i = 1, 500 do pcall(raise, s) end");
      out.println((resident("VmHWM") - before) / 1024);
    }
  }

  /** What the kernel says of the process, in KiB. */
  private static long resident(String what) throws IOException {
    for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(what + ":")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("nothing of " + what);
  }
}
