import java.util.ArrayList;
import java.util.List;
import org.lupine.LuaRuntime;
import org.lupine.access.HostAccess;
import org.lupine.value.LuaException;

/** Shows plug-ins an API by a filter, which allows some names, translates some, hides the rest. */
public class PlugIns {
  /** A class of the program. Plug-ins get such objects, but not all of their members. */
  public static class Document {
    private final List<String> lines = new ArrayList<>();

    public String title = "untitled";

    public void appendLine(String line) {
      lines.add(line);
    }

    public int getLineCount() {
      return lines.size();
    }

    public void deleteFile() {
      throw new AssertionError("no plug-in comes here");
    }
  }

  /** Returns the Java name of what a plug-in accesses. Names that are not listed are refused. */
  private static Object filtered(Object target, Object name, boolean setting) {
    if (!(target instanceof Document)) {
      return name;
    }
    if (setting) {
      throw new LuaException("plug-ins cannot change '" + name + "'");
    }
    return switch (String.valueOf(name)) {
      case "append_line" -> "appendLine";
      case "line_count" -> "lineCount";
      case "title" -> "title";
      default -> throw new LuaException("plug-ins have no '" + name + "'");
    };
  }

  public static void main(String[] arguments) {
    var document = new Document();
    try (var lua = LuaRuntime.builder().hostAccess(HostAccess.BINDINGS_ONLY)
        .attributeFilter(PlugIns::filtered).build()) {
      lua.globals().put("document", document);

      lua.execute("document:append_line('written by a plug-in')");
      System.out.println(lua.eval("document.title .. ': ' .. document.line_count").first());

      for (var attempt : List.of("document:deleteFile()", "document.title = 'mine'",
          "document:getClass()", "java.import('java.lang.System')")) {
        try {
          lua.execute(attempt);
          throw new AssertionError(attempt + " went through");
        } catch (LuaException e) {
          System.out.println(attempt + ": " + e.getMessage().replaceFirst("^.*:1: ", ""));
        }
      }
    }
  }
}
