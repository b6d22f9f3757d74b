package dev.gimlet.transport;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.util.concurrent.ThreadAwareExecutor;

/// Netty's epoll, in which a socket stays as long as it is open.
///
/// Netty takes a socket of which nothing is to be watched out of epoll, and then cannot watch it
/// again, at least up to 4.2.18: "epoll_ctl(..) failed: No such file or directory". That cut off
/// peers who had ended their direction of TCP and whose socket was full. Here only the end of such
/// a socket is watched.
///
/// Owned by its event loop, but for [#wakeup].
record KeptInEpoll(IoHandler epoll) implements IoHandler {

  static IoHandlerFactory newFactory() {
    IoHandlerFactory epoll = EpollIoHandler.newFactory();
    return new IoHandlerFactory() {
      @Override
      public IoHandler newHandler(ThreadAwareExecutor loop) {
        return new KeptInEpoll(epoll.newHandler(loop));
      }

      @Override
      public boolean isChangingThreadSupported() {
        return epoll.isChangingThreadSupported();
      }
    };
  }

  @Override
  public void initialize() {
    epoll.initialize();
  }

  @Override
  public int run(IoHandlerContext context) {
    return epoll.run(context);
  }

  @Override
  public void prepareToDestroy() {
    epoll.prepareToDestroy();
  }

  @Override
  public void destroy() {
    epoll.destroy();
  }

  @Override
  public IoRegistration register(IoHandle handle) throws Exception {
    return new Kept(epoll.register(handle));
  }

  @Override
  public void wakeup() {
    epoll.wakeup();
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handle) {
    return epoll.isCompatible(handle);
  }

  /// One socket in epoll. Owned by its event loop.
  private record Kept(IoRegistration inner) implements IoRegistration {

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals") // of Netty
    public <T> T attachment() {
      return inner.attachment();
    }

    /// Watches for these; for the end of the socket, which epoll tells always, also for none.
    @Override
    public long submit(IoOps ops) {
      return inner.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
    }

    @Override
    public boolean isValid() {
      return inner.isValid();
    }

    @Override
    public boolean cancel() {
      return inner.cancel();
    }
  }
}
