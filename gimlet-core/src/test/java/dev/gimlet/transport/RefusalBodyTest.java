package dev.gimlet.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.codec.HeaderField;
import dev.gimlet.websocket.codec.ResponseHead;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalBodyTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{\"error\":\"unknown token\",\"status\":401} | unknown token",
        "{\"status\":401, \"error\" : \"say \\\"ä\\\" or \\u00e4\"} | say \"ä\" or ä",
        "{\"error\":\"two\\nlines\\u001b[1m\"} | two lines [1m",
        "{\"error\":\"cut | cut",
        "{\"error\":\"\"} | ",
        "{\"error\":{}} | ",
        "{} | "
      })
  void hasTheReasonInWords(String json, String error) {
    byte[] bytes = json.getBytes(UTF_8);
    RefusalBody body = body("application/json", Integer.toString(bytes.length));

    body.receive(Unpooled.wrappedBuffer(bytes));

    assertThat(body.isComplete()).isTrue();
    assertThat(body.error().orElse(null)).isEqualTo(error);
  }

  @Test
  void arrivesInParts() {
    RefusalBody body = body("application/json; charset=utf-8", "14");

    body.receive(Unpooled.copiedBuffer("{\"error\"", UTF_8));
    assertThat(body.isComplete()).isFalse();
    body.receive(Unpooled.copiedBuffer(":\"x\"} and more", UTF_8));

    assertThat(body.isComplete()).isTrue();
    assertThat(body.error()).hasValue("x");
  }

  @Test
  void isReadToItsFirstKibibyte() {
    RefusalBody body = body("application/json", "999999999");
    ByteBuf bytes = Unpooled.copiedBuffer("{\"error\":\"x\"}" + " ".repeat(2000), UTF_8);

    body.receive(bytes);

    assertThat(body.isComplete()).isTrue();
    assertThat(bytes.readerIndex()).isEqualTo(1024);
    assertThat(body.error()).hasValue("x");
  }

  @ParameterizedTest
  @CsvSource({"text/html, 10", "application/json, -1", "application/json, 9999999999", "'', 5"})
  void isNotReadWhenItIsNoJsonOfAKnownLength(String mediaType, String length) {
    RefusalBody body = body(mediaType, length);

    assertThat(body.isComplete()).isTrue();
    assertThat(body.error()).isEmpty();
  }

  private static RefusalBody body(String mediaType, String length) {
    return RefusalBody.after(
        new ResponseHead(
            401,
            "Unauthorized",
            List.of(
                new HeaderField("Content-Type", mediaType),
                new HeaderField("Content-Length", length))));
  }
}
