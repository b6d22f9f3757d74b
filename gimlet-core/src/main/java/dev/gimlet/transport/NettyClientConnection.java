package dev.gimlet.transport;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import dev.gimlet.websocket.SendResult;

/// A WebSocket over a Netty channel that this side opened.
///
/// Thread-safe as its base. A client goes on reading while its own outbox is full: two ends that
/// both wait for the other to read would wait for ever, and the server is the one that may pause.
final class NettyClientConnection extends NettyWebSocketConnection implements ClientConnection {

  private static final CloseStatus UNANSWERED =
      new CloseStatus(CloseStatus.ABNORMAL_CLOSURE, "the close was not answered");

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

  /// The end of the transport comes before the answer to a close only if there is none (RFC 6455
  /// §7.1.5). Other codes tell why it was closed, which stays true.
  @Override
  void onClosed(CloseStatus status) {
    boolean isAnswered = channel().isActive();
    super.onClosed(isAnswered || !WebSocketInbound.isNormal(status) ? status : UNANSWERED);
  }

  @Override
  void onRoom() {
    call("onRoom", owner::onRoom);
  }
}
