import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;
import org.lupine.value.LuaString;

/**
 * Draws the Mandelbrot set with eight Lua interpreters in eight threads, into a PNG file.
 * Arguments: the file; the width of the image, a multiple of 8; the Lua version, as in LUAJIT.
 */
public class Mandelbrot {
  private static final int RUNTIMES = 8;

  /** Returns one row of the image: a string with one bit a point, set where it is outside. */
  private static final String ROW = """
      local width, y = ...
      local bytes = {}
      local ci = 2 * y / width - 1
      for x = 0, width - 8, 8 do
        local byte = 0
        for point = x, x + 7 do
          local cr = 2 * point / width - 1.5
          local r, i, n = 0, 0, 0
          while n < 100 and r * r + i * i <= 4 do
            r, i, n = r * r - i * i + cr, 2 * r * i + ci, n + 1
          end
          byte = byte * 2 + (n < 100 and 1 or 0)
        end
        bytes[#bytes + 1] = string.char(byte)
      end
      return table.concat(bytes)
      """;

  public static void main(String[] arguments) throws Exception {
    var file = Path.of(arguments.length > 0 ? arguments[0] : "mandelbrot.png");
    int width = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1024;
    var flavour = arguments.length > 2 ? Flavour.valueOf(arguments[2]) : Flavour.newest();

    long start = System.nanoTime();
    var alone = draw(flavour, width, 1);
    long one = System.nanoTime() - start;
    start = System.nanoTime();
    var image = draw(flavour, width, RUNTIMES);
    long many = System.nanoTime() - start;

    if (!Arrays.equals(bytes(alone), bytes(image))) {
      throw new IllegalStateException("two images of one set differ");
    }
    ImageIO.write(image, "png", file.toFile());
    System.out.printf("%s: %d x %d points%n", file.getFileName(), width, width);
    System.out.printf("1 thread %d ms, %d threads %d ms, %.1f times as fast on %d processors%n",
        one / 1_000_000, RUNTIMES, many / 1_000_000, (double) one / many,
        Runtime.getRuntime().availableProcessors());
  }

  /** Draws the image. Each thread has its own runtime, and takes the next row that is free. */
  private static BufferedImage draw(Flavour flavour, int width, int threads) throws Exception {
    var image = new BufferedImage(width, width, BufferedImage.TYPE_BYTE_BINARY);
    var pixels = bytes(image);
    var next = new AtomicInteger();
    var pool = Executors.newFixedThreadPool(threads);
    try {
      var workers = new ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < threads; i++) {
        workers.add(pool.submit(() -> {
          // Without a charset, strings are bytes.
          try (var lua = LuaRuntime.builder().flavour(flavour).charset(null).build()) {
            var row = lua.compile(ROW, "=row");
            for (int y = next.getAndIncrement(); y < width; y = next.getAndIncrement()) {
              var bytes = ((LuaString) row.call(width, y).first()).bytes();
              System.arraycopy(bytes, 0, pixels, y * width / 8, bytes.length);
            }
          }
        }));
      }
      for (var each : workers) {
        each.get();
      }
    } finally {
      pool.shutdown();
    }
    return image;
  }

  private static byte[] bytes(BufferedImage image) {
    return ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
  }
}
