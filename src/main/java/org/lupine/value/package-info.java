/** The types that users of Lua values hold. */
package org.lupine.value;
