package dev.gimlet.exchange;

import dev.gimlet.http.HttpException;
import dev.gimlet.spi.BrokerException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/// What the peer is told of something that a handler threw.
public final class FailureAnswer {
  private static final Map<String, String> COME_BACK_IN_A_MOMENT = Map.of("Retry-After", "2");

  private FailureAnswer() {}

  /// Empty when it is not for the peer, who then gets 500 without details.
  public static Optional<HttpException> to(Throwable failure) {
    return switch (cause(failure)) {
      case HttpException error -> Optional.of(error);
      case BrokerException refusal ->
          Optional.of(
              new HttpException(503, String.valueOf(refusal.getMessage()), COME_BACK_IN_A_MOMENT));
      default -> Optional.empty();
    };
  }

  /// What made a future fail that the handler has waited for.
  private static Throwable cause(Throwable failure) {
    boolean wraps = failure instanceof CompletionException || failure instanceof ExecutionException;
    Throwable inner = failure.getCause();
    return wraps && inner != null ? cause(inner) : failure;
  }
}
