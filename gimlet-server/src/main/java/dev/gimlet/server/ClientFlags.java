package dev.gimlet.server;

import dev.gimlet.client.ClientException;
import dev.gimlet.client.ClientOptions;
import dev.gimlet.server.load.CheckedTls;
import dev.gimlet.server.load.Target;
import dev.gimlet.transport.ClientTls;
import dev.gimlet.transport.FailureReason;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.ClientHandshake;
import dev.gimlet.websocket.codec.HeaderField;
import dev.gimlet.websocket.codec.WebSocketUri;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What all commands say that connect to a server. Owned by the main thread.
final class ClientFlags {

  private static final String TRUST = "--tls-trust FILE";
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
  ClientOptions.Builder options(boolean plain) {
    try {
      WebSocketOptions.Builder webSocket = webSocket();
      if (plain) {
        webSocket.noCompression();
      }
      ClientOptions.Builder options = ClientOptions.builder().webSocket(webSocket.build());
      fields().forEach(field -> options.headerField(field.name(), field.value()));
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
    if (failed instanceof ClientException) {
      return reason.replace("ClientOptions.trust(file)", TRUST);
    }
    boolean helps = FailureReason.isOfTrust(failed) && !FailureReason.isOfHost(failed);
    return reason + (helps ? "; see " + TRUST : "");
  }

  /// Where the load generator connects; it never compresses.
  ///
  /// @throws GimletException when the host is not known
  /// @throws IllegalArgumentException when a flag makes no sense; the message says which
  Target target() {
    WebSocketUri address = WebSocketUri.parse(uri);
    return new Target(
        addresses(address.host()),
        address.port(),
        address.authority(),
        address.target(),
        fields(),
        webSocket().noCompression().build(),
        address.isSecure() ? Optional.of(tls(address)) : Optional.empty(),
        false,
        Target.Source.ANY);
  }

  private static List<InetAddress> addresses(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException unknown) {
      throw new GimletException("there is no host " + host, unknown);
    }
  }

  private Target.Tls tls(WebSocketUri address) {
    try {
      return new CheckedTls(
          ClientTls.trusting(Optional.ofNullable(trust)), address.host(), address.port());
    } catch (GimletException unusable) {
      throw new IllegalArgumentException(unusable.getMessage(), unusable);
    }
  }

  private WebSocketOptions.Builder webSocket() {
    return WebSocketOptions.builder()
        .maxMessageBytes(MAX_MESSAGE_BYTES)
        .subprotocols(subprotocols.toArray(String[]::new));
  }

  private List<HeaderField> fields() {
    return headers.stream().map(ClientFlags::field).toList();
  }

  private static HeaderField field(String line) {
    int colon = line.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--header " + line + ": write it like 'Name: value'");
    }
    return ClientHandshake.checked(
        new HeaderField(line.substring(0, colon), line.substring(colon + 1).strip()));
  }
}
