package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Text;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatHistoryTest {

  private final ChatHistory history = new ChatHistory();

  @Test
  void keepsTheLastFiftyInOrder() {
    IntStream.range(0, 60).forEach(number -> history.add(Text.of("m" + number)));

    assertThat(history.messages()).hasSize(50);
    assertThat(history.messages().getFirst()).isEqualTo(Text.of("m10"));
    assertThat(history.messages().getLast()).isEqualTo(Text.of("m59"));
  }

  @Test
  void keepsAtMostItsBytes() {
    Text tenKibibytes = Text.of("x".repeat(10 << 10));

    IntStream.range(0, 40).forEach(_ -> history.add(tenKibibytes));

    assertThat(history.messages()).hasSize(25);
  }
}
