package dev.gimlet.transport;

import io.netty.util.concurrent.EventExecutor;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/// One loop, as the watchdog sees it: a task that was given to it, and when it ran.
///
/// Owned by the watchdog's thread; the loop only writes the two volatile fields.
final class LoopProbe implements Runnable {

  /// How things stand with the loop.
  enum Verdict {
    /// The task has run, or there was none.
    FREE,
    /// It has not, but may still.
    BUSY,
    /// It has not for too long; said once.
    HELD,
    /// The loop that was held goes on.
    FREED
  }

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final EventExecutor loop;
  private volatile Thread thread = Thread.currentThread(); // the loop's, once a task has run
  private volatile long ranAt;
  private volatile boolean waiting;
  private boolean blamed;
  private long sentAt;
  private long workedAtSending; // the processor time of the loop's thread

  LoopProbe(EventExecutor loop) {
    this.loop = loop;
  }

  @Override
  public void run() {
    thread = Thread.currentThread();
    ranAt = System.nanoTime();
    waiting = false;
  }

  /// Gives the loop its next task.
  void send(long now) {
    sentAt = now;
    workedAtSending = worked();
    waiting = true;
    try {
      loop.execute(this);
    } catch (RejectedExecutionException stopped) {
      waiting = false; // the loop is gone
    }
  }

  Verdict look(long now, long heldNanos) {
    if (!waiting) {
      return blamed ? Verdict.FREED : Verdict.FREE;
    }
    return !blamed && now - sentAt >= heldNanos && knowsThread() ? Verdict.HELD : Verdict.BUSY;
  }

  /// What the loop is doing now.
  LoopSample sample() {
    Duration since = Duration.ofNanos(worked() - workedAtSending);
    return new LoopSample(thread.getState(), since, List.of(thread.getStackTrace()));
  }

  private long worked() {
    return THREADS.isThreadCpuTimeSupported() ? THREADS.getThreadCpuTime(thread.threadId()) : 0;
  }

  /// True if the loop is still held: it is told now, and not again.
  boolean blame() {
    blamed = waiting;
    return blamed;
  }

  /// So much of the time that has passed is not the loop's fault.
  void forgive(long nanos) {
    if (!blamed) {
      sentAt += nanos;
    }
  }

  String name() {
    return thread.getName();
  }

  long waitingNanos(long now) {
    return now - sentAt;
  }

  /// How long the loop was held that has been freed; asked once.
  long heldNanos() {
    blamed = false;
    return ranAt - sentAt;
  }

  private boolean knowsThread() {
    return ranAt != 0;
  }
}
