/** The engine for {@link javax.script}. */
package org.lupine.jsr223;
