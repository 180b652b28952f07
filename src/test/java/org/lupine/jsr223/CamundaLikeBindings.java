package org.lupine.jsr223;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import javax.script.Bindings;
import javax.script.SimpleBindings;

/** Bindings like those of Camunda, which stores what is put as a process variable. */
final class CamundaLikeBindings extends SimpleBindings {
  private final Map<String, Object> stored = new HashMap<>();

  CamundaLikeBindings(Bindings wrapped) {
    super(wrapped);
  }

  Map<String, Object> stored() {
    return stored;
  }

  @Override
  public Object put(String name, Object value) {
    if (value != null && !(value instanceof Serializable)) {
      throw new IllegalArgumentException("cannot store variable '" + name + "': " + value);
    }
    stored.put(name, value);
    return super.put(name, value);
  }
}
