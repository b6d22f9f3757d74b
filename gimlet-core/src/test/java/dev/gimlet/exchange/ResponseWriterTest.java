package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.http.HttpException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseWriterTest {
  private final ResponseFields fields = new ResponseFields();

  @Test
  void writesHeadAndBody() {
    fields.set("X-A", "\u00e9");
    String text = write(Response.of(201, fields, "text/plain", new byte[] {'h', 'i'}), true, true);

    assertThat(text)
        .startsWith("HTTP/1.1 201 Created\r\nX-A: \u00e9\r\nContent-Type: text/plain\r\nDate: ")
        .endsWith(" GMT\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi");
  }

  @Test
  void saysThatTheConnectionEnds() {
    assertThat(write(Response.empty(200, fields), false, true))
        .endsWith("Content-Length: 0\r\nConnection: close\r\n\r\n");
  }

  @Test
  void leavesOutTheBodyForHead() {
    assertThat(write(Response.of(200, fields, "a/b", new byte[5]), true, false))
        .contains("Content-Length: 5\r\n")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void writesNeitherBodyNorLengthWhereThereIsNone(int status) {
    assertThat(write(Response.of(status, fields, "a/b", new byte[5]), true, true))
        .doesNotContain("Content-Length")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {16 << 10, (16 << 10) + 1, 1 << 20})
  void writesBodiesOfEverySize(int size) {
    String text = write(Response.of(200, fields, "a/b", new byte[size]), true, true);

    assertThat(text.length() - text.indexOf("\r\n\r\n") - 4).isEqualTo(size);
  }

  @Test
  void writesUnknownStatusesToo() {
    assertThat(write(Response.empty(599, fields), true, true)).startsWith("HTTP/1.1 599 ");
  }

  @Test
  void writesTheOpeningHandshake() {
    ByteBuf bytes =
        ResponseWriter.switchingProtocols(
            UnpooledByteBufAllocator.DEFAULT,
            Map.of("Upgrade", "websocket"),
            List.of(new ResponseFields.Field("X-A", "b")));

    assertThat(bytes.toString(ISO_8859_1))
        .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-A: b\r\n\r\n");
    bytes.release();
  }

  @Test
  void writesErrorsAsJson() {
    HttpException error =
        new HttpException(429, "say \"please\" \\ \n \uD83D\uDE00", Map.of("Retry-After", "5"));

    assertThat(write(Response.error(error), true, true))
        .contains("Retry-After: 5\r\n", "Content-Type: application/json\r\n")
        .endsWith("{\"error\":\"say \\\"please\\\" \\\\ \\u000a \\ud83d\\ude00\",\"status\":429}");
  }

  private static String write(Response response, boolean keepAlive, boolean withBody) {
    ByteBuf bytes =
        ResponseWriter.write(UnpooledByteBufAllocator.DEFAULT, response, keepAlive, withBody);
    String text = bytes.toString(ISO_8859_1);
    bytes.release();
    return text;
  }
}
