package dev.gimlet.exchange;

import dev.gimlet.http.Context;
import dev.gimlet.http.Handler;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.Middleware;
import dev.gimlet.routing.RouteMatch;
import dev.gimlet.routing.RouteMatch.Found;
import dev.gimlet.routing.RouteMatch.MethodNotAllowed;
import dev.gimlet.routing.RouteMatch.NotFound;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Handles one request from the first middleware to the answer, whatever the program does.
///
/// Owned by the virtual thread that handles the request.
public final class RequestTask implements Runnable {
  private static final int MAX_TOLD_CHARACTERS = 100; // of a request line

  private final Program program;
  private final HttpExchange exchange;
  private final List<Middleware> middleware;
  private final Handler handler;

  private RequestTask(
      Program program, HttpExchange exchange, List<Middleware> middleware, Handler handler) {
    this.program = program;
    this.exchange = exchange;
    this.middleware = middleware;
    this.handler = handler;
  }

  /// For a request and the route it takes, if any.
  public static RequestTask of(
      Program program, Request request, RouteMatch match, Answering answering) {
    return switch (match) {
      case Found found ->
          new RequestTask(
              program,
              new HttpExchange(request, found.pathParameters(), program, answering),
              found.route().middleware(),
              found.route().handler());
      case MethodNotAllowed _, NotFound _ ->
          new RequestTask(
              program,
              new HttpExchange(request, Map.of(), program, answering),
              program.middleware(),
              miss(match));
    };
  }

  @Override
  public void run() {
    try {
      next(0).handle(exchange);
      exchange.finish();
    } catch (Throwable failure) { // the boundary to the program
      fail(failure);
    }
  }

  private void fail(Throwable failure) {
    boolean told = FailureAnswer.to(failure).filter(exchange::fail).isPresent();
    if (!told) {
      program.events().handlerFailed(exchange.method() + " " + exchange.path(), failure);
      exchange.fail(new HttpException(500, "internal server error"));
    }
  }

  /// What follows the first `index` middlewares.
  private Handler next(int index) {
    if (index < middleware.size()) {
      return context -> middleware.get(index).handle(context, next(index + 1));
    }
    return this::handleLast;
  }

  /// When this returns the request has been answered, as middleware may expect.
  private void handleLast(Context context) throws Exception {
    handler.handle(context);
    exchange.finish();
  }

  /// What is answered to a request that no route takes.
  private static Handler miss(RouteMatch match) {
    return context -> {
      if (match instanceof MethodNotAllowed(List<String> allowed)) {
        answerAllowed(context, String.join(", ", allowed));
      } else if (context.method().equals("OPTIONS") && context.path().equals("/*")) {
        context.noContent();
      } else {
        throw new HttpException(404, noRoute(context, match));
      }
    };
  }

  private static String noRoute(Context context, RouteMatch match) {
    String other =
        match instanceof NotFound(Optional<String> near)
            ? near.map(path -> "; there is one at " + shortened(path)).orElse("")
            : "";
    return "there is no route " + shortened(context.method() + " " + context.path()) + other;
  }

  private static String shortened(String path) {
    return path.length() <= MAX_TOLD_CHARACTERS
        ? path
        : path.substring(0, MAX_TOLD_CHARACTERS) + "…";
  }

  private static void answerAllowed(Context context, String allowed) {
    if (!context.method().equals("OPTIONS")) {
      String message = "this address takes " + allowed + ", not " + context.method();
      throw new HttpException(405, message, Map.of("Allow", allowed));
    }
    context.responseField("Allow", allowed).noContent(); // RFC 9110 §9.3.7
  }
}
