package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.log.PrintableText;
import dev.gimlet.websocket.ProtocolException;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.ClientHandshake;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Accepted;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Broken;
import dev.gimlet.websocket.codec.ClientHandshakeResult.Refused;
import dev.gimlet.websocket.codec.HeaderField;
import dev.gimlet.websocket.codec.ResponseHead;
import dev.gimlet.websocket.codec.ResponseHeadDecoder;
import dev.gimlet.websocket.codec.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The bytes of an opening handshake on the side of the client: through the proxy, into TLS, to the
/// server's 101.
///
/// Owned by its event loop. It leaves the pipeline when the connection is open.
final class OpeningInbound extends ChannelInboundHandlerAdapter {

  private static final byte TLS_ALERT = 21; // RFC 8446 §5.1

  private final Dialling dialling;
  private final Dial dial;
  private final ClientHandshake handshake;
  private ResponseHeadDecoder decoder = new ResponseHeadDecoder();
  private boolean throughProxy; // its CONNECT has not been answered yet
  private @Nullable Future<?> deadline;
  private boolean heard; // something came from the server or the proxy
  private @Nullable Refused refused; // once it is, while its body is read
  private @Nullable RefusalBody refusal; // goes with the above

  OpeningInbound(Dialling dialling) {
    this.dialling = dialling;
    this.dial = dialling.dial();
    this.handshake = ClientHandshake.create(dial.options(), dialling.loop().loops().random());
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    long millis = dial.handshakeTimeout().toMillis();
    deadline =
        context
            .executor()
            .schedule(
                () -> giveUp("no answer to the opening handshake in " + millis + " ms"),
                millis,
                TimeUnit.MILLISECONDS);
    if (dial.proxy().isPresent()) {
      throughProxy = true;
      write(context, connectRequest(dial.proxy().get().fields()));
    } else {
      secure(context);
    }
  }

  private byte[] connectRequest(List<HeaderField> fields) {
    String host = dial.host().contains(":") ? "[" + dial.host() + "]" : dial.host();
    String place = host + ":" + dial.port();
    StringBuilder head = new StringBuilder("CONNECT " + place + " HTTP/1.1\r\n");
    head.append("Host: ").append(place).append("\r\n");
    fields.forEach(
        field -> head.append(field.name()).append(": ").append(field.value()).append("\r\n"));
    return head.append("\r\n").toString().getBytes(ISO_8859_1);
  }

  private void secure(ChannelHandlerContext context) {
    if (dial.tls().isPresent()) {
      context
          .pipeline()
          .addFirst(dial.tls().get().newHandler(context.channel(), dial.host(), dial.port()));
    } else {
      ask(context);
    }
  }

  private void ask(ChannelHandlerContext context) {
    write(context, handshake.request(dial.authority(), dial.target(), dial.fields()));
  }

  private static void write(ChannelHandlerContext context, byte[] request) {
    context.writeAndFlush(Unpooled.wrappedBuffer(request), context.voidPromise());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent tls) {
      if (tls.isSuccess()) {
        ask(context);
      } else {
        failInTls(tls.cause());
      }
    } else if (event instanceof SslCloseCompletionEvent) {
      context.close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf in = (ByteBuf) bytes;
    try {
      if (!dialling.isOver()) {
        receive(context, in);
      }
    } catch (ProtocolException broken) {
      dialling.fail(new DialFailure.Broken(String.valueOf(broken.getMessage())));
    } finally {
      in.release();
    }
  }

  private void receive(ChannelHandlerContext context, ByteBuf in) {
    if (refusal != null) {
      receiveRefusal(refusal, in);
      return;
    }
    if (isTlsAlert(in)) {
      fail("the server at " + dial.authority() + " speaks TLS: use wss://");
      return;
    }
    ByteBuffer unread = in.nioBuffer();
    Optional<ResponseHead> head = decoder.receive(unread);
    in.readerIndex(in.writerIndex() - unread.remaining());
    if (head.isEmpty()) {
      return;
    }
    if (throughProxy) {
      onProxy(context, head.get());
    } else {
      onAnswer(context, head.get(), in);
    }
  }

  /// TLS answers a request that it cannot read with an alert (RFC 8446 §6).
  private boolean isTlsAlert(ByteBuf in) {
    boolean first = !heard && in.isReadable();
    heard |= first;
    return first && dial.tls().isEmpty() && in.getByte(in.readerIndex()) == TLS_ALERT;
  }

