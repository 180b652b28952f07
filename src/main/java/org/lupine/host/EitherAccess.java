package org.lupine.host;

/** What one of two gates lets through. */
record EitherAccess(HostAccess one, HostAccess other) implements HostAccess {
  @Override
  public boolean allows(Access access) {
    return permits(one, access) || permits(other, access);
  }

  private static boolean permits(HostAccess gate, Access access) {
    return (gate.reflection() || !Reflective.touches(access)) && gate.allows(access);
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
