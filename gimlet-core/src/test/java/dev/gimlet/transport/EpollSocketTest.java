package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Bytes that go past a channel, over real sockets.
@EnabledOnOs(OS.LINUX) // which has epoll
final class EpollSocketTest {

  private static final int TIMEOUT_SECONDS = 30;

  private final EventLoopGroup loops = Transport.EPOLL.eventLoops(1, "epoll");
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private ServerSocket listener;
  private Channel channel;
  private Socket peer;

  /// Says what it hears. Owned by the event loop.
  private final class Ear extends ChannelInboundHandlerAdapter implements EpollSocket.Reader {
    private @Nullable Error toThrow;
    private ByteBuf lent = Unpooled.EMPTY_BUFFER;

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public ByteBuf buffer() {
      lent = channel.alloc().directBuffer(HomeLoop.READ_BYTES);
      return lent;
    }

    @Override
    public void take(ByteBuf in) {
      heard.add("reader: " + in.toString(US_ASCII));
      if (toThrow != null) {
        throw toThrow;
      }
    }

    @Override
    public void endOfRound() {}

    @Override
    public void fail(Throwable failure) {
      heard.add("reader failed: " + failure.getClass().getSimpleName());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ByteBuf in = (ByteBuf) bytes;
      heard.add("channel: " + in.toString(US_ASCII));
      in.release();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      heard.add("channel ended");
    }
  }

  private final Ear ear = new Ear();

  @BeforeEach
  void connect() throws Exception {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    channel = BareConnections.dial(loops, listener, ear);
    peer = listener.accept();
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    channel.close().sync();
    peer.close();
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void bytesGoToTheReaderAndTheEndToTheChannel() throws Exception {
    say("before");
    assertThat(next()).isEqualTo("channel: before");

    readStraight();
    say("after");
    assertThat(next()).isEqualTo("reader: after");
    assertThat(onLoop(() -> ear.lent.refCnt())).isZero();

    peer.close();
    assertThat(next()).isEqualTo("channel ended");
  }

  @Test
  void bytesThatComeWithTheEndAreNotLost() throws Exception {
    readStraight();

    onLoop(() -> {
      say("last");
      peer.close();
      return null;
    });

    assertThat(next()).endsWith(": last");
    assertThat(next()).isEqualTo("channel ended");
  }

  @Test
  void whatBringsNoBytesIsLeftToTheChannel() throws Exception {
    readStraight();

    onLoop(() -> {
      read(socket());
      assertThat(heard).isEmpty();
      peer.close(); // epoll has yet to tell
      read(socket());
      return null;
    });

    assertThat(next()).isEqualTo("channel ended");
    assertThat(onLoop(() -> ear.lent.refCnt())).isZero();
  }

  @Test
  void whoDoesNotReadHearsNothingUntilItDoes() throws Exception {
    readStraight();
    onLoop(() -> channel.config().setAutoRead(false));

    say("waits");
    assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();

    onLoop(() -> channel.config().setAutoRead(true));
    assertThat(next()).isEqualTo("reader: waits");
  }

  @Test
  void whatAReaderThrowsIsToldToItAndEndsNoOneElse() throws Exception {
    readStraight();
    onLoop(() -> ear.toThrow = new StackOverflowError());

    say("one");
    assertThat(next()).isEqualTo("reader: one");
    assertThat(next()).isEqualTo("reader failed: StackOverflowError");
    assertThat(onLoop(() -> ear.lent.refCnt())).isZero();

    say("two");
    assertThat(next()).isEqualTo("reader: two");
  }

  @Test
  void aResetIsToldToTheReaderWhenReadingFindsIt() throws Exception {
    readStraight();

    onLoop(() -> {
      peer.setSoLinger(true, 0);
      peer.close(); // epoll has yet to tell
      read(socket());
      return null;
    });

    assertThat(next()).isEqualTo("reader failed: NativeIoException");
    assertThat(next()).isEqualTo("channel ended");
  }

  @Test
  void nothingIsReadFromTheSocketThatGotTheDescriptorOfAClosedOne() throws Exception {
    readStraight();

    Socket heir =
        onLoop(() -> {
          EpollSocket closed = socket();
          channel.close();
          Socket next = new Socket(listener.getInetAddress(), listener.getLocalPort());
          try (Socket other = listener.accept()) {
            other.getOutputStream().write("for the heir".getBytes(US_ASCII));
          }
          closed.read(ear.buffer());
          assertThat(ear.lent.isReadable()).isFalse();
          ear.lent.release();
          return next;
        });

    try (heir) {
      assertThat(heir.getInputStream().readAllBytes()).asString(US_ASCII).isEqualTo("for the heir");
    }
    assertThat(next()).isEqualTo("channel ended");
  }

  private void readStraight() throws Exception {
    onLoop(() -> {
      EpollSocket.readStraight(channel, ear);
      return null;
    });
  }

  /// As when epoll tells that there are bytes.
  private void read(EpollSocket socket) {
    ReadRounds rounds = new ReadRounds();
    rounds.add(socket, ear);
    rounds.readAll();
  }

  private EpollSocket socket() {
    return EpollSocket.of(channel).get();
  }

  private void say(String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private @Nullable String next() throws InterruptedException {
    return heard.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return channel.eventLoop().submit(task).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
