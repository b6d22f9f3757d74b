package dev.gimlet.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandler;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// One socket between Netty's epoll and its channel, to both of which it is the other.
///
/// It stays in epoll as long as it is open. Netty takes a socket of which nothing is to be watched
/// out of epoll, and then cannot watch it again, at least up to 4.2.18: "epoll_ctl(..) failed: No
/// such file or directory". That cut off peers who had ended their direction of TCP and whose
/// socket was full. Here only the end of such a socket is watched.
///
/// Bytes go straight to a [Reader] where there is one. Whatever else there is to tell, such as the
/// end, an error or room to write, the channel finds out.
///
/// Owned by its event loop.
@SuppressWarnings("try") // close() throws what Netty lets it
final class EpollSocket implements EpollIoHandle, IoRegistration {

  /// Takes the bytes of a socket in place of its channel; called by the event loop.
  interface Reader {

    /// Whether the socket is.
    boolean isOpen();

    /// Lends an empty buffer to read into, for other sockets of the event loop too.
    ByteBuf buffer();

    /// Takes what one read brought. The buffer is the caller's.
    void take(ByteBuf in);

    /// What was read into one buffer has been taken; one of those it was for is told.
    void endOfRound();

    /// Reading or taking failed.
    void fail(Throwable failure);
  }

  private static final AttributeKey<EpollSocket> OF_CHANNEL =
      AttributeKey.valueOf(EpollSocket.class, "of channel");

  private static final EpollIoEvent BYTES = () -> EpollIoOps.EPOLLIN;

  private final EpollIoHandle channel;
  private final IoRegistration registration;
  private final ReadRounds rounds;
  private @Nullable Reader reader;

  private EpollSocket(EpollIoHandle channel, IoHandler epoll, ReadRounds rounds) throws Exception {
    this.channel = channel;
    this.rounds = rounds;
    this.registration = epoll.register(this);
  }

  /// Registers the socket of a channel with Netty's epoll; it is read in the rounds of its event
  /// loop.
  static EpollSocket register(EpollIoHandle handle, IoHandler epoll, ReadRounds rounds)
      throws Exception {
    EpollSocket socket = new EpollSocket(handle, epoll, rounds);
    if (handle instanceof Channel.Unsafe unsafe) {
      of(unsafe.voidPromise().channel()).set(socket);
    }
    return socket;
  }

  /// From now on the bytes that this channel's socket brings go to the reader, if epoll watches it.
  static void readStraight(Channel channel, Reader reader) {
    @Nullable EpollSocket socket = of(channel).get();
    if (socket != null) {
      socket.reader = reader;
    }
  }

  static Attribute<EpollSocket> of(Channel channel) {
    return channel.attr(OF_CHANNEL);
  }

  @Override
  public void handle(IoRegistration known, IoEvent event) {
    Reader straight = reader;
    boolean onlyBytes = ((EpollIoEvent) event).ops().equals(EpollIoOps.EPOLLIN);
    if (straight != null && onlyBytes) {
      rounds.add(this, straight);
    } else {
      channel.handle(known, event);
    }
  }

  /// Puts what there is to read behind what the buffer holds. Where there is nothing, or the end of
  /// it, that is left to the channel.
  void read(ByteBuf in) throws IOException {
    int end = in.writerIndex();
    Socket socket = (Socket) channel.fd();
    if (!socket.isOpen()) { // its number may be another one's
      return;
    }
    int bytes =
        in.hasMemoryAddress() ? socket.recvAddress(in.memoryAddress(), end, in.capacity()) : 0;
    if (bytes > 0) {
      in.writerIndex(end + bytes);
    } else {
      channel.handle(registration, BYTES);
    }
  }

  @Override
  public FileDescriptor fd() {
    return channel.fd();
  }

  @Override
  public void registered() {
    channel.registered();
  }

  @Override
  public void unregistered() {
    channel.unregistered();
  }

  @Override
  public void close() throws Exception {
    channel.close();
  }

  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // of Netty
  public <T> T attachment() {
    return registration.attachment();
  }

  /// Watches for these; for the end of the socket, which epoll tells always, also for none.
  @Override
  public long submit(IoOps ops) {
    return registration.submit(ops.equals(EpollIoOps.NONE) ? EpollIoOps.EPOLLET : ops);
  }

  @Override
  public boolean isValid() {
    return registration.isValid();
  }

  @Override
  public boolean cancel() {
    return registration.cancel();
  }
}
