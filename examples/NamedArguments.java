import java.time.LocalTime;
import org.lupine.LuaRuntime;
import org.lupine.access.LuaNamed;

/** Calls Java methods from Lua with named arguments, some of which have defaults. */
public class NamedArguments {
  /** The object that the script calls. */
  public static class Calendar {
    @LuaNamed({"title", "hour", "minute", "alarm"})
    public String meet(String title, int hour, @LuaNamed.Default("0") int minute,
        @LuaNamed.Default("true") boolean alarm) {
      return title + " at " + LocalTime.of(hour, minute) + (alarm ? " with an alarm" : "");
    }
  }

  /** A record accepts named arguments without an annotation. */
  public record Room(String name, int seats) {}

  public static void main(String[] arguments) {
    try (var lua = LuaRuntime.create()) {
      lua.globals().put("calendar", new Calendar());
      lua.globals().put("Room", Room.class);
      for (var call : new String[] {
          "calendar:meet{title = 'Stand-up', hour = 9, minute = 30}",
          "calendar:meet{'Lunch', alarm = false, hour = 12}",
          "calendar:meet('Tea', 16, java.args{minute = 5})",
          "calendar:meet('Dinner', 19, 0, false)",
          "Room(java.args{seats = 12, name = 'Ganymede'})"}) {
        System.out.println(lua.eval(call).first());
      }
    }
  }
}
