package dev.gimlet.server;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.http.Context;
import dev.gimlet.http.HttpException;
import dev.gimlet.testing.FaultProxy;
import dev.gimlet.websocket.LoopConnection;
import dev.gimlet.websocket.Message;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A server that answers each message with itself, and then ends the connection as its plan says;
/// one turn of the plan for each attempt of a client.
///
/// Clients come through a proxy, which is what goes away. Thread-safe: atomic numbers.
final class MoodyServer implements AutoCloseable {

  /// What becomes of one attempt.
  sealed interface Turn {

    /// An echo, and then a close with this code.
    record Close(int code) implements Turn {}

    /// No upgrade; `retryAfter` in seconds, 0 for none.
    record Refuse(int status, int retryAfter) implements Turn {}

    /// The connection breaks instead of an echo.
    record Cut() implements Turn {}

    /// It breaks, and nobody is there until the client has said twice that it tries again.
    record Away() implements Turn {}
  }

  private static final int TRIES_WHILE_AWAY = 2;

  private final List<Turn> plan;
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger awayFor = new AtomicInteger();
  private final RunningServer server;
  private final FaultProxy proxy;

  private MoodyServer(List<Turn> plan) throws IOException {
    this.plan = List.copyOf(plan);
    Gimlet app = Gimlet.bare(ServerOptions.builder().host("localhost").build());
    app.get("/", context -> context.html("<!doctype html><title>a page</title>"));
    app.get("/ws", this::attempt);
    server = app.start(0);
    proxy = FaultProxy.to(server.port());
  }

  static MoodyServer with(Turn... plan) throws IOException {
    return new MoodyServer(List.of(plan));
  }

  int port() {
    return proxy.port();
  }

  /// How often a client has asked so far.
  int attempts() {
    return attempts.get();
  }

  /// A client says that it tries again.
  void hearThatItTriesAgain() throws IOException {
    if (awayFor.get() > 0 && awayFor.decrementAndGet() == 0) {
      proxy.admit();
    }
  }

  private void attempt(Context context) {
    Turn turn = plan.get(Math.min(attempts.getAndIncrement(), plan.size() - 1));
    if (turn instanceof Turn.Refuse(int status, int retryAfter)) {
      if (retryAfter > 0) {
        context.responseField("Retry-After", Integer.toString(retryAfter));
      }
      throw new HttpException(status, "as planned");
    }
    context.upgrade(context.webSocketOptions(), connection -> end(turn, connection));
  }

  private void end(Turn turn, LoopConnection connection) throws IOException {
    Optional<Message> received = connection.receive();
    if (received.isEmpty()) {
      return; // a client that only looks
    }
    Message message = received.get();
    switch (turn) {
      case Turn.Close(int code) -> {
        connection.send(message);
        connection.close(code, "as planned");
      }
      case Turn.Cut() -> proxy.cut();
      case Turn.Away() -> {
        proxy.refuse();
        awayFor.set(TRIES_WHILE_AWAY);
        proxy.cut();
      }
      case Turn.Refuse(int status, _) -> throw new AssertionError("refused with " + status);
    }
  }

  @Override
  public void close() throws IOException {
    proxy.close();
    server.close();
  }
}
