package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.http.Context;
import dev.gimlet.http.Cookie;
import dev.gimlet.http.EventStream;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import dev.gimlet.websocket.codec.Handshake;
import dev.gimlet.websocket.codec.HandshakeResult.Accepted;
import dev.gimlet.websocket.codec.HandshakeResult.Refused;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request and its answer, as handlers see them.
///
/// Owned by the virtual thread that handles the request. Longer than most: it is the whole of
/// [Context].
public final class HttpExchange implements Context {
  private static final int MAX_USER_CHARACTERS = 255;
  private static final String GOING_DOWN = "the server is going down: come back in a moment";
  private static final String RETRY_AFTER_SECONDS = "2";

  private final Request request;
  private final Map<String, String> pathParameters;
  private final Program program;
  private final Answering answering;
  private final ResponseFields fields = new ResponseFields();
  private final Map<String, Object> attributes = new HashMap<>();
  private @Nullable QueryParameters queryParameters; // read when first asked for
  private int status; // 0 until one is set
  private @Nullable Answered answered;
  private @Nullable EventStream stream; // null unless it is the answer
  private @Nullable String user; // null until the program names one

  /// What was answered, and by which method. Immutable.
  private record Answered(int status, String method) {}

  HttpExchange(
      Request request, Map<String, String> pathParameters, Program program, Answering answering) {
    this.request = request;
    this.pathParameters = pathParameters;
    this.program = program;
    this.answering = answering;
  }

  @Override
  public String method() {
    return request.head().method();
  }

  @Override
  public String path() {
    return request.head().target().path().text();
  }

