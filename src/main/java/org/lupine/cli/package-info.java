/** The command line: {@code java -jar lupine.jar}. */
package org.lupine.cli;
