package dev.gimlet.server.rooms;

import dev.gimlet.http.HttpException;
import dev.gimlet.spi.BrokerException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waits for a broker on behalf of a request.
final class BrokerAnswer {

  private static final int PATIENCE_SECONDS = 6; // a broker has 5

  private BrokerAnswer() {}

  /// What the broker says.
  ///
  /// @throws HttpException 503 when it cannot do what was asked
  static <T> T await(CompletableFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      throw unavailable("the broker does not answer; it may still do what it was asked");
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof BrokerException refusal) {
        throw unavailable(String.valueOf(refusal.getMessage()));
      }
      throw new IllegalStateException(failure.getCause());
    }
  }

  private static HttpException unavailable(String message) {
    return new HttpException(503, message, Map.of("Retry-After", "2"));
  }
}
