package dev.gimlet.websocket.codec;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One side of a connection in memory: frames of its peer go in, events are remembered.
///
/// Owned by the test's thread.
final class Endpoint implements WebSocketProtocol.Receiver {

  final WebSocketProtocol protocol;
  final List<Event> events = new ArrayList<>();
  boolean ready = true;
  Consumer<Event> reaction = _ -> {}; // what the program does from within a callback
  private final Side peer;
  private byte[] unread = {};

  Endpoint(Side side) {
    this(side, 1 << 16);
  }

  Endpoint(Side side, int maxMessageBytes) {
    this(side, maxMessageBytes, Inflation.NONE);
  }

  Endpoint(Side side, int maxMessageBytes, Inflation inflation) {
    peer = side == Side.CLIENT ? Side.SERVER : Side.CLIENT;
    protocol = new WebSocketProtocol(side, maxMessageBytes, this, inflation);
  }

  Side peer() {
    return peer;
  }

  void receive(WireFrame... frames) {
    receive(WireFrame.from(peer, frames));
  }

  /// Hands over these bytes behind what was left unread, as a transport does.
  void receive(byte[] bytes) {
    ByteBuffer in = ByteBuffer.allocate(unread.length + bytes.length).put(unread).put(bytes).flip();
    protocol.receive(in);
    unread = new byte[in.remaining()];
    in.get(unread);
  }

  void receiveBytewise(byte[] bytes) {
    for (byte each : bytes) {
      receive(new byte[] {each});
    }
  }

  int unreadBytes() {
    return unread.length;
  }

  void becomesReady() {
    ready = true;
    receive(new byte[0]);
  }

  @Override
  public void onMessage(Message message) {
    add(new Event.Received(message));
  }

  @Override
  public void onPing(byte[] payload) {
    add(new Event.PingReceived(Binary.wrap(payload)));
  }

  @Override
  public void onPong(byte[] payload) {
    add(new Event.PongReceived(Binary.wrap(payload)));
  }

  @Override
  public void sendControl(int opcode, byte[] payload) {
    add(new Event.Sent(opcode, Binary.wrap(payload)));
  }

  @Override
  public void onEnding() {
    protocol.endNow();
  }

  @Override
  public void onClosed(CloseStatus status) {
    add(new Event.Closed(status));
  }

  @Override
  public boolean isReady() {
    return ready;
  }

  private void add(Event event) {
    events.add(event);
    reaction.accept(event);
  }
}
