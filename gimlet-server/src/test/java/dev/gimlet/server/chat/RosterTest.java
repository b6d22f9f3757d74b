package dev.gimlet.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.server.chat.ChatEvent.Names;
import dev.gimlet.server.chat.ChatEvent.PeopleNotice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RosterTest {

  private final Roster roster = new Roster();

  @Test
  void tellsWhoCameAndWent() {
    roster.enter("Ann");
    roster.takeNotice();

    roster.enter("Bob");
    roster.leave("Ann");

    PeopleNotice notice = roster.takeNotice();
    assertThat(notice.joined().names()).containsExactly("Bob");
    assertThat(notice.left().names()).containsExactly("Ann");
    assertThat(notice.present().names()).containsExactly("Bob");
    assertThat(roster.hasNews()).isFalse();
  }

  @Test
  void countsOneNameOnTwoConnectionsOnce() {
    roster.enter("Ann");
    roster.takeNotice();

    roster.enter("Ann");
    roster.leave("Ann");

    assertThat(roster.hasNews()).isFalse();
    assertThat(roster.present().count()).isEqualTo(1);
  }

  @Test
  void saysNothingOfAQuickReturn() {
    roster.enter("Ann");
    roster.takeNotice();

    roster.leave("Ann");
    roster.enter("Ann");

    assertThat(roster.hasNews()).isFalse();
  }

  @Test
  void saysNothingOfAQuickVisit() {
    roster.enter("Ann");
    roster.leave("Ann");

    assertThat(roster.hasNews()).isFalse();
    assertThat(roster.present().count()).isZero();
  }

  @Test
  void namesTheFirstOfACrowd() {
    IntStream.range(0, 150).forEach(number -> roster.enter("p" + number));

    PeopleNotice notice = roster.takeNotice();

    List<String> first = IntStream.range(0, 20).mapToObj(number -> "p" + number).toList();
    assertThat(notice.joined()).isEqualTo(new Names(first, 130));
    assertThat(notice.namesAll()).isFalse();
    assertThat(notice.present().names()).hasSize(100);
    assertThat(notice.present().count()).isEqualTo(150);
  }
}
