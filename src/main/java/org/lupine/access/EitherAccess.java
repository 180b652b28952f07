package org.lupine.access;

/** Permits what one of two accesses permits. */
record EitherAccess(HostAccess one, HostAccess other) implements HostAccess {
  @Override
  public boolean allows(Access access) {
    return one.permits(access) || other.permits(access);
  }

  /** Asks {@link #allows} alone, since each of the two checks reflection itself. */
  @Override
  public boolean permits(Access access) {
    return allows(access);
  }

  @Override
  public boolean reflection() {
    return one.reflection() || other.reflection();
  }

  @Override
  public boolean classLookup() {
    return one.classLookup() || other.classLookup();
  }
}
