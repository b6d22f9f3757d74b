package dev.gimlet.websocket.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the head of a response from bytes that may end anywhere (RFC 9112 §4, §5).
///
/// What follows the head stays in the buffer: frames may come with it. Interim responses are passed
/// over (RFC 9110 §15.2). Owned by its caller's thread.
public final class ResponseHeadDecoder {

  /// The most bytes of all heads together, interim ones included.
  public static final int MAX_BYTES = 16 << 10;

  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: (.*))?");
  private static final int SWITCHING_PROTOCOLS = 101;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final List<HeaderField> fields = new ArrayList<>();
  private int taken;
  private int status; // 0 until the status line is there
  private String reason = "";

  /// The head, once it is complete.
  ///
  /// @throws ProtocolException when it is no response of HTTP/1, or too long
  public Optional<ResponseHead> receive(ByteBuffer in) {
    while (in.hasRemaining()) {
      if (++taken > MAX_BYTES) {
        throw fault("the head of the response is longer than " + MAX_BYTES + " bytes");
      }
      byte next = in.get();
      if (next != '\n') {
        line.write(next);
      } else if (takeLine(withoutReturn())) {
        return Optional.of(new ResponseHead(status, reason, fields));
      }
    }
    return Optional.empty();
  }

  private String withoutReturn() {
    String text = line.toString(ISO_8859_1);
    line.reset();
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /// True when the line was the last one.
  private boolean takeLine(String text) {
    if (status == 0) {
      takeStatusLine(text);
      return false;
    }
    if (!text.isEmpty()) {
      takeField(text);
      return false;
    }
    boolean interim = status < 200 && status != SWITCHING_PROTOCOLS;
    if (interim) {
      status = 0;
      fields.clear();
    }
    return !interim;
  }

  private void takeStatusLine(String text) {
    Matcher parts = STATUS_LINE.matcher(text);
    if (!parts.matches()) {
      throw fault("the answer is no response of HTTP/1.1 (RFC 9112 §4)");
    }
    status = Integer.parseInt(parts.group(1));
    reason = parts.group(2) == null ? "" : parts.group(2);
  }

  private void takeField(String text) {
    int colon = text.indexOf(':');
    try {
      if (colon < 0) {
        throw new IllegalArgumentException("a line without a colon");
      }
      fields.add(new HeaderField(text.substring(0, colon), text.substring(colon + 1).strip()));
    } catch (IllegalArgumentException malformed) {
      throw fault("the response has a malformed header field (RFC 9112 §5)");
    }
  }

  private static ProtocolException fault(String rule) {
    return new ProtocolException(CloseStatus.PROTOCOL_ERROR, rule);
  }
}
