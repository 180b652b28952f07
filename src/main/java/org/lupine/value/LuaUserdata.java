package org.lupine.value;

/** A userdata that Lua or a C module made, or a LuaJIT cdata: opaque here, itself in Lua. */
public interface LuaUserdata {}
