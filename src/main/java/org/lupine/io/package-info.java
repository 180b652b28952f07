/** Readers, writers and streams through which scripts read and write what the host has. */
package org.lupine.io;
