package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// Who reads when, over real sockets that epoll says nothing of: the test does.
@EnabledOnOs(OS.LINUX) // which has epoll
final class ReadRoundsTest {

  private static final int TIMEOUT_SECONDS = 30;
  private static final int EARS = 2 * ReadRounds.MOST + 3;

  private final EventLoopGroup loops = Transport.EPOLL.eventLoops(1, "rounds");
  private final EventLoop loop = loops.next();
  private final ReadRounds rounds = new ReadRounds();
  private final List<Ear> ears = new ArrayList<>();
  private final List<String> heard = new ArrayList<>(); // owned by the event loop
  private final List<ByteBuf> lent = new ArrayList<>();

  /// Says what it hears. Owned by the event loop.
  private final class Ear extends ChannelInboundHandlerAdapter implements EpollSocket.Reader {
    private final int number;
    private final Channel channel;
    private final Socket peer;
    private final CountDownLatch ended = new CountDownLatch(1);
    private Runnable onBuffer = () -> {};
    private Runnable onTake = () -> {};
    private Runnable onFail = () -> {};

    private Ear(int number, Channel channel, Socket peer) {
      this.number = number;
      this.channel = channel;
      this.peer = peer;
    }

    private void say(String text) {
      try {
        peer.getOutputStream().write(text.getBytes(US_ASCII));
      } catch (IOException failure) {
        throw new AssertionError(failure);
      }
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public ByteBuf buffer() {
      onBuffer.run();
      lent.add(channel.alloc().directBuffer(HomeLoop.READ_BYTES, HomeLoop.READ_BYTES));
      return lent.getLast();
    }

    @Override
    public void take(ByteBuf in) {
      String text = in.toString(US_ASCII);
      heard.add(number + ": " + (text.length() > 10 ? text.length() + " bytes" : text));
      onTake.run();
    }

    @Override
    public void endOfRound() {
      heard.add("end of round");
    }

    @Override
    public void fail(Throwable failure) {
      heard.add(number + " failed: " + failure.getClass().getSimpleName());
      onFail.run();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      heard.add(number + " ended");
      ended.countDown();
    }
  }

  @BeforeEach
  void connect() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, EARS, InetAddress.getLoopbackAddress())) {
      for (int number = 0; number < EARS; number++) {
        Channel channel = BareConnections.dial(loops, listener, new ChannelInboundHandlerAdapter());
        Ear ear = new Ear(number, channel, listener.accept());
        ears.add(ear);
        onLoop(() -> {
          channel.config().setAutoRead(false);
          channel.pipeline().addLast(ear);
          return null;
        });
      }
    }
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    for (Ear ear : ears) {
      ear.channel.close().sync();
      ear.peer.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    assertThat(lent).extracting(ByteBuf::refCnt).containsOnly(0);
  }

  @Test
  void readsSomeTogetherAndThenTakesForEach() throws Exception {
    ears.forEach(ear -> ear.say("hi"));
    int most = ReadRounds.MOST;
    ears.get(0).onTake =
        () -> {
          ears.get(most - 1).say("!"); // has been read from already
          ears.get(most).say("!");
        };

    readAll();

    assertThat(heard)
        .containsExactlyElementsOf(
            Stream.of(said(0, most), said(most, 2 * most), said(2 * most, EARS))
                .flatMap(round -> Stream.concat(round, Stream.of("end of round")))
                .toList());
    heard.clear();
    readAll(most - 1, most);
    assertThat(heard).containsExactly(most - 1 + ": !", "end of round");
  }

  /// What each of these says of its greeting, to which the first of the second round got more.
  private static Stream<String> said(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(number -> number + ": hi" + (number == ReadRounds.MOST ? "!" : ""));
  }

  @Test
  void readsFromEachOnceForEveryTime() throws Exception {
    ears.get(0).say("one");
    readAll(0, 2);
    ears.get(1).say("two");
    readAll(0, 2);
    readAll(0, 2);

    assertThat(heard)
        .containsExactly("0: one", "end of round", "1: two", "end of round", "end of round");
  }

  @Test
  void aLotOfBytesEndARound() throws Exception {
    ears.get(0).say("x".repeat(10_000));
    ears.get(1).say("y".repeat(HomeLoop.READ_BYTES));
    ears.get(2).say("z");

    readAll(0, 3);

    assertThat(heard.getFirst()).isEqualTo("0: 10000 bytes");
    assertThat(heard.get(1)).matches("1: \\d{5} bytes"); // as much as there was room for
    assertThat(heard.subList(2, heard.size()))
        .containsExactly("end of round", "2: z", "end of round");
  }

  @Test
  void whoHasNothingOrEndedIsLeftToItsChannel() throws Exception {
    onLoop(() -> {
      ears.get(0).say("a");
      ears.get(2).peer.close(); // epoll has yet to tell
      ears.get(3).say("d");
      ears.get(4).peer.setSoLinger(true, 0);
      ears.get(4).peer.close();
      ears.get(5).say("f");
      readNow(0, 6);
      return null;
    });
    assertThat(ears.get(2).ended.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(ears.get(4).ended.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();

    assertThat(heard)
        .containsExactlyInAnyOrder(
            "0: a",
            "2 ended",
            "3: d",
            "4 failed: NativeIoException",
            "4 ended",
            "5: f",
            "end of round");
  }

  @Test
  void whoWasClosedByOneBeforeHearsNothing() throws Exception {
    ears.subList(0, 3).forEach(ear -> ear.say("hi"));
    ears.get(0).onTake = () -> ears.get(1).channel.close();

    readAll(0, 3);

    assertThat(heard).startsWith("0: hi", "2: hi", "end of round");
  }

  @Test
  void whatOneThrowsEndsNoOther() throws Exception {
    ears.subList(0, 3).forEach(ear -> ear.say("hi"));
    ears.get(1).onTake = ReadRoundsTest::overflow;

    readAll(0, 3);

    assertThat(heard)
        .containsExactly("0: hi", "1: hi", "1 failed: StackOverflowError", "2: hi", "end of round");
  }

  @Test
  void whoFailsAtFailingEndsNoOther() throws Exception {
    ears.subList(0, 2).forEach(ear -> ear.say("hi"));
    ears.get(0).onTake = ReadRoundsTest::overflow;
    ears.get(0).onFail = ReadRoundsTest::overflow;

    readAll(0, 2);

    assertThat(heard)
        .containsExactly("0: hi", "0 failed: StackOverflowError", "1: hi", "end of round");
  }

  @Test
  void whoGetsNoMemoryEndsNoOther() throws Exception {
    ears.subList(0, 3).forEach(ear -> ear.say("hi"));
    ears.get(0).onBuffer =
        () -> {
          throw new OutOfMemoryError("of the test");
        };

    readAll(0, 3);

    assertThat(heard)
        .containsExactly("0 failed: OutOfMemoryError", "1: hi", "2: hi", "end of round");
  }

  private static void overflow() {
    throw new StackOverflowError();
  }

  private void readAll() throws Exception {
    readAll(0, EARS);
  }

  private void readAll(int from, int to) throws Exception {
    onLoop(() -> {
      readNow(from, to);
      return null;
    });
  }

  private void readNow(int from, int to) {
    ears.subList(from, to).forEach(ear -> rounds.add(EpollSocket.of(ear.channel).get(), ear));
    rounds.readAll();
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return loop.submit(task).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }
}
