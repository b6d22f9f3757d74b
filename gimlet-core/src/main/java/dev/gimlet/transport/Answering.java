package dev.gimlet.transport;

/// Where the answer to a request goes; called once, by any thread.
interface Answering {
  void answer(Response response);

  /// Whether the connection, if it is upgraded, may keep its compressors between messages; it then
  /// counts until it ends.
  boolean mayRemember();

  void upgrade(Upgrade upgrade);
}
