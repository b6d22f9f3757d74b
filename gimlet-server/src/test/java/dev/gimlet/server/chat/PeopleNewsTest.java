package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.server.chat.ChatEvent.PeopleNotice;
import dev.gimlet.spi.PresenceNotice;
import dev.gimlet.spi.PresenceStore.Presence;
import dev.gimlet.spi.Present;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PeopleNewsTest {

  private static final Present ANN = new Present("1", "Ann");
  private static final Present BOB = new Present("2", "Bob");
  private static final Present BOB_AGAIN = new Present("3", "Bob");
  private static final Present RAW = new Present("4", "");

  @Test
  void tellsWhoCameAndWent() {
    PeopleNotice news = news(List.of(BOB), List.of(ANN), BOB);

    assertThat(news.joined().names()).containsExactly("Bob");
    assertThat(news.left().names()).containsExactly("Ann");
    assertThat(news.present()).isEqualTo(new Crowd(List.of("Bob"), 1));
  }

  @Test
  void saysNothingOfASecondConnection() {
    PeopleNotice news = news(List.of(BOB_AGAIN), List.of(), ANN, BOB, BOB_AGAIN);

    assertThat(news.joined().names()).isEmpty();
    assertThat(news.present().count()).isEqualTo(2);
  }

  @Test
  void saysNothingWhenOneOfTwoConnectionsEnds() {
    assertThat(news(List.of(), List.of(BOB), BOB_AGAIN).left().names()).isEmpty();
  }

  @Test
  void saysNothingOfAReload() {
    PeopleNotice news = news(List.of(BOB_AGAIN), List.of(BOB), BOB_AGAIN);

    assertThat(news.joined().names()).isEmpty();
    assertThat(news.left().names()).isEmpty();
  }

  @Test
  void namesAPersonWithTwoNewConnectionsOnce() {
    PeopleNotice news = news(List.of(BOB, BOB_AGAIN), List.of(), BOB, BOB_AGAIN);

    assertThat(news.joined().names()).containsExactly("Bob");
  }

  @Test
  void doesNotSpeakOfMembersWithoutAName() {
    PeopleNotice news = news(List.of(RAW), List.of(), ANN, RAW);

    assertThat(news.joined().names()).isEmpty();
    assertThat(news.present().count()).isEqualTo(1);
  }

  @Test
  void listsWhoIsThereSoThatAMissedNoticeIsMadeGood() {
    PeopleNotice newsAfterAnnVanished = news(List.of(BOB), List.of(), BOB);

    assertThat(ChatJson.encode(newsAfterAnnVanished).value())
        .isEqualTo(
            "{\"type\":\"people\",\"count\":1,\"joined\":[\"Bob\"],\"left\":[],"
                + "\"people\":[\"Bob\"]}");
  }

  @Test
  void listsAHundredPeopleAndNoMore() {
    assertThat(listed(people(Crowd.MAX_NAMES))).isTrue();
    assertThat(listed(people(Crowd.MAX_NAMES + 1))).isFalse();
  }

  @Test
  void listsNobodyWhenPresenceKnowsOfMoreMembers() {
    Presence some = new Presence(List.of(ANN, BOB), 3);

    assertThat(listed(some)).isFalse();
  }

  @Test
  void makesAnEventOnceForAllWhoHearOfIt() {
    ChatFixture chat = new ChatFixture();
    PeopleNews news = new PeopleNews();
    PresenceNotice notice = new PresenceNotice(List.of(BOB), List.of(), 0, 0);
    PresenceNotice equalOne = new PresenceNotice(List.of(BOB), List.of(), 0, 0);

    var event = news.event(chat.room("lobby"), notice);

    assertThat(news.event(chat.room("lobby"), notice)).isSameAs(event);
    assertThat(news.event(chat.room("lobby"), equalOne)).isNotSameAs(event);
  }

  private static boolean listed(Presence presence) {
    PresenceNotice bobLeft = new PresenceNotice(List.of(), List.of(BOB), 0, 0);
    return ChatJson.encode(PeopleNews.people(bobLeft, presence)).value().contains("\"people\":[");
  }

  private static Presence people(int count) {
    return new Presence(
        IntStream.range(0, count)
            .mapToObj(number -> new Present("id" + number, "p" + number))
            .toList(),
        count);
  }

  private static PeopleNotice news(List<Present> joined, List<Present> left, Present... present) {
    return PeopleNews.people(
        new PresenceNotice(joined, left, 0, 0),
        new Presence(Stream.of(present).toList(), present.length));
  }
}
