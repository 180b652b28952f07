package org.lupine.access;

/** What one of two gates lets through. */
record EitherAccess(HostAccess one, HostAccess other) implements HostAccess {
  @Override
  public boolean allows(Access access) {
    return one.permits(access) || other.permits(access);
  }

  /** Each of the two sees to reflection by itself. */
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
