package org.lupine.value;

/** What a value that lives in Lua is there. */
public enum LuaType {
  TABLE, FUNCTION, THREAD, USERDATA
}
