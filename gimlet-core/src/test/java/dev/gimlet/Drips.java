package dev.gimlet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Many clients that send one byte each at a time, until the server ends them.
///
/// Owned by the test's thread.
final class Drips implements AutoCloseable {

  private final List<SocketChannel> open = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();

  /// Dials so many clients that send this at once, before they begin to drip.
  static Drips dial(int port, int count, byte[] first) throws IOException {
    Drips drips = new Drips();
    for (int i = 0; i < count; i++) {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(first));
      channel.configureBlocking(false);
      drips.open.add(channel);
    }
    return drips;
  }

  int openCount() {
    return open.size();
  }

  /// The last bytes that each heard before its end, in ISO 8859-1.
  List<String> ends() {
    return ends;
  }

  /// Sends one byte from each and reads what came.
  void drip() throws IOException {
    open.removeIf(this::hasEnded);
  }

  /// Drips until the server has ended all; tells how long it took.
  @SuppressWarnings("ThreadSleep")
  Duration dripToTheEnd(Duration pause) throws Exception {
    long start = System.nanoTime();
    while (!open.isEmpty()) {
      drip();
      Thread.sleep(pause); // between two drips
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private boolean hasEnded(SocketChannel channel) {
    try {
      ByteBuffer heard = ByteBuffer.allocate(4096);
      int count = channel.read(heard);
      if (count > 0) {
        ends.add(new String(heard.array(), 0, count, java.nio.charset.StandardCharsets.ISO_8859_1));
      }
      channel.write(ByteBuffer.wrap(new byte[] {'x'}));
      if (count >= 0) {
        return false;
      }
      channel.close();
      return true;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : open) {
      channel.close();
    }
  }
}
