package dev.gimlet.client;

import dev.gimlet.websocket.WebSocketConnection;

/// A connection is open: which, and after how many failures in a row. Immutable.
///
/// `isResumed` tells that an earlier connection of the same link was open before: time to log in
/// and to subscribe again.
public record Opened(WebSocketConnection connection, boolean isResumed, int failures) {}
