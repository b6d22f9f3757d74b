package dev.gimlet.benchmarks.load;

import picocli.CommandLine.Option;

/// What is sent, over how many connections, and to whom. Owned by the main thread, then constant.
final class LoadOptions {

  /// What the bytes on the socket are.
  enum Wire {
    /// WebSocket frames, after an opening handshake.
    WEBSOCKET,
    /// The same number of bytes as masked WebSocket frames take, and nothing else.
    RAW
  }

  @Option(names = "--port", required = true)
  private int port;

  @Option(names = "--path", defaultValue = "/echo")
  private String path = "";

  @Option(names = "--wire", defaultValue = "WEBSOCKET", description = "${COMPLETION-CANDIDATES}")
  private Wire wire = Wire.WEBSOCKET;

  @Option(names = "--transport", defaultValue = "AUTO", description = "${COMPLETION-CANDIDATES}")
  private ClientTransport transport = ClientTransport.AUTO;

  @Option(names = "--connections", defaultValue = "100")
  private int connections;

  @Option(names = "--in-flight", defaultValue = "1", description = "messages, per connection")
  private int inFlight;

  @Option(names = "--payload", defaultValue = "32", description = "bytes of payload")
  private int payloadBytes;

  @Option(names = "--publishers", defaultValue = "1", description = "who publish by turns")
  private int publishers;

  @Option(names = "--stalled", defaultValue = "0", description = "members that do not read")
  private int stalled;

  @Option(names = "--binary", description = "binary messages instead of text")
  private boolean binary;

  @Option(names = "--tls", description = "over TLS, with any certificate")
  private boolean tls;

  int port() {
    return port;
  }

  String path() {
    return path;
  }

  boolean isRaw() {
    return wire == Wire.RAW;
  }

  boolean isTls() {
    return tls;
  }

  ClientTransport transport() {
    return transport;
  }

  int connections() {
    return connections;
  }

  int inFlight() {
    return inFlight;
  }

  int payloadBytes() {
    return payloadBytes;
  }

  int publishers() {
    return publishers;
  }

  int stalled() {
    return stalled;
  }

  boolean isBinary() {
    return binary;
  }
}
