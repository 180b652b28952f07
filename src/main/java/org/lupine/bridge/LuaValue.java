package org.lupine.bridge;

/** A wrapper of a Lua value. */
interface LuaValue {
  ValueRef ref();
}