  private void onProxy(ChannelHandlerContext context, ResponseHead head) {
    if (head.status() >= 200 && head.status() < 300) {
      throughProxy = false;
      decoder = new ResponseHeadDecoder();
      secure(context);
    } else {
      dialling.fail(
          new DialFailure.Refused(
              head.status(),
              "the proxy answers " + PrintableText.of(head.reason()),
              head.headerField("Retry-After")));
    }
  }

  private void onAnswer(ChannelHandlerContext context, ResponseHead head, ByteBuf rest) {
    switch (handshake.judge(head)) {
      case Accepted accepted -> open(context, accepted, rest);
      case Refused answer -> {
        refused = answer;
        refusal = RefusalBody.after(head);
        receiveRefusal(refusal, rest);
      }
      case Broken(String rule) -> dialling.fail(new DialFailure.Broken(rule));
    }
  }

  private void receiveRefusal(RefusalBody body, ByteBuf in) {
    body.receive(in);
    if (body.isComplete()) {
      giveUp("");
    }
  }

  /// The answer is no WebSocket, or there is none.
  private void giveUp(String reason) {
    if (refused == null || refusal == null) {
      fail(reason);
      return;
    }
    String said = refused.reason();
    String more = refusal.error().map(error -> (said.isEmpty() ? "" : ": ") + error).orElse("");
    dialling.fail(
        new DialFailure.Refused(
            refused.status(),
            refused.status() < 300 ? wrongPath(refused.status()) : said + more,
            refused.retryAfter()));
  }

  private String wrongPath(int status) {
    String path = dial.target().split("\\?", 2)[0]; // a query may hold secrets
    return (dial.tls().isPresent() ? "wss://" : "ws://")
        + dial.authority()
        + path
        + " answered "
        + status
        + " and no WebSocket: check the path";
  }

  private void open(ChannelHandlerContext context, Accepted accepted, ByteBuf rest) {
    clearDeadline();
    HomeLoop home = dialling.loop().home();
    WebSocketOptions options = dial.options();
    Opening opening =
        new Opening(
            dialling.loop().loops().nextId(),
            Side.CLIENT,
            context.channel(),
            home,
            options,
            accepted.subprotocol(),
            Optional.empty(),
            accepted
                .deflate()
                .map(agreed ->
                    new ConnectionDeflate(
                        Side.CLIENT, agreed, options.compression().orElseThrow(), home)),
            dialling.loop().loops().events(),
            HttpService.clientAddress(context.channel()),
            Registration.NONE);
    NettyClientConnection connection = new NettyClientConnection(opening, dialling.owner());
    if (context.channel().config().getRecvByteBufAllocator() instanceof ReadBuffers buffers) {
      buffers.borrowFrom(home);
    }
    context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    context.pipeline().addLast("websocket", connection.inbound());
    if (!dialling.isOver()) { // as it is when the handler could not be added
      dialling.succeed();
      handOver(context, connection, rest);
    }
  }

  /// What fails from here on ends the connection, which then tells it: nothing else would.
  private void handOver(
      ChannelHandlerContext context, NettyClientConnection connection, ByteBuf rest) {
    try {
      connection.open();
      if (rest.isReadable()) {
        context.fireChannelRead(rest.retain());
      }
    } catch (Throwable failure) { // the boundary between connections
      connection.inbound().fail(failure); // which knows whether the program has been told
    } finally {
      context.pipeline().replace(this, "end of TLS", new EndOfTls());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    clearDeadline();
    boolean perhapsTls = !heard && dial.tls().isEmpty();
    giveUp(
        "the server ended the connection before it answered the opening handshake"
            + (perhapsTls ? "; if it speaks TLS, use wss://" : ""));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof DecoderException && refused == null) {
      failInTls(cause);
    } else {
      giveUp(FailureReason.ofConnecting(cause));
    }
  }

  private void failInTls(Throwable cause) {
    if (FailureReason.isOfPlainServer(cause)) {
      fail("the server at " + dial.authority() + " does not speak TLS: use ws://");
      return;
    }
    String reason = "TLS failed: " + FailureReason.ofTls(cause);
    dialling.fail(
        FailureReason.isOfTrust(cause)
            ? new DialFailure.Untrusted(
                FailureReason.isOfHost(cause) ? reason : reason + "; see ClientOptions.trust(file)")
            : new DialFailure.Unreachable(reason));
  }

  private void fail(String reason) {
    dialling.fail(new DialFailure.Unreachable(reason));
  }

  private void clearDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  /// Makes the end of TLS look like that of TCP (RFC 8446 §6.1). Owned by its event loop.
  private static final class EndOfTls extends ChannelInboundHandlerAdapter {
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      context.fireUserEventTriggered(
          event instanceof SslCloseCompletionEvent ? ChannelInputShutdownEvent.INSTANCE : event);
    }
  }
}
