package org.lupine.bridge.load;

import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Says that there are no natives: where they were searched, which there are, and what to do.
 *
 * @param release what the build recorded about these classes
 * @param resource {@link NativeResources#find(String)}
 */
record MissingNatives(Platform platform, Release release, Function<String, URL> resource) {

  /**
   * Composes the message.
   *
   * @param library as in {@code lua54}; empty for the library that binds the native methods
   * @param isFolderChosen whether the user names the one folder to search
   */
  String message(String library, SearchReport tried, boolean isFolderChosen) {
    var present = present();
    return "no native library"
        + (library.isEmpty() ? "" : " for " + title(library))
        + " on "
        + platform.id()
        + "; looked in: "
        + tried
        + "; the jars have "
        + (present.isEmpty() ? "no natives" : "those of: " + String.join(", ", present))
        + "; "
        + (tried.hasOther() ? "natives and classes must be of the same build; " : "")
        + (isFolderChosen
            ? tried.hasOther() ? "leave out -Dlupine.native, or " : ""
            : tried.hasOther() || !present.contains(platform.id()) ? artifact(tried) : "")
        + "set -Dlupine.native=DIR";
  }

  /** Says which artifact has the natives of this platform, if the build recorded that. */
  private String artifact(SearchReport tried) {
    var name = release.artifact();
    if (name == null) {
      return "";
    }
    return release.isFor(platform)
        ? (tried.hasOther() ? "use" : "add")
            + " the artifact "
            + name
            + ":natives-"
            + platform.id()
            + ", or "
        : name + " has none for this platform: build Lupine there, or ";
  }

  /** Returns a library's name for people: Lua 5.4 for {@code lua54}. */
  private static String title(String library) {
    return library.matches("lua\\d\\d")
        ? "Lua " + library.charAt(3) + "." + library.charAt(4)
        : library.equals("luajit") ? "LuaJIT" : library.equals("modules") ? "C modules" : library;
  }

  /** Returns the platforms whose natives are in the jar with these classes, or in another one. */
  private List<String> present() {
    var platforms = new ArrayList<String>();
    for (var os : List.of("linux", "macos", "windows")) {
      for (var arch : List.of("x86_64", "aarch64", "x86", "arm", "riscv64")) {
        for (var libc : List.of("", "-musl")) {
          var id = os + "-" + arch + libc;
          if (resource.apply("/META-INF/native/" + id + "/natives.properties") != null) {
            platforms.add(id);
          }
        }
      }
    }
    return platforms;
  }
}
