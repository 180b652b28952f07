package org.lupine.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lupine.support.ChildProcess;
import org.lupine.support.Garbage;

/** Classes, ours and others, can be unloaded once they are unused. */
class UnloadingTest {
  /** Loads some classes itself, from the files of its parent. */
  private static final class Copying extends ClassLoader {
    private final String prefix;

    Copying(String prefix) {
      super(UnloadingTest.class.getClassLoader());
      this.prefix = prefix;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      var loaded = findLoadedClass(name);
      if (loaded != null || !name.startsWith(prefix)) {
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
      try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        var out = new ByteArrayOutputStream();
        in.transferTo(out);
        return defineClass(name, out.toByteArray(), 0, out.size());
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** Uses classes of the JDK through a host; run in a copy of this library. */
  public static final class Work implements Runnable {
    @Override
    public void run() {
      try {
        var script = new Script();
        var map = new HashMap<Object, Object>();
        script.set(map, "a", 1L);
        script.send(map, "put", "x", map);
        script.host.kind(map);
        script.send(script.type("java.util.ArrayList"), "new");
        script.call((Runnable) () -> {});
        Bean.of(java.util.Date.class);
        script.send(
            new java.util.ArrayList<Object>(java.util.List.of(2L, 1L)),
            "sort",
            new FakeFunction(a -> 0L));
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  private static void collected(WeakReference<?> reference) {
    Garbage.collectUntil(() -> reference.get() == null, () -> "still there");
  }

  @Test
  void isNotHeldByTheJdk() throws Exception {
    var loader = new Copying("org.lupine.");
    ((Runnable) loader.loadClass(Work.class.getName()).getConstructor().newInstance()).run();
    var reference = new WeakReference<>(loader);
    loader = null;

    collected(reference);
  }

  @Test
  void doesNotHoldClasses() throws Throwable {
    var loader = new Copying("org.lupine.host.AttributesTest");
    var script = new Script();
    var bean = loader.loadClass(AttributesTest.Bean.class.getName()).getConstructor().newInstance();
    assertEquals("a", script.get(bean, "name"));
    script.host.kind(bean);
    script.send(new java.util.ArrayList<>(), "add", bean);
    var reference = new WeakReference<>(loader);
    loader = null;
    bean = null;
    script = null;

    collected(reference);
  }

  /** Uses a class of another loader in a JVM that soon drops what is only softly reachable. */
  static final class Shortage {
    private Shortage() {}

    public static void main(String[] none) throws Exception {
      var host = new JavaHost();
      var loader = new Copying("org.lupine.host.AttributesTest");
      var bean =
          loader.loadClass(AttributesTest.Bean.class.getName()).getConstructor().newInstance();
      collected(use(host, bean));
      for (int i = 0; i < 3; i++) {
        var data = use(host, bean);
        System.gc();
        assertFalse(data.refersTo(null), "the data was only weakly reachable");
        collected(data);
      }
    }

    private static WeakReference<?> use(JavaHost host, Object bean) {
      host.kind(bean);
      return new WeakReference<>(JavaType.of(bean.getClass()));
    }
  }

  // Regression: after a shortage of memory the data of a class was never held again
  @Test
  void letsTheDataOfClassesBeHeldAgainAfterAShortage(@TempDir Path folder) {
    var options = List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-Xmx128m");
    var child =
        ChildProcess.run(
            folder, Duration.ofMinutes(2), "", ChildProcess.java(options, Shortage.class));

    assertEquals(0, child.status(), child::toString);
  }
}
