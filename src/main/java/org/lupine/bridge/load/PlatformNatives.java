package org.lupine.bridge.load;

/**
 * Provided as a service by each module that has the natives of one platform: Java then resolves
 * that module whenever it resolves {@code org.lupine}, and {@link NativeResources} finds it. No
 * provider is ever instantiated.
 */
public interface PlatformNatives {}
