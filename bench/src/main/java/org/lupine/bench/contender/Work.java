package org.lupine.bench.contender;

/** Does what a row measures, once or as often as the row says. */
@FunctionalInterface
public interface Work {
  /** Returns something that depends on the work. */
  Object run() throws Exception;
}
