package dev.gimlet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimlet.websocket.WebSocketHandler;
import dev.gimlet.websocket.WebSocketListener;
import dev.gimlet.websocket.WebSocketOptions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A request made of maps, and what was answered to it.
final class FakeContext implements Context {
  private final String method;
  private final Map<String, String> pathParameters;
  private final Map<String, List<String>> requestFields =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  final Map<String, String> responseFields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  int status = 200;
  String query = "";
  String answer = "";

  FakeContext(String method, Map<String, String> pathParameters) {
    this.method = method;
    this.pathParameters = pathParameters;
  }

  FakeContext with(String field, String value) {
    requestFields.computeIfAbsent(field, _ -> new ArrayList<>()).add(value);
    return this;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public boolean isSecure() {
    return false;
  }

  @Override
  public String path() {
    return "/files/" + pathParameter("path");
  }

  @Override
  public String pathParameter(String name) {
    return Optional.ofNullable(pathParameters.get(name)).orElseThrow();
  }

  @Override
  public Optional<String> headerField(String name) {
    return headerFields(name).stream().findFirst();
  }

  @Override
  public Context status(int status) {
    this.status = status;
    return this;
  }

  @Override
  public Context responseField(String name, String value) {
    responseFields.put(name, value);
    return this;
  }

  @Override
  public void bytes(String mediaType, byte[] body) {
    responseFields.put("Content-Type", mediaType);
    answer = new String(body, UTF_8);
  }

  @Override
  public void head(String mediaType, long length) {
    responseFields.put("Content-Type", mediaType);
    responseFields.put("Content-Length", Long.toString(length));
  }

  @Override
  public void redirect(String location) {
    responseFields.put("Location", location);
  }

  @Override
  public String query() {
    return query;
  }

  @Override
  public Optional<String> queryParameter(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> queryParameters(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> headerFields(String name) {
    return requestFields.getOrDefault(name, List.of());
  }

  @Override
  public Optional<String> cookie(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public byte[] body() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String bodyText() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> T bodyJson(Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public InetSocketAddress clientAddress() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<String> user() {
    return Optional.empty();
  }

  @Override
  public void user(String name) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Optional<T> attribute(String name, Class<T> type) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void attribute(String name, Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Context cookie(Cookie cookie) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void json(Object value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void text(String text) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void html(String html) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void noContent() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void requireAdmittedOrigin() {
    throw new UnsupportedOperationException();
  }

  @Override
  public EventStream eventStream() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Integer> answeredStatus() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void upgrade(WebSocketOptions options, WebSocketHandler handler) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void upgrade(WebSocketOptions options, WebSocketListener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public WebSocketOptions webSocketOptions() {
    throw new UnsupportedOperationException();
  }
}
