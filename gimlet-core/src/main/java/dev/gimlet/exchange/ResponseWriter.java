package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/// Writes responses as bytes (RFC 9112 §4).
public final class ResponseWriter {
  private static final int USUAL_HEAD_BYTES = 256;
  private static final int MAX_COPIED_BYTES = 16 << 10; // a longer body is sent from its own array

  private ResponseWriter() {}

  /// The whole response in one buffer, which the caller releases.
  public static ByteBuf write(
      ByteBufAllocator allocator, Response response, boolean keepAlive, boolean withBody) {
    byte[] body = response.body();
    boolean sent = withBody && response.mayHaveBody() && body.length > 0;
    boolean copied = sent && body.length <= MAX_COPIED_BYTES;
    ByteBuf out = allocator.buffer(USUAL_HEAD_BYTES + (copied ? body.length : 0));
    writeHead(out, response, keepAlive);
    if (copied) {
      out.writeBytes(body);
    }
    return sent && !copied ? Unpooled.wrappedBuffer(out, Unpooled.wrappedBuffer(body)) : out;
  }

  /// The 101 response of an opening handshake, with further fields of the program.
  public static ByteBuf switchingProtocols(
      ByteBufAllocator allocator,
      Map<String, String> handshake,
      List<ResponseFields.Field> further) {
    ByteBuf out = allocator.buffer(USUAL_HEAD_BYTES);
    writeStatusLine(out, 101);
    handshake.forEach((name, value) -> writeField(out, name, value));
    further.forEach(field -> writeField(out, field.name(), field.value()));
    return out.writeBytes(new byte[] {'\r', '\n'});
  }

  /// The head of a response that ends with its connection (RFC 9112 §6.3).
  public static ByteBuf openEnded(ByteBufAllocator allocator, List<ResponseFields.Field> fields) {
    ByteBuf out = allocator.buffer(USUAL_HEAD_BYTES);
    writeStatusLine(out, 200);
    fields.forEach(field -> writeField(out, field.name(), field.value()));
    writeField(out, "Date", DateField.now());
    writeField(out, "Connection", "close");
    return out.writeByte('\r').writeByte('\n');
  }

  private static void writeHead(ByteBuf out, Response response, boolean keepAlive) {
    writeStatusLine(out, response.status());
    response.fields().forEach(field -> writeField(out, field.name(), field.value()));
    writeField(out, "Date", DateField.now());
    if (response.mayHaveBody()) {
      writeField(out, "Content-Length", Long.toString(response.length()));
    }
    writeField(out, "Connection", keepAlive ? "keep-alive" : "close");
    out.writeByte('\r').writeByte('\n');
  }

  private static void writeStatusLine(ByteBuf out, int status) {
    String reason = HttpResponseStatus.valueOf(status).reasonPhrase();
    ByteBufUtil.writeAscii(out, "HTTP/1.1 " + status + " " + reason + "\r\n");
  }

  private static void writeField(ByteBuf out, String name, String value) {
    out.writeCharSequence(name, ISO_8859_1);
    out.writeByte(':').writeByte(' ');
    out.writeCharSequence(value, ISO_8859_1);
    out.writeByte('\r').writeByte('\n');
  }
}
