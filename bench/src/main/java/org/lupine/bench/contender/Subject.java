package org.lupine.bench.contender;

/** The object whose methods scripts call. */
public final class Subject {
  private double total;
  private Object last;

  public void mi(int i) {
    total += i;
  }

  public void md(double d) {
    total += d;
  }

  public double rd() {
    return total;
  }

  /** Adds to the total and returns it. */
  public double add(double amount) {
    total += amount;
    return total;
  }

  public void ms(String text) {
    last = text;
  }

  public void mo(Object object) {
    last = object;
  }

  public void ov(int i) {
    total += i;
  }

  public void ov(double d) {
    total += d;
  }

  public void ov(String text) {
    last = text;
  }

  public String echo(String text) {
    return text;
  }

  public void fail() {
    throw new IllegalStateException("no");
  }

  /** Returns what the last method got. */
  public Object last() {
    return last;
  }
}
