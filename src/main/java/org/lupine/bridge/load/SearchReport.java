package org.lupine.bridge.load;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The places that were searched, each with the reason why it did not serve. */
final class SearchReport {
  private final Set<String> places = new LinkedHashSet<>();
  private boolean hasOther;

  /** The last failure, or null. */
  @Nullable Throwable last;

  void add(Object place, String why) {
    places.add(place + " (" + why + ")");
  }

  /** Adds a library that is of another build than these classes. */
  void addOther(Object place, String why) {
    hasOther = true;
    add(place, why);
  }

  /** Returns whether there was a library of another build. */
  boolean hasOther() {
    return hasOther;
  }

  void add(Object place, Throwable failure) {
    last = failure;
    add(place, why(failure));
  }

  private static String why(Throwable failure) {
    if (failure instanceof FileSystemException e && e.getReason() != null) {
      return e.getReason();
    }
    return failure instanceof AccessDeniedException
        ? "access denied"
        : failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }

  @Override
  public String toString() {
    return places.isEmpty() ? "nowhere" : String.join(", ", places);
  }
}
