package dev.gimlet.server.load;

/// Work for connections that are open. Its methods are called on the event loop, but for
/// [#messages].
public interface Load {

  /// The connection is open; called for each, in the order of their numbers or any other.
  void onOpen(LoadConnection connection);

  /// So many messages have come in what was just read.
  void onMessages(LoadConnection connection, int count);

  /// All that was there to be read from this connection has been.
  default void onReadComplete(LoadConnection connection) {}

  /// Sends the first messages: all connections are open.
  void start();

  /// Sends nothing more.
  void stop();

  /// How many messages have come back so far; any thread may ask.
  long messages();
}
