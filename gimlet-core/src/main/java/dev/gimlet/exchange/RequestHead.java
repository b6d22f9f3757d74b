package dev.gimlet.exchange;

import dev.gimlet.entrance.HostField;
import dev.gimlet.http.HttpException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;

/// The head of a request that keeps the rules; [#of] is where they are checked. Immutable.
record RequestHead(String method, RequestTarget target, boolean http11, HttpHeaders fields) {
  /// Fields that may come once at most: a second one is a disagreement about what is meant.
  private static final List<String> SINGLE =
      List.of(
          "Host",
          "Content-Length",
          "Transfer-Encoding",
          "Content-Type",
          "Authorization",
          "Origin",
          "Expect",
          "Range",
          "If-Range",
          "If-Modified-Since",
          "If-Unmodified-Since",
          "Referer",
          "User-Agent",
          "Proxy-Authorization",
          "Max-Forwards",
          "From");

  /// Old drafts of WebSocket sent eight bytes after the head; a parser that still knows them would
  /// take these bytes from the next request.
  private static final String DRAFT_KEY = "Sec-WebSocket-Key1";

  /// Checks a head that was parsed.
  ///
  /// @throws HttpException 400, 417, 501 or 505
  static RequestHead of(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    boolean http11 = version.equals(HttpVersion.HTTP_1_1);
    if (!http11 && !version.equals(HttpVersion.HTTP_1_0)) {
      throw new HttpException(505, "this server speaks HTTP/1.1 and HTTP/1.0");
    }
    HttpHeaders fields = request.headers();
    checkSingle(fields);
    checkTransferEncoding(fields);
    checkExpect(fields, http11);
    String method = request.method().name();
    RequestTarget target = RequestTarget.parse(method, request.uri());
    checkHost(fields, http11);
    target
        .authority()
        .ifPresent(authority -> {
          fields.set(HttpHeaderNames.HOST, authority);
          checkHost(fields, http11);
        });
    return new RequestHead(method, target, http11, fields);
  }

  private static void checkSingle(HttpHeaders fields) {
    for (String name : SINGLE) {
      if (fields.getAll(name).size() > 1) {
        throw new HttpException(400, "the request has more than one " + name);
      }
    }
    if (fields.contains(DRAFT_KEY)) {
      throw new HttpException(400, DRAFT_KEY + " belongs to a draft of WebSocket");
    }
  }

  private static void checkTransferEncoding(HttpHeaders fields) {
    String coding = fields.get(HttpHeaderNames.TRANSFER_ENCODING);
    if (coding != null && !coding.equalsIgnoreCase("chunked")) {
      throw new HttpException(501, "chunked is the only transfer coding here"); // RFC 9112 §6.1
    }
  }

  private static void checkExpect(HttpHeaders fields, boolean http11) {
    String expected = fields.get(HttpHeaderNames.EXPECT);
    if (http11 && expected != null && !expected.equalsIgnoreCase("100-continue")) {
      throw new HttpException(417, "100-continue is the only expectation here");
    }
  }

  private static void checkHost(HttpHeaders fields, boolean http11) {
    String host = fields.get(HttpHeaderNames.HOST);
    if (host == null && http11) {
      throw new HttpException(400, "the request has no Host (RFC 9112 §3.2)");
    }
    if (host != null && !HostField.isWellFormed(host)) {
      throw new HttpException(400, "the Host of the request is malformed (RFC 9112 §3.2)");
    }
  }

  boolean hasBody() {
    return fields.contains(HttpHeaderNames.TRANSFER_ENCODING) || contentLength() > 0;
  }

  /// The announced length of the body; 0 when it is chunked or there is none.
  long contentLength() {
    String length = fields.get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? 0 : Long.parseLong(length); // the decoder has checked it
  }

  /// Whether the client waits for 100 before it sends the body (RFC 9110 §10.1.1).
  boolean expectsContinue() {
    return http11 && fields.contains(HttpHeaderNames.EXPECT) && hasBody();
  }

  boolean wantsUpgrade() {
    return fields.contains(HttpHeaderNames.UPGRADE);
  }

  /// Whether another request may follow on the connection (RFC 9112 §9.3).
  ///
  /// Never after HTTP/1.0, nor after an upgrade that did not happen: behind a proxy that believes
  /// in it, what follows may be anything.
  boolean keepsAlive() {
    return http11 && !wantsUpgrade() && !closes();
  }

  private boolean closes() {
    return fields.getAll(HttpHeaderNames.CONNECTION).stream()
        .flatMap(field -> List.of(field.split(",")).stream())
        .anyMatch(option -> option.strip().toLowerCase(Locale.ROOT).equals("close"));
  }
}
