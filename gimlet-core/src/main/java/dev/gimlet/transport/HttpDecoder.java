package dev.gimlet.transport;

import dev.gimlet.exchange.HeadCheck;
import dev.gimlet.http.HttpException;
import dev.gimlet.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;

/// Parses one request at a time and then waits, so that what follows it stays unread bytes.
///
/// Pipelined requests are answered in order and cost no more than one read; and bytes that follow
/// an opening handshake are never parsed as HTTP: when this handler leaves the pipeline they are
/// handed on.
///
/// Owned by its event loop.
final class HttpDecoder extends HttpRequestDecoder {
  private static final int MAX_PIECE_BYTES = 64 << 10; // of a body, as it is handed on

  private enum Phase {
    HEAD,
    BODY,
    WAITING,
    DISCARDING
  }

  private final HeadCheck headCheck;
  private Phase phase = Phase.HEAD;
  private boolean midRequest; // a part of a request has arrived, but not all of it
  private boolean inputEnded; // the peer sends no more: there is nothing to ask for
  private boolean reading; // inside channelRead: its loop goes on by itself

  HttpDecoder(HttpLimits limits) {
    // HeadCheck counts more strictly and comes first; one more byte keeps the two apart.
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxHeadBytes() + 1)
            .setMaxHeaderSize(limits.maxHeadBytes() + 1)
            .setMaxChunkSize(MAX_PIECE_BYTES)
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true));
    headCheck = new HeadCheck(limits);
  }

  /// Whether a request has begun and is not complete.
  boolean isMidRequest() {
    return midRequest;
  }

  /// Parses the next request; the last one has been answered.
  void resume(ChannelHandlerContext context) {
    assert context.executor().inEventLoop();
    if (phase == Phase.WAITING) {
      phase = Phase.HEAD;
    }
    if (!reading && internalBuffer().isReadable()) {
      decodeWhatIsHere(context);
    }
    boolean hungry = phase != Phase.WAITING || !internalBuffer().isReadable();
    if (hungry && !inputEnded) {
      context.channel().config().setAutoRead(true);
    }
  }

  private void decodeWhatIsHere(ChannelHandlerContext context) {
    try {
      channelRead(context, Unpooled.EMPTY_BUFFER);
    } catch (Exception fault) {
      context.fireExceptionCaught(fault);
    }
  }

  /// Throws away whatever comes: the connection has had its last answer.
  void discard() {
    phase = Phase.DISCARDING;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object input) throws Exception {
    boolean outermost = !reading;
    reading = true;
    try {
      super.channelRead(context, input);
    } finally {
      reading = !outermost;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    if (phase == Phase.WAITING) {
      context.fireChannelReadComplete(); // the superclass would ask for more to read
    } else {
      super.channelReadComplete(context);
    }
  }

  /// The superclass would drop requests that wait here, though their sender may still listen.
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      context.fireUserEventTriggered(event);
    } else {
      super.userEventTriggered(context, event);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    switch (phase) {
      case HEAD -> decodeHead(context, in, out);
      case BODY -> super.decode(context, in, out);
      case WAITING -> context.channel().config().setAutoRead(false); // what is here is enough
      case DISCARDING -> in.skipBytes(in.readableBytes());
    }
    out.forEach(this::follow);
  }

  /// A request that was cut off is no request.
  @Override
  protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    // nothing: the superclass would report it as a malformed one
  }

  private void decodeHead(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    try {
      if (headCheck.admits(in)) {
        midRequest = true; // an empty line before it is no part of a request (RFC 9112 §2.2)
        super.decode(context, in, out);
      }
    } catch (HttpException refusal) {
      midRequest = true;
      in.skipBytes(in.readableBytes());
      HttpMessage refused = createInvalidMessage();
      if (headCheck.isHead() && refused instanceof HttpRequest request) {
        request.setMethod(HttpMethod.HEAD); // the answer has no body
      }
      refused.setDecoderResult(DecoderResult.failure(refusal));
      out.add(refused);
    }
  }

  private void follow(Object part) {
    if (part instanceof HttpMessage) {
      phase = Phase.BODY;
    }
    if (part instanceof LastHttpContent) {
      phase = Phase.WAITING;
      midRequest = false;
    }
  }
}
