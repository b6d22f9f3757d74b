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

/// One prepared message for many connections of one event loop, over real sockets.
final class SharedWritesTest {

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MEMBERS = 40; // two and a half times as many as are written to together
  private static final int FULL_BYTES = 8 << 20; // more than the buffers of both sockets

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
      sendToAll(PreparedMessage.of(text("first"))); // which goes through the channel
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

  @Test
  void writesToEveryoneOnceAndInOrder() throws Exception {
    List<PreparedMessage> messages = prepared("one", "two", "three");

    onLoop(() -> {
      messages.forEach(this::sendToAll);
      return null;
    });
    onLoop(() -> {
      sendToAll(messages.getFirst());
      return null;
    });

    for (Member member : members) {
      assertThat(received(member)).containsExactly("one", "two", "three", "one");
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  @Test
  void letsOtherThingsFollowInTheSameTurn() throws Exception {
    Member answered = members.get(3);
    Member closed = members.get(5);
    Member pinged = members.get(7);

    onLoop(() -> {
      members.subList(0, 10).forEach(each -> each.connection.send(PreparedMessage.of(text("all"))));
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

  @Test
  void writesLaterWhatSomeSocketsDoNotTakeAtOnce() throws Exception {
    List<String> texts =
        IntStream.range(0, FULL_BYTES / 3000).mapToObj(i -> i + "x".repeat(3000)).toList();

    for (String text : texts) {
      onLoop(() -> {
        sendTo(members.subList(0, 3), PreparedMessage.of(text(text)));
        return null;
      });
    }

    for (Member member : members.subList(0, 3)) {
      assertThat(onLoop(member.connection.outboxBudget()::used)).isPositive();
      assertThat(received(member).equals(texts)).isTrue(); // megabytes, to be printed by nobody
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  @Test
  void writesNothingToThoseThatEndMeanwhile() throws Exception {
    Member ended = members.get(2);

    onLoop(() -> {
      members.subList(0, 10).forEach(each -> each.connection.send(PreparedMessage.of(text("all"))));
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
    onFailure = _ -> sendTo(others, PreparedMessage.of(text("one has gone")));

    onLoop(() -> {
      sendToAll(PreparedMessage.of(text("all")));
      return null;
    });

    assertThat(poor.peer.getInputStream().readAllBytes()).isEmpty();
    assertThat(onLoop(poor.connection.outboxBudget()::used)).isZero();
    for (Member member : others) {
      assertThat(received(member)).containsExactlyInAnyOrder("all", "one has gone");
      assertThat(onLoop(member.connection.outboxBudget()::used)).isZero();
    }
  }

  private void sendToAll(PreparedMessage message) {
    sendTo(members, message);
  }

  private static void sendTo(List<Member> some, PreparedMessage message) {
    some.forEach(each -> each.connection.send(message));
  }

  private static List<PreparedMessage> prepared(String... texts) {
    return List.of(texts).stream().map(each -> PreparedMessage.of(text(each))).toList();
  }

  private static Text text(String value) {
    return Text.of(value);
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
