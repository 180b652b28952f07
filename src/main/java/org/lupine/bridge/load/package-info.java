/** Finds and loads the native libraries: in a folder, the library path, or the jar. */
package org.lupine.bridge.load;
