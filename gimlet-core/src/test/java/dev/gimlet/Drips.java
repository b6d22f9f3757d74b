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
/// Owned by the thread that lets them drip; others look when it has ended.
final class Drips implements AutoCloseable {

  private record Drip(SocketChannel channel, long dialedNanos) {}

  private final List<Drip> open = new ArrayList<>();
  private final List<String> ends = new ArrayList<>();
  private final List<Duration> lives = new ArrayList<>();
  private Duration dialing = Duration.ZERO;

  /// Dials so many clients that send this at once, before they begin to drip.
  static Drips dial(int port, int count, byte[] first) throws IOException {
    Drips drips = new Drips();
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long dialed = System.nanoTime();
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(first));
      channel.configureBlocking(false);
      drips.open.add(new Drip(channel, dialed));
    }
    drips.dialing = Duration.ofNanos(System.nanoTime() - start);
    return drips;
  }

  /// How long it took to dial all, during which no end is noticed.
  Duration dialing() {
    return dialing;
  }

  int openCount() {
    return open.size();
  }

  /// The last bytes that each heard before its end, in ISO 8859-1.
  List<String> ends() {
    return ends;
  }

  /// How long each was connected, of those that the server has ended.
  List<Duration> lives() {
    return lives;
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

  private boolean hasEnded(Drip drip) {
    boolean ended = hasEnded(drip.channel());
    if (ended) {
      lives.add(Duration.ofNanos(System.nanoTime() - drip.dialedNanos()));
    }
    return ended;
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
    for (Drip drip : open) {
      drip.channel().close();
    }
  }
}
