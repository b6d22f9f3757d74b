package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EndingTest {

  @Test
  void tellsTheCodeAndTheWordsOfTheServer() {
    Ending ending = new Ending.Closed(CloseStatus.of(1008, "you read too slowly"));

    assertThat(ending.reason()).isEqualTo("closed with 1008: you read too slowly");
  }

  @Test
  void isOneLineWhateverTheServerSays() {
    Ending ending = new Ending.Closed(CloseStatus.of(4000, "a\n\u001b[31mb"));

    assertThat(ending.reason()).isEqualTo("closed with 4000: a\\u000a\\u001b[31mb");
  }

  @Test
  void isOneLineWhateverTheServerAnswers() {
    String text = "Go\u001b[31m away: \u009b2J \u202e";
    Ending ending = new Ending.Refused(403, text, Optional.empty());

    assertThat(ending.reason())
        .isEqualTo("refused with 403: Go\\u001b[31m away: \\u009b2J \\u202e");
  }

  @Test
  void isAShortLineHoweverLongTheAnswerIs() {
    Ending ending = new Ending.Refused(403, "x".repeat(5000), Optional.empty());

    assertThat(ending.reason()).hasSizeLessThan(250).endsWith("…");
  }

  @Test
  void saysInFullWhatAnsweredInsteadOfAWebSocket() {
    String text = "ws://localhost/" + "x".repeat(300) + " answered 200: check the path";
    Ending ending = new Ending.Refused(200, text, Optional.empty());

    assertThat(ending.reason()).isEqualTo(text);
  }
}
