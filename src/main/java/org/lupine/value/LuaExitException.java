package org.lupine.value;

/**
 * Thrown if the script called {@code os.exit}, which ends the script but not the JVM.
 *
 * <pre>{@code
 * try (LuaRuntime lua = LuaRuntime.create()) {
 *   lua.execute("os.exit(3)");
 * } catch (LuaExitException e) {
 *   System.out.println(e.status());   // 3
 * }
 * }</pre>
 */
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
