package org.lupine.value;

/** The Lua type of a value that Java holds a wrapper of. */
public enum LuaType {
  TABLE, FUNCTION, THREAD, USERDATA
}
