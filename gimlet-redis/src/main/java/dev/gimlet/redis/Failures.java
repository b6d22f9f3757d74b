package dev.gimlet.redis;

import dev.gimlet.spi.BrokerException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisReadOnlyException;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What went wrong with Redis, in words for people.
final class Failures {

  /// The replica has lost its primary; or, as Redis 6 says it of scripts, it is a replica.
  private static final Pattern OF_SERVER = Pattern.compile("^MASTERDOWN|-READONLY ");

  /// Of those that Lettuce names by its message only, they never left this process.
  private static final Pattern NOT_SENT =
      Pattern.compile("^(Currently not connected\\.|Connection is closed$)");

  private static final String IS_IT_RUNNING = "is it running?";

  private Failures() {}

  /// As it is told to whoever asked.
  static BrokerException exception(Throwable failure) {
    Throwable cause = cause(failure);
    return switch (cause) {
      case BrokerException known -> known;
      case RedisCommandTimeoutException _ ->
          new BrokerException(
              "Redis did not answer in time; it may still do what it was asked", cause);
      case RedisCommandExecutionException refusal ->
          new BrokerException("Redis refused: " + refusal.getMessage(), cause);
      default ->
          new BrokerException(
              "the connection to Redis was lost before the answer; it may have done what it was"
                  + " asked: "
                  + reason(cause),
              cause);
    };
  }

  /// One line, without the names of Lettuce's classes where nothing answers.
  static String reason(Throwable failure) {
    Throwable cause = cause(failure);
    if (isNotSent(cause)) {
      return IS_IT_RUNNING;
    }
    @Nullable Throwable below = cause.getCause();
    String line =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return below == null || below.getMessage() == null ? line : line + ": " + below.getMessage();
  }

  /// Whether there was no connection to send it on, so that it is certain not to be done.
  static boolean isNotSent(Throwable failure) {
    Throwable cause = cause(failure);
    return isRefusedConnection(cause)
        || (cause instanceof RedisException
            && NOT_SENT.matcher(String.valueOf(cause.getMessage())).find());
  }

  /// A cluster tells of each of its servers in a suppressed exception.
  private static boolean isRefusedConnection(Throwable failure) {
    Throwable below = failure.getCause();
    return failure instanceof ConnectException
        || (below != null && isRefusedConnection(below))
        || Arrays.stream(failure.getSuppressed()).anyMatch(Failures::isRefusedConnection);
  }

  /// Whether a cluster is moving some of the keys, and has done nothing.
  static boolean isInTransit(Throwable failure) {
    Throwable cause = cause(failure);
    Throwable told = cause instanceof BrokerException ? cause.getCause() : cause;
    return told instanceof RedisCommandExecutionException refusal
        && String.valueOf(refusal.getMessage()).startsWith("TRYAGAIN");
  }

  static boolean isUnknownScript(Throwable failure) {
    return cause(failure) instanceof RedisNoScriptException;
  }

  /// Whether another server has to be found, or this one has to be waited for.
  static boolean isOfServer(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof RedisReadOnlyException
        || cause instanceof RedisLoadingException
        || (cause instanceof RedisCommandExecutionException refusal
            && OF_SERVER.matcher(String.valueOf(refusal.getMessage())).find());
  }

  static boolean isTimeout(Throwable failure) {
    return cause(failure) instanceof RedisCommandTimeoutException;
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause(cause) : failure;
  }
}
