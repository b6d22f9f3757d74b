package dev.gimlet.server.chat;

import static dev.gimlet.server.chat.ChatFixture.line;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.PublishOptions;
import dev.gimlet.websocket.CloseStatus;
import dev.gimlet.websocket.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PersonMemberTest {

  private final ChatFixture chat = new ChatFixture();

  @Nested
  class Arriving {

    @Test
    void isWelcomedWithWhoIsThereAndWhatWasSaid() {
      FakeConnection ann = chat.page("lobby", "Ann");
      ann.says(line("1", "hi"));
      chat.raw("lobby").says("tick");
      String[] positions = positions(ann);

      JsonNode welcome = chat.page("lobby", "Bob").onlyEvent();

      assertThat(welcome)
          .hasToString(
              "{\"type\":\"welcome\",\"room\":\"lobby\",\"you\":\"Bob\",\"recovered\":false,"
                  + ("\"position\":\"" + positions[1] + "\",\"count\":2,")
                  + "\"people\":[\"Ann\",\"Bob\"],\"messages\":["
                  + "{\"type\":\"message\",\"id\":\"1\",\"time\":1000000,"
                  + ("\"position\":\"" + positions[0] + "\",\"from\":\"Ann\",\"text\":\"hi\"},")
                  + ("{\"type\":\"message\",\"id\":\"" + positions[1] + "\",\"time\":1000000,")
                  + ("\"position\":\"" + positions[1] + "\",\"text\":\"tick\"}]}"));
    }

    @Test
    void getsTheNewestFifty() {
      FakeConnection raw = chat.raw("lobby");
      IntStream.rangeClosed(1, 60).forEach(number -> raw.says("m" + number));

      JsonNode welcome = chat.page("lobby", "Ann").onlyEvent();

      assertThat(texts(welcome)).hasSize(50).startsWith("m11").endsWith("m60");
    }

    @Test
    void knowsItsPositionInARoomWhereNothingWasSaid() {
      String position = chat.page("lobby", "Ann").onlyEvent().path("position").stringValue();

      assertThat(Position.parse(position).offset()).isZero();
    }

    @Test
    void findsTheHistoryAfterAllHadLeft() {
      FakeConnection ann = chat.page("lobby", "Ann");
      ann.says(line("1", "hi"));
      ann.goes();

      JsonNode welcome = chat.page("lobby", "Ann").onlyEvent();

      assertThat(texts(welcome)).containsExactly("hi");
      assertThat(welcome.path("count").intValue()).isEqualTo(1);
    }

    @Test
    void seesNothingFromBeforeALargeMessageOfARawMember() {
      FakeConnection raw = chat.raw("lobby");
      raw.says("before");
      raw.says("x".repeat(PersonMember.MAX_WELCOME_BYTES + 1));
      raw.says("after");

      JsonNode welcome = chat.page("lobby", "Ann").onlyEvent();

      assertThat(texts(welcome)).containsExactly("after");
    }

    @Test
    void getsNoMoreThanHalfAnOutboxWhateverWasSaid() {
      FakeConnection raw = chat.raw("lobby");
      IntStream.range(0, 60)
          .forEach(_ -> raw.says("\u0001".repeat(5000))); // six bytes each in JSON

      int bytes = chat.page("lobby", "Ann").received().getFirst().size();

      assertThat(bytes).isBetween(400 << 10, PersonMember.MAX_WELCOME_BYTES + 1000);
    }
  }

  @Nested
  class ComingBack {

    @Test
    void getsExactlyWhatItMissed() {
      FakeConnection ann = chat.page("lobby", "Ann");
      FakeConnection raw = chat.raw("lobby");
      raw.says("seen");
      String seen = positions(ann)[0];
      ann.goes();
      IntStream.rangeClosed(1, 70).forEach(number -> raw.says("m" + number));

      FakeConnection back = chat.returningPage("lobby", "Ann", seen);
      raw.says("live");

      List<JsonNode> events = back.events();
      JsonNode welcome = events.getFirst();
      assertThat(welcome.path("recovered").booleanValue()).isTrue();
      assertThat(texts(welcome)).hasSize(70).startsWith("m1").endsWith("m70");
      assertThat(welcome.path("position"))
          .isEqualTo(welcome.path("messages").path(69).path("position"));
      assertThat(events).hasSize(2);
      assertThat(events.getLast().path("text").stringValue()).isEqualTo("live");
    }

    @Test
    void getsNothingWhenItMissedNothing() {
      String position = chat.page("lobby", "Ann").onlyEvent().path("position").stringValue();

      JsonNode welcome = chat.returningPage("lobby", "Ann", position).onlyEvent();

      assertThat(welcome.path("recovered").booleanValue()).isTrue();
      assertThat(texts(welcome)).isEmpty();
      assertThat(welcome.path("position").stringValue()).isEqualTo(position);
    }

    @Test
    void isToldWhenMoreWasMissedThanIsKept() {
      String position = chat.page("lobby", "Ann").onlyEvent().path("position").stringValue();
      FakeConnection raw = chat.raw("lobby");
      IntStream.rangeClosed(0, ChatFixture.KEPT).forEach(number -> raw.says("m" + number));

      JsonNode welcome = chat.returningPage("lobby", "Ann", position).onlyEvent();

      assertThat(welcome.path("recovered").booleanValue()).isFalse();
      assertThat(texts(welcome)).hasSize(50).endsWith("m100");
    }

    @Test
    void isToldWhenTheHistoryIsAnother() {
      chat.raw("lobby").says("tick");

      JsonNode welcome = chat.returningPage("lobby", "Ann", "gone:7").onlyEvent();

      assertThat(welcome.path("recovered").booleanValue()).isFalse();
      assertThat(texts(welcome)).containsExactly("tick");
      assertThat(welcome.path("count").intValue()).isEqualTo(1);
    }

    @Test
    void isToldWhenWhatItMissedDoesNotFitIntoAWelcome() {
      String position = chat.page("lobby", "Ann").onlyEvent().path("position").stringValue();
      FakeConnection raw = chat.raw("lobby");
      IntStream.range(0, 60).forEach(_ -> raw.says("\u0001".repeat(5000)));

      JsonNode welcome = chat.returningPage("lobby", "Ann", position).onlyEvent();

      assertThat(welcome.path("recovered").booleanValue()).isFalse();
      assertThat(texts(welcome)).hasSizeLessThan(50).isNotEmpty();
    }

    @Test
    void isNoMemberAnyMoreWhenItGoesAgain() {
      chat.returningPage("lobby", "Ann", "gone:7").goes();

      assertThat(chat.room("lobby").size()).isZero();
      assertThat(chat.room("lobby").presence(1).join().count()).isZero();
    }
  }

  @Nested
  class BeforeTheWelcome {

    private final FakeConnection connection = FakeConnection.open(new RawListener(chat.room("x")));
    private final PersonMember member =
        new PersonMember(connection, chat.room("x"), "Ann", new PeopleNews());

    @Test
    void nothingIsSent() {
      member.deliver(publication(1));

      assertThat(connection.received()).isEmpty();
    }

    @Test
    void whatFollowsALossTakesThePlaceOfWhatWasBefore() {
      member.deliver(publication(1));
      member.onPositionLost(Position.of("e", 4), "trimmed");
      member.deliver(publication(5));

      member.welcome(true, Position.of("e", 1), new Crowd(List.of("Ann"), 1));

      JsonNode welcome = connection.onlyEvent();
      assertThat(welcome.path("recovered").booleanValue()).isFalse();
      assertThat(texts(welcome)).containsExactly("m5");
      assertThat(welcome.path("position").stringValue()).isEqualTo("e:5");
    }

    @Test
    void aLossSetsThePositionWhenNothingFollows() {
      member.onPositionLost(Position.of("e", 4), "trimmed");

      member.welcome(false, Position.of("e", 1), new Crowd(List.of("Ann"), 1));

      assertThat(connection.onlyEvent().path("position").stringValue()).isEqualTo("e:4");
    }

    private static Publication publication(long offset) {
      return Publication.at(
          Position.of("e", offset),
          Text.of("m" + offset),
          PublishOptions.NONE.tags(),
          Instant.EPOCH);
    }
  }

  @Nested
  class Listening {

    private final FakeConnection ann = chat.settledPage("lobby", "Ann");

    @Test
    void getsMessagesWithSenderTimeAndPosition() {
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();
      chat.time.pass(Duration.ofSeconds(5));

      ann.says(line("1", "hi"));

      JsonNode event = ann.onlyEvent();
      String position = event.path("position").stringValue();
      assertThat(event)
          .hasToString(
              "{\"type\":\"message\",\"id\":\"1\",\"time\":1005200,\"position\":\""
                  + position
                  + "\",\"from\":\"Ann\",\"text\":\"hi\"}");
      assertThat(Position.parse(position).offset()).isEqualTo(1);
      assertThat(bob.onlyEvent()).isEqualTo(event);
    }

    @Test
    void getsTheSizeOfBinaryMessages() {
      chat.raw("lobby").says(new byte[300]);

      assertThat(ann.onlyEvent().path("binary").intValue()).isEqualTo(300);
    }

    @Test
    void getsTheBeginningOfALongRawText() {
      chat.raw("lobby").says("é".repeat(100_000));

      JsonNode event = ann.onlyEvent();
      assertThat(event.path("text").stringValue()).isEqualTo("é".repeat(2048));
      assertThat(event.path("size").intValue()).isEqualTo(200_000);
    }

    @Test
    void seesWhatOtherProgramsPublishAsThatOfARawMember() {
      var _ = chat.room("lobby").publish("from elsewhere");

      JsonNode event = ann.onlyEvent();
      assertThat(event.path("text").stringValue()).isEqualTo("from elsewhere");
      assertThat(event.path("id")).isEqualTo(event.path("position"));
      assertThat(event.has("from")).isFalse();
    }

    @Test
    void hearsOfACrowdOnce() {
      IntStream.range(0, 1000).forEach(number -> chat.page("lobby", "p" + number));
      chat.gather();

      JsonNode notice = ann.onlyEvent();
      assertThat(notice.path("joined").size()).isEqualTo(20);
      assertThat(notice.path("moreJoined").intValue()).isEqualTo(980);
      assertThat(notice.path("people").size()).isEqualTo(Crowd.MAX_NAMES);
      assertThat(notice.path("count").intValue()).isEqualTo(1001);
    }

    @Test
    void hearsWhoLeft() {
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();

      bob.goes();
      chat.gather();

      assertThat(ann.onlyEvent())
          .hasToString(
              "{\"type\":\"people\",\"count\":1,\"joined\":[],\"left\":[\"Bob\"],"
                  + "\"people\":[\"Ann\"]}");
    }

    @Test
    void hearsNothingOfAReload() {
      FakeConnection bob = chat.settledPage("lobby", "Bob");
      ann.received();

      bob.goes();
      chat.page("lobby", "Bob");
      chat.gather();

      assertThat(ann.received()).isEmpty();
    }

    @Test
    void hearsNothingOfRawMembers() {
      chat.raw("lobby").goes();
      chat.raw("lobby");
      chat.gather();

      assertThat(ann.received()).isEmpty();
    }

    @Test
    void isToldWhenThePositionIsLost() {
      chat.room("lobby").members().getFirst().onPositionLost(Position.of("e", 7), "set back");

      assertThat(ann.onlyEvent())
          .hasToString("{\"type\":\"lost\",\"position\":\"e:7\",\"reason\":\"set back\"}");
    }

    @Test
    void isSentNothingOnceItIsClosed() {
      ann.close(CloseStatus.NORMAL_CLOSURE);
      chat.raw("lobby").says("hi");

      assertThat(ann.received()).isEmpty();
    }
  }

  private static String[] positions(FakeConnection page) {
    return page.events().stream()
        .filter(event -> event.path("type").stringValue().equals("message"))
        .map(event -> event.path("position").stringValue())
        .toArray(String[]::new);
  }

  private static List<String> texts(JsonNode welcome) {
    return StreamSupport.stream(welcome.path("messages").spliterator(), false)
        .map(message -> message.path("text").stringValue())
        .toList();
  }
}
