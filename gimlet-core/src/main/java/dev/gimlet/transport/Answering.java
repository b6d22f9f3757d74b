package dev.gimlet.transport;


/// Where the answer to a request goes; called by any thread, and answered once.
interface Answering {
  void answer(Response response);

  void upgrade(Upgrade upgrade);

  /// Whether the server is going down: nothing that lasts may begin.
  boolean isDraining();
}
