package dev.gimlet.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.codec.Handshake;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// The client's side of the opening handshake; then the handler of the load takes its place.
///
/// Owned by its event loop (RFC 6455 §4.1).
final class OpeningHandshake extends ChannelInboundHandlerAdapter {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final ByteBuf END_OF_HEAD = Unpooled.copiedBuffer("\r\n\r\n", ISO_8859_1);
  private static final int KEY_BYTES = 16;
  private static final int MAX_HEAD_BYTES = 8 << 10;

  private final int port;
  private final String path;
  private final Supplier<ChannelHandler> handlers;
  private final CompletableFuture<Void> open;
  private final String key;
  private final ByteBuf received = Unpooled.buffer(256);

  OpeningHandshake(
      int port, String path, Supplier<ChannelHandler> handlers, CompletableFuture<Void> open) {
    this.port = port;
    this.path = path;
    this.handlers = handlers;
    this.open = open;
    byte[] random = new byte[KEY_BYTES];
    RANDOM.nextBytes(random);
    key = Base64.getEncoder().encodeToString(random);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + key
            + "\r\nSec-WebSocket-Version: 13\r\n\r\n";
    ChannelFuture _ = context.writeAndFlush(Unpooled.copiedBuffer(request, ISO_8859_1));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
    ByteBuf in = (ByteBuf) message;
    received.writeBytes(in);
    in.release();
    int end = ByteBufUtil.indexOf(END_OF_HEAD, received);
    if (end >= 0) {
      check(received.readCharSequence(end + END_OF_HEAD.readableBytes(), ISO_8859_1).toString());
      context.pipeline().replace(this, null, handlers.get());
      if (received.isReadable()) {
        context.pipeline().fireChannelRead(received).fireChannelReadComplete();
      }
      open.complete(null);
    } else if (received.readableBytes() > MAX_HEAD_BYTES) {
      throw new IOException("no end of the response after " + MAX_HEAD_BYTES + " bytes");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    open.completeExceptionally(new IOException("closed during the opening handshake"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    open.completeExceptionally(cause);
    ChannelFuture _ = context.close();
  }

  private void check(String head) throws IOException {
    String accept =
        "\r\nsec-websocket-accept: " + Handshake.acceptKey(key).toLowerCase(Locale.ROOT);
    if (!head.startsWith("HTTP/1.1 101 ") || !head.toLowerCase(Locale.ROOT).contains(accept)) {
      throw new IOException("refused: " + head.lines().findFirst().orElse(""));
    }
  }
}
