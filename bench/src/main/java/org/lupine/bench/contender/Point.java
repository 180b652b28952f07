package org.lupine.bench.contender;

/** The object whose field {@code x} and property {@code y} scripts use. */
public final class Point {
  public double x = 1;
  private double y = 1;

  public double getY() {
    return y;
  }

  public void setY(double y) {
    this.y = y;
  }
}
