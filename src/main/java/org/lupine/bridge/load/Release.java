package org.lupine.bridge.load;

import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the build recorded about these classes: the coordinates of their artifact, the platforms for
 * which there are natives, and the version. Natives are loaded only if they have the same version.
 *
 * <p>The version contains a checksum of {@code jni/bridge.h}, which describes all that crosses
 * between classes and natives: two builds of one release may differ there.
 *
 * @param recorded empty where nothing was recorded, as when the natives were not built
 */
record Release(Map<String, String> recorded) {
  private static final String VERSION = "version";

  /**
   * Reads the record.
   *
   * @param resource {@link NativeResources#find(String)}
   */
  static Release read(Function<String, URL> resource) {
    var found = resource.apply("/org/lupine/bridge/load/release.properties");
    try {
      return new Release(found == null ? Map.of() : LibrarySearch.properties(found));
    } catch (IOException e) {
      return new Release(Map.of());
    }
  }

  /** Returns the coordinates of the artifact, as in {@code org.lupine:lupine:0.1.0}, or null. */
  @Nullable String artifact() {
    return recorded.get("artifact");
  }

  /** Returns whether there is an artifact with the natives of a platform. */
  boolean isFor(Platform platform) {
    return List.of(recorded.getOrDefault("natives", "").split(" ")).contains(platform.id());
  }

  /**
   * Returns why natives do not fit these classes; null if they do, or if nothing was recorded.
   *
   * @param natives the content of their natives.properties; empty if there is no such file
   */
  @Nullable String objection(Map<String, String> natives) {
    var expected = recorded.get(VERSION);
    var found = natives.get(VERSION);
    if (expected == null || expected.equals(found)) {
      return null;
    }
    return (natives.isEmpty()
            ? "no natives.properties beside it, so its version is not known"
            : found == null ? "of an unknown version of Lupine" : "of Lupine " + found)
        + "; expected "
        + expected;
  }
}
