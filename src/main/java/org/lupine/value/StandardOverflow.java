package org.lupine.value;

/** The handlers that {@link Overflow} has. One class loads sooner than four lambdas. */
enum StandardOverflow implements Overflow {
  ERROR,
  TO_DOUBLE,
  WRAP_OBJECT,
  TO_STRING;

  @Override
  public Object replace(Number number) {
    if (this == ERROR) {
      throw new ArithmeticException("number " + number + " has no exact Lua representation");
    }
    return this == TO_DOUBLE
        ? (Object) number.doubleValue()
        : this == WRAP_OBJECT ? number : number.toString();
  }
}
