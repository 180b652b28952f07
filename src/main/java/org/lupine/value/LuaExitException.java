package org.lupine.value;

/**
 * The script called {@code os.exit}, which ends the script and never the JVM.
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

  /** Returns an exit with this status: 0 for success, as a process would have it. */
  public LuaExitException(int status) {
    super("os.exit(" + status + ")");
    this.status = status;
  }

  /** Returns the status that the script gave. */
  public int status() {
    return status;
  }
}
