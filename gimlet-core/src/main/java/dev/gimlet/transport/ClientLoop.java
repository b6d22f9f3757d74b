package dev.gimlet.transport;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// An event loop of clients: dials, waits and calls back, all on one thread. Thread-safe.
public final class ClientLoop implements Executor {

  private final ClientLoops loops;
  private final EventLoop loop;
  private final HomeLoop home;

  ClientLoop(ClientLoops loops, EventLoop loop) {
    this.loops = loops;
    this.loop = loop;
    this.home = new HomeLoop(loop);
  }

  /// Runs a task on the loop; once the loops are closed, it is thrown away.
  @Override
  public void execute(Runnable task) {
    home.execute(task);
  }

  /// Whether the caller runs on this loop.
  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  /// Runs a task on the loop after a delay, unless it is cancelled before.
  public Future<?> schedule(Runnable task, Duration delay) {
    return loop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /// Begins to open a WebSocket, and tells the owner how that ended; called on this loop.
  public Dialling dial(Dial dial, ClientOwner owner) {
    Dialling dialling = new Dialling(this, dial, owner);
    dialling.begin();
    return dialling;
  }

  ClientLoops loops() {
    return loops;
  }

  EventLoop eventLoop() {
    return loop;
  }

  HomeLoop home() {
    return home;
  }
}
