package dev.gimlet.room;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimlet.spi.History;
import dev.gimlet.spi.Position;
import dev.gimlet.spi.Publication;
import dev.gimlet.spi.Recovery;
import dev.gimlet.spi.Recovery.NotRecovered;
import dev.gimlet.spi.Recovery.Recovered;
import dev.gimlet.websocket.Binary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MemberFeedTest implements MemberFeed.Output {

  private final List<String> told = new ArrayList<>();
  private final MemberFeed feed = new MemberFeed(this);

  @Test
  void givesWhatWasMissedBeforeWhatIsLive() {
    feed.publication(at(4));

    Recovery outcome = feed.recovered(after(1), recovered(at(2), at(3)));
    feed.publication(at(5));

    assertThat(outcome).isInstanceOf(Recovered.class);
    assertThat(told).containsExactly("2", "3", "4", "5");
  }

  @Test
  void givesNothingTwice() {
    feed.publication(at(2));
    feed.publication(at(3));

    feed.recovered(after(1), recovered(at(2), at(3)));
    feed.publication(at(3));

    assertThat(told).containsExactly("2", "3");
  }

  @Test
  void saysThatItCannotRecoverBeforeWhatIsLive() {
    feed.publication(at(8));

    Recovery outcome = feed.recovered(after(1), new NotRecovered(after(7), "too old"));

    assertThat(outcome).isEqualTo(new NotRecovered(after(7), "too old"));
    assertThat(told).containsExactly("lost e:7 too old", "8");
  }

  @Test
  void believesNoAnswerWithAGap() {
    Recovery outcome = feed.recovered(after(1), recovered(at(2), at(4)));

    assertThat(outcome)
        .isEqualTo(new NotRecovered(after(4), "the history has a gap before offset 3"));
    assertThat(told).containsExactly("lost e:4 the history has a gap before offset 3");
  }

  @Test
  void believesNoAnswerThatEndsBeforeTheTop() {
    Recovery outcome = feed.recovered(after(1), new Recovered(List.of(at(2)), after(4)));

    assertThat(outcome).isInstanceOf(NotRecovered.class);
  }

  @Test
  void noticesAGapInWhatIsLive() {
    feed.recovered(after(1), recovered(at(2)));

    feed.publication(at(4));
    feed.publication(at(5));

    assertThat(told).containsExactly("2", "lost e:3 publications are missing after e:2", "4", "5");
  }

  @Test
  void noticesAnotherEpoch() {
    feed.recovered(after(1), recovered(at(2)));

    feed.publication(Publication.at(Position.of("f", 1), bytes(1), Map.of(), Instant.EPOCH));

    assertThat(told).containsExactly("2", "lost f:0 publications are missing after e:2", "1");
  }

  @Test
  void tellsThatTheBrokerLostThePosition() {
    feed.recovered(after(1), recovered(at(2)));

    feed.positionLost(after(9), "set back");
    feed.publication(at(10));

    assertThat(told).containsExactly("2", "lost e:9 set back", "10");
  }

  @Test
  void doesNotRecoverWhenThePositionWasLostMeanwhile() {
    feed.positionLost(after(9), "set back");
    feed.publication(at(10));

    Recovery outcome = feed.recovered(after(1), recovered(at(2)));
    feed.publication(at(11));

    assertThat(outcome).isEqualTo(new NotRecovered(after(10), "set back"));
    assertThat(told).containsExactly("lost e:10 set back", "11");
  }

  @Test
  void keepsAThousandPublicationsWaiting() {
    IntStream.rangeClosed(2, 1001).forEach(offset -> feed.publication(at(offset)));

    assertThat(feed.recovered(after(1), recovered())).isInstanceOf(Recovered.class);
    assertThat(told).hasSize(1000);
  }

  @Test
  void givesUpBeyondAThousand() {
    IntStream.rangeClosed(2, 1002).forEach(offset -> feed.publication(at(offset)));

    Recovery outcome = feed.recovered(after(1), recovered());
    feed.publication(at(1003));

    assertThat(outcome.top()).isEqualTo(after(1002));
    assertThat(told)
        .containsExactly("lost e:1002 too much was published before the history arrived", "1003");
  }

  @Test
  void letsOnePublicationWaitWhateverItsSize() {
    feed.publication(at(2, 600 << 10));

    assertThat(feed.recovered(after(1), recovered())).isInstanceOf(Recovered.class);
    assertThat(told).containsExactly("2");
  }

  @Test
  void givesUpWhenMoreWaitsThanAnOutboxTakes() {
    IntStream.rangeClosed(2, 10).forEach(offset -> feed.publication(at(offset, 64 << 10)));

    assertThat(feed.recovered(after(1), recovered())).isInstanceOf(NotRecovered.class);
  }

  @Test
  void doesNotRecoverMoreThanAnOutboxTakes() {
    Recovered most = recovered(at(2, 256 << 10), at(3, 256 << 10));
    assertThat(feed.recovered(after(1), most)).isSameAs(most);

    Recovered more = recovered(at(2, 256 << 10), at(3, 256 << 10), at(4, 1));
    assertThat(new MemberFeed(this).recovered(after(1), more)).isInstanceOf(NotRecovered.class);
  }

  @Test
  void recoversAsMuchWithWhatWaitsAsAnOutboxTakes() {
    feed.publication(at(4, 256 << 10));

    Recovered most = recovered(at(2, 128 << 10), at(3, 128 << 10));

    assertThat(feed.recovered(after(1), most)).isSameAs(most);
    assertThat(told).containsExactly("2", "3", "4");
  }

  @Test
  void doesNotRecoverMoreWithWhatWaitsThanAnOutboxTakes() {
    feed.publication(at(4, (256 << 10) + 1));

    Recovery outcome = feed.recovered(after(1), recovered(at(2, 128 << 10), at(3, 128 << 10)));

    String reason = "524289 bytes were missed, at most 524288 are recovered";
    assertThat(outcome).isEqualTo(new NotRecovered(after(3), reason));
    assertThat(told).containsExactly("lost e:3 " + reason, "4");
  }

  @Test
  void countsOnceWhatWaitsAndWasMissed() {
    feed.publication(at(2, 300 << 10));

    assertThat(feed.recovered(after(1), recovered(at(2, 300 << 10)))).isInstanceOf(Recovered.class);
    assertThat(told).containsExactly("2");
  }

  @Test
  void beginsWithTheNewestOfTheHistory() {
    feed.publication(at(3));
    feed.publication(at(4));

    feed.history(new History(List.of(at(2), at(3)), after(3)));
    feed.publication(at(5));

    assertThat(told).containsExactly("2", "3", "4", "5");
  }

  @Test
  void leavesOutOldHistoryThatNoOutboxTakes() {
    List<Publication> kept = List.of(at(1, 300 << 10), at(2, 256 << 10), at(3, 200 << 10));

    History given = feed.history(new History(kept, after(3)));

    assertThat(given.publications()).isEqualTo(kept.subList(1, 3));
    assertThat(told).containsExactly("2", "3");
  }

  @Test
  void leavesOutOldHistoryForWhatWaits() {
    feed.publication(at(3, 100 << 10)); // the history has it too
    feed.publication(at(4, 300 << 10));
    List<Publication> kept = List.of(at(1, 200 << 10), at(2, 100 << 10), at(3, 100 << 10));

    History given = feed.history(new History(kept, after(3)));

    assertThat(given.publications()).isEqualTo(kept.subList(1, 3));
    assertThat(told).containsExactly("2", "3", "4");
  }

  @Test
  void saysWhenHistoryAndWhatIsLiveDoNotMeet() {
    feed.positionLost(Position.of("f", 0), "forgotten");

    feed.history(new History(List.of(at(2)), after(2)));

    assertThat(told).containsExactly("2", "lost f:0 forgotten");
  }

  @Test
  void passesOnWhatHasNoPosition() {
    feed.publication(Publication.of(bytes(1), Map.of(), Instant.EPOCH));
    feed.history(new History(List.of(), Position.NONE));
    feed.publication(Publication.of(bytes(1), Map.of(), Instant.EPOCH));

    assertThat(told).containsExactly("none", "none");
  }

  @Test
  void tellsNothingAfterTheEnd() {
    feed.publication(at(2));
    feed.close();

    feed.recovered(after(1), recovered(at(2)));
    feed.publication(at(3));
    feed.positionLost(after(9), "set back");

    assertThat(told).isEmpty();
  }

  @Test
  void ignoresALateLossOfWhatTheRecoveryHad() {
    feed.recovered(after(8), recovered(at(9), at(10)));

    feed.positionLost(after(9), "the history keeps less than what was missed");
    feed.positionLost(after(10), "the history keeps less than what was missed");
    feed.publication(at(10));
    feed.publication(at(11));

    assertThat(told).containsExactly("9", "10", "11");
  }

  @Test
  void leavesOutWhatWaitedOfAnOlderEpoch() {
    feed.publication(at(5)); // still on its way when the history was lost
    feed.recovered(inNewEpoch(0), new Recovered(List.of(newEpoch(1)), inNewEpoch(1)));

    feed.positionLost(inNewEpoch(0), "the history was lost");
    feed.publication(newEpoch(1));
    feed.publication(newEpoch(2));

    assertThat(told).containsExactly("1", "2");
  }

  @Test
  void givesNothingTwiceAfterALatePublicationOfAnOlderEpoch() {
    feed.recovered(inNewEpoch(0), new Recovered(List.of(newEpoch(1)), inNewEpoch(1)));

    feed.publication(at(5));
    feed.positionLost(inNewEpoch(0), "the history was lost");
    feed.publication(newEpoch(1));
    feed.publication(newEpoch(2));

    assertThat(told)
        .containsExactly(
            "1",
            "lost e:4 publications are missing after f:1",
            "5",
            "lost f:1 the history was lost",
            "2");
  }

  @Test
  void givesNothingTwiceOfAHistoryThatIsNewerThanWhatWaited() {
    IntStream.rangeClosed(1, 1001).forEach(offset -> feed.publication(at(offset)));
    feed.history(new History(List.of(newEpoch(1)), inNewEpoch(1)));

    feed.positionLost(inNewEpoch(0), "the history was lost");
    feed.publication(newEpoch(1));
    feed.publication(newEpoch(2));

    assertThat(told)
        .containsExactly(
            "1",
            "lost e:1001 too much was published before the history arrived",
            "lost f:1 the history was lost",
            "2");
  }

  @Override
  public void deliver(Publication publication) {
    told.add(publication.position().map(at -> Long.toString(at.offset())).orElse("none"));
  }

  @Override
  public void positionLost(Position top, String reason) {
    told.add("lost " + top + " " + reason);
  }

  private static Recovered recovered(Publication... missed) {
    List<Publication> all = List.of(missed);
    return new Recovered(all, all.isEmpty() ? after(1) : all.getLast().position().orElseThrow());
  }

  private static Position after(long offset) {
    return Position.of("e", offset);
  }

  private static Position inNewEpoch(long offset) {
    return Position.of("f", offset);
  }

  private static Publication newEpoch(long offset) {
    return Publication.at(inNewEpoch(offset), bytes(1), Map.of(), Instant.EPOCH);
  }

  private static Publication at(long offset) {
    return at(offset, 1);
  }

  private static Publication at(long offset, int size) {
    return Publication.at(after(offset), bytes(size), Map.of(), Instant.EPOCH);
  }

  private static Binary bytes(int size) {
    return Binary.of(new byte[size]);
  }
}
