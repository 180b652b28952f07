package org.lupine.bridge;

import java.io.PrintWriter;
import java.util.stream.Stream;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A program that runs test classes; the first line that it prints says whether it has the fence. */
final class WithoutFenceChild {
  private WithoutFenceChild() {}

  public static void main(String[] classes) {
    System.out.println("fence: " + Native.fenceAll());
    var listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(classes).map(DiscoverySelectors::selectClass).toList())
                .build(),
            listener);
    var summary = listener.getSummary();
    var out = new PrintWriter(System.out, true);
    summary.printFailuresTo(out);
    out.println("failed: " + summary.getTotalFailureCount());
    out.println("succeeded: " + summary.getTestsSucceededCount());
    out.flush();
    System.exit(0);
  }
}
