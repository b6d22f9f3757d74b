package dev.gimlet.server.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;

/// How the generator asks the kernel.
public interface LoadTransport {

  /// Bytes of one read.
  int READ_BYTES = 64 << 10;

  /// Readiness on Linux, and a system call for each read and write.
  LoadTransport EPOLL =
      new LoadTransport() {
        @Override
        public IoHandlerFactory handlers() {
          return EpollIoHandler.newFactory();
        }

        @Override
        public void prepare(Bootstrap bootstrap, boolean isTls) {
          bootstrap.channel(EpollSocketChannel.class);
          readIntoOneBuffer(bootstrap, isTls);
        }
      };

  /// Readiness everywhere, through the JDK.
  LoadTransport NIO =
      new LoadTransport() {
        @Override
        public IoHandlerFactory handlers() {
          return NioIoHandler.newFactory();
        }

        @Override
        public void prepare(Bootstrap bootstrap, boolean isTls) {
          bootstrap.channel(NioSocketChannel.class);
          readIntoOneBuffer(bootstrap, isTls);
        }
      };

  /// The better of the two here.
  static LoadTransport best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /// What the event loop is made of.
  IoHandlerFactory handlers();

  /// Sets the kind of channel and how it reads.
  void prepare(Bootstrap bootstrap, boolean isTls);

  /// TLS keeps half a record until the other half comes, so that it needs buffers of its own.
  private static void readIntoOneBuffer(Bootstrap bootstrap, boolean isTls) {
    bootstrap.option(
        ChannelOption.RECVBUF_ALLOCATOR,
        isTls ? new FixedRecvByteBufAllocator(READ_BYTES) : new OneReadBuffer());
  }
}
