package dev.gimlet.exchange;

import dev.gimlet.entrance.Client;
import dev.gimlet.http.HttpException;
import dev.gimlet.routing.RouteMatch;
import dev.gimlet.routing.RouteMatch.Found;
import dev.gimlet.routing.RouteMatch.NotFound;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The request at hand, put together from the parts that the decoder hands on.
///
/// Owned by its event loop.
public final class RequestAssembly {
  private final Program program;
  private final BodyCollector body;
  private @Nullable RequestHead head; // null between two requests, and when it was refused
  private boolean isHead; // the method is HEAD, also of a request that was refused
  private RouteMatch match = new NotFound(Optional.empty());

  /// Nothing has arrived.
  public RequestAssembly(Program program) {
    this.program = program;
    body = new BodyCollector(program.limits().maxBodyBytes());
  }

  /// Adds a part, which stays the caller's.
  ///
  /// @throws HttpException when the request breaks a rule or a limit
  public void add(HttpObject part) {
    if (part instanceof HttpRequest request) {
      isHead = request.method().equals(HttpMethod.HEAD);
    }
    if (part.decoderResult().isFailure()) {
      throw refusal(part);
    }
    if (part instanceof HttpRequest request) {
      begin(RequestHead.of(request));
    }
    if (part instanceof HttpContent content) {
      body.add(content.content());
    }
  }

  private void begin(RequestHead head) {
    body.expect(head.contentLength());
    match = program.routes().find(head.method(), head.target().path());
    this.head = head;
  }

  private static HttpException refusal(HttpObject part) {
    return switch (part.decoderResult().cause()) {
      case HttpException known -> known;
      case TooLongFrameException _ -> new HttpException(431, "the request head is too large");
      default -> new HttpException(400, fault(part));
    };
  }

  private static String fault(HttpObject part) {
    return part instanceof HttpRequest request
            && request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)
        ? "the request does not tell where its body ends: send Content-Length or, with HTTP/1.1,"
            + " Transfer-Encoding: chunked (RFC 9112 §6.3)"
        : "the request is malformed (RFC 9112)";
  }

  /// Whether the client waits to be asked for the body.
  public boolean awaitsContinue() {
    return head != null && head.expectsContinue();
  }

  /// Whether there is a route that takes the request.
  public boolean hasRoute() {
    return match instanceof Found;
  }

  /// The route that takes it, or why there is none.
  public RouteMatch match() {
    return match;
  }

  /// The request with the body that has arrived, sent by that peer.
  public Request take(Client peer) {
    RequestHead known = Objects.requireNonNull(head);
    Client client = program.entrance().proxies().clientOf(peer, known.fields()::getAll);
    return new Request(known, body.take(), client);
  }

  /// Whether another request may follow.
  public boolean keepsAlive() {
    return head != null && head.keepsAlive();
  }

  /// Whether the answer has no body because of the method (RFC 9110 §9.3.2).
  public boolean isHead() {
    return isHead;
  }

  /// Forgets all but the method: the request is refused.
  public void refuse() {
    head = null;
    body.take();
  }

  /// Forgets the request.
  public void clear() {
    refuse();
    isHead = false;
  }
}
