package dev.gimlet.transport;

import dev.gimlet.entrance.Client;
import dev.gimlet.entrance.Seat;
import dev.gimlet.exchange.Answering;
import dev.gimlet.exchange.HttpExchange;
import dev.gimlet.exchange.RequestAssembly;
import dev.gimlet.exchange.Response;
import dev.gimlet.exchange.ResponseFields;
import dev.gimlet.exchange.ResponseWriter;
import dev.gimlet.exchange.Upgrade;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.HttpException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/// One HTTP connection: collects a request, has it handled, writes the answer, and goes on.
///
/// Owned by its event loop; handlers answer from their own threads through [#answer] and
/// [#upgrade], which cross over.
final class HttpInbound extends ChannelInboundHandlerAdapter implements Answering {
  /// How long to wait for the peer to close, or to send more, after the last answer. Closing at
  /// once could make the kernel drop that answer while it is on its way.
  private static final Duration LINGER = Duration.ofSeconds(1);

  private static final int LOOKS = 4; // at an answer that is not taken, in the time for that

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private enum Phase {
    /// Between two requests.
    IDLE,
    /// A request is arriving.
    READING,
    /// A handler is at work.
    HANDLING,
    /// The answer is on its way.
    WRITING,
    /// There will be no more answers.
    ENDING
  }

  private final Channel channel;
  private final HttpService service;
  private final HttpDecoder decoder;
  private final Seat seat;
  private final Deadline deadline;
  private final RequestAssembly assembly;
  private Phase phase = Phase.IDLE;
  private boolean last; // the answer to the request at hand, or to the next, ends the connection
  private boolean inputEnded; // the peer has closed its sending direction
  private long untakenBytes; // what was left of the answer when last looked at
  private long takenNanos; // when that had become less
  private long lingerEndNanos; // when even a peer that still sends is closed

