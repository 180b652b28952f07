package org.lupine.value;

/** A userdata that Lua or a C module created, or a LuaJIT cdata: opaque to Java. */
public interface LuaUserdata {}
