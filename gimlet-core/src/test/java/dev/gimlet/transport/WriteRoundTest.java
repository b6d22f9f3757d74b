package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Messages for many connections of one event loop, over real sockets.
final class WriteRoundTest {

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MEMBERS = 40; // two and a half times as many as are written to together
  private static final int FULL_BYTES = 8 << 20; // more than the buffers of both sockets

  /// How the same message is sent to several.
  enum Way {
    PREPARED,
    EACH
  }

  /// A connection and the socket of its peer.
  private record Member(NettyWebSocketConnection connection, Socket peer) {}

  private final EventLoopGroup loops = Transport.best().eventLoops(1, "writes");
  private final EventLoop loop = loops.next();
  private final HomeLoop home = new HomeLoop(loop);
  private final List<Member> members = new ArrayList<>();
  private Consumer<Throwable> onFailure = _ -> {};

  @BeforeEach
  void connectAll() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, MEMBERS, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < MEMBERS; i++) {
        members.add(connect(listener));
      }
    }
    onLoop(() -> {
      sendTo(members, Way.EACH, "first"); // which goes through the channel
      return null;
    });
    for (Member member : members) {
      assertThat(member.peer.getInputStream().readNBytes(7)).endsWith('f', 'i', 'r', 's', 't');
    }
  }

  private Member connect(ServerSocket listener) throws Exception {
    Channel channel = BareConnections.dial(loops, listener, new ChannelInboundHandlerAdapter());
    Socket peer = listener.accept();
    peer.setSoTimeout(TIMEOUT_MILLIS);
    ServerEvents events =
        new ServerEvents() {
          @Override
          public void handlerFailed(String where, Throwable failure) {
            onFailure.accept(failure);
          }
        };
    WebSocketOptions options = WebSocketOptions.builder().outboxBytes(4 * FULL_BYTES).build();
    return onLoop(() -> {
      var connection = BareConnections.over(channel, home, options, events);
      connection.open();
      return new Member(connection, peer);
    });
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    for (Member member : members) {
      member.connection.channel().close().sync();
      member.peer.close();
    }
    onLoop(() -> null); // what the closing has left to do is done
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    home.release();
  }

  @ParameterizedTest
  @EnumSource
  void writesToEveryoneOnceAndInOrder(Way way) throws Exception {
    onLoop(() -> {
      List.of("one", "two", "three").forEach(each -> sendTo(members, way, each));
      return null;
    });
    onLoop(() -> {
      sendTo(members, way, "one");
      return null;
    });

    for (Member member : members) {
      assertThat(received(member)).containsExactly("one", "two", "three", "one");
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  @Test
  void writesToEachOfARoundWhatWasPreparedForIt() throws Exception {
    onLoop(() -> {
      for (int i = 0; i < MEMBERS; i++) {
        sendTo(members.subList(i, i + 1), Way.PREPARED, "for " + i);
      }
      return null;
    });

    for (int i = 0; i < MEMBERS; i++) {
      assertThat(received(members.get(i))).containsExactly("for " + i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesWhatIsLittleTogether(Way way) throws Exception {
    onLoop(() -> {
      sendTo(members, way, "little");
      assertThat(waiting()).isEqualTo(MEMBERS % WriteRound.MOST);
      return null;
    });

    assertThat(onLoop(this::waiting)).isZero();
  }

  @Test
  void writesWhatIsLargeWhenTheNextOneIsSentTo() throws Exception {
    onLoop(() -> {
      sendTo(members, Way.EACH, "x".repeat(2 * HomeLoop.LITTLE_BYTES));
      assertThat(waiting()).isEqualTo(1);
      return null;
    });

    assertThat(onLoop(this::waiting)).isZero();
  }

  /// Members to whom something is still to be written.
  private long waiting() {
    return members.stream().filter(member -> member.connection.outboxBudget().used() > 0).count();
  }

  @ParameterizedTest
  @EnumSource
  void letsOtherThingsFollowInTheSameTurn(Way way) throws Exception {
    Member answered = members.get(3);
    Member closed = members.get(5);
    Member pinged = members.get(7);

    onLoop(() -> {
      sendTo(members.subList(0, 10), way, "all");
      answered.connection.send("answer");
      closed.connection.close(CloseStatus.GOING_AWAY);
      pinged.connection.ping(new byte[] {1});
      return null;
    });

    assertThat(received(answered)).containsExactly("all", "answer");
    assertThat(received(pinged)).containsExactly("all", "ping");
    assertThat(closed.peer.getInputStream().readNBytes(7))
        .containsExactly(0x81, 3, 'a', 'l', 'l', 0x88, 2);
    assertThat(received(members.get(4))).containsExactly("all");
  }

  @ParameterizedTest
  @EnumSource
  void writesLaterWhatSomeSocketsDoNotTakeAtOnce(Way way) throws Exception {
    List<String> texts = moreThanASocketTakes();

    for (String text : texts) {
      onLoop(() -> {
        sendTo(members.subList(0, 3), way, text);
        return null;
      });
    }

    for (Member member : members.subList(0, 3)) {
      assertThat(onLoop(member.connection.outboxBudget()::used)).isPositive();
      assertThat(received(member).equals(texts)).isTrue(); // megabytes, to be printed by nobody
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesNothingToThoseThatEndMeanwhile(Way way) throws Exception {
    Member ended = members.get(2);

    onLoop(() -> {
      sendTo(members.subList(0, 10), way, "all");
      ended.connection.channel().close();
      return null;
    });

    assertThat(received(members.get(1))).containsExactly("all");
    assertThat(received(members.get(3))).containsExactly("all");
    assertThat(ended.peer.getInputStream().readAllBytes()).isEmpty();
    assertThat(onLoop(ended.connection.outboxBudget()::used)).isZero();
  }

  @Test
  void endsOnlyTheOneForWhichThereIsNoMemoryAndLetsTheProgramSendThen() throws Exception {
    Member poor = members.get(0);
    ScarceMemory.of(poor.connection, 0);
    List<Member> others = members.subList(1, MEMBERS);
    onFailure = _ -> sendTo(others, Way.PREPARED, "one has gone");

    onLoop(() -> {
      sendTo(members, Way.PREPARED, "all");
      return null;
    });

    assertThat(poor.peer.getInputStream().readAllBytes()).isEmpty();
    assertThat(onLoop(poor.connection.outboxBudget()::used)).isZero();
    for (Member member : others) {
      assertThat(received(member)).containsExactlyInAnyOrder("all", "one has gone");
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  /// A socket that took only a part leaves a rest for which there must be memory.
  @Test
  void endsOnlyTheOneForWhoseRestThereIsNoMemory() throws Exception {
    Member poor = members.get(1);
    List<Member> round = members.subList(0, 3);
    List<String> texts = moreThanASocketTakes();
    List<Throwable> failures = new ArrayList<>();
    onFailure = failures::add;
    onLoop(() -> { // has memory for shared frames from now on
      sendTo(List.of(members.get(MEMBERS - 1)), Way.PREPARED, "another frame");
      return null;
    });
    ScarceMemory.of(poor.connection, 0);

    for (String text : texts) {
      onLoop(() -> {
        sendTo(round, Way.PREPARED, text);
        return null;
      });
    }

    assertThat(failures).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(poor.connection.isOpen()).isFalse();
    assertThat(onLoop(poor.connection.outboxBudget()::used)).isZero();
    for (Member member : List.of(members.get(0), members.get(2))) {
      assertThat(received(member).equals(texts)).isTrue(); // megabytes, to be printed by nobody
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  /// Each of which is little.
  private static List<String> moreThanASocketTakes() {
    return IntStream.range(0, FULL_BYTES / 900).mapToObj(i -> i + "x".repeat(900)).toList();
  }

  private static void sendTo(List<Member> some, Way way, String text) {
    Text message = Text.of(text);
    PreparedMessage prepared = PreparedMessage.of(message);
    for (Member member : some) {
      switch (way) {
        case PREPARED -> member.connection.send(prepared);
        case EACH -> member.connection.send(message);
      }
    }
  }

  /// Everything that was sent; the connection ends with it.
  private List<String> received(Member member) throws Exception {
    onLoop(() -> {
      member.connection.outbound().finish();
      member.connection.outbound().flushSoon();
      return null;
    });
    return ServerFrames.texts(ByteBuffer.wrap(readAll(member.peer)));
  }

  private static byte[] readAll(Socket peer) throws IOException {
    return peer.getInputStream().readAllBytes();
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return loop.submit(task).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
