package dev.gimlet.transport;

/// Where the answer to a request goes; called once, by any thread.
interface Answering {
  void answer(Response response);

  void upgrade(Upgrade upgrade);
}
