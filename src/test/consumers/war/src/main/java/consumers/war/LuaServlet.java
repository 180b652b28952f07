package consumers.war;

import consumers.check.Check;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import org.lupine.LuaRuntime;

/** Uses the engines in a thread of the server. Closes nothing of what it keeps. */
@WebServlet("/lua")
public class LuaServlet extends HttpServlet {
  private static final long serialVersionUID = 1;

  /** Enough calls for everything that is made only after many. */
  private static final int CALLS = 200_000;

  private transient ScriptEngine kept;
  private transient LuaRuntime limited;

  @Override
  public void init() {
    kept = new ScriptEngineManager().getEngineByName("luajit");
    limited = LuaRuntime.builder().timeLimit(Duration.ofMinutes(5)).build();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setContentType("text/plain");
    var out = response.getWriter();
    try {
      for (var line : Check.flavours(new ScriptEngineManager()::getEngineByName)) {
        out.println(line);
      }
      kept.put("self", this);
      kept.eval("for i = 1, " + CALLS + " do self:hashCode() end");
      limited.execute("kept = ... ; assert(kept:equals(kept))", this);
    } catch (Exception e) {
      throw new IOException(e);
    }
  }
}
