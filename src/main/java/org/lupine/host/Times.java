package org.lupine.host;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.Function;

/** Parses dates and times of {@code java.time} from ISO 8601 text, as their own parsers do. */
final class Times {
  private static final Map<Class<?>, Function<String, Object>> PARSERS =
      Map.ofEntries(
          Map.entry(Duration.class, Duration::parse),
          Map.entry(Instant.class, Times::instant),
          Map.entry(LocalDate.class, LocalDate::parse),
          Map.entry(LocalDateTime.class, LocalDateTime::parse),
          Map.entry(LocalTime.class, LocalTime::parse),
          Map.entry(MonthDay.class, MonthDay::parse),
          Map.entry(OffsetDateTime.class, OffsetDateTime::parse),
          Map.entry(OffsetTime.class, OffsetTime::parse),
          Map.entry(Period.class, Period::parse),
          Map.entry(Year.class, Year::parse),
          Map.entry(YearMonth.class, YearMonth::parse),
          Map.entry(ZoneId.class, ZoneId::of),
          Map.entry(ZoneOffset.class, ZoneOffset::of),
          Map.entry(ZonedDateTime.class, Times::zoned));

  private Times() {}

  /**
   * Parses a text as an object of a type; returns {@link Parameter#NO} if the type is not one of
   * these.
   *
   * @throws DateTimeException if the text is malformed, or would not be printed the same
   */
  static Object parse(Class<?> type, String text) {
    var parser = PARSERS.get(type);
    return parser == null ? Parameter.NO : parser.apply(text);
  }

  /** Parses an instant; refuses a leap second, which the parser would drop. */
  private static Object instant(String text) {
    if (text.contains(":60")) {
      throw new DateTimeException("no instant for a leap second: " + text);
    }
    return Instant.parse(text);
  }

  /**
   * Parses a zoned time; refuses one that the parser would change because of a change of clocks or
   * a wrong offset.
   */
  private static Object zoned(String text) {
    var parsed = ZonedDateTime.parse(text);
    int zone = text.indexOf('[');
    if (zone >= 0
        && !OffsetDateTime.parse(text.substring(0, zone)).equals(parsed.toOffsetDateTime())) {
      throw new DateTimeException("no such time in " + parsed.getZone() + ": " + text);
    }
    return parsed;
  }
}
