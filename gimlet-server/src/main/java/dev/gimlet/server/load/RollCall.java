package dev.gimlet.server.load;

import dev.gimlet.websocket.GimletException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits until a room has its members: with most servers a connection joins after it is open, and
/// what is sent before is not for it.
///
/// The first connection calls again and again, until all others have heard it once. Immutable.
public record RollCall(Clients clients, StampedMessages messages, int members, Duration most) {

  private static final long FIRST_WAIT_MILLIS = 50;
  private static final long LONGEST_WAIT_MILLIS = 1_000; // calls must not become a load

  /// Calls until all have heard it, or until it is stopped.
  ///
  /// @throws GimletException when some do not in time, or a connection ends
  public void hold(BooleanSupplier stopped) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    long wait = FIRST_WAIT_MILLIS;
    while (messages.callHeard() < members && !stopped.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new GimletException(
            "not a room: of %d others %d got what the first connection sent, within %d ms"
                .formatted(members, messages.callHeard(), most.toMillis()));
      }
      clients.onLoop(() -> clients.first().write(messages.call(0)));
      clients.runFor(Duration.ofMillis(wait));
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
      clients.check();
    }
  }
}
