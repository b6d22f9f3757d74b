package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gimlet.http.HttpException;
import dev.gimlet.http.HttpLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadCheckTest {
  private static final String HEAD = "GET /a?b HTTP/1.1\r\nHost: a\r\nX:\t y \u00e9 \r\n\r\n";

  private final HeadCheck check = new HeadCheck(limits());

  @Test
  void admitsAHeadInOnePiece() {
    assertThat(check.admits(bytes(HEAD))).isTrue();
  }

  @Test
  void admitsAHeadByteByByte() {
    ByteBuf in = Unpooled.buffer();
    for (byte next : HEAD.getBytes(ISO_8859_1)) {
      in.writeByte(next);

      check.admits(in);

      consumeLines(in);
    }
    assertThat(in.isReadable()).isFalse();
  }

  @Test
  void countsAnewAfterEachHead() {
    for (int i = 0; i < 10; i++) {
      assertThat(check.admits(bytes(HEAD))).isTrue();
    }
  }

  @Test
  void leavesBodiesAlone() {
    assertThatNoException().isThrownBy(() -> check.admits(bytes(HEAD + " \0\n\r\n:\n")));
  }

  @Test
  void skipsEmptyLinesBeforeARequest() {
    ByteBuf in = bytes("\r\n\r\n" + HEAD);

    assertThat(check.admits(in)).isTrue();
    assertThat(in.getByte(in.readerIndex())).isEqualTo((byte) 'G');
  }

  @Test
  void waitsForTheOtherHalfOfAnEmptyLine() {
    ByteBuf in = bytes("\r");

    assertThat(check.admits(in)).isFalse();
    assertThat(in.readableBytes()).isEqualTo(1);
  }

  @Test
  void countsEmptyLinesToo() {
    assertThat(statusOf("\r\n".repeat(101))).isEqualTo(431);
  }

  @Test
  void admitsAsManyFieldsAsTheLimitAndNoMore() {
    assertThatNoException()
        .isThrownBy(
            () -> check.admits(bytes("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(3) + "\r\n")));
    assertThat(statusOf("GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(4))).isEqualTo(431);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /", "GET / HTTP/1.1\r\nX: "})
  void admitsAsManyBytesAsTheLimitAndNoMore(String start) {
    String full = start + "a".repeat(200 - start.length());

    assertThatNoException().isThrownBy(() -> check.admits(bytes(full)));
    assertThat(new HeadCheck(limits()).admits(bytes(full))).isTrue();
    assertThat(
            catchThrowableOfType(
                    HttpException.class, () -> new HeadCheck(limits()).admits(bytes(full + "a")))
                .status())
        .isEqualTo(431);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n",
        "\rG",
        "GET / HTTP/1.1\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\n a: b\r\n",
        "GET / HTTP/1.1\r\na : b\r\n",
        "GET / HTTP/1.1\r\na\r\n",
        "GET / HTTP/1.1\r\na: \0\r\n",
        "GET / HTTP/1.1\r\na: b\r\n c\r\n",
        "GET / HTTP/1.1\r\na: b\rc\r\n"
      })
  void refusesWhatIsMalformed(String head) {
    assertThat(statusOf(head)).isEqualTo(400);
  }

  private static HttpLimits limits() {
    return new HttpLimits(200, 3, 0, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  private int statusOf(String head) {
    return catchThrowableOfType(HttpException.class, () -> check.admits(bytes(head))).status();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }

  /// What the parser does.
  private static void consumeLines(ByteBuf in) {
    int lf = in.indexOf(in.readerIndex(), in.writerIndex(), (byte) '\n');
    if (lf >= 0) {
      in.readerIndex(lf + 1);
    }
  }
}
