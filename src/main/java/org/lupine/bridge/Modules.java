package org.lupine.bridge;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.lupine.value.Values;

/** Passes the modules that a module finder returns to a state's searcher. */
final class Modules {
  private static final int NOWHERE = 0, SOURCE = 1, VALUE = 2;

  private final ModuleFinder finder;
  private final Charset charset;

  /** Creates it for a state of that charset; null for one whose strings are bytes. */
  Modules(ModuleFinder finder, @Nullable Charset charset) {
    this.finder = finder;
    this.charset = charset == null ? StandardCharsets.UTF_8 : charset;
  }

  /** Returns the answer to {@code UP_SEARCH}. */
  Values search(String name) throws Exception {
    var answer = new ArrayList<Object>();
    answer.add(NOWHERE);
    var found = finder.find(name, place -> answer.add(text(place)));
    if (found == null) {
      return Values.of(answer.toArray());
    }
    return found.module() instanceof Chunk
        ? Values.of(
            SOURCE,
            ((Chunk) found.module()).code,
            text(((Chunk) found.module()).name),
            text(found.origin()))
        : Values.of(VALUE, found.module(), text(found.origin()));
  }

  /** Encodes text for a message; characters that the charset lacks are replaced. */
  private byte[] text(String text) {
    return text.getBytes(charset);
  }
}
