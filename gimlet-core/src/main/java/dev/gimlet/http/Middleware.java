package dev.gimlet.http;

/// Wraps handlers: looks at a request before, at the answer after, or answers itself.
@FunctionalInterface
public interface Middleware {

  /// Either calls `next.handle(context)` once, or answers and does not call it.
  ///
  /// Runs on the request's virtual thread. When `next` returns, the answer is complete:
  /// [Context#answeredStatus()] tells its status.
  ///
  /// @throws Exception as [Handler#handle] does
  void handle(Context context, Handler next) throws Exception;
}
