package org.lupine.host;

import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import org.lupine.access.HostAccess.Operation;

/** The purpose for which a name is looked up. */
enum MemberUse {
  CALL(Operation.CALL, Operation.STATIC_CALL),
  READ(Operation.READ, Operation.STATIC_READ),
  WRITE(Operation.WRITE, Operation.STATIC_WRITE),
  CONSTRUCT(Operation.NEW, Operation.NEW);

  private final Operation ofObject;
  private final Operation ofClass;

  MemberUse(Operation ofObject, Operation ofClass) {
    this.ofObject = ofObject;
    this.ofClass = ofClass;
  }

  /** Returns the operation that access is checked for. */
  Operation operation(Member member) {
    return Modifier.isStatic(member.getModifiers()) ? ofClass : ofObject;
  }
}
