package dev.gimlet.exchange;

import dev.gimlet.entrance.Client;
import dev.gimlet.http.HttpException;
import dev.gimlet.websocket.codec.Handshake;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// A request that has arrived completely. The array is not changed any more. Immutable.
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Request(RequestHead head, byte[] body, Client client) implements Handshake.Request {
  @Override
  public String method() {
    return head.method();
  }

  @Override
  public boolean http11() {
    return head.http11();
  }

  @Override
  public boolean hasBody() {
    return head.hasBody();
  }

  @Override
  public boolean secure() {
    return client.secure();
  }

  @Override
  public List<String> headerFields(String name) {
    return head.fields().getAll(name);
  }

  @Override
  public String host() {
    String told = client.host();
    return told == null ? Handshake.Request.super.host() : told;
  }

  /// The body as text.
  ///
  /// @throws HttpException 400 when it is not UTF-8
  String bodyText() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException malformed) {
      throw new HttpException(400, "the body is not UTF-8");
    }
  }

  /// The body, if its media type is JSON.
  ///
  /// @throws HttpException 400, 415
  byte[] bodyJson() {
    if (!isJson(head.fields().get("Content-Type", ""))) {
      throw new HttpException(415, "the body must be JSON: send Content-Type: application/json");
    }
    if (body.length == 0) {
      throw new HttpException(400, "the body is empty, JSON was expected");
    }
    return body;
  }

  /// `application/json` or a type that is built on it, as `application/problem+json` is.
  private static boolean isJson(String contentType) {
    String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return mediaType.equals("application/json")
        || (mediaType.startsWith("application/") && mediaType.endsWith("+json"));
  }
}
