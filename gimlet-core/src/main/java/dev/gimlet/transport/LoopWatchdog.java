package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Finds event loops that are held by a callback or a task, and says by what.
///
/// It gives each loop a task and looks 50 ms later whether it has run: that costs some 20 short
/// wake-ups of a loop in a second, and holds for whatever a loop may be busy with. When the
/// watchdog itself wakes too late, the whole process was stopped, and nobody is blamed for that
/// time; nor is a loop that is late for want of processor time, see [LoopSample].
///
/// Thread-safe: everything but the answers of the loops belongs to its own thread.
final class LoopWatchdog {

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration HELD = Duration.ofMillis(200);
  private static final Duration LATE = Duration.ofMillis(75); // more than a busy machine's delay

  private final ServerEvents events;
  private final List<LoopProbe> probes = new ArrayList<>();
  private final Thread thread;
  private volatile boolean ended;

  LoopWatchdog(EventLoopGroup loops, ServerEvents events) {
    this.events = events;
    for (EventExecutor loop : loops) {
      LoopProbe probe = new LoopProbe(loop);
      loop.submit(probe).awaitUninterruptibly(); // it knows the thread before anything can hold it
      probes.add(probe);
    }
    thread = Thread.ofPlatform().daemon().name("gimlet-watchdog").unstarted(this::watch);
  }

  void start() {
    thread.start();
  }

  /// Ends the thread, soon; called by any thread.
  void end() {
    ended = true;
    LockSupport.unpark(thread);
  }

  private void watch() {
    long before = System.nanoTime();
    while (!ended) {
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
      long now = System.nanoTime();
      long late = now - before - LOOK_EVERY.toNanos();
      before = now;
      for (LoopProbe probe : probes) {
        if (late > LATE.toNanos()) {
          probe.forgive(late);
        }
        look(probe, now);
      }
    }
  }

  private void look(LoopProbe probe, long now) {
    switch (probe.look(now, HELD.toNanos())) {
      case FREE -> probe.send(now);
      case BUSY -> {}
      case HELD -> tellHeld(probe, now);
      case FREED -> {
        events.loopFreed(probe.name(), held(probe.heldNanos()));
        probe.send(now);
      }
    }
  }

  /// The sample is taken first: if the loop goes on meanwhile, it says nothing.
  private void tellHeld(LoopProbe probe, long now) {
    LoopSample sample = probe.sample();
    if (sample.isHeld() && probe.blame()) {
      events.loopBlocked(probe.name(), held(probe.waitingNanos(now)), sample.stack());
    }
  }

  private static Duration held(long nanos) {
    return Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(nanos));
  }
}
