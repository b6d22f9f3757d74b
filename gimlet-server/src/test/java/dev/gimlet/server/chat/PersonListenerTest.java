package dev.gimlet.server.chat;

import static dev.gimlet.server.chat.ChatFixture.line;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.management.ThreadMXBean;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import java.lang.management.ManagementFactory;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PersonListenerTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final ChatFixture chat = new ChatFixture();
  private final FakeConnection witness = chat.raw("lobby");

  @Test
  void takesPlainTextWithoutTheSubprotocol() {
    FakeConnection ann = chat.plain("lobby", "Ann");
    chat.gather();
    ann.received();

    ann.says("{\"not\":\"parsed\"}");

    JsonNode event = ann.onlyEvent();
    assertThat(event.path("from").stringValue()).isEqualTo("Ann");
    assertThat(event.path("text").stringValue()).isEqualTo("{\"not\":\"parsed\"}");
    assertThat(event.path("id").stringValue()).hasSize(36);
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
  void takesAnIdOfSixtyFourCharacters() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("a".repeat(64), "hi"));

    assertThat(ann.onlyEvent().path("id").stringValue()).isEqualTo("a".repeat(64));
    assertThat(witness.received()).containsExactly(Text.of("hi"));
  }

  @Test
  void refusesALongerId() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("a".repeat(65), "hi"));

    assertThat(ann.onlyEvent().path("error").stringValue())
        .startsWith("id must be 1 to 64 letters");
    assertThat(witness.received()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200, 1", "201, 201"})
  void countsPeopleAmongTwoHundredMembersAndAllMembersAmongMore(int members, int count) {
    IntStream.range(0, members - 2).forEach(_ -> chat.raw("lobby")); // without the witness and Ann

    FakeConnection ann = chat.page("lobby", "Ann");
    chat.gather();

    assertThat(ann.events())
        .extracting(
            event -> event.path("type").stringValue(), event -> event.path("count").intValue())
        .containsExactly(tuple("welcome", count), tuple("people", count));
  }

  @Test
  void takesTextOfExactlyTheLimit() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("1", "x".repeat(4096)));

    assertThat(ann.onlyEvent().path("type").stringValue()).isEqualTo("message");
  }

  @Test
  void takesTextOfTheLimitThatIsEscapedThroughout() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("1".repeat(64), "\\u0078".repeat(4096)));

    assertThat(ann.onlyEvent().path("text").stringValue()).isEqualTo("x".repeat(4096));
  }

  @Test
  void saysFirstThatATextIsTooLong() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says(line("1", " ".repeat(4097)));

    assertThat(ann.onlyEvent().path("error").stringValue())
        .isEqualTo("text of 4097 bytes: write at most 4096");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesWhatNoLineNeedsWithoutReadingIt(boolean isPage) {
    FakeConnection ann = isPage ? chat.page("lobby", "Ann") : chat.plain("lobby", "Ann");
    chat.gather();
    ann.received();
    Text large = Text.ofUtf8(("[" + "{},".repeat(349_000) + "{}]").getBytes(UTF_8));

    long before = THREADS.getCurrentThreadAllocatedBytes();
    ann.says(large);
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    assertThat(ann.onlyEvent())
        .hasToString(
            "{\"type\":\"error\","
                + "\"error\":\"message of 1047004 bytes: write a text of at most 4096\"}");
    assertThat(allocated).isLessThan(1_000_000);
    assertThat(ann.isOpen()).isTrue();
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

  @Test
  void answersAPageThatAsksWhetherAnybodyIsThere() {
    FakeConnection ann = chat.settledPage("lobby", "Ann");

    ann.says("{\"type\":\"question\"}");

    assertThat(ann.onlyEvent()).hasToString("{\"type\":\"here\"}");
  }

  @Nested
  class SayingTwice {

    private final FakeConnection ann = chat.settledPage("lobby", "Ann");

    @BeforeEach
    void sayOnce() {
      ann.says(line("1", "hi"));
      ann.received();
      witness.received();
    }

    @Test
    void isConfirmedToTheSenderOnly() {
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();

      ann.says(line("1", "hi"));

      assertThat(ann.onlyEvent()).hasToString("{\"type\":\"confirmed\",\"id\":\"1\"}");
      assertThat(bob.received()).isEmpty();
      assertThat(witness.received()).isEmpty();
    }

    @Test
    void isRecognisedOnAnotherConnectionBehindManyOtherMessages() {
      FakeConnection raw = chat.raw("lobby");
      IntStream.range(0, 1000).forEach(_ -> raw.says("tick"));
      FakeConnection back = chat.settledPage("lobby", "Ann");
      witness.received();

      back.says(line("1", "hi"));

      assertThat(back.onlyEvent().path("type").stringValue()).isEqualTo("confirmed");
      assertThat(witness.received()).isEmpty();
    }

    @Test
    void withTheIdOfSomeoneElseIsAnotherMessage() {
      FakeConnection bob = chat.settledPage("lobby", "Bob");

      bob.says(line("1", "me too"));

      assertThat(bob.onlyEvent().path("from").stringValue()).isEqualTo("Bob");
      assertThat(witness.received()).containsExactly(Text.of("me too"));
    }

    @Test
    void inAnotherRoomIsAnotherMessage() {
      FakeConnection raw = chat.raw("elsewhere");

      chat.page("elsewhere", "Ann").says(line("1", "hi"));

      assertThat(raw.received()).containsExactly(Text.of("hi"));
    }
  }

  @Nested
  class WhenTheBrokerIsAway {

    @Test
    void saysThatALineMayBeSentAgain() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      chat.stop();

      ann.says(line("1", "hi"));

      assertThat(ann.onlyEvent())
          .hasToString(
              "{\"type\":\"error\",\"error\":\"the server is going down\",\"id\":\"1\",\"again\":true}");
    }

    @Test
    void sendsAwayWhoArrives() {
      chat.stop();

      FakeConnection ann = chat.page("lobby", "Ann");

      assertThat(ann.closeStatus())
          .contains(CloseStatus.of(CloseStatus.TRY_AGAIN_LATER, "the broker is closed"));
      assertThat(ann.received()).isEmpty();
    }
  }
}