  HttpInbound(Channel channel, HttpService service, HttpDecoder decoder, Seat seat) {
    this.channel = channel;
    this.service = service;
    this.decoder = decoder;
    this.seat = seat;
    deadline = new Deadline(channel.eventLoop(), service.nanoTime(), this::onDeadline);
    assembly = new RequestAssembly(service.program());
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    // A stranger who says nothing at all is given the time of one request.
    deadline.set(service.program().limits().requestTimeout());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    deadline.cancel();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object part) {
    try {
      if (phase == Phase.IDLE || phase == Phase.READING) {
        read((HttpObject) part);
      }
    } catch (HttpException refusal) {
      refuse(refusal);
    } finally {
      ReferenceCountUtil.release(part);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    noticeBeginning();
    if (phase == Phase.ENDING) {
      linger();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true; // the peer sends no more, but may wait for answers
      closeIfUseless();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    phase = Phase.ENDING;
    deadline.cancel();
    context.fireChannelInactive(); // to the next owner, when handing over failed half-way
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) { // a broken socket is no fault
      service.program().events().handlerFailed("an HTTP connection", cause);
    }
    context.close();
  }

  @Override
  public void answer(Response response) {
    cross(() -> {
      boolean _ = handOver(() -> write(response));
    });
  }

  @Override
  public void upgrade(Upgrade upgrade) {
    cross(() -> handOver(() -> switchProtocols(upgrade)));
  }

  @Override
  public EventStream stream(
      List<ResponseFields.Field> fields, InetSocketAddress client, Optional<String> user) {
    NettyEventStream stream =
        new NettyEventStream(
            channel,
            service.webSockets().home(channel.eventLoop()),
            service.program().webSocket(),
            user.orElse(null),
            client,
            service.program().events());
    cross(() -> {
      if (!handOver(() -> startStream(fields, stream))) {
        stream.inbound().close(EventStream.End.CLIENT_GONE);
      }
    });
    return stream;
  }

  @Override
  public boolean isDraining() {
    return service.draining().hasBegun();
  }

  @Override
  public void admit(Client client, Optional<String> user) {
    seat.admit(client, user.orElse(null));
  }

  @Override
  public boolean mayRemember() {
    return service.webSockets().takeovers().admit(channel);
  }

  /// Ends the connection as soon as no request is under way.
  void drain() {
    last = true;
    closeIfUseless();
  }

  private void cross(Runnable task) {
    try {
      channel.eventLoop().execute(task);
    } catch (RejectedExecutionException stopped) {
      // the event loop is gone, and the connection with it
    }
  }

  /// Closes when no answer is under way and none will be.
  private void closeIfUseless() {
    boolean cutOff = inputEnded && (phase == Phase.READING || phase == Phase.ENDING);
    if (cutOff || (phase == Phase.IDLE && (inputEnded || last))) {
      channel.close();
    }
  }

  private void read(HttpObject part) {
    assembly.add(part);
    noticeBeginning();
    if (part instanceof HttpRequest && assembly.awaitsContinue()) {
      invite();
    }
    if (part instanceof LastHttpContent) {
      handle();
    }
  }

  /// Asks for the body, if there is anybody to read it (RFC 9110 §10.1.1).
  private void invite() {
    if (assembly.hasRoute()) {
      channel.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), channel.voidPromise());
    } else {
      last = true; // the body may come or not: what follows could not be told apart
      decoder.discard();
      handle();
    }
  }

  /// The time for a request counts from its first byte.
  private void noticeBeginning() {
    if (phase == Phase.IDLE && decoder.isMidRequest()) {
      phase = Phase.READING;
      deadline.set(service.program().limits().requestTimeout());
    }
  }

  private void handle() {
    phase = Phase.HANDLING;
    deadline.clear();
    service.handle(assembly.take(service.peer(channel)), assembly.match(), this);
  }

  private void refuse(HttpException refusal) {
    phase = Phase.HANDLING;
    assembly.refuse();
    decoder.discard();
    write(Response.error(refusal));
  }

  private void write(Response response) {
    if (phase != Phase.HANDLING) {
      return; // the client is gone
    }
    phase = Phase.WRITING;
    boolean keepAlive = assembly.keepsAlive() && !last;
    ByteBuf bytes = ResponseWriter.write(channel.alloc(), response, keepAlive, !assembly.isHead());
    deadline.clear();
    ChannelFuture written = channel.writeAndFlush(bytes);
    if (!written.isDone()) {
      untakenBytes = Long.MAX_VALUE; // the first look finds less
      closeUnlessTaken();
    }
    written.addListener(_ -> afterWriting(written.isSuccess(), keepAlive));
  }

  private void afterWriting(boolean success, boolean keepAlive) {
    assembly.clear();
    if (!success) {
      channel.close();
    } else if (keepAlive) {
      awaitNext();
    } else {
      end();
    }
  }

  private void awaitNext() {
    phase = Phase.IDLE;
    deadline.set(service.program().limits().idleTimeout());
    decoder.resume(channel.pipeline().context(decoder));
    noticeBeginning();
    closeIfUseless();
  }

  /// Says goodbye and lets the peer close, so that it can read the last answer.
  private void end() {
    phase = Phase.ENDING;
    if (inputEnded) {
      channel.close();
      return;
    }
    decoder.discard();
    channel.config().setAutoRead(true);
    deadline.set(LINGER);
    lingerEndNanos =
        service.nanoTime().getAsLong() + service.program().limits().requestTimeout().toNanos();
    HttpService.shutOutput(channel);
  }

  /// Who still sends has not looked for the answer yet: closing now would reset the connection.
  private void linger() {
    long left = lingerEndNanos - service.nanoTime().getAsLong();
    if (left > LINGER.toNanos()) {
      deadline.set(LINGER);
    }
  }

  /// Hands the channel to its next owner; false when that failed. What fails half-way would leave
  /// it to nobody: no timer would ever end it.
  private boolean handOver(Runnable change) {
    try {
      change.run();
      return true;
    } catch (Throwable failure) { // the boundary between connections
      cutOff(failure);
      return false;
    }
  }

  private void cutOff(Throwable failure) {
    WebSocketInbound begun = channel.pipeline().get(WebSocketInbound.class);
    if (begun != null) {
      begun.fail(failure); // which knows whether the program has been told
    } else {
      service.program().events().handlerFailed("an HTTP connection", failure);
      channel.close();
    }
  }

  private void switchProtocols(Upgrade upgrade) {
    if (phase != Phase.HANDLING || !channel.isActive() || inputEnded) {
      channel.close();
      return; // the client is gone
    }
    if (last) {
      write(Response.error(HttpExchange.goingDown())); // since the program decided to upgrade
      return;
    }
    phase = Phase.ENDING;
    channel.write(
        ResponseWriter.switchingProtocols(
            channel.alloc(), upgrade.accepted().responseFields(), upgrade.fields()),
        channel.voidPromise());
    channel.config().setAutoRead(true);
    service.webSockets().start(channel, upgrade, seat);
    channel.pipeline().remove(this);
    channel.pipeline().remove(decoder); // hands on what has arrived after the handshake
    channel.flush();
  }

  private void startStream(List<ResponseFields.Field> fields, NettyEventStream stream) {
    if (phase != Phase.HANDLING || !channel.isActive() || inputEnded) {
      stream.inbound().close(EventStream.End.CLIENT_GONE);
      channel.close();
      return;
    }
    phase = Phase.ENDING;
    boolean isHead = assembly.isHead();
    ByteBuf head = ResponseWriter.openEnded(channel.alloc(), fields);
    channel.pipeline().addLast("events", stream.inbound());
    channel.pipeline().remove(this);
    channel.pipeline().remove(decoder);
    stream.inbound().start(head, isHead);
    if (last) {
      stream.end(EventStream.End.GOING_AWAY); // the server has been told since
    }
  }

  private void onDeadline() {
    switch (phase) {
      case IDLE, ENDING -> channel.close();
      case READING -> refuse(new HttpException(408, "the request took too long to arrive"));
      case HANDLING -> {}
      case WRITING -> closeUnlessTaken();
    }
  }

  /// A slow reader may take its time, one that has stopped reading may not.
  private void closeUnlessTaken() {
    long waiting = SendProgress.waitingBytes(channel);
    long now = service.nanoTime().getAsLong();
    Duration patience = service.program().limits().idleTimeout();
    if (waiting < untakenBytes) { // more: answers of TLS to its peer
      takenNanos = now;
    } else if (now - takenNanos >= patience.toNanos()) {
      channel.close();
      return;
    }
    untakenBytes = waiting;
    deadline.set(patience.dividedBy(LOOKS));
  }
}
