/**
 * One Lua state in Java: its lock, the messages that cross to native code and back, and the
 * wrappers of Lua values. Not exported. The glossary of {@code docs/ARCHITECTURE.md} has the words,
 * and its three walks lead through these classes.
 *
 * <p><b>Start with</b> {@link org.lupine.bridge.LuaState}. It is the interface of this package to
 * the others; most of its methods acquire the lock and delegate to one of these parts:
 *
 * <ul>
 *   <li><i>From Java to Lua.</i> {@code Crossing} sends one operation as a message, which {@code
 *       Messages} writes to the {@code Frame}, and reads the answer. {@code FastCalls} does without
 *       a message where the values fit registers. {@code ChunkRunner} runs scripts.
 *       {@code Failures} converts what went wrong into an exception.
 *   <li><i>From Lua to Java.</i> Lua calls {@code Native.up}; {@code Upcalls} answers. It asks the
 *       {@link org.lupine.bridge.Host} what a Java object does, a {@link org.lupine.bridge.Scope}
 *       for variables, a {@link org.lupine.bridge.Console} for input and output, and a {@link
 *       org.lupine.bridge.ModuleFinder} for modules. Other packages implement these four.
 *   <li><i>Values.</i> {@code Table}, {@code Function}, {@code Coroutine} and {@code Userdata} wrap
 *       Lua values, each by a {@code ValueRef}; {@code Refs} releases those that were collected.
 *       {@code Handles} has the Java objects that Lua holds.
 *   <li><i>Threads.</i> {@code StateLock} with {@code LockQueue} and {@code ThreadStates}.
 *   <li><i>Limits.</i> {@code Interrupter} ends a run, {@code Watchdog} checks when it must, {@link
 *       org.lupine.bridge.Deadline} limits one action. {@link org.lupine.bridge.Memory} and {@code
 *       TransferLimits} limit the rest.
 * </ul>
 *
 * <p>{@code Native} has all native methods, {@code Protocol} the numbers that both halves know, and
 * {@code jni/bridge.h} describes what each message contains. {@link org.lupine.bridge.load} finds
 * the libraries. Rules that hold everywhere are in {@code bridge.h}, too: one crossing for each
 * operation; a message is read completely before the next one is written; no exception is pending
 * while Lua runs.
 */
package org.lupine.bridge;
