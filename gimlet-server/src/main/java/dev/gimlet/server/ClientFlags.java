package dev.gimlet.server;

import dev.gimlet.client.ClientOptions;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What all commands say that connect to a server. Owned by the main thread.
final class ClientFlags {

  private static final int MAX_MESSAGE_BYTES = 64 << 20; // of a server that the user chose

  @Parameters(paramLabel = "URL", description = "The server: ws://… or wss://….")
  private URI uri = URI.create("ws://localhost");

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "Adds a header field to the request; may be repeated.")
  private List<String> headers = List.of();

  @Option(
      names = "--subprotocol",
      paramLabel = "NAME",
      description = "Offers a subprotocol; may be repeated, best first.")
  private List<String> subprotocols = List.of();

  @Option(names = "--no-compression", description = "Does not offer compression.")
  private boolean plain;

  @Option(
      names = "--tls-trust",
      paramLabel = "FILE",
      description = "PEM file of the certificates to trust instead of the JDK's.")
  private @Nullable Path trust;

  URI uri() {
    return uri;
  }

  /// The options of a client.
  ///
  /// @throws GimletException when a flag makes no sense; the message says which
  ClientOptions.Builder options() {
    try {
      WebSocketOptions.Builder webSocket =
          WebSocketOptions.builder()
              .maxMessageBytes(MAX_MESSAGE_BYTES)
              .subprotocols(subprotocols.toArray(String[]::new));
      if (plain) {
        webSocket.noCompression();
      }
      ClientOptions.Builder options = ClientOptions.builder().webSocket(webSocket.build());
      headers.forEach(line -> add(line, options));
      if (trust != null) {
        options.trust(trust);
      }
      return options;
    } catch (IllegalArgumentException wrong) {
      throw new GimletException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /// The reason, and the option that helps.
  static String explained(GimletException failed) {
    String reason = String.valueOf(failed.getMessage());
    return reason.contains("certificate is not trusted")
        ? reason + " (--tls-trust FILE trusts those of a file)"
        : reason;
  }

  private static void add(String line, ClientOptions.Builder options) {
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--header " + line + ": write it like 'Name: value'");
    }
    options.header(line.substring(0, colon), line.substring(colon + 1).strip());
  }
}
