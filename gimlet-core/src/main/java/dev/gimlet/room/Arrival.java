package dev.gimlet.room;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Recovery;
import java.util.concurrent.CompletableFuture;

/// How a member comes into a room. Immutable, but for the futures.
sealed interface Arrival {

  /// Gets what is published from now on.
  record Plain() implements Arrival {}

  /// Comes back with a position.
  record Since(Position position, CompletableFuture<Recovery> result) implements Arrival {}

  /// Wants the newest publications first.
  record WithHistory(int newest, CompletableFuture<History> result) implements Arrival {}

  /// Whether the program was told that there is no answer.
  default boolean hasFailed() {
    return switch (this) {
      case Plain _ -> false;
      case Since since -> since.result().isCompletedExceptionally();
      case WithHistory history -> history.result().isCompletedExceptionally();
    };
  }

  /// Ends the wait of a member that will not get an answer.
  default void fail(Throwable failure) {
    switch (this) {
      case Plain _ -> {}
      case Since since -> since.result().completeExceptionally(failure);
      case WithHistory history -> history.result().completeExceptionally(failure);
    }
  }
}
