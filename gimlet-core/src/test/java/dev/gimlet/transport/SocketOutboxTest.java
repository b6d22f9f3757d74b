package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.PreparedMessage;
import dev.gimlet.websocket.SendResult;
import dev.gimlet.websocket.Text;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Outboxes behind their connection, over a real socket, which they write to past the channel.
final class SocketOutboxTest {

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int MANY_BYTES = 8 << 20; // more than the buffers of both sockets
  private static final int ROOM_BYTES = 512 << 10; // less than those

  private final EventLoopGroup loops = Transport.best().eventLoops(1, "outbox");
  private ServerSocket listener;
  private Channel channel;
  private HomeLoop home;
  private Socket peer;

  @BeforeEach
  void connect() throws Exception {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    channel = BareConnections.dial(loops, listener, new ChannelInboundHandlerAdapter());
    home = new HomeLoop(channel.eventLoop());
    peer = accept();
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    channel.close().sync();
    peer.close();
    listener.close();
    onLoop(() -> null); // what the closing has left to do is done
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    home.release();
  }

  @Test
  void sendsInOrderWhatTheSocketTakesAtOnceAndWhatItDoesNot() throws Exception {
    NettyWebSocketConnection connection = open();
    List<String> texts =
        IntStream.range(0, 2000).mapToObj(i -> i + "x".repeat(i * 37 % 9000)).toList();

    onLoop(() -> {
      for (String text : texts) {
        connection.send(text);
        connection.outbound().flush();
      }
      assertThat(connection.outboxBudget().used()).isPositive(); // the peer has read nothing yet
      return null;
    });
    onLoop(() -> {
      connection.send("last");
      return null;
    });

    List<String> received = received(connection);
    assertThat(received).hasSize(texts.size() + 1).startsWith(texts.toArray(String[]::new));
    assertThat(received.getLast()).isEqualTo("last");
    assertThat(onLoop(connection.outboxBudget()::used)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {3000, 6000}) // copied for all receivers, and shared with them
  void sendsPreparedMessagesInOrderWhateverTheSocketTakes(int size) throws Exception {
    NettyWebSocketConnection connection = open();
    List<String> texts =
        IntStream.range(0, MANY_BYTES * 3 / 2 / size)
            .mapToObj(i -> i + "x".repeat(size - i * 37 % 1000))
            .toList();

    onLoop(() -> {
      for (String text : texts) {
        connection.send(PreparedMessage.of(Text.of(text)));
        connection.outbound().flush(); // as when the next member's turn has come
      }
      assertThat(connection.outboxBudget().used()).isPositive(); // the peer has read nothing yet
      return null;
    });

    assertThat(received(connection).equals(texts)).isTrue(); // megabytes, to be printed by nobody
    assertThat(onLoop(connection.outboxBudget()::used)).isZero();
  }

  @Test
  void letsOthersFollowAPreparedMessage() throws Exception {
    NettyWebSocketConnection connection = open();
    PreparedMessage small = PreparedMessage.of(Text.of("small"));
    PreparedMessage large = PreparedMessage.of(Text.of("large".repeat(1000)));
    List<Runnable> sends =
        List.of(
            () -> connection.send(small),
            () -> connection.send(large),
            () -> connection.send("said"));

    onLoop(() -> {
      for (Runnable first : sends) {
        for (Runnable second : sends) {
          first.run();
          connection.outbound().flush();
          second.run();
          connection.outbound().flush();
          first.run();
          second.run();
          connection.outbound().flush();
        }
      }
      return null;
    });

    List<String> texts = List.of("small", "large".repeat(1000), "said");
    assertThat(received(connection))
        .containsExactlyElementsOf(
            texts.stream()
                .flatMap(first ->
                    texts.stream().flatMap(second -> Stream.of(first, second, first, second)))
                .toList());
  }

  @Test
  void letsGoOfAPreparedMessageThatNeverLeft() throws Exception {
    NettyWebSocketConnection connection = open();

    onLoop(() -> {
      connection.send(PreparedMessage.of(Text.of("said")));
      connection.outbound().discard();
      connection.outbound().flush();
      return null;
    });

    assertThat(received(connection)).isEmpty();
    assertThat(onLoop(connection.outboxBudget()::used)).isZero();
  }

  @Test
  void waitsBehindWhatTheChannelStillHolds() throws Exception {
    channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[MANY_BYTES])); // as an answer before it
    NettyWebSocketConnection connection = open();

    InputStream in = peer.getInputStream();

    onLoop(() -> {
      in.skipNBytes(ROOM_BYTES); // now the socket has room, of which the channel has yet to hear
      connection.send("said");
      connection.outbound().flush();
      return null;
    });
    onLoop(() -> connection.send("said again"));

    assertThat(in.readNBytes(MANY_BYTES - ROOM_BYTES)).containsOnly(0);
    assertThat(received(connection)).containsExactly("said", "said again");
  }

  @Test
  void writesNothingToTheSocketThatGotTheDescriptorOfAClosedOne() throws Exception {
    NettyWebSocketConnection connection = open();
    onLoop(() -> connection.send("said"));

    Socket heir =
        onLoop(() -> {
          connection.send("too late");
          channel.close();
          assertThat(connection.isOpen()).isFalse();
          assertThat(connection.send("refused")).isEqualTo(SendResult.CLOSED);
          Socket next = new Socket(listener.getInetAddress(), listener.getLocalPort());
          connection.outbound().flush();
          return next;
        });

    try (heir;
        Socket other = accept()) {
      heir.shutdownOutput();
      assertThat(other.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void leavesItToTheChannelToEndWhatThePeerHasReset() throws Exception {
    NettyWebSocketConnection connection = open();
    onLoop(() -> connection.send("said"));

    onLoop(() -> {
      peer.setSoLinger(true, 0);
      peer.close(); // the loop has yet to hear of the reset
      connection.send("lost");
      connection.outbound().flush();
      return null;
    });

    assertThat(channel.closeFuture().await(TIMEOUT_MILLIS)).isTrue();
    assertThat(onLoop(connection.outboxBudget()::used)).isZero();
    assertThat(connection.send("too late")).isEqualTo(SendResult.CLOSED);
  }

  private NettyWebSocketConnection open() throws Exception {
    WebSocketOptions options = WebSocketOptions.builder().outboxBytes(2 * MANY_BYTES).build();
    return onLoop(() -> {
      var connection = BareConnections.over(channel, home, options, ServerEvents.NONE);
      connection.open();
      return connection;
    });
  }

  private Socket accept() throws IOException {
    Socket accepted = listener.accept();
    accepted.setSoTimeout(TIMEOUT_MILLIS);
    return accepted;
  }

  /// Everything that was sent; the connection ends with it.
  private List<String> received(NettyWebSocketConnection connection) throws Exception {
    InputStream in = peer.getInputStream();
    onLoop(() -> {
      connection.outbound().finish();
      connection.outbound().flushSoon();
      return null;
    });
    return ServerFrames.texts(ByteBuffer.wrap(in.readAllBytes()));
  }

  private <T> T onLoop(Callable<T> task) throws Exception {
    return channel.eventLoop().submit(task).get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
  }
}
