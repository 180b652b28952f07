package org.lupine.jsr223;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.script.Bindings;

/** Bindings like those of Flowable: they answer more than they list, and refuse half of Map. */
final class FlowableLikeBindings implements Bindings {
  private final Map<String, Object> resolved = new HashMap<>();
  private final Map<String, Object> variables = new HashMap<>();

  /** What the host answers for {@code name} without listing it. */
  FlowableLikeBindings resolving(String name, Object value) {
    resolved.put(name, value);
    return this;
  }

  Map<String, Object> variables() {
    return variables;
  }

  @Override
  public boolean containsKey(Object key) {
    return resolved.containsKey(key) || variables.containsKey(key);
  }

  @Override
  public Object get(Object key) {
    return resolved.containsKey(key) ? resolved.get(key) : variables.get(key);
  }

  @Override
  public Object put(String name, Object value) {
    return variables.put(name, value);
  }

  @Override
  public Object remove(Object key) {
    return variables.remove(key);
  }

  @Override
  public int size() {
    return variables.size();
  }

  @Override
  public Set<String> keySet() {
    return variables.keySet();
  }

  @Override
  public Collection<Object> values() {
    return variables.values();
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    return variables.entrySet();
  }

  @Override
  public void putAll(Map<? extends String, ?> toMerge) {
    throw new UnsupportedOperationException("putAll");
  }

  @Override
  public void clear() {
    throw new UnsupportedOperationException("clear");
  }

  @Override
  public boolean isEmpty() {
    throw new UnsupportedOperationException("isEmpty");
  }

  @Override
  public boolean containsValue(Object value) {
    throw new UnsupportedOperationException("containsValue");
  }
}
