package org.lupine.support;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON: objects as maps, arrays as lists, strings. Nothing else is needed here. */
public final class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @throws IllegalArgumentException if it is not JSON, or has numbers, or an object has a key twice
   */
  public static Object read(String text) {
    var json = new Json(text);
    var value = json.value();
    json.skipSpace();
    if (json.at != text.length()) {
      throw json.unexpected();
    }
    return value;
  }

  private Object value() {
    skipSpace();
    return switch (peek()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> throw unexpected();
    };
  }

  private Map<String, Object> object() {
    var object = new LinkedHashMap<String, Object>();
    expect('{');
    if (!ends('}')) {
      do {
        skipSpace();
        var key = string();
        expect(':');
        if (object.put(key, value()) != null) {
          throw new IllegalArgumentException("twice: " + key);
        }
      } while (continues('}'));
    }
    return object;
  }

  private List<Object> array() {
    var array = new ArrayList<>();
    expect('[');
    if (!ends(']')) {
      do {
        array.add(value());
      } while (continues(']'));
    }
    return array;
  }

  private String string() {
    var string = new StringBuilder();
    expect('"');
    while (peek() != '"') {
      char c = text.charAt(at++);
      string.append(c == '\\' ? escaped() : c);
    }
    at++;
    return string.toString();
  }

  private char escaped() {
    char c = peek();
    if ("\"\\/".indexOf(c) < 0) {
      throw unexpected();
    }
    at++;
    return c;
  }

  /** Skips a comma and returns true, or skips the end and returns false. */
  private boolean continues(char end) {
    skipSpace();
    if (peek() == ',') {
      at++;
      return true;
    }
    expect(end);
    return false;
  }

  private boolean ends(char end) {
    skipSpace();
    if (peek() == end) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) {
    skipSpace();
    if (peek() != c) {
      throw unexpected();
    }
    at++;
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void skipSpace() {
    while (Character.isWhitespace(peek())) {
      at++;
    }
  }

  private IllegalArgumentException unexpected() {
    return new IllegalArgumentException("unexpected at " + at + ": " + text.substring(at));
  }
}
