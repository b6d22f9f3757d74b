package dev.gimlet.room;

import dev.gimlet.spi.ServerEvents;

/// Tells what happens in rooms to a listener, and swallows what it throws: it is told in the midst
/// of a delivery, and nobody is left to tell. Immutable.
record GuardedEvents(ServerEvents listener) implements ServerEvents {

  @Override
  public void handlerFailed(String where, Throwable failure) {
    guarded(() -> listener.handlerFailed(where, failure));
  }

  @Override
  public void publishFailed(String room, String reason) {
    guarded(() -> listener.publishFailed(room, reason));
  }

  @Override
  public void brokerAway(String reason) {
    guarded(() -> listener.brokerAway(reason));
  }

  @Override
  public void brokerBack() {
    guarded(listener::brokerBack);
  }

  private static void guarded(Runnable event) {
    try {
      event.run();
    } catch (Throwable swallowed) {
      // as ServerEvents says; also errors: members must not suffer for a log without memory
    }
  }
}
