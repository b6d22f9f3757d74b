package dev.gimlet.redis;

import dev.gimlet.spi.BrokerListener;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Whether everything works: tells the node once when something does not, and once when all does.
///
/// Any thread may report; telling happens on the executor, which runs one task at a time and owns
/// the rest. The two flags that are asked for are volatile, and a future tells of the beginning.
final class Availability {

  private final Executor executor;
  private final BrokerListener listener;
  private final Map<Object, String> missing = new HashMap<>();
  private boolean isTold; // that it is away
  private final CompletableFuture<Void> firstNews = new CompletableFuture<>();
  private volatile boolean isReady;
  private volatile boolean isClosed;

  Availability(Executor executor, BrokerListener listener) {
    this.executor = executor;
    this.listener = listener;
  }

  /// This part has to work too; call it before anything is reported.
  void expect(Object part) {
    missing.put(part, "it is not connected yet");
  }

  boolean isReady() {
    return isReady && !isClosed;
  }

  /// Complete once everything works, or something is known not to.
  CompletableFuture<Void> firstNews() {
    return firstNews;
  }

  /// The part works, or does not for this reason.
  void report(Object part, @Nullable String failure) {
    executor.execute(() -> {
      if (failure == null) {
        missing.remove(part);
      } else {
        missing.put(part, failure);
      }
      tell(failure);
    });
  }

  /// Never ready again.
  void close() {
    isClosed = true;
  }

  private void tell(@Nullable String failure) {
    isReady = missing.isEmpty();
    if (failure != null && !isTold) {
      isTold = true;
      listener.onBrokerAway(failure);
    } else if (isReady && isTold) {
      isTold = false;
      listener.onBrokerBack();
    }
    if (isReady || isTold) {
      firstNews.complete(null);
    }
  }
}
