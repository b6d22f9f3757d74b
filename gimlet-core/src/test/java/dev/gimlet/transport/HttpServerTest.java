package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.gimlet.entrance.ConnectionTable;
import dev.gimlet.entrance.Entrance;
import dev.gimlet.exchange.Program;
import dev.gimlet.http.ConnectionLimits;
import dev.gimlet.http.Context;
import dev.gimlet.http.HttpLimits;
import dev.gimlet.routing.PathPattern;
import dev.gimlet.routing.Route;
import dev.gimlet.routing.RouteTree;
import dev.gimlet.spi.JsonCodec;
import dev.gimlet.spi.ServerEvents;
import dev.gimlet.websocket.WebSocketConnection;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpServerTest {
  private static final String HANDSHAKE =
      String.join(
          "\r\n",
          "GET /ws HTTP/1.1",
          "Host: a",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "",
          "");

  private final CompletableFuture<ByteBuf> borrowed = new CompletableFuture<>();
  private final HttpServer server = HttpServer.start(program(), "127.0.0.1", 0, 1);

  @Test
  void givesBackWhatItsLoopsHeldWhenClosingIsInterrupted() throws Exception {
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      client.getOutputStream().write(HANDSHAKE.getBytes(US_ASCII));
      ByteBuf buffer = borrowed.get(20, TimeUnit.SECONDS);

      Thread.currentThread().interrupt();
      assertThatExceptionOfType(InterruptedException.class)
          .isThrownBy(() -> server.close(Duration.ofSeconds(20)));

      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (buffer.refCnt() > 0 && System.nanoTime() < end) {
        Thread.sleep(10);
      }
      assertThat(buffer.refCnt()).isZero();
    }
  }

  /// Tells which buffer its loop lends.
  private final class Borrower implements WebSocketListener {
    @Override
    public void onOpen(WebSocketConnection connection) {
      HomeLoop home = (HomeLoop) connection.eventLoop();
      ByteBuf buffer = home.readBuffer(() -> PooledByteBufAllocator.DEFAULT);
      buffer.release();
      borrowed.complete(buffer);
    }
  }

  private void upgrade(Context context) {
    context.upgrade(new Borrower());
  }

  private Program program() {
    RouteTree routes = new RouteTree();
    routes.add(new Route("GET", PathPattern.parse("/ws"), this::upgrade, List.of(), "test"));
    return new Program(
        routes,
        List.of(),
        HttpLimits.DEFAULTS,
        WebSocketOptions.defaults(),
        0,
        new NoJson(),
        Optional.empty(),
        ServerEvents.NONE,
        Entrance.of(List.of(), false, ConnectionLimits.defaults(), 10, new ConnectionTable()));
  }

  private static final class NoJson implements JsonCodec {
    @Override
    public byte[] write(Object value) {
      throw new AssertionError(value);
    }

    @Override
    public <T> T read(byte[] json, Class<T> type) {
      throw new AssertionError(type);
    }
  }
}
