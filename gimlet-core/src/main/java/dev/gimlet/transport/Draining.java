package dev.gimlet.transport;

/// Whether a server is going down. Thread-safe: one volatile field that is set once.
final class Draining {

  private volatile boolean begun;

  void begin() {
    begun = true;
  }

  boolean hasBegun() {
    return begun;
  }
}
