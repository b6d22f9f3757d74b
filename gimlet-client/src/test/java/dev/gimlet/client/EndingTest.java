package dev.gimlet.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.CloseStatus;
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
}
