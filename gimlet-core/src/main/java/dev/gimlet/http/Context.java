package dev.gimlet.http;

import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.InetSocketAddress;
import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// One request and its response.
///
/// Used by the request's own virtual thread; not thread-safe. A request is answered once: a second
/// answer throws [IllegalStateException].
public interface Context {

  // The request

  /// The method, upper case, such as `GET` (RFC 9110 §9).
  String method();

  /// The decoded path, beginning with `/`, without the query.
  String path();

  /// A path parameter of the route, decoded: `name` for `/rooms/:name`, `path` for `/files/*path`.
  ///
  /// It may hold slashes, which were sent as `%2F`, but not begin with one. Resolved against a
  /// folder it does not lead out of it: a path with `..` between slashes or backslashes, encoded or
  /// not, or with a segment that begins with an encoded one, is answered with 400 before it comes
  /// here, and a wildcard takes no path that goes on with an empty segment. Two things remain:
  /// links inside of the folder, and on Windows a drive such as `C:`. [StaticFiles] minds both.
  ///
  /// @throws IllegalArgumentException when the route has no such parameter
  String pathParameter(String name);

  /// The query as it was sent, without its `?` and not decoded; empty when there is none.
  String query();

  /// The first query parameter of that name, decoded.
  Optional<String> queryParameter(String name);

  /// The first query parameter of that name, decoded and read by a parser, such as
  /// `Position::parse` or `Integer::parseInt`.
  ///
  /// @throws HttpException 400, with the name and the parser's message, when the parser throws
  ///   [IllegalArgumentException] or [DateTimeException]
  default <T> Optional<T> queryParameter(String name, Function<String, T> parser) {
    Optional<String> text = queryParameter(name);
    try {
      return text.map(parser);
    } catch (NumberFormatException malformed) {
      throw new HttpException(400, "query parameter " + name + ": no number, or out of range");
    } catch (IllegalArgumentException | DateTimeException malformed) {
      throw new HttpException(400, "query parameter " + name + ": " + malformed.getMessage());
    }
  }

  /// All query parameters of that name in order, decoded.
  List<String> queryParameters(String name);

  /// The first header field of that name; names are not case-sensitive.
  Optional<String> headerField(String name);

  /// All header fields of that name in order.
  List<String> headerFields(String name);

  /// The cookie of that name (RFC 6265 §5.4).
  Optional<String> cookie(String name);

  /// The body, empty when there is none; at most the server's limit, default 1 MiB.
  byte[] body();

  /// The body as UTF-8 text.
  String bodyText();

  /// The JSON body bound to a record or class; a list is bound to an array, `Order[].class`.
  ///
  /// With the default codec, names that the type does not have are ignored. A component that the
  /// body does not have is null; a primitive one is refused when it is missing or null. A number
  /// may come as text, `"5"`, and a text as a number. A fraction where an integer is wanted, `7.5`
  /// and `7.0` too, a number out of its range, a name that appears twice and `null` as the body are
  /// refused. [dev.gimlet.spi.JsonCodec] lets a program have other rules.
  ///
  /// @throws HttpException 400 when the body is not such JSON, 415 when its media type is not JSON
  <T> T bodyJson(Class<T> type);

  /// The address of the client: the peer's, or what trusted proxies tell of the client they speak
  /// for. The port is 0 where a proxy tells none.
  InetSocketAddress clientAddress();

  /// Whether the client sent the request over TLS, https or wss: to this server itself, or to a
  /// trusted proxy that says so.
  boolean isSecure();

  /// A value kept with the request, for middleware to hand to handlers. The WebSocket that the
  /// request becomes has those that were kept before the upgrade.
  <T> Optional<T> attribute(String name, Class<T> type);

  /// Keeps a value with the request.
  void attribute(String name, Object value);

  /// Who the peer is, as the program said with [#user(String)]; empty until then.
  Optional<String> user();

  /// Says who the peer is; a WebSocket that the request becomes is this user's.
  ///
  /// @throws IllegalArgumentException when the name is blank or longer than 255 characters
  void user(String name);

  /// Refuses requests of pages that may not open WebSockets of this server either: a page of
  /// another site could otherwise act in the name of its visitors.
  ///
  /// What no browser sent passes; so does everything where any origin is admitted.
  ///
  /// @throws HttpException 403 when the origin is not admitted by [#webSocketOptions()]
  void requireAdmittedOrigin();

  // The response

  /// Sets the status of the answer that follows; default 200.
  Context status(int status);

  /// Sets a header field of the answer that follows, replacing earlier values.
  ///
  /// @throws IllegalArgumentException when name or value could break the response apart, when the
  ///   value has a character beyond U+00FF, and for fields that the server sets itself:
  ///   `Connection`, `Content-Length`, `Date`, `Keep-Alive`, `Trailer` and `Transfer-Encoding`
  Context responseField(String name, String value);

  /// Adds a cookie to the answer that follows.
  Context cookie(Cookie cookie);

  /// Answers with a value as JSON.
  void json(Object value);

  /// Answers with plain text.
  void text(String text);

  /// Answers with an HTML page.
  void html(String html);

  /// Answers with bytes of a media type.
  void bytes(String mediaType, byte[] body);

  /// Answers a HEAD request with the length that the bytes would have, without having them.
  ///
  /// It may be answered in any other way, too, which makes the whole answer and sends its head.
  ///
  /// @throws IllegalStateException when the method is not HEAD
  void head(String mediaType, long length);

  /// Answers with 302, or with another status from 300 to 308 that was set before.
  void redirect(String location);

  /// Answers with 204 and no body.
  void noContent();

  /// Answers with 200 and a stream of events that goes on after the handler has returned.
  ///
  /// Header fields that were set before are sent; `Content-Type` and `Cache-Control` are the
  /// stream's. The connection ends with the stream. A HEAD request gets the head, and a stream that
  /// is closed.
  ///
  /// @throws HttpException 503 when the server goes down, or a limit of [ConnectionLimits] is
  ///   reached; nothing has been answered then
  EventStream eventStream();

  /// The status of the answer; empty until the request is answered.
  Optional<Integer> answeredStatus();

  // The upgrade

  /// Turns the request into a WebSocket served in loop style, with the server's default options.
  default void upgrade(WebSocketHandler handler) {
    upgrade(webSocketOptions(), handler);
  }

  /// Turns the request into a WebSocket served in event style, with the server's default options.
  default void upgrade(WebSocketListener listener) {
    upgrade(webSocketOptions(), listener);
  }

  /// Turns the request into a WebSocket served in loop style.
  ///
  /// Answers 101 and returns at once; the handler runs on a virtual thread of its own. Header
  /// fields and cookies that were set before are sent, except `Upgrade`, `Sec-WebSocket-…` and
  /// those that describe a content.
  ///
  /// @throws HttpException when the request cannot be upgraded; nothing has been answered then.
  ///   426: not an upgrade or another version than 13; 403: the origin is not admitted; 400:
  ///   malformed; 503: a limit of [ConnectionLimits] is reached, or the server goes down
  void upgrade(WebSocketOptions options, WebSocketHandler handler);

  /// Turns the request into a WebSocket served in event style; otherwise as in loop style.
  void upgrade(WebSocketOptions options, WebSocketListener listener);

  /// The server's default options for WebSockets.
  WebSocketOptions webSocketOptions();
}
