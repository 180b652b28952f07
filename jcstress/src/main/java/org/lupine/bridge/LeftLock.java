package org.lupine.bridge;

/**
 * A lock for test cases in another package: a waiting thread looks for frames of Lupine's packages
 * in the owner's stack trace.
 */
public class LeftLock {
  private final StateLock lock = Locks.make();
  private int counter;

  /** Enters, and does not leave, as a thread whose stack overflowed. */
  public void enterForGood() {
    lock.lock();
  }

  /** Enters, forgets entries that were left behind, counts, and leaves. */
  public void add() {
    lock.lock();
    lock.inside.recoverOwn();
    counter++;
    lock.unlock();
  }

  /** Takes the lock from an owner that is outside. */
  public void recover() {
    lock.inside.recover(Thread.currentThread(), true);
  }

  /** How often it was counted. */
  public int counter() {
    return counter;
  }

  /** Whether anybody is inside, or waits to be. */
  public boolean isInUse() {
    return Locks.isInUse(lock);
  }
}
