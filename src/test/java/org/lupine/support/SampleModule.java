package org.lupine.support;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.lupine.Flavour;
import org.lupine.LuaRuntime;

/** The C module for Lua that the build makes of src/test/c/sample.c. */
public final class SampleModule {
  /** Where the build puts the module, in a folder for each flavour. */
  public static final Path FOLDER =
      Path.of(System.getProperty("lupine.test.modules", "target/native/build/modules"))
          .toAbsolutePath();

  private SampleModule() {}

  /** Returns the module's file for a flavour, which must be there. */
  public static Path file(Flavour flavour) {
    var file = FOLDER.resolve(flavour.id()).resolve("sample.so");
    assertTrue(Files.exists(file), "no C module at " + file + "; run mvn test");
    return file;
  }

  /** Opens a runtime in which the module is the global {@code sample}. */
  public static LuaRuntime runtime(Flavour flavour) {
    return runtime(flavour, file(flavour));
  }

  /** Opens a runtime with the module of the given file, which may be of another flavour. */
  public static LuaRuntime runtime(Flavour flavour, Path file) {
    var lua = LuaRuntime.builder().flavour(flavour).nativeModules(true).build();
    lua.execute("package.cpath = ...", file.toString().replace("sample", "?"));
    lua.execute("sample = require 'sample'");
    return lua;
  }
}
