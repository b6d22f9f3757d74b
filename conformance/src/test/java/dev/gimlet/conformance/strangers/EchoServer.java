package dev.gimlet.conformance.strangers;

import dev.gimlet.Gimlet;
import dev.gimlet.RunningServer;
import dev.gimlet.ServerOptions;
import dev.gimlet.websocket.Compression;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.URI;
import java.time.Duration;

/// Echoes messages of up to 16 MiB, and compresses every one of them, however short.
final class EchoServer implements AutoCloseable {

  private static final int MAX_MESSAGE_BYTES = 16 << 20;
  private static final int OUTBOX_BYTES = MAX_MESSAGE_BYTES + (1 << 20); // noise grows a little
  private static final Compression EVERYTHING = Compression.DEFAULTS.withThresholdBytes(0);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final WebSocketListener ECHO =
      WebSocketListener.onMessage((connection, message) -> connection.send(message));

  private final RunningServer server =
      Gimlet.bare(ServerOptions.builder().host("127.0.0.1").build())
          .ws(path(false), options(EVERYTHING), ECHO)
          .ws(path(true), options(EVERYTHING.withContextTakeover()), ECHO)
          .start(0);

  /// Where messages may refer to those before them, and where they may not.
  static String path(boolean takeover) {
    return takeover ? "/takeover" : "/alone";
  }

  URI address(String path) {
    return URI.create("ws://127.0.0.1:" + server.port() + path);
  }

  @Override
  public void close() {
    server.close();
  }

  private static WebSocketOptions options(Compression compression) {
    return WebSocketOptions.builder()
        .compression(compression)
        .maxMessageBytes(MAX_MESSAGE_BYTES)
        .outboxBytes(OUTBOX_BYTES)
        .heartbeat(Duration.ZERO, PATIENCE)
        .closeTimeout(PATIENCE)
        .build();
  }
}
