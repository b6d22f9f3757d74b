package dev.gimlet.benchmarks.load;

import dev.gimlet.server.load.Clients;
import dev.gimlet.server.load.FixedMessages;
import dev.gimlet.server.load.LoadTransport;
import dev.gimlet.server.load.Messages;
import dev.gimlet.server.load.Target;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
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

  private static final String HOST = "127.0.0.1";

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

  Target target() {
    return new Target(
        List.of(InetAddress.ofLiteral(HOST)),
        port,
        HOST + ":" + port,
        path,
        List.of(),
        WebSocketOptions.builder().noCompression().build(),
        tls ? Optional.of(anyCertificate()) : Optional.empty(),
        wire == Wire.RAW,
        Target.Source.MANY_LOOPBACK);
  }

  /// With BoringSSL where it is there: the generator has to be cheaper than the server.
  private static Target.Tls anyCertificate() {
    try {
      SslContext context =
          SslContextBuilder.forClient()
              .trustManager(InsecureTrustManagerFactory.INSTANCE)
              .endpointIdentificationAlgorithm(null)
              .build();
      return channel -> context.newHandler(channel.alloc());
    } catch (SSLException impossible) {
      throw new AssertionError("there is nothing to be refused", impossible);
    }
  }

  /// The cheapest messages there are; at most `mostAtOnce` of a connection leave together.
  Messages messages(int mostAtOnce) {
    FixedMessages.Kind kind =
        wire == Wire.RAW
            ? FixedMessages.Kind.RAW
            : binary ? FixedMessages.Kind.BINARY : FixedMessages.Kind.TEXT;
    return new FixedMessages(kind, payloadBytes, mostAtOnce);
  }

  LoadTransport transport() {
    return transport.make();
  }

  Clients.Crowd crowd() {
    return new Clients.Crowd(connections, stalled);
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
}
