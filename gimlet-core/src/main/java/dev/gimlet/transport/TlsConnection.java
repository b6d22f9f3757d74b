package dev.gimlet.transport;

import dev.gimlet.exchange.Response;
import dev.gimlet.exchange.ResponseWriter;
import dev.gimlet.http.HttpException;
import dev.gimlet.spi.ServerEvents;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/// What the beginning and the ends of TLS mean to one connection.
///
/// It stands behind Netty's handler and makes TLS look like TCP to the handlers behind it. Those
/// come when the handshake is complete: until then a connection costs as little as can be.
///
/// Owned by its event loop.
final class TlsConnection extends ChannelDuplexHandler {

  private enum Phase {
    HANDSHAKE,
    SECURED,
    FAILED
  }

  private final ServerEvents events;
  private final Runnable onSecured;
  private Phase phase = Phase.HANDSHAKE;

  TlsConnection(ServerEvents events, Runnable onSecured) {
    this.events = events;
    this.onSecured = onSecured;
  }

  /// Whether a handler of TLS stands between the channel and those who send and receive.
  static boolean isEncrypted(Channel channel) {
    return channel.pipeline().get(SslHandler.class) != null;
  }

  /// Ends a connection that is not yet one; true if it was none.
  static boolean closeUnlessSecured(Channel channel) {
    assert channel.eventLoop().inEventLoop();
    TlsConnection tls = channel.pipeline().get(TlsConnection.class);
    boolean unsecured = tls != null && tls.phase != Phase.SECURED;
    if (unsecured) {
      channel.close();
    }
    return unsecured;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    switch (event) {
      case SslHandshakeCompletionEvent handshake -> onHandshake(context, handshake);
      case SslCloseCompletionEvent _ -> onInputEnded(context);
      case ChannelInputShutdownEvent _ -> onInputEnded(context);
      default -> context.fireUserEventTriggered(event);
    }
  }

  private void onHandshake(ChannelHandlerContext context, SslHandshakeCompletionEvent handshake) {
    if (handshake.isSuccess()) {
      phase = Phase.SECURED;
      onSecured.run();
    } else {
      fail(context, handshake.cause());
    }
  }

  /// The peer sends no more: with close_notify (RFC 8446 §6.1), or as TCP says it.
  private void onInputEnded(ChannelHandlerContext context) {
    if (phase == Phase.SECURED
        && context.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE)) {
      context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    } else {
      close(context, context.newPromise());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (phase == Phase.SECURED) {
      context.fireExceptionCaught(unwrapped(cause));
    } else {
      fail(context, unwrapped(cause));
      close(context, context.newPromise());
    }
  }

  /// What breaks in TLS breaks the connection, as a reset does: it is no fault of a handler.
  private static Throwable unwrapped(Throwable cause) {
    return cause instanceof DecoderException && cause.getCause() instanceof IOException broken
        ? broken
        : cause;
  }

  private void fail(ChannelHandlerContext context, Throwable cause) {
    if (phase != Phase.HANDSHAKE) {
      return; // told before
    }
    phase = Phase.FAILED;
    if (cause instanceof NotSslRecordException) {
      sayThatThisIsTls(context);
    }
    events.tlsFailed(HttpService.clientAddress(context.channel()), reason(cause));
  }

  private static String reason(Throwable cause) {
    return switch (cause) {
      case NotSslRecordException _ -> "the client does not speak TLS";
      case ClosedChannelException _ -> FailureReason.ENDED_IN_HANDSHAKE;
      default -> String.valueOf(cause.getMessage());
    };
  }

  /// A browser that was sent to `http://` shows this; Netty's handler closes afterwards.
  private static void sayThatThisIsTls(ChannelHandlerContext context) {
    HttpException hint = new HttpException(400, "this port speaks https and wss, not http or ws");
    beforeTls(context)
        .writeAndFlush(
            ResponseWriter.write(context.alloc(), Response.error(hint), false, true),
            context.channel().voidPromise());
  }

  /// Says goodbye first, unless the peer does not even read what was sent before: what waits is
  /// thrown away, as without TLS.
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    var waiting = context.channel().unsafe().outboundBuffer();
    if (waiting == null || waiting.isEmpty()) {
      context.close(promise);
    } else {
      beforeTls(context).close(promise);
    }
  }

  private static ChannelHandlerContext beforeTls(ChannelHandlerContext context) {
    return context.pipeline().context(SslHandler.class);
  }
}
