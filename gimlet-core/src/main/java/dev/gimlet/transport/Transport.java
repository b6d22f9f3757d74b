package dev.gimlet.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/// How the operating system tells which sockets are ready: the best of its ways is chosen.
public enum Transport {
  /// Linux.
  EPOLL,
  /// macOS and the BSDs.
  KQUEUE,
  /// Everywhere, through the JDK.
  NIO;

  /// The best transport of this machine.
  public static Transport best() {
    if (Epoll.isAvailable()) {
      return EPOLL;
    }
    return KQueue.isAvailable() ? KQUEUE : NIO;
  }

  /// Event loops on threads with that name and a number.
  EventLoopGroup eventLoops(int count, String name) {
    return new MultiThreadIoEventLoopGroup(count, new Threads(name), handlers());
  }

  Class<? extends ServerSocketChannel> serverChannel() {
    return switch (this) {
      case EPOLL -> EpollServerSocketChannel.class;
      case KQUEUE -> KQueueServerSocketChannel.class;
      case NIO -> NioServerSocketChannel.class;
    };
  }

  Class<? extends SocketChannel> socketChannel() {
    return switch (this) {
      case EPOLL -> EpollSocketChannel.class;
      case KQUEUE -> KQueueSocketChannel.class;
      case NIO -> NioSocketChannel.class;
    };
  }

  private IoHandlerFactory handlers() {
    return switch (this) {
      case EPOLL -> EpollSockets.newFactory();
      case KQUEUE -> KQueueIoHandler.newFactory();
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /// Makes `gimlet-loop-1` and so on, which keep the process alive. Thread-safe: one atomic number.
  private static final class Threads implements ThreadFactory {
    private final String name;
    private final ThreadFactory threads;
    private final AtomicInteger count = new AtomicInteger();

    private Threads(String name) {
      this.name = name;
      this.threads = new DefaultThreadFactory(name, false);
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = threads.newThread(task);
      thread.setName(name + "-" + count.incrementAndGet());
      return thread;
    }
  }
}
