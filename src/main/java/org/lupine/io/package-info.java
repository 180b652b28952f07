/** Readers and writers whose bytes scripts get as they are, without a charset between. */
package org.lupine.io;
