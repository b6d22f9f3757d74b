package dev.gimlet.benchmarks.servers;

import dev.gimlet.Gimlet;
import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.WebSocketListener;

/// Gimlet in event style, with one event loop.
final class GimletEvent {

  private GimletEvent() {}

  static void start(int port) {
    start(bare(), port);
  }

  /// The same with TLS, by the provider that a system property names.
  static void startTls(int port) throws Exception {
    ServerCertificate made = ServerCertificate.make();
    start(Gimlet.bare(options().tls(made.certificate(), made.key()).build()), port);
  }

  private static void start(Gimlet app, int port) {
    app.ws("/echo", WebSocketListener.onMessage((connection, message) -> connection.send(message)));
    app.ws("/room", new RoomListener(app.room("all")));
    app.start(port);
  }

  static Gimlet bare() {
    return Gimlet.bare(options().build());
  }

  private static ServerOptions.Builder options() {
    return ServerOptions.builder().host(Main.HOST).eventLoops(1);
  }
}