  @Override
  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the route has no path parameter " + name + ", only " + pathParameters.keySet());
    }
    return value;
  }

  @Override
  public String query() {
    return request.head().target().query();
  }

  @Override
  public Optional<String> queryParameter(String name) {
    return queryParameters(name).stream().findFirst();
  }

  @Override
  public List<String> queryParameters(String name) {
    if (queryParameters == null) {
      queryParameters = QueryParameters.parse(query());
    }
    return queryParameters.all(name);
  }

  @Override
  public Optional<String> headerField(String name) {
    return Optional.ofNullable(request.head().fields().get(name));
  }

  @Override
  public List<String> headerFields(String name) {
    return List.copyOf(request.head().fields().getAll(name));
  }

  @Override
  public Optional<String> cookie(String name) {
    return RequestCookies.find(headerFields("Cookie"), name);
  }

  @Override
  public byte[] body() {
    return request.body();
  }

  @Override
  public String bodyText() {
    return request.bodyText();
  }

  @Override
  public <T> T bodyJson(Class<T> type) {
    byte[] json = request.bodyJson();
    try {
      return program.json().read(json, type);
    } catch (IllegalArgumentException malformed) {
      throw new HttpException(400, String.valueOf(malformed.getMessage()));
    }
  }

  @Override
  public InetSocketAddress clientAddress() {
    return request.client().address();
  }

  @Override
  public boolean isSecure() {
    return request.client().secure();
  }

  @Override
  public <T> Optional<T> attribute(String name, Class<T> type) {
    return Optional.ofNullable(attributes.get(name)).map(type::cast);
  }

  @Override
  public void attribute(String name, Object value) {
    attributes.put(name, Objects.requireNonNull(value, name));
  }

  @Override
  public Optional<String> user() {
    return Optional.ofNullable(user);
  }

  @Override
  public void user(String name) {
    user = checkedUser(name);
  }

  @Override
  public void requireAdmittedOrigin() {
    Handshake.checkPage(request, program.webSocket())
        .ifPresent(refused -> {
          throw told(new HttpException(refused.status(), refused.reason()));
        });
  }

  @Override
  public Context status(int status) {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("status " + status + " ends no request, use 200 to 599");
    }
    this.status = status;
    return this;
  }

  @Override
  public Context responseField(String name, String value) {
    fields.set(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, name));
    return this;
  }

  @Override
  public Context cookie(Cookie cookie) {
    fields.add("Set-Cookie", cookie.toHeaderField());
    return this;
  }

  @Override
  public void json(Object value) {
    answerWith("json", "application/json", program.json().write(value));
  }

  @Override
  public void text(String text) {
    answerWith(
        "text", "text/plain; charset=utf-8", Objects.requireNonNull(text, "text").getBytes(UTF_8));
  }

  @Override
  public void html(String html) {
    answerWith(
        "html", "text/html; charset=utf-8", Objects.requireNonNull(html, "html").getBytes(UTF_8));
  }

  @Override
  public void bytes(String mediaType, byte[] body) {
    answerWith(
        "bytes",
        Objects.requireNonNull(mediaType, "mediaType"),
        Objects.requireNonNull(body, "body"));
  }

  @Override
  public void head(String mediaType, long length) {
    if (!method().equals("HEAD")) {
      throw new IllegalStateException(
          "head answers HEAD alone: answer " + method() + " with bytes");
    }
    if (length < 0) {
      throw new IllegalArgumentException("a length of " + length + " bytes");
    }
    checkUnanswered("head");
    Objects.requireNonNull(mediaType, "mediaType");
    answer("head", Response.ofHead(statusOr200(), fields, mediaType, length));
  }

  @Override
  public void redirect(String location) {
    fields.set("Location", Objects.requireNonNull(location, "location"));
    answer("redirect", Response.empty(status >= 300 && status <= 308 ? status : 302, fields));
  }

  @Override
  public void noContent() {
    answer("noContent", Response.empty(204, fields));
  }

  @Override
  public EventStream eventStream() {
    checkUnanswered("eventStream");
    if (answering.isDraining()) {
      throw told(goingDown());
    }
    admit();
    fields.set("Content-Type", "text/event-stream");
    fields.set("Cache-Control", "no-store");
    fields.set("X-Accel-Buffering", "no"); // nginx would wait for more
    answered = new Answered(200, "eventStream");
    EventStream begun = answering.stream(fields.list(), clientAddress(), user());
    stream = begun;
    return begun;
  }

  @Override
  public Optional<Integer> answeredStatus() {
    return Optional.ofNullable(answered).map(Answered::status);
  }

  @Override
  public void upgrade(WebSocketOptions options, WebSocketHandler handler) {
    upgrade(options, new WebSocketEndpoint.Loop(Objects.requireNonNull(handler, "handler")));
  }

  @Override
  public void upgrade(WebSocketOptions options, WebSocketListener listener) {
    upgrade(options, new WebSocketEndpoint.Event(Objects.requireNonNull(listener, "listener")));
  }

  @Override
  public WebSocketOptions webSocketOptions() {
    return program.webSocket();
  }

  /// The handler has returned: what it did not answer is answered now.
  void finish() {
    if (answered == null) {
      answer("the end of its handler", Response.empty(statusOr200(), fields));
    }
  }

  /// Answers with an error; false when the request has been answered before, or the error has
  /// header fields that cannot be sent.
  boolean fail(HttpException error) {
    if (stream != null) {
      stream.close(); // nobody else will
    }
    if (answered != null) {
      return false;
    }
    try {
      answer("an exception", Response.error(error, fields));
      return true;
    } catch (IllegalArgumentException unsendable) {
      return false;
    }
  }

  private void upgrade(WebSocketOptions options, WebSocketEndpoint endpoint) {
    checkUnanswered("upgrade");
    if (answering.isDraining()) {
      throw told(goingDown());
    }
    switch (Handshake.accept(request, options, answering::mayRemember)) {
      case Refused refused ->
          throw told(
              new HttpException(refused.status(), refused.reason(), refused.responseFields()));
      case Accepted accepted -> {
        admit();
        answered = new Answered(101, "upgrade");
        answering.upgrade(
            new Upgrade(
                accepted,
                fields.ofUpgrade(),
                options,
                endpoint,
                user(),
                Map.copyOf(attributes),
                clientAddress()));
      }
    }
  }

  private void admit() {
    try {
      answering.admit(request.client(), user());
    } catch (HttpException refusal) {
      throw told(refusal);
    }
  }

  private HttpException told(HttpException refusal) {
    program
        .events()
        .refused(clientAddress(), refusal.status(), String.valueOf(refusal.getMessage()));
    refusal.headerFields().forEach(fields::set); // also when the program answers itself
    return refusal;
  }

  private void answerWith(String method, String mediaType, byte[] body) {
    checkUnanswered(method);
    answer(method, Response.of(statusOr200(), fields, mediaType, body));
  }

  private int statusOr200() {
    return status == 0 ? 200 : status;
  }

  private void answer(String method, Response response) {
    checkUnanswered(method);
    answered = new Answered(response.status(), method);
    answering.answer(response);
  }

  /// What is said to those who want to stay for long while the server goes down.
  public static HttpException goingDown() {
    return new HttpException(503, GOING_DOWN, Map.of("Retry-After", RETRY_AFTER_SECONDS));
  }

  private static String checkedUser(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("the name of a user is blank");
    }
    if (name.length() > MAX_USER_CHARACTERS) {
      throw new IllegalArgumentException(
          "the name of a user has %d characters: use at most %d"
              .formatted(name.length(), MAX_USER_CHARACTERS));
    }
    return name;
  }

  private void checkUnanswered(String method) {
    if (answered != null) {
      throw new IllegalStateException(
          "a request is answered once: "
              + method
              + " came after "
              + answered.method()
              + " had answered "
              + answered.status());
    }
  }
}
