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

/** Dates and times of {@code java.time} in the text that ISO 8601 and their own parsers give. */
final class Times {
  private static final Map<Class<?>, Function<String, Object>> PARSERS = Map.ofEntries(
      Map.entry(Duration.class, Duration::parse), Map.entry(Instant.class, Times::instant),
      Map.entry(LocalDate.class, LocalDate::parse),
      Map.entry(LocalDateTime.class, LocalDateTime::parse),
      Map.entry(LocalTime.class, LocalTime::parse), Map.entry(MonthDay.class, MonthDay::parse),
      Map.entry(OffsetDateTime.class, OffsetDateTime::parse),
      Map.entry(OffsetTime.class, OffsetTime::parse), Map.entry(Period.class, Period::parse),
      Map.entry(Year.class, Year::parse), Map.entry(YearMonth.class, YearMonth::parse),
      Map.entry(ZoneId.class, ZoneId::of), Map.entry(ZoneOffset.class, ZoneOffset::of),
      Map.entry(ZonedDateTime.class, Times::zoned));

  private Times() {}

  /**
   * Returns the text as an object of a type; {@link Parameter#NO} if the type is none of these.
   *
   * @throws DateTimeException if it is no such text, or would not come back as it is
   */
  static Object parse(Class<?> type, String text) {
    var parser = PARSERS.get(type);
    return parser == null ? Parameter.NO : parser.apply(text);
  }

  /** Returns the parser takes a leap second, of which nothing remains. */
  private static Object instant(String text) {
    if (text.contains(":60")) {
      throw new DateTimeException("no instant for a leap second: " + text);
    }
    return Instant.parse(text);
  }

  /**
   * Returns the parser moves times that a change of clocks left out, and offsets that were not so.
   */
  private static Object zoned(String text) {
    var parsed = ZonedDateTime.parse(text);
    int zone = text.indexOf('[');
    if (zone >= 0 && !OffsetDateTime.parse(text.substring(0, zone))
        .equals(parsed.toOffsetDateTime())) {
      throw new DateTimeException("no such time in " + parsed.getZone() + ": " + text);
    }
    return parsed;
  }
}
