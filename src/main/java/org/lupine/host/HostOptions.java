package org.lupine.host;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lupine.access.AttributeFilter;
import org.lupine.access.AttributeHandlers;
import org.lupine.access.HostAccess;

/**
 * How Java objects appear in Lua. Immutable.
 *
 * @param indexBase the index of the first element of lists and arrays: 1 or 0
 * @param loader finds the classes that scripts import; null for the thread's context loader, then
 *     our own
 * @param access what scripts may reach
 * @param unpackArrays whether an {@code Object[]} that a method returns is unpacked into its
 *     elements
 * @param filter sees each access to members and items; null for none
 * @param handlers replace such access; null for none; not together with a filter
 */
public record HostOptions(
    int indexBase,
    @Nullable ClassLoader loader,
    HostAccess access,
    boolean unpackArrays,
    @Nullable AttributeFilter filter,
    @Nullable AttributeHandlers handlers) {
  /** Indexes from 1, everything public, no filter or handlers. */
  public static final HostOptions DEFAULT =
      new HostOptions(1, null, HostAccess.ALL, false, null, null);

  public HostOptions {
    Objects.requireNonNull(access, "access");
    if (indexBase != 0 && indexBase != 1) {
      throw new IllegalArgumentException("index base must be 0 or 1, not " + indexBase);
    }
    if (filter != null && handlers != null) {
      throw new IllegalArgumentException("an attribute filter and handlers exclude one another");
    }
  }

  public HostOptions withIndexBase(int base) {
    return new HostOptions(base, loader, access, unpackArrays, filter, handlers);
  }

  public HostOptions withLoader(@Nullable ClassLoader other) {
    return new HostOptions(indexBase, other, access, unpackArrays, filter, handlers);
  }

  public HostOptions withAccess(HostAccess other) {
    return new HostOptions(indexBase, loader, other, unpackArrays, filter, handlers);
  }

  public HostOptions withUnpackArrays(boolean unpack) {
    return new HostOptions(indexBase, loader, access, unpack, filter, handlers);
  }

  public HostOptions withFilter(@Nullable AttributeFilter other) {
    return new HostOptions(indexBase, loader, access, unpackArrays, other, handlers);
  }

  public HostOptions withHandlers(@Nullable AttributeHandlers other) {
    return new HostOptions(indexBase, loader, access, unpackArrays, filter, other);
  }
}
