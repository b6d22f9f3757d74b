package dev.gimlet.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What a stream of events asks of the kernel.
@EnabledOnOs(OS.LINUX) // which has epoll
final class EventStreamSocketTest {

  private final EventLoopGroup loops = Transport.EPOLL.eventLoops(1, "epoll");
  private ServerSocket listener;
  private Channel channel;

  @BeforeEach
  void connect() throws Exception {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    channel = BareConnections.dial(loops, listener, new ChannelInboundHandlerAdapter());
  }

  @AfterEach
  void leaveNothingBehind() throws Exception {
    channel.close().sync();
    listener.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
  }

  @Test
  void aSilentKernelIsGivenUpAfterTheTimeOfAHeartbeatAndItsAnswer() throws Exception {
    start(WebSocketOptions.defaults());

    assertThat(userTimeoutMillis()).isEqualTo(33_000);
  }

  @Test
  void aSilentKernelIsNotGivenUpWithoutHeartbeats() throws Exception {
    start(WebSocketOptions.builder().heartbeat(Duration.ZERO, Duration.ofSeconds(8)).build());

    assertThat(userTimeoutMillis()).isZero();
  }

  private int userTimeoutMillis() {
    return channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT);
  }

  private void start(WebSocketOptions options) throws Exception {
    channel
        .eventLoop()
        .submit(() -> {
          var stream =
              new NettyEventStream(
                  channel,
                  new HomeLoop(channel.eventLoop()),
                  options,
                  null,
                  InetSocketAddress.createUnresolved("client", 1),
                  ServerEvents.NONE);
          channel.pipeline().addLast(stream.inbound());
          stream.inbound().start(Unpooled.EMPTY_BUFFER, false);
        })
        .sync();
  }
}
