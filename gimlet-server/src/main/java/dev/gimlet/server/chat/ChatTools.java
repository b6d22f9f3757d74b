package dev.gimlet.server.chat;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/// What rooms need from outside: the time, a scheduler, and ids for messages that have none.
///
/// Ids must differ from those of earlier runs too: pages know messages by them.
public record ChatTools(Clock clock, Scheduler scheduler, Supplier<String> newId) {

  /// The system's clock and random ids.
  public static ChatTools system(Scheduler scheduler) {
    return new ChatTools(Clock.systemUTC(), scheduler, () -> UUID.randomUUID().toString());
  }
}
