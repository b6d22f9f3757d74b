package dev.gimlet.http;

/// Answers one request.
@FunctionalInterface
public interface Handler {

  /// Reads the request from the context and answers through it, once.
  ///
  /// Runs on a virtual thread of its own and may block. A handler that returns without an answer
  /// answers with the status it set, or 200, and no body.
  ///
  /// @throws Exception an [HttpException] becomes its status, a [dev.gimlet.spi.BrokerException]
  ///   503 with `Retry-After`, also inside of a [java.util.concurrent.CompletionException] or
  ///   [java.util.concurrent.ExecutionException]; anything else becomes 500
  void handle(Context context) throws Exception;
}
