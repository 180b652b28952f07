package consumers.boot;

import consumers.check.Check;
import org.lupine.LuaRuntime;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Uses the engines as the application starts. */
@SpringBootApplication
public class Application {
  public static void main(String[] arguments) {
    SpringApplication.run(Application.class, arguments);
  }

  @Bean
  CommandLineRunner check() {
    return arguments -> {
      Check.main();
      var place = LuaRuntime.class.getProtectionDomain().getCodeSource().getLocation().toString();
      System.out.println("nested: " + place.startsWith("jar:nested:"));
    };
  }
}
