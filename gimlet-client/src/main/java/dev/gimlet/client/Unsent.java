package dev.gimlet.client;

import dev.gimlet.websocket.Message;

/// A message that was, or may be, lost, and why. Immutable.
public record Unsent(Message message, Fate fate, String reason) {

  /// What is known of it.
  public enum Fate {
    /// It never left: sending it again is safe.
    NOT_SENT,

    /// It was on its way when the connection broke: the server may have it, or not.
    UNKNOWN
  }
}
