package dev.gimlet.transport;

import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SendResult;

/// A WebSocket over a Netty channel that this side opened.
///
/// Thread-safe as its base. A client goes on reading while its own outbox is full: two ends that
/// both wait for the other to read would wait for ever, and the server is the one that may pause.
final class NettyClientConnection extends NettyWebSocketConnection implements ClientConnection {

  private final ClientOwner owner;

  NettyClientConnection(Opening opening, ClientOwner owner) {
    super(opening, owner);
    this.owner = owner;
  }

  @Override
  public boolean hasRoomFor(Message message) {
    long used = outboxBudget().used();
    return used == 0 || used + Outbox.frameBytes(message) <= options().outboxBytes();
  }

  @Override
  public void ping(byte[] payload) {
    super.ping(payload);
  }

  @Override
  public void resume() {
    inbound().resumeIfPaused();
  }

  /// The owner, which would be told of the room within its own call, sends as much as fits.
  @Override
  void writeSubmitted() {}

  /// The owner keeps the message: what a slow server costs is time.
  @Override
  SendResult refuse() {
    return SendResult.DROPPED;
  }

  @Override
  boolean isReadyForMessages() {
    return owner.isReady();
  }

  @Override
  void onRoom() {
    call("onRoom", owner::onRoom);
  }
}
