package dev.gimlet.benchmarks.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// TCP with nothing on top, as far as Java goes: for machines without a C compiler.
final class RawJava {
  private static final int READ_BYTES = 64 << 10;

  /// Who gets what one connection sends.
  enum Answer {
    ECHO,
    FANOUT
  }

  private final Answer answer;
  private final Selector selector;
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_BYTES);

  private RawJava(Answer answer) throws IOException {
    this.answer = answer;
    this.selector = Selector.open();
  }

  static void start(int port, Answer answer) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
    listener.configureBlocking(false);
    RawJava server = new RawJava(answer);
    listener.register(server.selector, SelectionKey.OP_ACCEPT);
    while (true) {
      server.selector.select(server::serve);
    }
  }

  private void serve(SelectionKey key) {
    try {
      if (key.channel() instanceof ServerSocketChannel listener) {
        accept(listener);
      } else {
        read((SocketChannel) key.channel());
      }
    } catch (IOException gone) {
      key.cancel();
    }
  }

  private void accept(ServerSocketChannel listener) throws IOException {
    SocketChannel channel = listener.accept();
    if (channel != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ);
    }
  }

  private void read(SocketChannel channel) throws IOException {
    if (channel.read(bytes.clear()) < 0) {
      channel.close();
      return;
    }
    bytes.flip();
    if (answer == Answer.ECHO) {
      write(channel);
      return;
    }
    for (SelectionKey member : selector.keys()) {
      if (member.isValid() && member.channel() instanceof SocketChannel each) {
        bytes.rewind();
        write(each);
      }
    }
  }

  /// Spins when the socket is full: the load generator always reads.
  private void write(SocketChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
