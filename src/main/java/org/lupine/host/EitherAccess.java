package org.lupine.host;

/** What one of two gates lets through. */
record EitherAccess(HostAccess one, HostAccess other) implements HostAccess {
  @Override
  public boolean allows(Access access) {
    return Gate.permits(one, access) || Gate.permits(other, access);
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
