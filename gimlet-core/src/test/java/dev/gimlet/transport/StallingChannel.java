package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A channel without a network whose socket can be full, and that counts its system calls.
///
/// Owned by the test's thread.
final class StallingChannel extends EmbeddedChannel {

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final Thread owner = Thread.currentThread();
  private @Nullable EventLoop honestLoop; // that of the base takes every thread for its own
  private boolean stalled;
  private int writes;
  private int buffers;

  @Override
  public EventLoop eventLoop() {
    EventLoop loop = super.eventLoop();
    if (owner == null) { // still within the constructor of the base
      return loop;
    }
    if (honestLoop == null) {
      honestLoop =
          (EventLoop)
              Proxy.newProxyInstance(
                  EventLoop.class.getClassLoader(),
                  new Class<?>[] {EventLoop.class},
                  (_, method, arguments) ->
                      method.getName().equals("inEventLoop")
                          ? Thread.currentThread() == owner
                          : method.invoke(loop, arguments));
    }
    return honestLoop;
  }

  void stall() {
    stalled = true;
  }

  /// The socket has room for so many buffers only.
  void take(int count) {
    writeAtOnce(unsafe().outboundBuffer(), count);
    runPendingTasks();
  }

  /// The socket has room again.
  void goOn() {
    stalled = false;
    flush();
    runPendingTasks();
  }

  /// The socket, which is full, takes some bytes and is full again.
  void takeSome(int bytes) {
    unsafe().outboundBuffer().progress(bytes);
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    if (stalled) {
      return;
    }
    while (!out.isEmpty()) {
      writeAtOnce(out, out.size());
    }
  }

  private void writeAtOnce(ChannelOutboundBuffer out, int count) {
    int before = sent.size();
    for (int i = 0; i < count; i++) {
      ByteBuf bytes = (ByteBuf) out.current();
      buffers += bytes.isReadable() ? 1 : 0;
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.getBytes(bytes.readerIndex(), copy);
      sent.writeBytes(copy);
      out.remove();
    }
    writes += sent.size() > before ? 1 : 0;
  }

  /// Calls that wrote something, whatever they gathered.
  int writes() {
    return writes;
  }

  /// Buffers in those calls.
  int buffers() {
    return buffers;
  }

  /// The bytes that the peer got since the last call, as text.
  String receivedText() {
    String text = sent.toString(StandardCharsets.ISO_8859_1);
    sent.reset();
    return text;
  }

  /// What the peer got since the last call: texts, and closes as `close 1000`.
  List<String> received() {
    ByteBuffer in = ByteBuffer.wrap(sent.toByteArray());
    sent.reset();
    return ServerFrames.texts(in);
  }
}
