/**
 * Script engines for {@link javax.script}.
 *
 * <p>{@link org.lupine.jsr223.LuaScriptEngine} is the engine; a {@link
 * javax.script.ScriptEngineManager} finds it by the names {@code lua}, {@code lua51} to {@code
 * lua55}, {@code luajit} and {@code lua-sandbox}, among others. A program that knows Lupine passes
 * options to {@link org.lupine.jsr223.LuaEngineFactory}; for a host that knows only names of
 * engines, a subclass of {@link org.lupine.jsr223.LuaScriptEngineFactory} is registered as a
 * service.
 *
 * <pre>{@code
 * ScriptEngine lua = new ScriptEngineManager().getEngineByName("lua");
 * lua.eval("function twice(n) return 2 * n end");
 * System.out.println(((Invocable) lua).invokeFunction("twice", 21));   // 42
 * }</pre>
 *
 * <p>The bindings of an engine are the globals of one Lua state. Scripts under any other bindings
 * run in states of their own, in parallel, and see nothing of each other. Whatever goes wrong
 * in a script is a {@link javax.script.ScriptException}, whose cause is the {@link
 * org.lupine.value.LuaException}, or the Java exception that a callback threw.
 */
package org.lupine.jsr223;
