package org.lupine.value;

/** Thrown if the script called {@code os.exit}, which ends the script but not the JVM. */
public class LuaExitException extends LuaException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** Creates an exit with this status; 0 for success, as for a process. */
  public LuaExitException(int status) {
    super("os.exit(" + status + ")");
    this.status = status;
  }

  /** Returns the status that the script passed. */
  public int status() {
    return status;
  }
}
