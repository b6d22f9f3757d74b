package dev.gimlet.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestPlan;

/// Fails the whole run when Netty's leak detector has reported a buffer that nobody released.
///
/// Found by JUnit through its service file. Thread-safe: reports go into a concurrent queue.
public final class LeakGuard implements TestExecutionListener {

  private static final int EXIT_CODE = 70;
  private static final int COLLECTIONS = 3;

  private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

  /// Made by JUnit.
  public LeakGuard() {}

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    for (int i = 0; i < COLLECTIONS; i++) {
      collectAndReport();
    }
    if (!leaks.isEmpty()) {
      report(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }

  /// Straight to the descriptor: what runs the tests holds back what is printed, and loses it when
  /// the process ends like this.
  private void report(PrintStream out) {
    leaks.forEach(out::println);
    out.println(leaks.size() + " buffers leaked: the test run has failed");
  }

  /// Leaks are reported by the first allocation after the collector has found them.
  @SuppressWarnings({"SystemGc", "ThreadSleep"})
  private static void collectAndReport() {
    System.gc();
    try {
      Thread.sleep(20); // the collector hands references over in its own time
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    ByteBuf probe = PooledByteBufAllocator.DEFAULT.directBuffer(1);
    probe.release();
  }

  private final class Factory extends ResourceLeakDetectorFactory {

    @Override
    @SuppressWarnings("deprecation") // abstract in the base class, called by nobody
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval, long maxActive) {
      return newResourceLeakDetector(resource, samplingInterval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> resource, int samplingInterval) {
      return new Detector<>(resource, samplingInterval);
    }
  }

  private final class Detector<T> extends ResourceLeakDetector<T> {

    Detector(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resourceType, String records) {
      leaks.add("LEAK: " + resourceType + " was not released" + records);
    }

    @Override
    protected void reportUntracedLeak(String resourceType) {
      leaks.add("LEAK: " + resourceType + " was not released");
    }
  }
}
