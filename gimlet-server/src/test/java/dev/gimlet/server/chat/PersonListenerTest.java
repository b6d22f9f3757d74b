package dev.gimlet.server.chat;

import static dev.gimlet.server.chat.ChatFixture.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class PersonListenerTest {

  private final ChatFixture chat = new ChatFixture();
  private final FakeConnection witness = chat.raw("lobby");

  @Test
  void takesPlainTextWithoutTheSubprotocol() {
    FakeConnection ann = chat.plain("lobby", "Ann");
    chat.gather();
    ann.received();

    ann.says("{\"not\":\"parsed\"}");

    assertThat(ann.onlyEvent())
        .hasToString(
            "{\"type\":\"message\",\"id\":\"s1\",\"time\":1000250,\"from\":\"Ann\","
                + "\"text\":\"{\\\"not\\\":\\\"parsed\\\"}\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          hello                              | not JSON
          ``                                 | not a message
          []                                 | not a message
          {"id":1,"text":"hi"}               | not a message
          {"id":"1"}                         | not a message
          {"id":"1","text":"hi"} x           | not JSON
          {"id":"","text":"hi"}              | id must be
          {"id":"a b","text":"hi"}           | id must be
          {"id":"1","text":" \\n"}           | text is empty
          {"id":"1","text":"\\ud83d"}        | text has half of a surrogate pair
          """)
  void answersWhatIsNoMessageWithAnError(String sent, String error) {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(sent);

    JsonNode event = ann.onlyEvent();
    assertThat(event.path("type").stringValue()).isEqualTo("error");
    assertThat(event.path("error").stringValue()).startsWith(error);
    assertThat(witness.received()).isEmpty();
  }

  @Test
  void refusesTextAboveTheLimitByItsId() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("1", "é".repeat(2049)));

    assertThat(ann.onlyEvent())
        .hasToString(
            "{\"type\":\"error\",\"error\":\"text of 4098 bytes: write at most 4096\","
                + "\"id\":\"1\"}");
  }

  @Test
  void takesTextOfExactlyTheLimit() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("1", "x".repeat(4096)));

    assertThat(ann.onlyEvent().path("type").stringValue()).isEqualTo("message");
  }

  @Test
  void refusesBinaryMessages() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(new byte[3]);

    assertThat(ann.onlyEvent().path("error").stringValue())
        .isEqualTo("binary message of 3 bytes: send text");
  }

  @Test
  void goesOnAfterAnError() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");
    ann.says("nonsense");

    ann.says(line("1", "hi"));

    assertThat(witness.received()).containsExactly(Text.of("hi"));
  }
}
