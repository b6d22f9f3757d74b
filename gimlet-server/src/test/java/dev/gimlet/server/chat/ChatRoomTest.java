package dev.gimlet.server.chat;

import static dev.gimlet.server.chat.ChatFixture.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.websocket.Binary;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatRoomTest {

  private final ChatFixture chat = new ChatFixture();

  @Nested
  class RawMembers {

    @Test
    void getWhatOneOfThemSendsAsItIs() {
      FakeConnection first = chat.raw("lobby");
      FakeConnection second = chat.raw("lobby");

      first.says("hello");
      first.says(new byte[] {1, 2});

      var expected = List.of(Text.of("hello"), Binary.of((byte) 1, (byte) 2));
      assertThat(first.received()).isEqualTo(expected);
      assertThat(second.received()).isEqualTo(expected);
    }

    @Test
    void getAPersonsTextAndNothingElse() {
      FakeConnection raw = chat.raw("lobby");
      FakeConnection ann = chat.page("lobby", "Ann");
      chat.gather();

      ann.says(line("1", "hi"));
      ann.goes();
      chat.gather();

      assertThat(raw.received()).containsExactly(Text.of("hi"));
    }

    @Test
    void getNothingOfOtherRooms() {
      FakeConnection elsewhere = chat.raw("elsewhere");

      chat.raw("lobby").says("hello");

      assertThat(elsewhere.received()).isEmpty();
    }

    @Test
    void getNothingAfterTheyLeft() {
      FakeConnection gone = chat.raw("lobby");
      gone.goes();

      chat.raw("lobby").says("hello");

      assertThat(gone.received()).isEmpty();
    }
  }

  @Nested
  class People {

    @Test
    void areWelcomedWithWhoIsThereAndWhatWasSaid() {
      chat.page("lobby", "Ann").says(line("1", "hi"));
      chat.raw("lobby").says("tick");

      JsonNode welcome = chat.page("lobby", "Bob").onlyEvent();

      assertThat(welcome)
          .hasToString(
              "{\"type\":\"welcome\",\"room\":\"lobby\",\"you\":\"Bob\",\"count\":2,"
                  + "\"people\":[\"Ann\",\"Bob\"],\"messages\":["
                  + "{\"type\":\"message\",\"id\":\"1\",\"time\":1000000,\"from\":\"Ann\","
                  + "\"text\":\"hi\"},"
                  + "{\"type\":\"message\",\"id\":\"s1\",\"time\":1000000,\"text\":\"tick\"}]}");
    }

    @Test
    void getMessagesWithSenderAndTime() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();
      chat.time.pass(Duration.ofSeconds(5));

      ann.says(line("1", "hi"));

      String expected =
          "{\"type\":\"message\",\"id\":\"1\",\"time\":1005500,\"from\":\"Ann\",\"text\":\"hi\"}";
      assertThat(ann.onlyEvent()).hasToString(expected);
      assertThat(bob.onlyEvent()).hasToString(expected);
    }

    @Test
    void getTheSizeOfBinaryMessages() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");

      chat.raw("lobby").says(new byte[300]);

      assertThat(ann.onlyEvent().path("binary").intValue()).isEqualTo(300);
    }

    @Test
    void getTheBeginningOfALongRawText() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");

      chat.raw("lobby").says("é".repeat(100_000));

      JsonNode event = ann.onlyEvent();
      assertThat(event.path("text").stringValue()).isEqualTo("é".repeat(2048));
      assertThat(event.path("size").intValue()).isEqualTo(200_000);
    }

    @Test
    void aCrowdIsOneNotice() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");

      IntStream.range(0, 1000).forEach(number -> chat.page("lobby", "p" + number));
      chat.gather();

      JsonNode notice = ann.onlyEvent();
      assertThat(notice.path("joined").size()).isEqualTo(20);
      assertThat(notice.path("moreJoined").intValue()).isEqualTo(980);
      assertThat(notice.path("count").intValue()).isEqualTo(1001);
    }

    @Test
    void hearWhoLeft() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();

      bob.goes();
      chat.gather();

      assertThat(ann.onlyEvent())
          .hasToString("{\"type\":\"people\",\"count\":1,\"joined\":[],\"left\":[\"Bob\"]}");
    }

    @Test
    void hearNothingOfAReload() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();

      bob.goes();
      chat.page("lobby", "Bob");
      chat.gather();

      assertThat(ann.received()).isEmpty();
    }

    @Test
    void findTheHistoryAfterAllHadLeft() {
      FakeConnection ann = chat.page("lobby", "Ann");
      ann.says(line("1", "hi"));
      ann.goes();

      JsonNode welcome = chat.page("lobby", "Ann").onlyEvent();

      assertThat(texts(welcome)).containsExactly("hi");
      assertThat(welcome.path("count").intValue()).isEqualTo(1);
    }
  }

  @Nested
  class SayingTwice {

    @Test
    void isConfirmedToTheSenderOnly() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      FakeConnection raw = chat.raw("lobby");
      ann.says(line("1", "hi"));
      ann.received();
      raw.received();
      chat.time.pass(Duration.ofSeconds(5));

      ann.says(line("1", "hi"));

      assertThat(ann.onlyEvent().path("time").longValue()).isEqualTo(1_000_250);
      assertThat(raw.received()).isEmpty();
    }

    @Test
    void isRecognisedBehindManyOtherMessages() {
      FakeConnection ann = chat.settledPage("lobby", "Ann");
      FakeConnection raw = chat.raw("lobby");
      ann.says(line("1", "hi"));
      IntStream.range(0, 1000).forEach(_ -> raw.says("tick"));
      raw.received();

      ann.says(line("1", "hi"));

      assertThat(raw.received()).isEmpty();
    }

    @Test
    void withSomeoneElsesIdIsRefused() {
      chat.page("lobby", "Ann").says(line("1", "hi"));
      FakeConnection bob = chat.settledPage("lobby", "Bob");

      bob.says(line("1", "me too"));

      assertThat(bob.onlyEvent())
          .hasToString(
              "{\"type\":\"error\",\"error\":\"someone else used this id: send a new random UUID\","
                  + "\"id\":\"1\"}");
    }

    @Test
    void inAnotherRoomIsAnotherMessage() {
      chat.page("lobby", "Ann").says(line("1", "hi"));
      FakeConnection raw = chat.raw("elsewhere");

      chat.page("elsewhere", "Ann").says(line("1", "hi"));

      assertThat(raw.received()).containsExactly(Text.of("hi"));
    }
  }

  @Test
  void historyFitsIntoAnOutboxWhateverIsSaid() {
    FakeConnection raw = chat.raw("lobby");
    IntStream.range(0, 60).forEach(_ -> raw.says("\u0001".repeat(5000))); // six bytes each in JSON

    int bytes = chat.page("lobby", "Ann").received().getFirst().size();

    assertThat(bytes).isLessThan(300 << 10);
  }

  private static List<String> texts(JsonNode welcome) {
    return StreamSupport.stream(welcome.path("messages").spliterator(), false)
        .map(message -> message.path("text").stringValue())
        .toList();
  }
}
