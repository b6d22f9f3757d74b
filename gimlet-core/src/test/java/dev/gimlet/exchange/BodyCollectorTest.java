package dev.gimlet.exchange;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.gimlet.http.HttpException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class BodyCollectorTest {
  private final BodyCollector collector = new BodyCollector(10);

  @Test
  void putsPartsTogether() {
    collector.add(bytes("abc"));
    collector.add(bytes(""));
    collector.add(bytes("de"));

    assertThat(collector.take()).isEqualTo(new byte[] {'a', 'b', 'c', 'd', 'e'});
  }

  @Test
  void isEmptyAfterwards() {
    collector.add(bytes("abc"));
    collector.take();

    assertThat(collector.take()).isEmpty();
  }

  @Test
  void takesTheLimitAndNoMore() {
    collector.add(bytes("0123456789"));

    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> collector.add(bytes("x")))
        .matches(refusal -> refusal.status() == 413);
  }

  @Test
  void refusesWhatIsAnnouncedTooLarge() {
    assertThatNoException().isThrownBy(() -> collector.expect(10));
    assertThatExceptionOfType(HttpException.class)
        .isThrownBy(() -> collector.expect(Long.MAX_VALUE));
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, ISO_8859_1);
  }
}
