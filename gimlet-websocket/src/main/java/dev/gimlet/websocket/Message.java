package dev.gimlet.websocket;

/// One message of a WebSocket: [Text] or [Binary], there is no third kind.
///
/// A switch over a message needs no default branch. Messages are immutable, may be kept for any
/// time and sent to any number of connections (RFC 6455 §5.6).
public sealed interface Message permits Text, Binary {

  /// Bytes of payload, as counted by every limit; for text the length of its UTF-8 form.
  int size();
}
