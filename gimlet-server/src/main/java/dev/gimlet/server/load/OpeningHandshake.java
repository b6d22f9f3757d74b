package dev.gimlet.server.load;

import dev.gimlet.log.PrintableText;
import dev.gimlet.transport.FailureReason;
import dev.gimlet.websocket.GimletException;
import dev.gimlet.websocket.codec.ClientHandshake;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Accepted;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Broken;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Refused;
import dev.gimlet.websocket.codec.ResponseHead;
import dev.gimlet.websocket.codec.ResponseHeadDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// The client's side of the opening handshake; then the handler of the load takes its place.
///
/// Owned by its event loop (RFC 6455 §4.1).
final class OpeningHandshake extends ChannelInboundHandlerAdapter {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Target target;
  private final Supplier<LoadConnection> handlers;
  private final CompletableFuture<Void> open;
  private final ClientHandshake handshake;
  private final ResponseHeadDecoder decoder = new ResponseHeadDecoder();

  OpeningHandshake(Target target, Supplier<LoadConnection> handlers, CompletableFuture<Void> open) {
    this.target = target;
    this.handlers = handlers;
    this.open = open;
    this.handshake = ClientHandshake.create(target.options(), RANDOM);
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (target.tls().isEmpty()) {
      ask(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        ask(context);
      } else {
        failInTls(context, tls.cause());
      }
    }
  }

  private void ask(ChannelHandlerContext context) {
    byte[] request = handshake.request(target.authority(), target.path(), target.fields());
    ChannelFuture _ = context.writeAndFlush(Unpooled.wrappedBuffer(request));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf in = (ByteBuf) message;
    ByteBuffer unread = in.nioBuffer();
    Optional<ResponseHead> head;
    try {
      head = decoder.receive(unread);
      in.readerIndex(in.writerIndex() - unread.remaining());
    } catch (RuntimeException broken) {
      in.release();
      throw broken;
    }
    if (head.isPresent()) {
      judge(context, head.get(), in);
    } else {
      in.release();
    }
  }

  private void judge(ChannelHandlerContext context, ResponseHead head, ByteBuf rest) {
    switch (handshake.judge(head)) {
      case Accepted _ -> {
        context.pipeline().replace(this, "load", handlers.get());
        open.complete(null);
        if (rest.isReadable()) {
          context.fireChannelRead(rest.retain()).fireChannelReadComplete();
        }
      }
      case Refused(int status, String reason, Optional<String> _) -> {
        String words = PrintableText.of(reason);
        fail(context, "refused with " + status + (words.isEmpty() ? "" : ": " + words));
      }
      case Broken(String rule) -> fail(context, rule);
    }
    rest.release();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    fail(context, "the server ended the connection before it answered the opening handshake");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException) {
      failInTls(context, cause);
    } else {
      fail(context, FailureReason.ofConnecting(cause));
    }
  }

  private void failInTls(ChannelHandlerContext context, Throwable cause) {
    String reason =
        FailureReason.isOfPlainServer(cause)
            ? "the server at " + target.authority() + " does not speak TLS: use ws://"
            : "TLS failed: " + FailureReason.ofTls(cause);
    fail(context, new GimletException(reason, cause));
  }

  private void fail(ChannelHandlerContext context, String reason) {
    fail(context, new GimletException(reason));
  }

  private void fail(ChannelHandlerContext context, GimletException failure) {
    open.completeExceptionally(failure);
    ChannelFuture _ = context.close();
  }
}
