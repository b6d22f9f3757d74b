package dev.gimlet.transport;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The event loops that all WebSockets of a client share. Thread-safe: two atomic numbers.
public final class ClientLoops implements AutoCloseable {

  private final Transport transport = Transport.best();
  private final ServerEvents events;
  private final EventLoopGroup group;
  private final List<ClientLoop> loops = new ArrayList<>();
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger turn = new AtomicInteger();
  private final AtomicLong ids = new AtomicLong();

  private ClientLoops(int count, ServerEvents events) {
    this.events = events;
    this.group = transport.eventLoops(count, "gimlet-client");
    for (int i = 0; i < count; i++) {
      EventLoop next = group.next(); // in turn
      loops.add(new ClientLoop(this, next));
    }
  }

  /// Starts that many; threads begin with the first use. Failures of callbacks go to the events.
  public static ClientLoops start(int count, ServerEvents events) {
    return new ClientLoops(count, events);
  }

  /// The loop for one more client, in turn.
  public ClientLoop next() {
    return loops.get(Math.floorMod(turn.getAndIncrement(), loops.size()));
  }

  Transport transport() {
    return transport;
  }

  ServerEvents events() {
    return events;
  }

  SecureRandom random() {
    return random;
  }

  long nextId() {
    return ids.incrementAndGet();
  }

  /// Ends the loops, cutting what is still open after the time; waits for that.
  public void close(Duration timeout) {
    loops.forEach(loop -> loop.home().closeAll(CloseStatus.GOING_AWAY));
    boolean ended =
        group
            .shutdownGracefully(0, timeout.toMillis(), TimeUnit.MILLISECONDS)
            .awaitUninterruptibly(2 * timeout.toMillis() + 1, TimeUnit.MILLISECONDS);
    if (ended) {
      release();
    } else { // a callback holds one
      group.terminationFuture().addListener(_ -> release());
    }
  }

  private void release() {
    loops.forEach(loop -> loop.home().release());
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(1));
  }
}
