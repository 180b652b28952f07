import java.time.DayOfWeek;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lupine.LuaRuntime;
import org.lupine.value.LuaTable;

/** Reads a configuration that is a Lua script: its tables become Java records, and back. */
public class Records {
  /** One line of an order. */
  public record Item(String name, int count, double price) {
    public double total() {
      return count * price;
    }
  }

  /** An order, with records in it. */
  public record Order(String customer, DayOfWeek day, List<Item> items, Map<String, String> notes) {}

  /** Implemented by the script. Its results are tables, converted to the declared types. */
  public interface Shop {
    List<Order> orders();

    Item cheaper(Item item);
  }

  /** A configuration: times are parsed from text, an absent field is an empty Optional. */
  public record Hours(LocalTime opens, LocalTime closes, Optional<String> remark) {}

  public static void main(String[] arguments) {
    try (var lua = LuaRuntime.create()) {
      var hours = (LuaTable) lua.eval("{opens = '08:30', closes = '18:00'}").first();
      System.out.println(hours.as(Hours.class));

      var shop = (Shop) lua.execute("""
          local Shop = java.import((...))
          local shop = {}

          function shop:orders()
            return {
              {customer = "Ada", day = "MONDAY", notes = {door = "blue"}, items = {
                {name = "tea", count = 3, price = 2.5},
                {name = "cake", count = 1, price = 4},
              }},
              {customer = "Alan", day = "FRIDAY", notes = {}, items = {}},
            }
          end

          function shop:cheaper(item)   -- a record here, with its methods
            return {name = item:name(), count = item:count(), price = item:price() / 2}
          end

          return java.implement(Shop, shop)
          """, Shop.class.getName()).first();

      for (var order : shop.orders()) {
        System.out.println(order.customer() + ", " + order.day() + ", " + order.notes() + ": "
            + order.items().stream().mapToDouble(Item::total).sum());
      }
      System.out.println(shop.cheaper(new Item("tea", 3, 2.5)));
    }
  }
}
