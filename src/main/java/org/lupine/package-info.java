/** Lua runtimes, how they are set up, and which Luas there are. */
package org.lupine;
