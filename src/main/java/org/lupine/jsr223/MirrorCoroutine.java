package org.lupine.jsr223;

import org.jspecify.annotations.Nullable;
import org.lupine.bridge.LuaState;
import org.lupine.host.ForeignCoroutine;
import org.lupine.value.LuaCoroutine;
import org.lupine.value.Values;

/** A mirror of a coroutine. What scripts do with it is done with that one, in its own state. */
record MirrorCoroutine(LuaCoroutine original, LuaState home, LuaState visited)
    implements Mirror, ForeignCoroutine {
  @Override
  public String type() {
    return "thread";
  }

  @Override
  public Values resumeForScript(Object... arguments) {
    return Mirrors.callIn(
        visited,
        home,
        () -> {
          var status = original.status();
          if (status != Status.NEW && status != Status.SUSPENDED) {
            return Values.of(
                false,
                status == Status.DEAD
                    ? "cannot resume dead coroutine"
                    : "cannot resume non-suspended coroutine");
          }
          var results =
              Mirrors.wrap(visited, original.resume(Mirrors.wrap(home, arguments)).toArray());
          var all = new Object[results.length + 1];
          all[0] = true;
          System.arraycopy(results, 0, all, 1, results.length);
          return Values.wrap(all);
        });
  }

  @Override
  public String statusForScript() {
    switch (Mirrors.callIn(visited, home, original::status)) {
      case NEW:
      case SUSPENDED:
        return "suspended";
      case DEAD:
        return "dead";
      default:
        return "normal"; // it waits for the script that asks
    }
  }

  @Override
  public void closeForScript() {
    Mirrors.callIn(
        visited,
        home,
        () -> {
          original.close();
          return true;
        });
  }

  @Override
  public Values resume(@Nullable Object... arguments) {
    return original.resume(arguments);
  }

  @Override
  public @Nullable Object send(@Nullable Object value) {
    return original.send(value);
  }

  @Override
  public Status status() {
    return original.status();
  }

  @Override
  public boolean hasNext() {
    return original.hasNext();
  }

  @Override
  public @Nullable Object next() {
    return original.next();
  }

  @Override
  public LuaCoroutine spawn(@Nullable Object... arguments) {
    return original.spawn(arguments);
  }

  @Override
  public void close() {
    original.close();
  }

  @Override
  public String toString() {
    return original.toString();
  }
}
